#include "base/limits.h"
#include "proxy/commands/limits_table.h"
#include "proxy/commands/plan.h"
#include "proxy/commands/route_text.h"
#include "proxy/config/leak_words.h"

#include <boost/json.hpp>

#include <string>
#include <utility>
#include <vector>

namespace cork::commands {
namespace {

namespace json = boost::json;

constexpr int kVersion = 1;  // of docs/plan.schema.json

json::string text_of(const std::filesystem::path& path) {
  return json::string(path.native());
}

json::value or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(json::string(text));
}

template <class Items, class Function>
json::array list_of(const Items& items, Function&& one) {
  json::array list;
  for (const auto& item : items) list.emplace_back(one(item));
  return list;
}

json::object ca_of(const CaState& ca) {
  constexpr std::string_view kinds[] = {"absent", "ready", "unusable"};
  return {{"certificate", text_of(ca.certificate)},
          {"state", kinds[static_cast<std::size_t>(ca.kind)]},
          {"fingerprint", or_null(ca.fingerprint)},
          {"valid_until", or_null(ca.valid_until)},
          {"problem", or_null(ca.problem)}};
}

json::array git_of(const policy::GitVerbs& verbs) {
  json::array words;
  for (const policy::GitVerb verb :
       {policy::GitVerb::fetch, policy::GitVerb::push, policy::GitVerb::lfs}) {
    if (verbs.has(verb)) words.emplace_back(name_of(verb));
  }
  return words;
}

json::value credential_of(const policy::CredentialPin& pin) {
  if (!pin.pins()) return nullptr;
  if (pin.kind == policy::CredentialPin::Kind::first_seen) return "first-seen";
  return list_of(pin.listed, [](const policy::ListedCredential& one) { return one.source; });
}

json::object route_of(const policy::Route& route) {
  const bool preset = route.where.file.starts_with("preset ");
  const bool unread = route.tls == policy::Tls::passthrough;
  return {{"host", route.pattern.text()},
          {"scheme", name_of(route.scheme)},
          {"port", route.port},
          {"methods", route.methods.empty() ? json::value(nullptr)
                                            : json::value(json::value_from(route.methods))},
          {"paths", list_of(route.paths, [](const policy::PathPattern& p) { return p.text(); })},
          {"git", git_of(route.git)},
          {"addresses", list_of(route.addresses, [](const Cidr& c) { return c.to_string(); })},
          {"credential", credential_of(route.credential)},
          {"on_leak", unread ? json::value(nullptr) : json::value(policy::name_of(route.on_leak))},
          {"opaque", unread ? json::value(nullptr)
                            : json::value(route.opaque == policy::Opaque::deny ? "deny" : "allow")},
          {"tls", unread ? "passthrough" : "intercept"},
          {"upload_limit", unread ? json::value(route.upload_limit_bytes) : json::value(nullptr)},
          {"source", preset ? "preset" : "allow"},
          {"where", to_string(route.where)}};
}

json::object preset_of(const config::UsedPreset& preset) {
  return {{"name", preset.name},
          {"version", preset.version},
          {"pinned", preset.pinned},
          {"for", preset.what},
          {"where", to_string(preset.where)}};
}

json::object secret_of(const config::SecretSource& secret) {
  return {{"from", secret.source},
          {"for", list_of(secret.homes, [](const Host& host) { return host.text(); })},
          {"in", secret.fields.empty() ? json::value_from(std::vector<std::string>{"authorization"})
                                       : json::value_from(secret.fields)},
          {"canary", secret.canary},
          {"values", secret.values},
          {"names", json::value_from(secret.names)},
          {"where", to_string(secret.where)}};
}

json::object rule_word_of(const policy::RuleWord& word) {
  return {{"rule", word.rule},
          {"on_leak", policy::name_of(word.word)},
          {"where", to_string(word.where)}};
}

json::object exception_of(const policy::Exception& exception) {
  return {{"rule", exception.rule},
          {"host", exception.host ? json::value(exception.host->text()) : json::value(nullptr)},
          {"print", exception.print ? json::value(config::print_text(*exception.print))
                                    : json::value(nullptr)},
          {"reason", exception.reason},
          {"owner", exception.owner},
          {"expires", config::date_text(exception.expires)},
          {"where", to_string(exception.where)}};
}

json::object replaced_of(const config::ReplacedRoute& replaced) {
  json::object route = route_of(replaced.route);
  route["replaced_by"] = to_string(replaced.by);
  return route;
}

json::object warning_of(const Warning& warning) {
  return {{"kind", name_of(warning.kind)}, {"relay", or_null(warning.relay)},
          {"route", warning.route},        {"where", to_string(warning.where)},
          {"text", warning.what},          {"hint", warning.hint}};
}

json::value proxy_auth_of(const config::BottleConfig& bottle) {
  const auto& user = bottle.conditions.proxy_user;
  if (!user || !bottle.password) return nullptr;
  return json::object{{"user", user->name}, {"password_from", to_string(*bottle.password)}};
}

json::object bottle_of(const config::BottleConfig& bottle, const std::vector<Warning>& warnings) {
  return {
      {"name", bottle.bottle.name()},
      {"listen", to_string(bottle.listen)},
      {"clients", list_of(bottle.conditions.clients, [](const Cidr& c) { return c.to_string(); })},
      {"users", list_of(bottle.conditions.users, [](std::uint32_t uid) { return uid; })},
      {"proxy_auth", proxy_auth_of(bottle)},
      {"mode", bottle.bottle.mode() == policy::Mode::observe ? "observe" : "enforce"},
      {"secrets", list_of(bottle.secrets, secret_of)},
      {"rules", list_of(bottle.leaks.rules, rule_word_of)},
      {"exceptions", list_of(bottle.leaks.exceptions, exception_of)},
      {"lock_after", bottle.lock_after.value_or(BottleLimits{}.known_hits)},
      {"presets", list_of(bottle.presets, preset_of)},
      {"routes", list_of(bottle.bottle.routes(), route_of)},
      {"replaced", list_of(bottle.replaced, replaced_of)},
      {"warnings", list_of(warnings, [](const Warning& w) { return warning_of(w); })}};
}

json::array listeners_of(const config::Config& config) {
  json::array listeners;
  for (const config::BottleConfig& bottle : config.bottles) {
    listeners.push_back(json::object{{"for", "bottle"},
                                     {"bottle", bottle.bottle.name()},
                                     {"address", to_string(bottle.listen)},
                                     {"where", to_string(bottle.listen.where)}});
  }
  if (config.metrics) {
    listeners.push_back(json::object{{"for", "metrics"},
                                     {"bottle", nullptr},
                                     {"address", to_string(*config.metrics)},
                                     {"where", to_string(config.metrics->where)}});
  }
  return listeners;
}

json::object limits() {
  json::object groups;
  for (const Limit& limit : limits_table()) {
    json::value& group = groups[limit.group];
    if (!group.is_object()) group = json::object{};
    group.as_object()[limit.name] = limit.value;
  }
  return groups;
}

}  // namespace

