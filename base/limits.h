// Every cap and deadline in one place: what an outsider sends never grows past one of these.
//
// Sizes are bytes, times milliseconds. The defaults are what `cork run` uses; tests make their own.
#pragma once

#include <cstddef>
#include <cstdint>

namespace cork {

inline constexpr std::size_t kKiB = 1024;
inline constexpr std::size_t kMiB = 1024 * kKiB;

// What a tunnel that is passed through unread may carry out, where its route does not say.
inline constexpr std::uint64_t kPassthroughUploadBytes = 64 * kMiB;

struct HttpLimits {
  std::size_t head_bytes = 64 * kKiB;  // request or response line, fields, blank line
  std::size_t fields = 256;            // field lines in one head or trailer
  std::size_t method_bytes = 32;
  std::size_t target_bytes = 32 * kKiB;
  std::size_t chunk_line_bytes = 1024;  // chunk size and extensions
  std::size_t trailer_bytes = 16 * kKiB;
};

struct ScanLimits {
  std::size_t depth = 4;                       // encodings inside encodings
  std::size_t view_count = 128;                // texts made of one part at a time
  std::uint64_t decoded_floor = 4 * kMiB;      // decoded bytes always allowed, whatever the ratio
  std::uint64_t decoded_ratio = 200;           // decoded bytes per wire byte past the floor
  std::size_t silent_wire_bytes = 160 * kKiB;  // wire bytes a decoder may take without output
  std::size_t zstd_window_bytes = 8 * kMiB;    // RFC 9659
  std::size_t findings = 16;                   // recorded for one part; more only count
  std::size_t credentials = 64;                // in one request to a route that pins its own
  // Text that RE2 may look at to confirm what Hyperscan reports in one part: a floor, and a byte
  // for so many wire bytes. Rules that only record have a budget of their own and may be cut short.
  // Ordinary text needs next to none, and a byte looked at costs 100 ns at worst; where it costs
  // less, less is counted.
  std::uint64_t confirm_floor_bytes = 128 * kKiB;
  std::uint64_t wire_bytes_per_confirmed = 8;
  std::uint64_t record_floor_bytes = 32 * kKiB;
  std::uint64_t wire_bytes_per_recorded = 16;
  std::uint64_t confirm_at_once_bytes = 16 * kKiB;  // of either, since nothing is stopped within
  // Bytes of a body that nobody can read, where a route refuses those: so many, and one for so many
  // wire bytes.
  std::uint64_t unread_floor_bytes = 4 * kKiB;
  std::uint64_t wire_bytes_per_unread = 100;
  // Compressed data that is opened in one part: so many, and one more for so many wire bytes.
  std::uint64_t containers_floor = 1024;
  std::uint64_t wire_bytes_per_container = 128;
  // Texts that are made of one part, one after the other: so many, and one more for so many bytes
  // that it has or that were decoded of it.
  std::uint64_t texts_floor = 2048;
  std::uint64_t bytes_per_text = 16;
  // Text that is made by taking escapes off, at all levels together: so much, and so many bytes for
  // each that the part has or that was decoded of it. Ordinary text needs one or two.
  std::uint64_t unescaped_floor = 128 * kKiB;
  std::uint64_t unescaped_per_byte = 6;
};

// What one bottle may use at a time, so that it cannot take what the others need.
struct BottleLimits {
  std::size_t connections = 2'000;
  std::size_t unidentified = 500;  // connections at one door that have not said whose they are
  std::size_t unidentified_per_source = 125;  // of those, from one address or of one user
  std::size_t handshakes = 128;               // in progress
  std::size_t exchanges = 1'000;
  std::size_t names_per_hour = 1'000;      // different ones, below wildcards
  std::size_t decoder_bytes = 256 * kMiB;  // what looking into bodies keeps
  std::uint64_t denials_per_second = 20;   // with a handshake each; above that in clear text
  std::uint64_t denials_burst = 200;
  std::uint64_t answers_per_second = 10;  // of cork itself, at http://cork.internal/
  std::uint64_t answers_burst = 100;
  std::size_t refusals_kept = 256;  // for http://cork.internal/why/ID
  // Exchanges refused for a known value, within how long, that lock the bottle, and for how long.
  std::uint64_t known_hits = 8;
  std::uint64_t known_hits_ms = 600'000;
  std::uint64_t locked_ms = 3'600'000;
  // Refusals with a leak that get a line past the bottle's share of the disk; more are counted.
  std::uint64_t exhausted_leaks_per_minute = 4;
};

// What refusals may cost the log, and when its disk counts as short. Rates are one worker's.
struct AuditLimits {
  // Refusals of one bottle for one reason at one host and port that get a line each; more are
  // counted in one record.
  std::uint64_t alike_burst = 20;
  std::uint64_t alike_per_second = 1;
  // The same of one bottle, whatever the reason and the host.
  std::uint64_t refused_burst = 400;
  std::uint64_t refused_per_second = 10;
  std::size_t folds = 64;                       // records that count, of one bottle at a time
  std::uint64_t fold_ms = 10'000;               // what one of them counts over
  std::uint64_t exhausted_fold_ms = 3'600'000;  // where the bottle has used its share of the disk
  // The disk is short below this, or below that part of it (of audit.max_bytes) where that is less.
  std::uint64_t reserve_bytes = 64 * kMiB;
  std::uint64_t reserve_part = 8;
};

struct SessionLimits {
  std::uint64_t hello_ms = 10'000;  // CONNECT's 200 to a whole ClientHello
  std::uint64_t handshake_ms = 10'000;
  std::uint64_t head_ms = 15'000;        // a head's first byte to its last: absolute
  std::uint64_t keep_alive_ms = 75'000;  // between exchanges
  std::uint64_t body_idle_ms = 30'000;   // without one byte of a request body
  std::uint64_t scan_pause_ms = 50;      // sender silent this long: release what can be
  std::uint64_t dial_ms = 10'000;        // resolve, connect, handshake together
  std::uint64_t resolve_ms = 5'000;
  std::uint64_t response_head_ms = 300'000;  // language models think for minutes
  std::uint64_t response_idle_ms = 300'000;
  std::uint64_t write_ms = 60'000;  // one write that makes no progress
  std::uint64_t drain_ms = 60'000;  // reading on after a refusal
  std::uint64_t drain_bytes = 2048ull * kMiB;
  std::uint64_t linger_ms = 2'000;
  std::uint64_t guess_ms = 1'000;  // before wrong credentials are answered, above a rate
  std::uint64_t pool_idle_ms = 30'000;
  std::uint64_t pool_lifetime_ms = 3'600'000;  // of an upstream connection, since it was dialled
  // What lives longest: a client's connection between exchanges (an exchange that began may end),
  // one exchange however it streams, one tunnel that is passed through.
  std::uint64_t connection_lifetime_ms = 24ull * 3'600'000;
  std::uint64_t exchange_lifetime_ms = 12ull * 3'600'000;
  std::uint64_t passthrough_lifetime_ms = 12ull * 3'600'000;
  std::uint64_t passthrough_idle_ms = 900'000;  // neither side sends
  std::size_t pool_per_key = 32;
  std::size_t pool_total = 512;
  std::size_t connections = 10'000;           // open client connections, all bottles and workers
  std::size_t hold_whole_below = 64 * kKiB;   // a body this small is judged before its head is sent
  std::size_t gate_bytes = 512 * kKiB;        // unsent bytes of one body
  std::size_t scan_slice_bytes = 128 * kKiB;  // scanned in one go before others get their turn
};

}  // namespace cork
