// An io_context that a test drives, the deadlines of its streams, and connected sockets.
//
//   IoLoop loop;
//   auto [near_end, far_end] = loop.unix_pair();
//   io::TcpStream stream(std::move(near_end), loop.deadlines);
//   auto n = loop.run(stream.read_some(buffer));
//   EXPECT_TRUE(loop.run_until([&] { return done; }));
#pragma once

#include "proxy/io/asio.h"
#include "proxy/io/deadlines.h"

#include <sys/socket.h>

#include <chrono>
#include <exception>
#include <functional>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace cork::test {

// What a coroutine that runs beside the test ended with.
template <class T>
struct Running {
  std::optional<T> result;
  [[nodiscard]] bool done() const { return result.has_value(); }
};

class IoLoop {
 public:
  // No test waits longer than this for anything.
  static constexpr auto kPatience = std::chrono::seconds(20);

  [[nodiscard]] io::Executor executor() { return context.get_executor(); }

  // Runs handlers until `holds`; false: it did not within kPatience.
  template <class Holds>
  bool run_until(Holds holds) {
    const auto until = io::SteadyClock::now() + kPatience;
    while (!holds()) {
      if (io::SteadyClock::now() >= until) return false;
      context.restart();
      context.run_one_for(std::chrono::milliseconds(1));
    }
    return true;
  }
  // Runs handlers for at least that long.
  void run_for(std::chrono::milliseconds time) {
    const auto until = io::SteadyClock::now() + time;
    run_until([&] { return io::SteadyClock::now() >= until; });
  }

  // Starts a coroutine; `running` outlives it.
  template <class T>
  void start(io::Awaitable<T> task, Running<T>& running) {
    io::asio::co_spawn(executor(), std::move(task), [&](std::exception_ptr escaped, T result) {
      if (escaped) std::rethrow_exception(escaped);
      running.result.emplace(std::move(result));
    });
  }
  void start(io::Awaitable<void> task, Running<bool>& running) {
    io::asio::co_spawn(executor(), std::move(task), [&](std::exception_ptr escaped) {
      if (escaped) std::rethrow_exception(escaped);
      running.result.emplace(true);
    });
  }
  template <class T>
  bool finish(Running<T>& running) {
    return run_until([&] { return running.done(); });
  }

  // Runs a coroutine to its end. One that does not end fails the test by an exception.
  template <class T>
  auto run(io::Awaitable<T> task) {
    Running<std::conditional_t<std::is_void_v<T>, bool, T>> running;
    start(std::move(task), running);
    if (!finish(running)) throw std::runtime_error("the coroutine does not end");
    return std::move(*running.result);
  }

  [[nodiscard]] io::Socket adopt(int fd, int family) {
    return {executor(), io::asio::generic::stream_protocol(family, 0), fd};
  }
  [[nodiscard]] std::pair<io::Socket, io::Socket> unix_pair() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
      throw std::runtime_error("socketpair");
    }
    return {adopt(ends[0], AF_UNIX), adopt(ends[1], AF_UNIX)};
  }
  // Over loopback: accepted end second.
  [[nodiscard]] std::pair<io::Socket, io::Socket> tcp_pair() {
    using io::asio::ip::tcp;
    tcp::acceptor acceptor(context, tcp::endpoint(io::asio::ip::address_v4::loopback(), 0));
    tcp::socket near_end(context);
    near_end.connect(acceptor.local_endpoint());
    tcp::socket far_end = acceptor.accept();
    return {adopt(near_end.release(), AF_INET), adopt(far_end.release(), AF_INET)};
  }

  io::asio::io_context context{1};
  io::Deadlines deadlines{context.get_executor()};
};

}  // namespace cork::test