std::string plan_json(const Plan& plan) {
  const config::Config& config = plan.config;
  json::array bottles;
  for (std::size_t i = 0; i < config.bottles.size(); ++i) {
    bottles.push_back(bottle_of(config.bottles[i], plan.warnings[i]));
  }
  const json::object root{
      {"version", kVersion},
      {"config", text_of(config.file)},
      {"ca", ca_of(plan.ca)},
      {"audit",
       {{"path", text_of(config.audit_path)},
        {"max_bytes", config.audit_max_bytes == 0 ? json::value(nullptr)
                                                  : json::value(config.audit_max_bytes)}}},
      {"upstream", {{"ca_file", or_null(config.upstream_ca_file.native())}}},
      {"rules",
       {{"builtin", config.builtin_rules},
        {"groups", list_of(config.rule_groups, [](const std::string& name) { return name; })},
        {"files", list_of(config.rules_files, text_of)},
        {"count", plan.rules->rules().size()},
        {"blocking", plan.blocking_rules()},
        {"warnings", list_of(plan.rule_warnings,
                             [](const Diagnostic& warning) {
                               return json::object{{"where", to_string(warning.where)},
                                                   {"text", warning.what},
                                                   {"hint", warning.hint}};
                             })}}},
      {"workers", config.workers},
      {"listeners", listeners_of(config)},
      {"bottles", std::move(bottles)},
      {"limits", limits()}};
  return json::serialize(root) + '\n';
}

}  // namespace cork::commands
