#include "proxy/commands/health.h"

#include "base/descriptor.h"
#include "base/result.h"
#include "proxy/commands/print.h"
#include "proxy/commands/terminal.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace cork::commands {
namespace {

constexpr std::size_t kMaxAnswerBytes = std::size_t{64} << 10;

class Deadline {
 public:
  explicit Deadline(std::uint64_t ms) : at_(Clock::now() + std::chrono::milliseconds(ms)) {}

  // Waits until `descriptor` is ready for `events`; an error once the deadline has passed.
  [[nodiscard]] Result<void> wait(int descriptor, short events) const {
    pollfd one{.fd = descriptor, .events = events, .revents = 0};
    while (true) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(at_ - Clock::now()).count();
      const int ready = left <= 0 ? 0 : ::poll(&one, 1, static_cast<int>(left));
      if (ready > 0) return {};
      if (ready == 0) return fail("no answer in time");
      if (errno != EINTR) return fail(std::strerror(errno));
    }
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point at_;
};

struct Address {
  sockaddr_storage storage{};
  socklen_t length = 0;
};

template <class Sockaddr>
Address address_of(const Sockaddr& from) {
  Address address;
  std::memcpy(&address.storage, &from, sizeof from);
  address.length = sizeof from;
  return address;
}

// A listener on every address (0.0.0.0, ::) is reached by that address too: Linux takes it for
// loopback.
Result<Address> address_of(const config::Listen& listen) {
  if (const auto* unix_socket = std::get_if<config::UnixListen>(&listen.at)) {
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    const std::string& path = unix_socket->path.native();
    if (path.size() >= sizeof to.sun_path) return fail("the path is too long for a unix socket");
    path.copy(to.sun_path, path.size());
    return address_of(to);
  }
  const auto& tcp = std::get<config::TcpListen>(listen.at);
  const auto octets = tcp.address.octets();
  if (tcp.address.is_v4()) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(tcp.port);
    std::memcpy(&to.sin_addr, octets.data(), sizeof to.sin_addr);
    return address_of(to);
  }
  sockaddr_in6 to{};
  to.sin6_family = AF_INET6;
  to.sin6_port = htons(tcp.port);
  std::memcpy(&to.sin6_addr, octets.data(), sizeof to.sin6_addr);
  return address_of(to);
}

Result<void> connect(int descriptor, const Address& to, const Deadline& deadline) {
  if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&to.storage), to.length) == 0) {
    return {};
  }
  if (errno != EINPROGRESS) return fail(std::strerror(errno));
  if (auto ready = deadline.wait(descriptor, POLLOUT); !ready) return ready;
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  if (error != 0) return fail(std::strerror(error));
  return {};
}

// The whole answer: HTTP/1.0 ends it with the connection.
Result<std::string> ask(const config::Listen& listen, std::uint64_t timeout_ms) {
  const Deadline deadline(timeout_ms);
  const auto to = address_of(listen);
  if (!to) return fail(to.error().what);
  const Descriptor socket(
      ::socket(to->storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (socket.get() < 0) return fail(std::strerror(errno));
  if (auto connected = connect(socket.get(), *to, deadline); !connected) {
    return fail(connected.error().what);
  }
  constexpr std::string_view request = "GET /readyz HTTP/1.0\r\nHost: cork\r\n\r\n";
  // A new connection's send buffer holds so little at once.
  if (::send(socket.get(), request.data(), request.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(request.size())) {
    return fail(std::strerror(errno));
  }
  std::string answer;
  std::array<char, 4096> block;
  while (answer.size() <= kMaxAnswerBytes) {
    if (auto ready = deadline.wait(socket.get(), POLLIN); !ready) {
      return fail(ready.error().what);
    }
    const ssize_t got = ::recv(socket.get(), block.data(), block.size(), 0);
    if (got == 0) return answer;
    if (got > 0) {
      answer.append(block.data(), static_cast<std::size_t>(got));
    } else if (errno != EAGAIN && errno != EINTR) {
      return fail(std::strerror(errno));
    }
  }
  return fail("the answer has no end");
}

// What follows the status line and the head; nullopt where this is no answer of `status`.
std::optional<std::string_view> body_of(std::string_view answer, std::string_view status) {
  constexpr std::string_view version = "HTTP/1.1 ";
  constexpr std::string_view end_of_head = "\r\n\r\n";
  if (!answer.starts_with(version)) return std::nullopt;
  if (!answer.substr(version.size()).starts_with(status)) return std::nullopt;
  const std::size_t end = answer.find(end_of_head);
  if (end == std::string_view::npos) return std::nullopt;
  answer.remove_prefix(end + end_of_head.size());
  if (answer.ends_with('\n')) answer.remove_suffix(1);
  return answer;
}

bool is_any_free_port(const config::Listen& listen) {
  const auto* tcp = std::get_if<config::TcpListen>(&listen.at);
  return tcp != nullptr && tcp->port == 0;
}

}  // namespace

int health(const HealthOptions& options, const Context& context) {
  const auto settings = load_settings(options.config, context, kNoCredentials);
  if (!settings) return kUsage;
  if (!settings->metrics) {
    return complain(
        context, kUsage,
        fmt::format("{} has no metrics listener, which is what answers", settings->file.native()),
        "add `metrics: { listen: 127.0.0.1:9090 }`");
  }
  const std::string where = to_string(*settings->metrics);
  if (is_any_free_port(*settings->metrics)) {
    return complain(
        context, kUsage,
        fmt::format("metrics.listen is {}: nobody can know which port that became", where),
        "give it a port");
  }
  const auto answer = ask(*settings->metrics, options.timeout_ms);
  if (!answer) {
    return complain(context, kFailed, fmt::format("{}: {}", where, answer.error().what),
                    "is `cork run` running with this configuration?");
  }
  if (const auto ready = body_of(*answer, "200 ")) {
    print(context, "{}\n", visible(*ready));
    return kYes;
  }
  if (const auto not_ready = body_of(*answer, "503 ")) {
    print(context, "{}\n", visible(*not_ready));
    return kNo;
  }
  return complain(context, kFailed, fmt::format("{}: what answers there is not cork", where));
}

void add_health(CLI::App& root, Run& run) {
  auto options = std::make_shared<HealthOptions>();
  CLI::App* command =
      root.add_subcommand("health", "Ask the running cork whether it is ready; exit 0 if it is");
  command
      ->add_option("--timeout-ms", options->timeout_ms,
                   fmt::format("How long the answer may take ({})", options->timeout_ms))
      ->type_name("MS")
      ->check(CLI::Range(1, 600'000).description(""));
  add_config_option(*command, options->config);
  command->footer(
      "Asks /readyz of the listener that `metrics.listen` names, for container health checks:\n"
      "  HEALTHCHECK CMD [\"cork\", \"health\"]");
  command->callback([options, &run] {
    run = [options](const Context& context) { return health(*options, context); };
  });
}

}  // namespace cork::commands
