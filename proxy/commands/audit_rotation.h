// A log read across its rotations: the file that was moved away to its very end, then the new one.
//
// Whoever writes may go on with the old file for a while after a new one stands under its name, and
// writes nothing more into it once it has written into the new one. So that is what is waited for.
// A file that came and went between two calls of next() is not seen.
//
//   auto log = RotatingLog::open(path);
//   while (auto event = log->next()) { ... }     // at its end: no more for now
#pragma once

#include "base/result.h"
#include "proxy/commands/audit_lines.h"

#include <cstdint>
#include <deque>
#include <filesystem>
#include <optional>
#include <utility>

namespace cork::commands {

class RotatingLog {
 public:
  static Result<RotatingLog> open(const std::filesystem::path& path);

  // The next record in the order in which they were written; nullopt: no more so far.
  std::optional<AuditEvent> next();
  // For who waits for no more: what stands behind the last newline, and what files are left unread.
  std::optional<AuditEvent> rest();
  // See LogReader; before anything was read.
  void skip_to_last(std::uint64_t bytes) { readers_.front().skip_to_last(bytes); }
  [[nodiscard]] std::uint64_t skipped() const noexcept;

 private:
  RotatingLog(LogReader first, std::filesystem::path path) : path_(std::move(path)) {
    readers_.push_back(std::move(first));
  }
  // Whether a file newer than the first has something.
  bool later_has_begun();
  void drop_first();

  std::filesystem::path path_;
  std::deque<LogReader> readers_;  // the oldest first; at least one
  std::uint64_t skipped_ = 0;      // in files that were read to their end
};

}  // namespace cork::commands
