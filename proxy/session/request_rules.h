// What a parsed head means on this connection: whose request it is, whether the connection lives
// on, and the decisions that are made of what the scanner saw.
//
// Pure.
#pragma once

#include "base/message.h"
#include "base/result.h"
#include "proxy/http/head.h"
#include "proxy/io/asio.h"
#include "rules/policy/bottle.h"
#include "rules/secrets/body_scanner.h"

#include <span>
#include <string>

namespace cork::session {

// The request as policy and scanner see it. Inside a tunnel (`tunnel` not null, and what is spoken
// in it) it must name the tunnel's endpoint everywhere; outside it must be in absolute-form with
// http, and Host must agree. Views into `head`.
Result<RequestHead> make_request(const http::RequestLineAndFields& head, const Endpoint* tunnel,
                                 Scheme spoken = Scheme::https);

// Would the client use the connection again (RFC 9112, section 9.3)?
[[nodiscard]] bool keeps_alive(const http::RequestLineAndFields& head) noexcept;
// Does the origin?
[[nodiscard]] bool upstream_keeps(const http::StatusLineAndFields& head) noexcept;
// Expect: 100-continue on HTTP/1.1. Any other expectation is an error (RFC 9110, section 10.1.1).
Result<bool> expects_continue(const http::RequestLineAndFields& head);

// Two readers may each believe another one, and so another form of the body.
[[nodiscard]] bool repeats_content_type(std::span<const Field> fields) noexcept;

[[nodiscard]] secrets::ContentHints content_hints(std::span<const Field> fields);
[[nodiscard]] policy::Decision denied(policy::Reason reason, std::string detail,
                                      std::string operator_can = {});
// Nothing may leave, since no record would say so.
[[nodiscard]] policy::Decision log_unavailable();
// The log's disk is short, and what is left of it belongs to the other bottles.
[[nodiscard]] policy::Decision share_used_up(std::string_view bottle);
// The same, of what had begun under another configuration.
[[nodiscard]] policy::Decision changed_meanwhile(policy::Decision denial);
// Was it what the body holds that was refused, whether or not anybody stays to hear it?
[[nodiscard]] bool is_verdict_on_body(policy::Reason reason) noexcept;
// Of a body that could not be inspected to its end, or of which too much cannot be read. `in_file`:
// Bottle::in_file().
[[nodiscard]] policy::Decision unscannable_decision(const secrets::BodyScanner& scanner,
                                                    std::string_view in_file);
// Must what nobody can read stay here?
[[nodiscard]] bool refuses_opaque(const policy::Bottle& bottle, const RequestHead& request);
// Bytes of the body that were read in some form, of those that were looked at.
[[nodiscard]] std::uint64_t readable_bytes(const secrets::BodyScanner& scanner) noexcept;

[[nodiscard]] std::uint64_t microseconds_since(io::SteadyClock::time_point begin) noexcept;

}  // namespace cork::session
