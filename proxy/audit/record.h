// What the audit log says of one exchange, and its rendering as JSON lines.
//
// Pure values. A record is opened before anything leaves and closed with the same id:
//   {"event":"open", "id":…, …}  then  {"event":"close", "id":…, …}
// or, where nothing ever left, one {"event":"refused", …}; what cork answered itself is one
// {"event":"answered", …}. docs/audit.md lists the fields.
#pragma once

#include "base/message.h"
#include "rules/policy/decision.h"
#include "rules/secrets/finding.h"
#include "rules/secrets/ruleset.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cork::audit {

using WallClock = std::chrono::system_clock;

// 26 characters of Crockford's base32, sortable by time (the ULID specification): 48 bits of
// milliseconds, 80 bits of randomness.
[[nodiscard]] std::string make_id(WallClock::time_point now, std::uint64_t random_high,
                                  std::uint64_t random_low);

// What stands for a rule's id where none found it.
inline constexpr std::string_view kKnownValue = "known-value", kCanary = "canary";

// A finding as the log keeps it: the rule by its id, which outlives a reload.
struct FindingNote {
  std::string rule;
  secrets::Finding finding;
};
[[nodiscard]] std::vector<FindingNote> note(const secrets::Ruleset& rules,
                                            std::span<const secrets::Finding> findings);
// Whether one of them is a leak.
[[nodiscard]] bool block(std::span<const FindingNote> findings) noexcept;

// A path fit for the log: findings' bytes and segments of high entropy (and every query value) are
// replaced by "…"; more than 512 bytes become a prefix and a hash. Findings are those of Part::path
// and Part::query, whose places count from the start of the path and of the query.
[[nodiscard]] std::string mask_target(const Target& target,
                                      std::span<const secrets::Finding> findings);

// "allow", "deny", or "observe" for what would have been refused. Static storage.
[[nodiscard]] std::string_view name_of_decision(const policy::Decision& decision) noexcept;

// A credential that came first where a route holds on to it: from here on it is the only one.
struct PinNote {
  std::string slot;  // "header:x-api-key"
  secrets::Fingerprint print;
};

struct Record {
  std::string id;
  WallClock::time_point time;  // when the head had arrived
  std::string bottle;
  // Where nobody knows whose request it was: the number of the listener it came to. In no line.
  std::optional<std::size_t> door;
  std::string client;  // "127.0.0.1:5312", "unix:uid=1000"
  std::string method;  // "GET"; "CONNECT" for what was refused there
  Scheme scheme = Scheme::https;
  std::string host;
  std::uint16_t port = 0;
  std::string path;                      // masked
  std::string wire;                      // "1.1"
  std::string client_tls, upstream_tls;  // "TLSv1.3", "" for clear text
  policy::Decision decision;
  std::vector<FindingNote> findings;
  std::vector<PinNote> pinned = {};  // by this request

  // Known at the end.
  std::string upstream_address;                      // "93.184.216.34:443"
  int status = 0;                                    // what the client was answered; 0: nothing
  std::uint64_t request_bytes = 0;                   // body bytes read from the client
  std::optional<std::uint64_t> readable_bytes = {};  // of them; none: no body was looked into
  std::uint64_t sent_bytes = 0;                      // body bytes that left for the origin
  std::uint64_t response_bytes = 0;                  // body bytes sent to the client
  std::uint64_t scanned_bytes = 0;                   // bytes over all views
  std::uint64_t total_us = 0, dial_us = 0, first_byte_us = 0, scan_us = 0;
  std::string note;  // what went wrong at the end: "client closed early"
};

// Refusals of a bottle that were so much alike and so many that one record counts them.
struct Repeated {
  Record first;
  std::uint64_t count = 1;
  WallClock::time_point last;
  bool several_hosts = false;
  bool several_requests = false;                    // of other methods or paths than the first
  std::map<std::string, std::uint64_t> rules = {};  // how many findings that block, by rule
};

// One line each, without the newline, at most kMaxLineBytes, valid JSON whatever the fields hold:
// long ones are cut, findings past what fits are counted in "findings_omitted". The bytes that
// findings name in the authority and the method are masked here; `path` is masked by the caller.
inline constexpr std::size_t kMaxLineBytes = 8192;
// All that an exchange writes, newlines included, is no more.
inline constexpr std::size_t kExchangeBytes = 2 * (kMaxLineBytes + 1);
[[nodiscard]] std::string render_open(const Record& record);
[[nodiscard]] std::string render_close(const Record& record);
[[nodiscard]] std::string render_refused(const Record& record);
[[nodiscard]] std::string render_answered(const Record& record);
// `refused` for the first of those that are counted from now on, and `repeated` with their count.
[[nodiscard]] std::string render_repeating(const Record& record);
[[nodiscard]] std::string render_repeated(const Repeated& repeated);

}  // namespace cork::audit
