// The deadlines of one worker's streams: setting one is an assignment, not a timer operation.
//
// Belongs to one io_context and its thread. Streams link themselves in and drop out when destroyed,
// in either order. Resolution: about 10 ms, late, never early.
#pragma once

#include "proxy/io/asio.h"

#include <boost/intrusive/list.hpp>

#include <cstdint>

namespace cork::io {

class Deadlines;

// What has deadlines: one for each direction.
class Timed : public boost::intrusive::list_base_hook<
                  boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  explicit Timed(Deadlines& deadlines);
  Timed(const Timed&) = delete;
  Timed& operator=(const Timed&) = delete;

  using Time = SteadyClock::time_point;
  static constexpr Time kNever = Time::max();

  void expire_read_after(std::uint64_t ms);
  void expire_write_after(std::uint64_t ms);
  [[nodiscard]] bool read_expired(Time now) const noexcept;
  [[nodiscard]] bool write_expired(Time now) const noexcept;

 protected:
  ~Timed() = default;

 private:
  friend class Deadlines;
  // A deadline passed: wake what waits. Pending operations look at read_expired() themselves.
  virtual void on_expiry() noexcept = 0;

  Deadlines& deadlines_;
  Time read_at_ = kNever, write_at_ = kNever;
  bool read_told_ = true, write_told_ = true;
};

class Deadlines {
 public:
  explicit Deadlines(const Executor& executor) : timer_(executor) {}
  Deadlines(const Deadlines&) = delete;
  Deadlines& operator=(const Deadlines&) = delete;

  // The worker ends: from now on every wait of every stream is past its deadline.
  void end() noexcept;

 private:
  friend class Timed;
  void wake_by(Timed::Time time);
  void arm(Timed::Time time);
  void tick();

  Timer timer_;
  Timed::Time next_ = Timed::kNever;
  bool ended_ = false;
  boost::intrusive::list<Timed, boost::intrusive::constant_time_size<false>> all_;
};

}  // namespace cork::io
