#include "proxy/app/worker_thread.h"

#include "proxy/io/spawn.h"
#include "proxy/session/connection.h"

#include <boost/asio/executor_work_guard.hpp>

#include <algorithm>
#include <exception>
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

Result<void> WorkerThread::accept_with(const io::BoundSocket& bound,
                                       std::function<void(io::Socket)> accepted) {
  auto acceptor = io::Acceptor::at(bound, io_.get_executor(), std::move(accepted));
  if (!acceptor) return std::unexpected(acceptor.error());
  acceptors_.push_back({kNoDoor, std::move(*acceptor)});
  return {};
}

Result<void> WorkerThread::prepare_door(const io::BoundSocket& bound, std::size_t door) {
  auto acceptor = io::Acceptor::at(bound, io_.get_executor(), [this, door](io::Socket socket) {
    accepted(door, std::move(socket));
  });
  if (!acceptor) return std::unexpected(acceptor.error());
  prepared_.push_back({door, std::move(*acceptor)});
  return {};
}

void WorkerThread::prepare_rules(std::shared_ptr<const secrets::Ruleset> rules,
                                 std::function<void(bool)> done) {
  io::asio::post(io_, [this, rules = std::move(rules), done = std::move(done)] {
    bool fits = true;
    try {
      worker_.fit(*rules);
    } catch (const std::exception&) {
      fits = false;
    }
    done(fits);
  });
}

void WorkerThread::reload(std::shared_ptr<const session::Snapshot> snapshot,
                          std::vector<std::size_t> closed, std::function<void()> done) {
  io::asio::post(io_, [this, snapshot = std::move(snapshot), closed = std::move(closed),
                       opened = std::move(prepared_), done = std::move(done)]() mutable {
    std::erase_if(acceptors_, [&](Accepting& one) {
      const bool gone = std::ranges::find(closed, one.door) != closed.end();
      if (gone) one.acceptor.stop();
      return gone;
    });
    worker_.adopt(std::move(snapshot));
    // Without memory to start it, a door stays closed at this worker.
    for (Accepting& one : opened) {
      try {
        if (!worker_.draining()) one.acceptor.start();
      } catch (const std::exception&) {
        one.acceptor.stop();
      }
    }
    acceptors_.splice(acceptors_.end(), opened);
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
  for (auto& one : acceptors_) one.acceptor.start();
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
    for (auto& one : acceptors_) one.acceptor.stop();
    worker_.drain(std::move(empty));
  });
}

void WorkerThread::stop() {
  io::asio::post(io_, [this] {
    for (auto& one : acceptors_) one.acceptor.stop();
    worker_.end([this] { io_.stop(); });
  });
  if (thread_.joinable()) thread_.join();
}

}  // namespace cork::app
