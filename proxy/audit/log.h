// The audit log: JSON lines appended to one file.
//
// Thread-safe. A line that append() accepted has been handed to the kernel whole (a killed process
// loses nothing); one that could not be written is an error the caller must refuse traffic for,
// never a line lost in silence. A torn line left by a crash or a full disk is closed with a newline
// before the next one.
//
//   auto log = Log::open(path);
//   if (auto written = log->append(render_open(record)); !written) refuse(audit_unavailable);
#pragma once

#include "base/limits.h"
#include "base/result.h"
#include "proxy/audit/room.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

namespace cork::audit {

class Log {
 public:
  // Makes the folder (0700) and the file (0600). Errors name the path and what to do.
  static Result<std::unique_ptr<Log>> open(const std::filesystem::path& path,
                                           const AuditLimits& limits = {});
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // `line` without its newline. After an error later lines are tried all the same: they work again
  // once there is space. A log that was deleted is made anew first.
  Result<void> append(std::string_view line);
  // For a line that completes one the log has: where it cannot be written now it is kept, and goes
  // before any other line once there is room. At most kOwedLines are; more are lost.
  void append_owed(std::string_view line);
  static constexpr std::size_t kOwedLines = 20'000;
  // Kept, and not yet written.
  [[nodiscard]] std::size_t owed() const noexcept;
  // The file grows no further than this but for what completes a line it has; 0: as far as the disk
  // allows.
  void limit(std::uint64_t max_bytes);
  // What is left of the disk and of that limit, as of the last look: one is taken whenever enough
  // was written since the last, and by look().
  [[nodiscard]] Room room() const noexcept;
  void look();
  // Opens the path again, as after a rotation (SIGHUP). On an error the old file stays in use.
  Result<void> reopen();
  // Whether the last append worked: for /readyz.
  [[nodiscard]] bool healthy() const noexcept;
  [[nodiscard]] std::uint64_t lines() const noexcept;

 private:
  struct State;
  explicit Log(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

}  // namespace cork::audit
