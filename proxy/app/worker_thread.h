// One thread, its io_context and its Worker: the doors it accepts at, and how it ends.
#pragma once

#include "proxy/io/listener.h"
#include "proxy/session/worker.h"

#include <cstdint>
#include <functional>
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

  // Before start().
  void accept_at(const io::BoundSocket& bound, std::size_t door);
  void accept_with(const io::BoundSocket& bound, std::function<void(io::Socket)> accepted);
  void start();

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
  std::vector<std::unique_ptr<io::Acceptor>> acceptors_;
  std::jthread thread_;
};

}  // namespace cork::app
