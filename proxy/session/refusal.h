// How cork says no: one short JSON document (RFC 9457), the same facts in a header and in the
// reason phrase. Never the secret.
//
// Pure.
#pragma once

#include "base/message.h"
#include "proxy/audit/record.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace cork::session {

// As what a client shows the body of an error.
enum class RefusalForm : std::uint8_t {
  problem,  // application/problem+json (RFC 9457)
  text,     // git shows text/plain alone
  lfs,      // git-lfs shows the `message` of its own media type
};

struct RefusalOptions {
  bool close = false;      // say Connection: close
  bool head_only = false;  // the request was HEAD
  RefusalForm form = RefusalForm::problem;
};

// The status of a refusal that asks who it is: its answer says how, and where the connection stays
// open for them.
inline constexpr int kAskCredentials = 407;

// The whole response. `record` has the id, the bottle, the decision and the findings.
[[nodiscard]] std::string render_refusal(const audit::Record& record,
                                         const RefusalOptions& options);

// A bottle ("": none that is known) has as many connections open as it may.
[[nodiscard]] policy::Decision crowded(std::string_view bottle);

// The answer to that where nothing was read.
[[nodiscard]] std::string render_crowded(std::string_view bottle);

// The problem document alone: what the body is.
[[nodiscard]] std::string problem_json(const audit::Record& record);

// What the user agent that sent `fields` shows.
[[nodiscard]] RefusalForm form_for(std::span<const Field> fields) noexcept;

// "body /messages/37/content", "header authorization": where a finding is, for people.
[[nodiscard]] std::string describe(const secrets::Place& place);

}  // namespace cork::session
