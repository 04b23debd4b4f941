#include "proxy/app/worker_thread.h"

#include "proxy/io/spawn.h"
#include "proxy/session/connection.h"

#include <boost/asio/executor_work_guard.hpp>

#include <algorithm>
#include <utility>

namespace cork::app {

namespace {

constexpr auto kSweepEvery = std::chrono::seconds(5);

}  // namespace

WorkerThread::WorkerThread(const session::Services& services,
                           std::shared_ptr<const session::Snapshot> snapshot, std::uint64_t seed)
    : worker_(io_.get_executor(), services, std::move(snapshot), seed),
      sweep_timer_(io_.get_executor()) {}

WorkerThread::~WorkerThread() {
  if (thread_.joinable()) stop();
}

void WorkerThread::accept_at(const io::BoundSocket& bound, std::size_t door) {
  add_acceptor(bound, door, [this, door](io::Socket socket) { accepted(door, std::move(socket)); });
}

void WorkerThread::accept_with(const io::BoundSocket& bound,
                               std::function<void(io::Socket)> accepted) {
  add_acceptor(bound, kNoDoor, std::move(accepted));
}

void WorkerThread::add_acceptor(const io::BoundSocket& bound, std::size_t door,
                                std::function<void(io::Socket)> accepted) {
  acceptors_.push_back(
      {door, std::make_unique<io::Acceptor>(io_.get_executor(), bound, std::move(accepted))});
}

void WorkerThread::reload(Reload reload, std::function<void()> done) {
  io::asio::post(io_, [this, reload = std::move(reload), done = std::move(done)] {
    std::erase_if(acceptors_, [&](Accepting& one) {
      const bool closed = std::ranges::find(reload.closed, one.door) != reload.closed.end();
      if (closed) one.acceptor->stop();
      return closed;
    });
    worker_.adopt(reload.snapshot);
    for (const auto& [door, bound] : reload.opened) {
      accept_at(*bound, door);
      if (!worker_.draining()) acceptors_.back().acceptor->start();
    }
    done();
  });
}

void WorkerThread::accepted(std::size_t door, io::Socket socket) {
  auto& metrics = worker_.services().metrics;
  io::spawn(io_.get_executor(), session::serve(worker_, door, std::move(socket)),
            [&metrics](std::exception_ptr escaped) {
              if (escaped) metrics.dropped(metrics::Metrics::Drop::internal);
            });
}

void WorkerThread::start() {
  for (auto& one : acceptors_) one.acceptor->start();
  sweep_later();
  thread_ = std::jthread([this] {
    const auto working = io::asio::make_work_guard(io_);
    io_.run();
  });
}

void WorkerThread::sweep_later() {
  sweep_timer_.expires_after(kSweepEvery);
  sweep_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    worker_.sweep();
    sweep_later();
  });
}

void WorkerThread::drain(std::function<void()> empty) {
  io::asio::post(io_, [this, empty = std::move(empty)]() mutable {
    for (auto& one : acceptors_) one.acceptor->stop();
    worker_.drain(std::move(empty));
  });
}

void WorkerThread::stop() {
  io::asio::post(io_, [this] {
    for (auto& one : acceptors_) one.acceptor->stop();
    worker_.end([this] { io_.stop(); });
  });
  if (thread_.joinable()) thread_.join();
}

}  // namespace cork::app
