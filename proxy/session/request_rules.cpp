#include "proxy/session/request_rules.h"

#include "base/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace cork::session {

namespace {

using http::TargetForm;

Result<Endpoint> host_field(const http::RequestLineAndFields& head, Scheme scheme) {
  const Field* host = find_field(head.fields, "host");
  if (host == nullptr) return fail("the request has no Host field.");
  auto endpoint = Endpoint::parse_authority(host->value, default_port(scheme));
  if (!endpoint) return fail(fmt::format("Host is malformed: {}.", endpoint.error().what));
  return endpoint;
}

Result<Target> parse_target(std::string_view text) {
  auto target = Target::parse(text);
  if (!target)
    return fail(fmt::format("the request target is malformed: {}.", target.error().what));
  return target;
}

Result<RequestHead> inside(const http::RequestLineAndFields& head, const Endpoint& tunnel,
                           Scheme spoken) {
  std::string_view text = head.target;
  if (head.form == TargetForm::absolute) {
    auto absolute = http::parse_absolute_target(head.target);
    if (!absolute) return fail(absolute.error().what + ".");
    if (absolute->scheme != spoken || absolute->authority != tunnel) {
      return fail("the request target names another place than the tunnel it came through.");
    }
    text = absolute->path_and_query;
  } else if (head.form == TargetForm::authority) {
    return fail("CONNECT inside a tunnel is not allowed.");
  }
  auto host = host_field(head, spoken);
  if (!host) return fail(host.error().what);
  // Not quoted: nobody has looked yet whether it holds a secret.
  if (*host != tunnel) {
    return fail(fmt::format("Host names another place than the tunnel, which was opened to {}.",
                            tunnel.to_string()));
  }
  auto target = parse_target(text);
  if (!target) return fail(target.error().what);
  return RequestHead{head.method, spoken, tunnel, *target, head.fields};
}

Result<RequestHead> outside(const http::RequestLineAndFields& head) {
  if (head.form != TargetForm::absolute) {
    return fail("this is a proxy: set it as HTTPS_PROXY and HTTP_PROXY (`cork env` prints how).");
  }
  auto absolute = http::parse_absolute_target(head.target);
  if (!absolute) return fail(absolute.error().what + ".");
  if (absolute->scheme != Scheme::http) return fail("https goes through CONNECT.");
  if (find_field(head.fields, "host") != nullptr) {
    auto host = host_field(head, Scheme::http);
    if (!host) return fail(host.error().what);
    if (*host != absolute->authority) {
      return fail(fmt::format("Host names another place than the request target, which names {}.",
                              absolute->authority.to_string()));
    }
  }
  auto target = parse_target(absolute->path_and_query);
  if (!target) return fail(target.error().what);
  return RequestHead{head.method, Scheme::http, std::move(absolute->authority), *target,
                     head.fields};
}

}  // namespace

Result<RequestHead> make_request(const http::RequestLineAndFields& head, const Endpoint* tunnel,
                                 Scheme spoken) {
  return tunnel != nullptr ? inside(head, *tunnel, spoken) : outside(head);
}

bool keeps_alive(const http::RequestLineAndFields& head) noexcept {
  if (http::has_list_token(head.fields, "connection", "close")) return false;
  return head.version == http::Version::http11 ||
         http::has_list_token(head.fields, "connection", "keep-alive");
}

bool upstream_keeps(const http::StatusLineAndFields& head) noexcept {
  return head.version == http::Version::http11 &&
         !http::has_list_token(head.fields, "connection", "close");
}

Result<bool> expects_continue(const http::RequestLineAndFields& head) {
  const Field* expect = find_field(head.fields, "expect");
  if (expect == nullptr || head.version == http::Version::http10) return false;
  if (!equals_ignoring_case(expect->value, "100-continue")) {
    return fail("the only expectation cork can meet is 100-continue.");
  }
  return true;
}

bool repeats_content_type(std::span<const Field> fields) noexcept {
  return std::ranges::count_if(fields, [](const Field& field) {
           return equals_ignoring_case(field.name, "content-type");
         }) > 1;
}

secrets::ContentHints content_hints(std::span<const Field> fields) {
  secrets::ContentHints hints;
  for (const Field& field : fields) {
    if (equals_ignoring_case(field.name, "content-type")) hints.content_type = field.value;
    if (!equals_ignoring_case(field.name, "content-encoding")) continue;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      const auto comma = std::min(rest.find(','), rest.size());
      std::string coding = to_lower(rest.substr(0, comma));
      rest.remove_prefix(std::min(comma + 1, rest.size()));
      std::erase_if(coding, [](char c) { return c == ' ' || c == '\t'; });
      if (!coding.empty() && coding != "identity") {
        hints.content_encoding.push_back(std::move(coding));
      }
    }
  }
  return hints;
}

policy::Decision denied(policy::Reason reason, std::string detail, std::string operator_can) {
  policy::Decision decision;
  decision.reason = reason;
  decision.detail = std::move(detail);
  decision.operator_can = std::move(operator_can);
  return decision;
}

policy::Decision log_unavailable() {
  return denied(policy::Reason::audit_unavailable,
                "the audit log cannot be written, so nothing may leave.",
                "make room for, or permit writing, the file of `audit.path`");
}

policy::Decision share_used_up(std::string_view bottle) {
  return denied(policy::Reason::bottle_limit,
                bottle.empty()
                    ? "the disk of the audit log is nearly full, and those at this listener who "
                      "have not said whose they are have used their share of what is left."
                    : fmt::format("the disk of the audit log is nearly full, and bottle '{}' has "
                                  "used its share of what is left.",
                                  bottle),
                "make room on the disk of `audit.path`, rotate the log, or raise "
                "`audit.max_bytes`");
}

policy::Decision changed_meanwhile(policy::Decision denial) {
  denial.detail = "the configuration changed meanwhile: " + denial.detail;
  return denial;
}

bool is_verdict_on_body(policy::Reason reason) noexcept {
  using enum policy::Reason;
  return reason == leak || reason == scan_limit || reason == git_not_allowed ||
         reason == method_not_allowed || reason == foreign_credential;
}

policy::Decision unscannable_decision(const secrets::BodyScanner& scanner,
                                      std::string_view in_file) {
  const std::string_view problem = scanner.problem();
  if (scanner.opaque()) {
    const auto work = scanner.work();
    const auto read = readable_bytes(scanner);
    const auto share = 100 * (work.wire_bytes - read) / std::max<std::uint64_t>(work.wire_bytes, 1);
    return denied(
        policy::Reason::scan_limit,
        fmt::format("the request's body cannot be read: {}, {}% of the {} bytes looked "
                    "at so far, and this route refuses that.",
                    problem, share, work.wire_bytes),
        fmt::format("if it is meant to leave, set `opaque: allow` on the route{}", in_file));
  }
  return denied(
      policy::Reason::scan_limit,
      fmt::format("the request's body cannot be inspected: {}.",
                  problem.empty() ? "more of it would have to be held back than fits" : problem));
}

bool refuses_opaque(const policy::Bottle& bottle, const RequestHead& request) {
  return bottle.opaque(request.authority, request.scheme) == policy::Opaque::deny;
}

std::uint64_t readable_bytes(const secrets::BodyScanner& scanner) noexcept {
  const auto work = scanner.work();
  return work.wire_bytes - std::min(work.wire_bytes, work.unread_bytes);
}

std::uint64_t microseconds_since(io::SteadyClock::time_point begin) noexcept {
  const auto elapsed = io::SteadyClock::now() - begin;
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(elapsed).count());
}

}  // namespace cork::session
