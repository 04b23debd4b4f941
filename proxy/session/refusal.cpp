#include "proxy/session/refusal.h"

#include "base/ascii.h"
#include "base/json_text.h"
#include "proxy/http/writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace cork::session {

namespace {

using policy::Reason;

void add(std::string& json, std::string_view key, std::string_view value) {
  if (value.empty()) return;
  append_json(json += ", ", key);
  append_json(json += ": ", value);
}

const secrets::Finding* blocking_finding(const audit::Record& record) {
  const auto found = std::ranges::find_if(
      record.findings, [](const audit::FindingNote& note) { return note.finding.blocking; });
  return found == record.findings.end() ? nullptr : &found->finding;
}

std::string_view agent_can(Reason reason) {
  switch (reason) {
    case Reason::host_not_allowed:
      return "use an allowed host, or ask the operator";
    case Reason::method_not_allowed:
      return "use an allowed method, or ask the operator";
    case Reason::path_not_allowed:
      return "use an allowed path, spelled plainly, or ask the operator";
    case Reason::git_not_allowed:
      return "do with git what the route allows, or ask the operator";
    case Reason::leak:
      return "send the request again without the secret";
    case Reason::scan_limit:
      return "send the body in a form that can be inspected";
    case Reason::bottle_limit:
      return "do less at a time, or ask the operator";
    case Reason::timeout:
    case Reason::upstream_unreachable:
    case Reason::audit_unavailable:
    case Reason::draining:
      return "try again later";
    case Reason::bad_request:
      return "send a well-formed request";
    default:
      return "ask the operator";
  }
}

std::string_view status_phrase(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 413:
      return "Content Too Large";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Forbidden";
  }
}

}  // namespace

std::string describe(const secrets::Place& place) {
  std::string text(name_of(place.part));
  if (place.part == secrets::Part::field) text = "header";
  if (!place.pointer.empty()) return text + " " + place.pointer;
  if (place.part == secrets::Part::body || place.part == secrets::Part::message) {
    return fmt::format("{} byte {}", text, place.begin);
  }
  return text;
}

std::string render_crowded(std::string_view bottle) {
  audit::Record record;
  record.bottle = bottle;
  record.decision.reason = Reason::bottle_limit;
  record.decision.detail =
      fmt::format("bottle '{}' has as many connections open as it may.", bottle);
  record.status = status_of(Reason::bottle_limit);
  return render_refusal(record, {.close = true});
}

std::string problem_json(const audit::Record& record) {
  const policy::Decision& decision = record.decision;
  std::string json = R"({"type": "about:blank", "status": )";
  json += std::to_string(status_of(decision.reason));
  json += R"(, "title": "Refused by cork")";
  add(json, "detail", decision.detail);
  add(json, "reason", name_of(decision.reason));
  add(json, "id", record.id);
  if (decision.reason == Reason::leak) {
    if (const auto* finding = blocking_finding(record))
      add(json, "where", describe(finding->place));
  }
  add(json, "agent_can", agent_can(decision.reason));
  add(json, "operator_can", decision.operator_can);
  return json += "}\n";
}

std::string render_refusal(const audit::Record& record, const RefusalOptions& options) {
  const auto reason = name_of(record.decision.reason);
  const int status = status_of(record.decision.reason);
  const bool recorded = !record.id.empty();
  const std::string marker =
      fmt::format("deny; reason={}{}{}", reason, recorded ? "; id=" : "", record.id);
  // npm shows nothing but the reason phrase.
  const std::string phrase =
      fmt::format("Refused by cork: {}{}{}", reason, recorded ? " id=" : "", record.id);
  std::string body = problem_json(record);
  if (options.as_text) {
    body = fmt::format("{} {}: {}\nreason: {}, id: {}\n", status, status_phrase(status),
                       record.decision.detail, reason, record.id);
    if (!record.decision.operator_can.empty()) {
      body += fmt::format("the operator can: {}\n", record.decision.operator_can);
    }
  }
  const std::array fields{
      Field{"Content-Type",
            options.as_text ? "text/plain; charset=utf-8" : "application/problem+json"},
      Field{"Cork-Decision", marker},
      Field{"Cache-Control", "no-store"},
  };
  std::string out;
  http::write_simple_response(out, status, phrase, fields, body, options.close, options.head_only);
  return out;
}

bool wants_text(std::span<const Field> fields) noexcept {
  const Field* agent = find_field(fields, "user-agent");
  return agent != nullptr && agent->value.starts_with("git/");
}

}  // namespace cork::session
