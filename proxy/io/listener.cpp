#include "proxy/io/listener.h"

#include "base/descriptor.h"
#include "proxy/io/dialer.h"
#include "proxy/io/spawn.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <exception>
#include <utility>

namespace cork::io {

namespace {

constexpr int kBacklog = 1024;
// Before accepting again where there was no room.
constexpr auto kPause = std::chrono::milliseconds(50);

std::unexpected<Error> failed(const std::string& where) {
  const int error = errno;
  if (error == EADDRINUSE) {
    return fail(where + ": address in use: is another cork running there? choose another `listen`");
  }
  if (error == EACCES) {
    return fail(where +
                ": permission denied: ports below 1024 need privileges, sockets a folder "
                "that can be written");
  }
  if (error == EADDRNOTAVAIL) {
    return fail(where + ": this machine has no such address");
  }
  return fail(where + ": " + std::strerror(error));
}

// Whether somebody listens on that unix socket, or may: only a refusal proves that nobody does.
bool is_alive(const sockaddr_un& address) {
  const Descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const auto* to = reinterpret_cast<const sockaddr*>(&address);
  return !probe || ::connect(probe.get(), to, sizeof address) == 0 || errno != ECONNREFUSED;
}

}  // namespace

Result<BoundSocket> BoundSocket::tcp(const IpAddress& address, std::uint16_t port) {
  const std::string where = io::to_string(address, port);
  Descriptor fd(::socket(address.is_v4() ? AF_INET : AF_INET6,
                         SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int on = 1;
  if (fd.get() < 0 || ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0) {
    return failed(where);
  }
  const auto endpoint = socket_endpoint(address, port);
  if (::bind(fd.get(), endpoint.data(), static_cast<socklen_t>(endpoint.size())) != 0 ||
      ::listen(fd.get(), kBacklog) != 0) {
    return failed(where);
  }
  return BoundSocket(fd.release(), {});
}

Result<BoundSocket> BoundSocket::unix_socket(const std::filesystem::path& path) {
  const std::string where = "unix:" + path.string();
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.native().size() >= sizeof address.sun_path) {
    return fail(fmt::format("{}: a socket's path has at most {} bytes", where,
                            sizeof address.sun_path - 1));
  }
  std::memcpy(address.sun_path, path.c_str(), path.native().size());
  struct stat info{};
  if (::lstat(path.c_str(), &info) == 0) {
    if (!S_ISSOCK(info.st_mode)) return fail(where + ": a file that is no socket is in the way");
    if (is_alive(address)) {
      errno = EADDRINUSE;
      return failed(where);
    }
    ::unlink(path.c_str());
  }
  Descriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (fd.get() < 0 ||
      ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::chmod(path.c_str(), 0660) != 0 || ::listen(fd.get(), kBacklog) != 0) {
    return failed(where);
  }
  return BoundSocket(fd.release(), path);
}

BoundSocket::BoundSocket(BoundSocket&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), path_(std::exchange(other.path_, {})) {}

BoundSocket::~BoundSocket() {
  if (fd_ < 0) return;
  ::close(fd_);
  if (!path_.empty()) ::unlink(path_.c_str());
}

std::string BoundSocket::to_string() const {
  if (const auto bound = address()) return io::to_string(bound->address, bound->port);
  return "unix:" + path_.string();
}

bool BoundSocket::give_way() noexcept {
  return path_.empty() && ::shutdown(fd_, SHUT_RDWR) == 0;
}

Result<void> BoundSocket::come_back() {
  if (::listen(fd_, kBacklog) != 0) return failed(to_string());
  return {};
}

struct Acceptor::State {
  using Socket = asio::basic_socket_acceptor<asio::generic::stream_protocol, Executor>;
  State(Executor executor, std::function<void(io::Socket)> on_accepted)
      : acceptor(executor), pause(executor), accepted(std::move(on_accepted)) {}
  Socket acceptor;
  Timer pause;
  std::function<void(io::Socket)> accepted;
  bool stopped = false;
};

Result<Acceptor> Acceptor::at(const BoundSocket& bound, Executor executor,
                              std::function<void(Socket)> accepted) {
  auto state = std::make_shared<State>(executor, std::move(accepted));
  // Each worker polls its own handle.
  Descriptor own(::fcntl(bound.fd(), F_DUPFD_CLOEXEC, 0));
  if (own.get() < 0) return failed(bound.to_string());
  const auto local = bound.address();
  const int family = !local ? AF_UNIX : local->address.is_v4() ? AF_INET : AF_INET6;
  boost::system::error_code error;
  state->acceptor.assign(asio::generic::stream_protocol(family, 0), own.get(), error);
  if (error) return fail(fmt::format("{}: {}", bound.to_string(), error.message()));
  own.release();
  return Acceptor(std::move(state));
}

void Acceptor::start() {
  begin(state_);
}

// Whatever ends the loop must not close the door for good.
void Acceptor::begin(const std::shared_ptr<State>& state) {
  spawn(state->acceptor.get_executor(), loop(state), [state](std::exception_ptr escaped) {
    if (!escaped || state->stopped) return;
    state->pause.expires_after(kPause);
    state->pause.async_wait([state](const boost::system::error_code& error) {
      if (!error && !state->stopped) begin(state);
    });
  });
}

void Acceptor::stop() noexcept {
  state_->stopped = true;
  boost::system::error_code ignored;
  state_->acceptor.close(ignored);
  state_->pause.cancel();
}

// False where there was no memory for the connection: that must not end the accepting.
bool Acceptor::hand_over(State& state, Socket socket) {
  try {
    state.accepted(std::move(socket));
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

Awaitable<void> Acceptor::loop(std::shared_ptr<State> state) {
  while (!state->stopped) {
    boost::system::error_code error;
    Socket socket(state->acceptor.get_executor());
    co_await state->acceptor.async_accept(socket, asio::redirect_error(use_awaitable, error));
    if (state->stopped) co_return;
    if (!error && hand_over(*state, std::move(socket))) continue;
    // Out of descriptors or memory: the connection stays in the backlog until there is room.
    state->pause.expires_after(kPause);
    co_await state->pause.async_wait(asio::redirect_error(use_awaitable, error));
  }
}

}  // namespace cork::io
