#include "base/limits.h"
#include "base/size_text.h"
#include "proxy/commands/plan.h"
#include "proxy/commands/route_text.h"
#include "proxy/commands/terminal.h"
#include "proxy/commands/whose_text.h"
#include "proxy/config/leak_words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace cork::commands {
namespace {

constexpr std::size_t kLabel = 12;
// What is wider stands out of its column instead of widening everybody's.
constexpr std::size_t kWidestPlace = 36, kWidestPasses = 18;

// "env:GITHUB_TOKEN to api.github.com, github.com in authorization".
std::string secret_text(const config::SecretSource& secret) {
  std::string text = secret.source;
  if (secret.all_values > 0) {
    text += fmt::format(" ({} of {} values{}{})", secret.names.size(), secret.all_values,
                        secret.names.empty() ? "" : ": ", fmt::join(secret.names, ", "));
  } else if (secret.values != 1) {
    text += fmt::format(" ({} values)", secret.values);
  }
  if (secret.canary) return text + ": a canary, refused wherever it is seen";
  if (secret.homes.empty()) return text + ": may go nowhere";
  std::vector<std::string_view> homes;
  homes.reserve(secret.homes.size());
  for (const Host& host : secret.homes) homes.push_back(host.text());
  return text + fmt::format(" to {} in {}", fmt::join(homes, ", "),
                            secret.fields.empty() ? "authorization"
                                                  : fmt::to_string(fmt::join(secret.fields, ", ")));
}

class Writer {
 public:
  Writer(const Plan& plan, const Context& context)
      : plan_(plan), columns_(context.columns), paint_(context) {}

  std::string write() && {
    write_head();
    for (std::size_t i = 0; i < plan_.config.bottles.size(); ++i) {
      write_bottle(plan_.config.bottles[i]);
      write_warnings(plan_.warnings[i]);
    }
    return std::move(text_);
  }

 private:
  void line(std::string_view label, std::string_view value) {
    if (value.empty()) {
      text_ += fmt::format("{}\n", label);
      return;
    }
    text_ +=
        fmt::format("{}{}\n", padded(label, kLabel), wrapped(visible(value), kLabel, columns_));
  }

  void write_head() {
    const config::Config& config = plan_.config;
    line("config", config.file.native());
    write_ca();
    line("audit log", config.audit_max_bytes == 0
                          ? config.audit_path.native()
                          : fmt::format("{}, at most {}", config.audit_path.native(),
                                        size_text(config.audit_max_bytes)));
    line("metrics", config.metrics ? to_string(*config.metrics) : "none");
    line("upstream",
         config.upstream_ca_file.empty()
             ? "trusts the system's roots"
             : fmt::format("trusts the system's roots and {}", config.upstream_ca_file.native()));
    std::vector<std::string> sources;
    if (config.builtin_rules) sources.emplace_back("cork's own");
    for (const auto& group : config.rule_groups) sources.push_back("the group " + group);
    for (const auto& file : config.rules_files) sources.push_back(file.native());
    line("rules", fmt::format("{}, of which {} block: {}", plan_.rules->rules().size(),
                              plan_.blocking_rules(), fmt::join(sources, ", ")));
    line("workers", config.workers == 0 ? "one a core" : std::to_string(config.workers));
    const SessionLimits session;
    line("limits", fmt::format("{} connections, {} KiB a head, {} s for a response to begin; "
                               "--format json has them all",
                               session.connections, HttpLimits{}.head_bytes / kKiB,
                               session.response_head_ms / 1000));
  }

  void write_ca() {
    const CaState& ca = plan_.ca;
    line("CA", ca.certificate.native());
    switch (ca.kind) {
      case CaState::Kind::absent:
        line("", "there is none yet: the first `cork run` makes it");
        break;
      case CaState::Kind::ready:
        line("", fmt::format("valid until {}, SHA-256", ca.valid_until));
        line("", ca.fingerprint);
        break;
      case CaState::Kind::unusable:
        line("", "cannot be used: " + ca.problem);
        break;
    }
  }

