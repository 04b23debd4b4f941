// One worker with everything it needs, and nothing behind it: no listener, no origin, no name that
// resolves. Times and sizes may be changed before worker() is first asked for.
//
//   TestWorker test;
//   test.services.session.head_ms = 20;
//   Recorder recorder(test.worker(), *test.snapshot, *test.snapshot->accounts[0]);
//   test.log_lines();
#pragma once

#include "certs/authority.h"
#include "proxy/session/worker.h"
#include "tests/support/io_loop.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_rules.h"

#include <memory>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace cork::test {

class NoNames final : public io::Resolver {
 public:
  io::Awaitable<io::IoResult<std::vector<IpAddress>>> resolve(std::string, std::string,
                                                              std::uint64_t) override {
    co_return std::unexpected(io::IoError{io::IoError::Kind::refused, "no such name"});
  }
};

template <class T, class E>
T or_throw(Result<T, E> result, const char* what) {
  if (!result) throw std::runtime_error(what);
  return std::move(*result);
}

class TestWorker {
 public:
  [[nodiscard]] session::Worker& worker() {
    if (!worker_) worker_.emplace(loop.executor(), services, snapshot, 1);
    return *worker_;
  }
  [[nodiscard]] std::vector<std::string> log_lines() const {
    std::vector<std::string> lines;
    std::istringstream text(folder.read("audit.jsonl"));
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    return lines;
  }

  IoLoop loop;
  TemporaryFolder folder;
  std::unique_ptr<audit::Log> log = or_throw(audit::Log::open(folder / "audit.jsonl"), "log");
  metrics::Metrics metrics{{"dev"}, {"test-token"}};
  std::shared_ptr<const certs::Authority> authority = std::make_shared<const certs::Authority>(
      or_throw(certs::Authority::create(folder / "ca", certs::Clock::now()), "authority"));
  NoNames resolver;
  ledger::Ledger ledger{{}, 100};
  session::Services services{
      *log, metrics, resolver, ledger, [] { return audit::WallClock::now(); }, {}, {}, {}, {}, {}};
  std::shared_ptr<session::Snapshot> snapshot = [this] {
    auto made = std::make_shared<session::Snapshot>();
    made->generation = 1;
    made->bottles = {policy::Bottle("dev", policy::Mode::enforce, {}, {})};
    made->accounts = {&ledger.of("dev")};
    made->doors = {policy::Door({}, {{0, {}}})};
    made->door_accounts = {&ledger.of_door(0)};
    made->rules = one_rule();
    made->leaves = made->denied_leaves =
        std::make_shared<certs::LeafCache>(authority, certs::LeafCache::Options{});
    return made;
  }();

 private:
  std::optional<session::Worker> worker_;
};

}  // namespace cork::test
