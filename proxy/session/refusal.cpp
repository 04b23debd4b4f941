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

// nullptr too where a known value blocks: of that no place is shown.
const secrets::Finding* blocking_finding(const audit::Record& record) {
  const bool known = std::ranges::any_of(record.findings, [](const audit::FindingNote& note) {
    return note.finding.blocking && note.finding.kind != secrets::Kind::rule;
  });
  if (known) return nullptr;
  auto found = std::ranges::find_if(
      record.findings, [](const audit::FindingNote& note) { return note.finding.stops; });
  if (found == record.findings.end()) {
    found = std::ranges::find_if(
        record.findings, [](const audit::FindingNote& note) { return note.finding.blocking; });
  }
  return found == record.findings.end() ? nullptr : &found->finding;
}

std::string_view agent_can(Reason reason) {
  switch (reason) {
    case Reason::unknown_client:
      return "use the proxy's address as it was given, credentials included, or ask the operator";
    case Reason::host_not_allowed:
      return "use an allowed host (GET http://cork.internal/routes lists them) or ask the operator";
    case Reason::method_not_allowed:
      return "use an allowed method (GET http://cork.internal/routes lists them) or ask the "
             "operator";
    case Reason::path_not_allowed:
      return "use an allowed path, spelled plainly (GET http://cork.internal/routes lists them), "
             "or "
             "ask the operator";
    case Reason::git_not_allowed:
      return "do with git what the route allows, or ask the operator";
    case Reason::foreign_credential:
      return "use the credential that this sandbox was given for that host, or ask the operator";
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
    case kAskCredentials:
      return "Proxy Authentication Required";
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

int status_in(const audit::Record& record) noexcept {
  return record.status != 0 ? record.status : status_of(record.decision.reason);
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

policy::Decision crowded(std::string_view bottle) {
  policy::Decision decision;
  decision.reason = Reason::bottle_limit;
  decision.detail =
      bottle.empty() ? "this listener has as many connections open as it may, in all or of this "
                       "client's address or user, that have not said whose they are."
                     : fmt::format("bottle '{}' has as many connections open as it may.", bottle);
  return decision;
}

std::string render_crowded(std::string_view bottle) {
  audit::Record record;
  record.bottle = bottle;
  record.decision = crowded(bottle);
  record.status = status_of(Reason::bottle_limit);
  return render_refusal(record, {.close = true});
}

std::string problem_json(const audit::Record& record) {
  const policy::Decision& decision = record.decision;
  std::string json = R"({"type": "about:blank", "status": )";
  json += std::to_string(status_in(record));
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

namespace {

// A refusal that no record has shows no id.
std::string reason_and_id(const audit::Record& record) {
  return fmt::format("{}{}{}", name_of(record.decision.reason),
                     record.id.empty() ? "" : ", id: ", record.id);
}

// What git shows behind "remote: ", a line each.
std::string problem_text(const audit::Record& record) {
  const policy::Decision& decision = record.decision;
  const int status = status_in(record);
  std::string text = fmt::format("{} {}: {}\nreason: {}\n", status, status_phrase(status),
                                 decision.detail, reason_and_id(record));
  if (decision.operator_can.empty()) return text;
  return text += fmt::format("the operator can: {}\n", decision.operator_can);
}

// github.com/git-lfs/git-lfs, docs/api: an error's `message` is what its user sees.
std::string lfs_error(const audit::Record& record) {
  std::string json = problem_json(record);
  json.erase(json.rfind('}'));
  add(json, "message",
      fmt::format("{} (reason: {})", record.decision.detail, reason_and_id(record)));
  return json += "}\n";
}

struct Content {
  std::string_view type;
  std::string body;
};

Content content_of(const audit::Record& record, RefusalForm form) {
  switch (form) {
    case RefusalForm::text:
      return {"text/plain; charset=utf-8", problem_text(record)};
    case RefusalForm::lfs:
      return {"application/vnd.git-lfs+json", lfs_error(record)};
    case RefusalForm::problem:
      break;
  }
  return {"application/problem+json", problem_json(record)};
}

}  // namespace

std::string render_refusal(const audit::Record& record, const RefusalOptions& options) {
  const auto reason = name_of(record.decision.reason);
  const int status = status_in(record);
  const bool recorded = !record.id.empty();
  const std::string marker =
      fmt::format("deny; reason={}{}{}", reason, recorded ? "; id=" : "", record.id);
  // npm shows nothing but the reason phrase.
  const std::string phrase =
      fmt::format("Refused by cork: {}{}{}", reason, recorded ? " id=" : "", record.id);
  const Content content = content_of(record, options.form);
  const std::array fields{
      Field{"Content-Type", content.type},
      Field{"Cork-Decision", marker},
      Field{"Cache-Control", "no-store"},
  };
  std::string out;
  http::write_simple_response(out, status, phrase, fields, content.body, options.close,
                              options.head_only);
  if (status == kAskCredentials) {
    // Hop-by-hop, so that the writer leaves them to whoever the hop is.
    std::string challenge = "Proxy-Authenticate: Basic realm=\"cork\"\r\n";
    if (!options.close) challenge += "Connection: keep-alive\r\n";
    out.insert(out.find("\r\n") + 2, challenge);
  }
  return out;
}

RefusalForm form_for(std::span<const Field> fields) noexcept {
  const Field* agent = find_field(fields, "user-agent");
  if (agent == nullptr) return RefusalForm::problem;
  if (agent->value.starts_with("git/")) return RefusalForm::text;
  return agent->value.starts_with("git-lfs/") ? RefusalForm::lfs : RefusalForm::problem;
}

}  // namespace cork::session
