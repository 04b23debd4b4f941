// Sees to it that an exchange is in the log: opened before anything leaves, closed on every way
// out; and where nothing ever left, one line before the client hears why.
#pragma once

#include "proxy/audit/record.h"
#include "proxy/io/asio.h"
#include "proxy/session/worker.h"

#include <span>
#include <string>

namespace cork::session {

class Recorder {
 public:
  // `account`: of the bottle whose exchange it is, or of the door, which the record then names. All
  // outlive the recorder.
  Recorder(Worker& worker, const Snapshot& snapshot, ledger::Account& account);
  // Closes what is open, or writes `refused` for what never was.
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  [[nodiscard]] audit::Record& record() noexcept { return record_; }
  [[nodiscard]] const audit::Record& record() const noexcept { return record_; }
  void add(std::span<const secrets::Finding> findings);

  // Known values that were masked, by what was seen of each.
  void add_masked(std::span<const Fingerprint> prints);

  // Before open(): false where the log's disk is short and the bottle has used its share of it.
  [[nodiscard]] bool make_room();
  // False: the log did not take it, and nothing may leave.
  [[nodiscard]] bool open();
  [[nodiscard]] bool is_open() const noexcept { return state_ == State::open; }
  // To be said before the client is told: the record's decision refuses. Sets the status. Of what
  // was never opened it writes the `refused` line, or counts it in another record: then the id is
  // that one's. Where the log takes nothing, the id is empty, and the detail says so.
  // Past the bottle's share of the log's disk the decision becomes that, but for a leak and 407.
  // `answered`: the client is told at all; `status`: with that one, not the reason's.
  void refuse(bool answered = true, int status = 0);
  // What cork answered itself, before it does: false where the log did not take it.
  [[nodiscard]] bool answer();
  // Of an exchange that passed: says so if a leak would have refused it, did its bottle not
  // observe.
  void observe(const secrets::Actions& actions, std::string_view in_file);
  // The record is complete. Nothing more may happen to it.
  void close();

  [[nodiscard]] std::uint64_t elapsed_us() const noexcept;

 private:
  enum class State : std::uint8_t { fresh, open, written, closed };

  // False: nothing of its own stands in the log.
  bool write_refused(bool exhausted);
  // False: not taken.
  bool append(const std::string& line);
  void give_room_back();
  // Once, where it is refused for a known value.
  void count_known();

  Worker& worker_;
  const Snapshot& snapshot_;
  ledger::Account& account_;
  audit::Record record_;
  io::SteadyClock::time_point begun_;
  State state_ = State::fresh;
  bool known_counted_ = false;
  // While the log's room is short: in which period, what was taken of the share, what was written.
  std::uint64_t period_ = 0, taken_ = 0, written_ = 0;
};

}  // namespace cork::session
