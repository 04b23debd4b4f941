// Sees to it that an exchange is in the log: opened before anything leaves, closed on every way
// out.
#pragma once

#include "proxy/audit/record.h"
#include "proxy/io/asio.h"
#include "proxy/session/worker.h"

#include <span>
#include <string>

namespace cork::session {

class Recorder {
 public:
  Recorder(Worker& worker, const Snapshot& snapshot);
  // Closes what is open, or writes `refused` for what never was.
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  [[nodiscard]] audit::Record& record() noexcept { return record_; }
  [[nodiscard]] const audit::Record& record() const noexcept { return record_; }
  void add(std::span<const secrets::Finding> findings);

  // False: the log did not take it, and nothing may leave.
  [[nodiscard]] bool open();
  [[nodiscard]] bool is_open() const noexcept { return state_ == State::open; }
  // The record is complete. Nothing more may happen to it.
  void close();
  // There was no exchange after all: no line.
  void discard() noexcept { state_ = State::closed; }

  [[nodiscard]] std::uint64_t elapsed_us() const noexcept;

 private:
  enum class State : std::uint8_t { fresh, open, closed };

  Worker& worker_;
  const Snapshot& snapshot_;
  audit::Record record_;
  io::SteadyClock::time_point begun_;
  State state_ = State::fresh;
};

}  // namespace cork::session
