#include "proxy/session/internal_pages.h"

#include "base/json_text.h"
#include "proxy/http/writer.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace cork::session {

namespace {

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kProblem = "application/problem+json";
constexpr std::string_view kWhy = "/why/";

InternalPage problem(int status, std::string_view phrase, std::string_view detail,
                     std::string_view agent_can) {
  std::string json = fmt::format(R"({{"type": "about:blank", "status": {}, "title": )", status);
  append_json(json, phrase);
  append_json(json += R"(, "detail": )", detail);
  append_json(json += R"(, "agent_can": )", agent_can);
  return {status, phrase, kProblem, json += "}\n"};
}

InternalPage front_page(const policy::Bottle& bottle) {
  return {.body = fmt::format(
              "cork is this sandbox's only way out. It lets requests of bottle '{}' through by an\n"
              "allowlist, and stops secrets that are about to leave. For you, read-only:\n\n"
              "  GET http://cork.internal/routes    where requests may go\n"
              "  GET http://cork.internal/why/ID    one of your own refusals again, by its id\n"
              "  GET http://cork.internal/ca.pem    the certificate authority to trust\n\n"
              "What is not allowed, only the operator can change: say what you need, and why.\n",
              bottle.name())};
}

template <class Items, class Text>
void add_list(std::string& json, std::string_view key, const Items& items, Text&& text) {
  if (items.empty()) return;
  append_json(json += ", ", key);
  json += ": [";
  std::string_view between;
  for (const auto& item : items) {
    append_json(json += between, text(item));
    between = ", ";
  }
  json += ']';
}

std::vector<policy::GitVerb> verbs_of(const policy::GitVerbs& git) {
  std::vector<policy::GitVerb> verbs;
  for (const auto verb : {policy::GitVerb::fetch, policy::GitVerb::push, policy::GitVerb::lfs}) {
    if (git.has(verb)) verbs.push_back(verb);
  }
  return verbs;
}

void add_route(std::string& json, const policy::Route& route) {
  append_json(json += R"({"host": )", route.pattern.text());
  json += fmt::format(R"(, "port": {}, "scheme": )", route.port);
  append_json(json, name_of(route.scheme));
  const auto same = [](std::string_view text) { return text; };
  add_list(json, "methods", route.methods, same);
  add_list(json, "paths", route.paths,
           [](const policy::PathPattern& path) { return std::string_view(path.text()); });
  add_list(json, "git", verbs_of(route.git), [](policy::GitVerb verb) { return name_of(verb); });
  json += '}';
}

InternalPage routes(const policy::Bottle& bottle) {
  const bool observes = bottle.mode() == policy::Mode::observe;
  std::string json = R"({"bottle": )";
  append_json(json, bottle.name());
  json += fmt::format(R"(, "mode": "{}")", observes ? "observe" : "enforce");
  append_json(json += R"(, "note": )",
              observes ? "every route is listed; requests to other places are recorded and let "
                         "through where they are safe"
                       : "everything else is refused; a route without methods, paths or git admits "
                         "every request to its host and port, and the most specific host decides "
                         "alone");
  json += ",\n \"routes\": [";
  std::string_view between = "\n  ";
  for (const policy::Route& route : bottle.routes()) {
    json += between;
    add_route(json, route);
    between = ",\n  ";
  }
  json += "]}\n";
  return {.content_type = kJson, .body = std::move(json)};
}

InternalPage why(std::string_view id, const ledger::KeptRefusals& refusals) {
  if (auto document = refusals.find(id)) {
    return {.content_type = kProblem, .body = *std::move(document)};
  }
  return problem(
      404, "Not Found", "no refusal of this bottle has that id, or it was too many refusals ago.",
      "send the request again for another refusal, or ask the operator, who has the log");
}

}  // namespace

InternalPage internal_page(std::string_view method, std::string_view path,
                           const InternalFacts& facts) {
  if (method != "GET" && method != "HEAD") {
    return problem(405, "Method Not Allowed", "cork.internal is for reading: GET and HEAD.",
                   "send GET");
  }
  if (path == "/" || path.empty()) return front_page(facts.bottle);
  if (path == "/routes") return routes(facts.bottle);
  if (path == "/ca.pem") {
    return {.content_type = "application/x-pem-file", .body = std::string(facts.ca_pem)};
  }
  if (path.starts_with(kWhy)) return why(path.substr(kWhy.size()), facts.refusals);
  return problem(404, "Not Found", "there is /, /routes, /why/ID and /ca.pem.",
                 "GET http://cork.internal/ says what each is for");
}

std::string render_internal(const InternalPage& page, InternalResponse options) {
  std::vector<Field> fields{{"Content-Type", page.content_type},
                            {"Cache-Control", "no-store"},
                            {"X-Content-Type-Options", "nosniff"}};
  if (page.status == 405) fields.push_back({"Allow", "GET, HEAD"});
  std::string out;
  http::write_simple_response(out, page.status, page.phrase, fields, page.body, options.close,
                              options.head_only);
  return out;
}

}  // namespace cork::session