  void write_bottle(const config::BottleConfig& bottle) {
    text_ += '\n';
    line("bottle", fmt::format("{}, {}", bottle.bottle.name(),
                               bottle.bottle.mode() == policy::Mode::observe
                                   ? "observes: records what it would refuse"
                                   : "enforces"));
    line("door", door_text(plan_.config, bottle));
    if (const std::string whose = whose_text(bottle); !whose.empty()) line("for", whose);
    for (const config::UsedPreset& one : bottle.presets) {
      line(&one == &bottle.presets.front() ? "presets" : "",
           fmt::format("{}@{}{}: {}", one.name, one.version, one.pinned ? "" : " (the newest)",
                       one.what));
    }
    for (const config::SecretSource& one : bottle.secrets) {
      line(&one == &bottle.secrets.front() ? "secrets" : "", secret_text(one));
    }
    write_leaks(bottle.leaks);
    line("routes", bottle.bottle.routes().empty() ? "none: it reaches nothing" : "");
    for (const policy::Route& route : bottle.bottle.routes()) {
      write_route(route, bottle.bottle.routes(), line_text(route.where));
    }
    if (bottle.replaced.empty()) return;
    line("left out", "the bottle's own entry for the same host replaces these");
    std::vector<policy::Route> routes;
    routes.reserve(bottle.replaced.size());
    for (const config::ReplacedRoute& one : bottle.replaced) routes.push_back(one.route);
    for (const config::ReplacedRoute& one : bottle.replaced) {
      write_route(one.route, routes,
                  fmt::format("{}, by {}", line_text(one.route.where), line_text(one.by)));
    }
  }

  void write_leaks(const policy::LeakWords& leaks) {
    for (const policy::RuleWord& one : leaks.rules) {
      line(&one == &leaks.rules.front() ? "leaks" : "",
           fmt::format("{}: {}", one.rule, policy::name_of(one.word)));
    }
    for (const policy::Exception& one : leaks.exceptions) {
      const std::string to = one.host ? fmt::format(" to {}", one.host->text()) : "";
      line(&one == &leaks.exceptions.front() ? "exceptions" : "",
           fmt::format("{}{}, until {}: {} ({})", one.rule, to, config::date_text(one.expires),
                       one.reason, one.owner));
    }
  }

  void write_route(const policy::Route& route, const std::vector<policy::Route>& all,
                   std::string_view where) {
    std::size_t place_width = 0, passes_width = 0;
    for (const policy::Route& one : all) {
      const std::size_t place = width_of(place_text(one)), passes = width_of(passes_text(one));
      if (place <= kWidestPlace) place_width = std::max(place_width, place);
      if (passes <= kWidestPasses) passes_width = std::max(passes_width, passes);
    }
    // What is too long for its column goes below, from its second part on.
    const std::string passes = passes_text(route);
    const std::size_t cut = width_of(passes) <= kWidestPasses ? passes.npos : passes.find("; ");
    const std::size_t indent = place_width + 4;
    const std::string first = visible(passes.substr(0, cut));
    const std::size_t taken = indent + std::max(width_of(first), passes_width) + 2;
    const bool beside = columns_ == 0 || taken + width_of(where) <= columns_;
    text_ += fmt::format("  {}  ", padded(visible(place_text(route)), place_width));
    text_ += beside ? padded(first, passes_width) + "  " : first + '\n' + std::string(indent, ' ');
    text_ += paint_(Colour::dim, visible(where)) + '\n';
    if (cut == passes.npos) return;
    text_ += fmt::format("{}{}\n", std::string(indent, ' '),
                         wrapped(visible(passes.substr(cut + 2)), indent, columns_));
  }

  // Those with the same advice together, the advice once.
  void write_warnings(const std::vector<Warning>& warnings) {
    std::vector<std::string_view> said;
    for (const Warning& first : warnings) {
      if (std::ranges::find(said, first.hint) != said.end()) continue;
      said.push_back(first.hint);
      for (const Warning& warning : warnings) {
        if (warning.hint != first.hint) continue;
        const std::string what = fmt::format("{} ({})", warning.what, line_text(warning.where));
        text_ +=
            fmt::format("{}{}\n", paint_(Colour::yellow, padded(label_of(warning.kind), kLabel)),
                        wrapped(visible(what), kLabel, columns_));
      }
      line("", first.hint);
    }
  }

  const Plan& plan_;
  std::size_t columns_;
  Painter paint_;
  std::string text_;
};

}  // namespace

std::string plan_text(const Plan& plan, const Context& context) {
  return Writer(plan, context).write();
}

}  // namespace cork::commands
