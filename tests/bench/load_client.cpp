// The load of proxy_bench.py: JSON POSTs over TLS, through a CONNECT proxy or straight to a server,
// from a few threads, each with one connection at a time. Prints one JSON line of latencies.
//
//   load_client --proxy 8888 --origin 8443 --ca ca.pem --body 2048 --exchanges 1000 [--fresh]
//   load_client --direct 8444 ...           TLS to that port itself
//   load_client ... --idle 200              opens 200 connections, prints "ready", waits for the
//   end
//                                           of its standard input
// Everything is on 127.0.0.1 and the server's name is localhost.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace {

struct Options {
  std::uint16_t proxy = 0, direct = 0, origin = 0;
  std::string ca;
  std::size_t body = 2048, exchanges = 1000, threads = 4, idle = 0;
  bool fresh = false;  // a new connection for each exchange
};

[[noreturn]] void give_up(std::string_view what) {
  fmt::print(stderr, "load_client: {}\n", what);
  ERR_print_errors_fp(stderr);
  std::exit(1);
}

template <auto Free>
struct FreeWith {
  template <class T>
  void operator()(T* pointer) const noexcept {
    Free(pointer);
  }
};
using Context = std::unique_ptr<SSL_CTX, FreeWith<&SSL_CTX_free>>;
using Tls = std::unique_ptr<SSL, FreeWith<&SSL_free>>;

Context make_context(const std::string& ca) {
  Context context(SSL_CTX_new(TLS_client_method()));
  if (!context || SSL_CTX_load_verify_locations(context.get(), ca.c_str(), nullptr) != 1) {
    give_up("cannot read the CA " + ca);
  }
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  return context;
}

int connect_to(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sockaddr generic{};
  static_assert(sizeof generic == sizeof address);
  std::memcpy(&generic, &address, sizeof generic);
  if (fd < 0 || ::connect(fd, &generic, sizeof generic) != 0) give_up("cannot connect");
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

void open_tunnel(int fd, std::uint16_t origin) {
  const std::string head =
      fmt::format("CONNECT localhost:{0} HTTP/1.1\r\nHost: localhost:{0}\r\n\r\n", origin);
  if (::send(fd, head.data(), head.size(), MSG_NOSIGNAL) < 0) give_up("CONNECT was not sent");
  std::string answer;
  while (!answer.ends_with("\r\n\r\n")) {
    char byte = 0;
    if (::recv(fd, &byte, 1, 0) != 1) give_up("CONNECT was not answered");
    answer.push_back(byte);
  }
  if (answer.find(" 200 ") == std::string::npos) give_up("CONNECT was refused: " + answer);
}

// One TLS connection to the origin, by way of what is measured.
class Connection {
 public:
  Connection(const Options& options, SSL_CTX* context)
      : fd_(connect_to(options.proxy != 0 ? options.proxy : options.direct)),
        tls_(SSL_new(context)) {
    if (options.proxy != 0) open_tunnel(fd_, options.origin);
    SSL_set_fd(tls_.get(), fd_);
    SSL_set_tlsext_host_name(tls_.get(), "localhost");
    SSL_set1_host(tls_.get(), "localhost");
    if (SSL_connect(tls_.get()) != 1) give_up("no TLS handshake");
  }
  ~Connection() {
    if (fd_ < 0) return;
    SSL_shutdown(tls_.get());
    ::close(fd_);
  }
  Connection(Connection&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), tls_(std::move(other.tls_)) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  Connection& operator=(Connection&&) = delete;

  void exchange(std::string_view request) {
    for (std::string_view rest = request; !rest.empty();) {
      std::size_t sent = 0;
      if (SSL_write_ex(tls_.get(), rest.data(), rest.size(), &sent) != 1) give_up("no write");
      rest.remove_prefix(sent);
    }
    read_answer();
  }

 private:
  // A 200 with its Content-Length, and nothing after it.
  void read_answer() {
    std::string answer;
    std::array<char, 4096> buffer;
    std::size_t whole = 0;
    while (whole == 0 || answer.size() < whole) {
      std::size_t got = 0;
      if (SSL_read_ex(tls_.get(), buffer.data(), buffer.size(), &got) != 1) {
        give_up("the answer ends early: " + answer);
      }
      answer.append(buffer.data(), got);
      if (whole == 0) whole = length_of(answer);
    }
    if (answer.find(" 200 ") > 16) give_up("refused: " + answer);
  }

  // Of head and body; 0 while the head is not whole.
  static std::size_t length_of(std::string_view answer) {
    const std::size_t end = answer.find("\r\n\r\n");
    if (end == std::string_view::npos) return 0;
    constexpr std::string_view name = "\r\ncontent-length: ";
    const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; };
    const auto* at = std::ranges::search(answer.substr(0, end), name, same).begin();
    std::size_t length = 0;
    if (at != answer.substr(0, end).end()) {
      std::from_chars(at + name.size(), answer.data() + end, length);
    }
    return end + 4 + length;
  }

  int fd_;
  Tls tls_;
};

