// A door: a bound, listening socket, TCP or unix.
//
// bind_*() is called once at start-up; every worker accepts from its own handle of the same socket.
#pragma once

#include "base/ip_address.h"
#include "base/result.h"
#include "proxy/io/asio.h"
#include "proxy/io/socket_address.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace cork::io {

class BoundSocket {
 public:
  // Errors say what to do: "127.0.0.1:8888: address in use: …".
  static Result<BoundSocket> tcp(const IpAddress& address, std::uint16_t port);
  // Replaces a socket file nobody listens on; mode 0660.
  static Result<BoundSocket> unix_socket(const std::filesystem::path& path);
  ~BoundSocket();
  BoundSocket(BoundSocket&& other) noexcept;
  BoundSocket& operator=(BoundSocket&&) = delete;

  // Where it is bound, the real port where 0 was asked for; nullopt for a unix socket.
  [[nodiscard]] std::optional<AddressAndPort> address() const { return local_of(fd_); }
  // "127.0.0.1:8888", "unix:/run/cork/dev.sock".
  [[nodiscard]] std::string to_string() const;
  [[nodiscard]] int fd() const noexcept { return fd_; }

  // Lets another socket have the port, for a while or for good: nothing is accepted from now on,
  // and what waited is reset. Accepted connections go on. Only of a TCP socket whose port was
  // named. False: it keeps it.
  bool give_way() noexcept;
  // Takes it again, for every handle there is.
  Result<void> come_back();

 private:
  BoundSocket(int fd, std::filesystem::path path) noexcept : fd_(fd), path_(std::move(path)) {}
  int fd_;
  std::filesystem::path path_;  // removed at the end where it is a unix socket
};

// Accepts until stop(); `accepted` gets each connection. Out of descriptors, it pauses instead of
// spinning.
class Acceptor {
 public:
  // With a handle of its own, from any thread; fails where there is none left.
  static Result<Acceptor> at(const BoundSocket& bound, Executor executor,
                             std::function<void(Socket)> accepted);
  void start();
  void stop() noexcept;

 private:
  struct State;  // outlives this while the loop runs
  static void begin(const std::shared_ptr<State>& state);
  static Awaitable<void> loop(std::shared_ptr<State> state);
  static bool hand_over(State& state, Socket socket);
  explicit Acceptor(std::shared_ptr<State> state) noexcept : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

}  // namespace cork::io
