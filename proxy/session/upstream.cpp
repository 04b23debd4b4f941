#include "proxy/session/upstream.h"

#include "certs/trust.h"
#include "proxy/io/dialer.h"
#include "proxy/io/tls_stream.h"
#include "proxy/session/own_place.h"
#include "proxy/session/request_rules.h"

#include <fmt/format.h>

#include <utility>

namespace cork::session {

namespace {

using policy::Decision;
using policy::Reason;

Decision from_io(const io::IoError& error, Reason otherwise, const std::string& doing) {
  const Reason reason = error.kind == io::IoError::Kind::timeout ? Reason::timeout : otherwise;
  return denied(reason, fmt::format("{}: {}.", doing, error.what));
}

// What is left of a budget of milliseconds, at least one.
class Budget {
 public:
  explicit Budget(std::uint64_t ms)
      : until_(io::SteadyClock::now() + std::chrono::milliseconds(ms)) {}
  [[nodiscard]] std::uint64_t left_ms() const {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until_ - io::SteadyClock::now());
    return left.count() > 0 ? static_cast<std::uint64_t>(left.count()) : 1;
  }

 private:
  io::SteadyClock::time_point until_;
};

io::Awaitable<std::expected<std::vector<IpAddress>, Decision>> addresses_of(
    Worker& worker, const std::string& bottle, const Host& host, const Budget& budget) {
  if (host.address()) co_return std::vector{*host.address()};
  const auto deadline = std::min(budget.left_ms(), worker.limits().resolve_ms);
  auto found = co_await worker.services().resolver.resolve(host.text(), bottle, deadline);
  if (!found) {
    co_return std::unexpected(from_io(found.error(), Reason::upstream_unreachable,
                                      fmt::format("cannot resolve {}", host.text())));
  }
  co_return std::move(*found);
}

// One forbidden address refuses the whole answer: a name that points inward even once is not one to
// choose addresses from.
Decision decide_all(const Snapshot& snapshot, const policy::Bottle& bottle, Scheme scheme,
                    const Endpoint& endpoint, const std::vector<IpAddress>& addresses) {
  Decision decision;
  for (const IpAddress& address : addresses) {
    decision = decide_dialled(snapshot, bottle, scheme, endpoint, address);
    if (!decision.allowed()) return decision;
  }
  return decision;
}

// A socket, and which of the addresses it leads to.
struct Reached {
  io::Socket socket;
  IpAddress address;
};

io::Awaitable<std::expected<Reached, Decision>> reach(Worker& worker, const Snapshot& snapshot,
                                                      const policy::Bottle& bottle, Scheme scheme,
                                                      const Endpoint& endpoint,
                                                      const Budget& budget) {
  auto addresses = co_await addresses_of(worker, bottle.name(), endpoint.host, budget);
  if (!addresses) co_return std::unexpected(std::move(addresses.error()));
  Decision decision = decide_all(snapshot, bottle, scheme, endpoint, *addresses);
  if (!decision.allowed()) co_return std::unexpected(std::move(decision));

  io::IoError last{io::IoError::Kind::refused, "no address"};
  for (std::size_t i = 0; i < addresses->size(); ++i) {
    // Each of the addresses still to try keeps a share of the time.
    const auto share = budget.left_ms() / (addresses->size() - i) + 1;
    const IpAddress& address = (*addresses)[i];
    auto socket = co_await io::dial(address, endpoint.port, worker.deadlines(), share);
    if (socket) co_return Reached{std::move(*socket), address};
    last = std::move(socket.error());
  }
  co_return std::unexpected(from_io(last, Reason::upstream_unreachable,
                                    fmt::format("cannot connect to {}", endpoint.to_string())));
}

Upstream in_clear(Worker& worker, Reached reached, std::uint16_t port) {
  return {std::make_unique<io::TcpStream>(std::move(reached.socket), worker.deadlines()),
          io::ReadBuffer(worker.buffers()), reached.address, io::to_string(reached.address, port)};
}

io::Awaitable<std::expected<std::unique_ptr<io::Stream>, Decision>> secure(
    Worker& worker, const Snapshot& snapshot, const Endpoint& endpoint, std::string in_file,
    io::Socket socket, const Budget& budget) {
  const auto doing = fmt::format("TLS with {} failed", endpoint.to_string());
  certs::SslPtr ssl(SSL_new(snapshot.upstream_tls.get()));
  if (!ssl) co_return std::unexpected(denied(Reason::upstream_tls, doing + "."));
  if (auto expected = certs::expect_peer(ssl.get(), endpoint.host); !expected) {
    co_return std::unexpected(
        denied(Reason::upstream_tls, fmt::format("{}: {}.", doing, expected.error().what)));
  }
  auto stream = co_await io::TlsStream::connect(std::move(socket), worker.deadlines(),
                                                std::move(ssl), budget.left_ms());
  worker.services().metrics.handshake(metrics::Metrics::Side::upstream, stream.has_value());
  if (stream) co_return std::unique_ptr<io::Stream>(std::move(*stream));
  auto decision = from_io(stream.error(), Reason::upstream_tls, doing);
  if (decision.reason == Reason::upstream_tls) {
    decision.operator_can = fmt::format(
        "if the origin's certificate is signed by a private CA, add that CA's "
        "certificate with `upstream.ca_file`{}",
        in_file);
  }
  co_return std::unexpected(std::move(decision));
}

}  // namespace

io::Awaitable<std::expected<Upstream, Decision>> connect_upstream(Worker& worker,
                                                                  const Snapshot& snapshot,
                                                                  const policy::Bottle& bottle,
                                                                  Scheme scheme,
                                                                  const Endpoint& endpoint) {
  const Budget budget(worker.limits().dial_ms);
  auto reached = co_await reach(worker, snapshot, bottle, scheme, endpoint, budget);
  if (!reached) co_return std::unexpected(std::move(reached.error()));
  if (scheme == Scheme::http) co_return in_clear(worker, std::move(*reached), endpoint.port);
  auto secured = co_await secure(worker, snapshot, endpoint, bottle.in_file(),
                                 std::move(reached->socket), budget);
  if (!secured) co_return std::unexpected(std::move(secured.error()));
  co_return Upstream{std::move(*secured), io::ReadBuffer(worker.buffers()), reached->address,
                     io::to_string(reached->address, endpoint.port)};
}

io::Awaitable<std::expected<Upstream, Decision>> dial_upstream(Worker& worker,
                                                               const Snapshot& snapshot,
                                                               const policy::Bottle& bottle,
                                                               const Endpoint& endpoint) {
  const Budget budget(worker.limits().dial_ms);
  auto reached = co_await reach(worker, snapshot, bottle, Scheme::https, endpoint, budget);
  if (!reached) co_return std::unexpected(std::move(reached.error()));
  co_return in_clear(worker, std::move(*reached), endpoint.port);
}

Decision decide_dialled(const Snapshot& snapshot, const policy::Bottle& bottle, Scheme scheme,
                        const Endpoint& endpoint, const IpAddress& address) {
  if (auto own = decide_own(snapshot, address, endpoint.port)) return *std::move(own);
  return bottle.decide_address(endpoint, scheme, address, snapshot.around);
}

}  // namespace cork::session
