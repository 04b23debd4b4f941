// One thread, its io_context and its Worker: the doors it accepts at, and how it ends.
#pragma once

#include "proxy/io/listener.h"
#include "proxy/session/worker.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace cork::app {

class WorkerThread {
 public:
  WorkerThread(const session::Services& services, std::shared_ptr<const session::Snapshot> snapshot,
               std::uint64_t seed);
  ~WorkerThread();
  WorkerThread(const WorkerThread&) = delete;
  WorkerThread& operator=(const WorkerThread&) = delete;

  // Before start().
  void accept_at(const io::BoundSocket& bound, std::size_t door);
  void accept_with(const io::BoundSocket& bound, std::function<void(io::Socket)> accepted);
  void start();

  // From any thread, after start(): another configuration, with doors that opened since. What it no
  // longer has a listener for is no longer accepted. `done` is called on the worker's thread.
  struct Reload {
    std::shared_ptr<const session::Snapshot> snapshot;
    std::vector<std::pair<std::size_t, const io::BoundSocket*>> opened;  // alive until done
    std::vector<std::size_t> closed;
  };
  void reload(Reload reload, std::function<void()> done);

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
    std::unique_ptr<io::Acceptor> acceptor;
  };
  static constexpr std::size_t kNoDoor = static_cast<std::size_t>(-1);
  void add_acceptor(const io::BoundSocket& bound, std::size_t door,
                    std::function<void(io::Socket)> accepted);
  std::vector<Accepting> acceptors_;
  std::jthread thread_;
};

}  // namespace cork::app
