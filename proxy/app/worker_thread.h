// One thread, its io_context and its Worker: the doors it accepts at, and how it ends.
#pragma once

#include "base/result.h"
#include "proxy/io/listener.h"
#include "proxy/session/worker.h"

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <thread>
#include <vector>

namespace cork::app {

class WorkerThread {
 public:
  WorkerThread(const session::Services& services, std::shared_ptr<const session::Snapshot> snapshot,
               std::uint64_t seed);
  ~WorkerThread();
  WorkerThread(const WorkerThread&) = delete;
  WorkerThread& operator=(const WorkerThread&) = delete;

  // Before start(). An error: no descriptor is left for it.
  Result<void> accept_with(const io::BoundSocket& bound, std::function<void(io::Socket)> accepted);

  // From one other thread, in this order: everything that can fail, then what cannot.
  //
  // Makes ready to accept at a door, from open_prepared() or reload() on.
  Result<void> prepare_door(const io::BoundSocket& bound, std::size_t door);
  // After start(): makes the worker able to scan with those rules. `done` is told on the worker's
  // thread whether there was memory for it.
  void prepare_rules(std::shared_ptr<const secrets::Ruleset> rules, std::function<void(bool)> done);
  // The configuration is not taken after all.
  void forget_prepared() noexcept { prepared_.clear(); }
  // Before start(), in the place of reload().
  void open_prepared() noexcept { acceptors_.splice(acceptors_.end(), prepared_); }
  void start();
  // After start(): takes another configuration, whose rules and doors were prepared. At `closed`
  // nothing is accepted any more, but for a prepared listener with that number. `done` is called on
  // the worker's thread, whatever happens.
  void reload(std::shared_ptr<const session::Snapshot> snapshot, std::vector<std::size_t> closed,
              std::function<void()> done);

  [[nodiscard]] session::Worker& worker() noexcept { return worker_; }
  [[nodiscard]] io::Executor executor() noexcept { return io_.get_executor(); }

  // From any thread: no more connections; `empty` is called on the worker's thread when none is
  // left.
  void drain(std::function<void()> empty);
  // Cuts off what is left and waits for the thread to end.
  void stop();

 private:
  void accepted(std::size_t door, io::Socket socket);
  void sweep_later();

  io::asio::io_context io_{1};
  session::Worker worker_;
  io::Timer sweep_timer_;
  struct Accepting {
    std::size_t door;  // kNoDoor: not a bottle's
    io::Acceptor acceptor;
  };
  static constexpr std::size_t kNoDoor = static_cast<std::size_t>(-1);
  // Lists, because moving from one to the other cannot fail.
  std::list<Accepting> acceptors_;
  std::list<Accepting> prepared_;  // of the other thread
  std::jthread thread_;
};

}  // namespace cork::app
