#include "proxy/session/connection.h"

#include "proxy/io/socket_address.h"
#include "proxy/io/tcp_stream.h"
#include "proxy/session/client.h"
#include "proxy/session/exchange.h"
#include "proxy/session/head_reader.h"
#include "proxy/session/refusal.h"
#include "proxy/session/tunnel.h"

#include <memory>
#include <optional>
#include <utility>

namespace cork::session {

namespace {

// One connection's place in its worker, and what every exchange on it shares.
class Connection final : public Member {
 public:
  Connection(Worker& worker, std::size_t door, io::Socket socket)
      : worker_(worker),
        door_(door),
        of_all_(worker.services().ledger.all().take(ledger::Use::connection)),
        of_bottle_(worker.snapshot()->accounts[door]->take(ledger::Use::connection)),
        snapshot_(worker.snapshot()),
        client_{nullptr, io::ReadBuffer(worker.buffers()), io::describe_client(socket)} {
    client_.stream = std::make_unique<io::TcpStream>(std::move(socket), worker.deadlines());
    worker.join(*this);
    worker.services().metrics.connection_opened(bottle_name());
  }
  ~Connection() {
    worker_.services().metrics.connection_closed(bottle_name());
    worker_.left();
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  io::Awaitable<void> run();

 private:
  // The bottle, or cork as a whole, has as many connections open as it may.
  io::Awaitable<void> turn_away();
  // One request: false ends the connection.
  io::Awaitable<bool> serve_next();
  io::Awaitable<void> say_goodbye();
  void on_drain() noexcept override {
    if (idle_) client_.stream->set_read_deadline(0);
  }
  void on_reload() override;
  [[nodiscard]] const std::string& bottle_name() const { return snapshot_->bottles[door_].name(); }

  Worker& worker_;
  std::size_t door_;
  ledger::Lease of_all_, of_bottle_;
  std::shared_ptr<const Snapshot> snapshot_;  // names the bottle for as long as the metrics need it
  Client client_;
  std::optional<Tunnel> tunnel_;
  Exchange* exchange_ = nullptr;  // the one in progress
  bool idle_ = false;             // between exchanges
};

io::Awaitable<void> Connection::run() {
  if (!of_all_ || !of_bottle_) co_return co_await turn_away();
  while (co_await serve_next()) {
  }
}

// Nothing is read, so that a flood costs one write each.
io::Awaitable<void> Connection::turn_away() {
  worker_.services().metrics.dropped(metrics::Metrics::Drop::limit);
  const std::string answer = render_crowded(bottle_name());
  client_.stream->set_write_deadline(worker_.limits().linger_ms);
  (void)co_await client_.stream->write(as_bytes(answer));
  co_await client_.stream->shutdown();
}

io::Awaitable<bool> Connection::serve_next() {
  idle_ = true;
  auto head = co_await read_request_head(client_, worker_);
  idle_ = false;
  if (!head && !head.error()) co_return false;  // closed, or never said anything
  const Tunnel* tunnel = tunnel_ ? &*tunnel_ : nullptr;

  After after = After::close;
  if (!head) {
    Exchange exchange(worker_, door_, client_, tunnel);
    after = co_await exchange.refuse_malformed(*head.error());
  } else if ((*head)->parsed.form == http::TargetForm::authority && tunnel == nullptr) {
    auto opened = co_await open_tunnel(worker_, door_, client_, **head);
    if (opened) tunnel_ = std::move(*opened);
    if (opened) co_return true;
    after = opened.error();
  } else {
    Exchange exchange(worker_, door_, client_, tunnel);
    exchange_ = &exchange;
    after = co_await exchange.run(**head);
    exchange_ = nullptr;
  }
  if (after == After::keep_alive && !worker_.draining()) co_return true;
  if (after == After::abort) {
    client_.stream->abort();
    co_return false;
  }
  co_await say_goodbye();
  co_return false;
}

void Connection::on_reload() {
  const Snapshot& now = *worker_.snapshot();
  if (exchange_ != nullptr) return exchange_->decide_again(now);
  if (!idle_ || !tunnel_) return;
  const auto decision = now.bottles[door_].decide_connect(tunnel_->endpoint, Scheme::https);
  if (!decision.allowed()) client_.stream->set_read_deadline(0);
}

// A peer that is still sending must not have its answer destroyed by a reset: say goodbye, then
// read until it has closed too, for a moment.
io::Awaitable<void> Connection::say_goodbye() {
  client_.stream->set_write_deadline(worker_.limits().linger_ms);
  co_await client_.stream->shutdown();
  const auto until = io::SteadyClock::now() + std::chrono::milliseconds(worker_.limits().linger_ms);
  client_.stream->set_read_deadline(worker_.limits().linger_ms);
  client_.buffer.consume(client_.buffer.view().size());
  while (io::SteadyClock::now() < until) {
    const auto n = co_await client_.buffer.fill(*client_.stream);
    if (!n || *n == 0) break;
    client_.buffer.consume(*n);
  }
  client_.stream->close();
}

}  // namespace

io::Awaitable<void> serve(Worker& worker, std::size_t door, io::Socket socket) {
  Connection connection(worker, door, std::move(socket));
  co_await connection.run();
}

}  // namespace cork::session