// A chat request of that many bytes: JSON, words, nothing that looks like a credential.
std::string make_request(const Options& options) {
  constexpr std::array words{"the",  "function", "returns", "early",  "when",  "its",    "buffer",
                             "is",   "empty",    "so",      "nobody", "will",  "notice", "a",
                             "race", "between",  "reader",  "and",    "writer"};
  std::string body = R"({"model": "large", "messages": [{"role": "user", "content": ")";
  constexpr std::string_view end = "\"}]}";
  std::uint32_t random = 12345;
  while (body.size() + end.size() + 16 < options.body) {
    random = random * 1664525 + 1013904223;
    body.append(words[(random >> 16) % words.size()]).push_back(' ');
  }
  if (body.size() + end.size() < options.body) {
    body.append(options.body - end.size() - body.size(), '.');
  }
  body.append(end);
  return fmt::format(
      "POST /v1/messages HTTP/1.1\r\nHost: localhost:{}\r\nUser-Agent: load_client\r\n"
      "Content-Type: application/json\r\nAccept: */*\r\nContent-Length: {}\r\n\r\n{}",
      options.origin, body.size(), body);
}

using Clock = std::chrono::steady_clock;

double microseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

std::vector<double> run_thread(const Options& options, SSL_CTX* context, const std::string& request,
                               std::atomic<std::size_t>& left) {
  std::vector<double> latencies;
  std::unique_ptr<Connection> connection;
  for (;;) {
    std::size_t now = left.load();
    while (now != 0 && !left.compare_exchange_weak(now, now - 1)) {
    }
    if (now == 0) return latencies;
    const Clock::time_point start = Clock::now();
    if (!connection || options.fresh) connection = std::make_unique<Connection>(options, context);
    connection->exchange(request);
    latencies.push_back(microseconds_since(start));
    if (options.fresh) connection.reset();
  }
}

void run_load(const Options& options) {
  const Context context = make_context(options.ca);
  const std::string request = make_request(options);
  std::atomic<std::size_t> left = options.exchanges;
  std::vector<std::vector<double>> parts(options.threads);
  const Clock::time_point start = Clock::now();
  {
    std::vector<std::jthread> threads;
    for (std::vector<double>& part : parts) {
      threads.emplace_back([&] { part = run_thread(options, context.get(), request, left); });
    }
  }
  const double total = microseconds_since(start);
  std::vector<double> all;
  for (const std::vector<double>& part : parts) all.insert(all.end(), part.begin(), part.end());
  if (all.empty()) give_up("no exchange was asked for");
  std::ranges::sort(all);
  fmt::print(R"({{"exchanges": {}, "seconds": {:.3f}, "p50_us": {:.1f}, "p99_us": {:.1f}}})"
             "\n",
             all.size(), total / 1e6, all[all.size() / 2], all[all.size() * 99 / 100]);
}

void run_idle(const Options& options) {
  const Context context = make_context(options.ca);
  const std::string request = make_request(options);
  std::vector<Connection> connections;
  for (std::size_t i = 0; i < options.idle; ++i) {
    connections.emplace_back(options, context.get()).exchange(request);
  }
  fmt::print("ready\n");
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
}

template <class T>
T number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) give_up("that is no number");
  return value;
}

Options parse(const std::vector<std::string_view>& words) {
  Options options;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view name = words[i];
    if (name == "--fresh") {
      options.fresh = true;
      continue;
    }
    if (++i == words.size()) give_up("an option lacks its value");
    if (name == "--proxy")
      options.proxy = number<std::uint16_t>(words[i]);
    else if (name == "--direct")
      options.direct = number<std::uint16_t>(words[i]);
    else if (name == "--origin")
      options.origin = number<std::uint16_t>(words[i]);
    else if (name == "--ca")
      options.ca = words[i];
    else if (name == "--body")
      options.body = number<std::size_t>(words[i]);
    else if (name == "--exchanges")
      options.exchanges = number<std::size_t>(words[i]);
    else if (name == "--threads")
      options.threads = number<std::size_t>(words[i]);
    else if (name == "--idle")
      options.idle = number<std::size_t>(words[i]);
    else
      give_up(fmt::format("no option {}", name));
  }
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = parse({argv + 1, argv + argc});
  if (options.idle != 0) {
    run_idle(options);
  } else {
    run_load(options);
  }
  return 0;
}
