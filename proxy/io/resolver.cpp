#include "proxy/io/resolver.h"

#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

namespace cork::io {

namespace {

using Answer = IoResult<std::vector<IpAddress>>;

IoError cannot_resolve(const char* why) {
  return {IoError::Kind::refused, why};
}

// Absolute: a search domain would make "api" of a route some other host. Said anew for each lookup:
// options that a thread changed and kept would also keep it from seeing a new resolv.conf.
void forbid_search() {
  ::res_init();
  _res.options &= ~static_cast<unsigned long>(RES_DEFNAMES | RES_DNSRCH);
  // Nobody waits longer than resolve_ms: a dead name server must not keep the thread.
  _res.retrans = 2;
  _res.retry = 1;
}

Answer look_up(const std::string& name) {
  forbid_search();
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  if (const int error = ::getaddrinfo(name.c_str(), nullptr, &hints, &list); error != 0) {
    return std::unexpected(cannot_resolve(::gai_strerror(error)));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(list, &::freeaddrinfo);
  std::vector<IpAddress> addresses;
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    if (entry->ai_family == AF_INET) {
      std::array<std::uint8_t, 4> octets{};
      const auto* in = reinterpret_cast<const sockaddr_in*>(entry->ai_addr);
      std::memcpy(octets.data(), &in->sin_addr, octets.size());
      addresses.push_back(IpAddress::v4(octets));
    } else if (entry->ai_family == AF_INET6) {
      std::array<std::uint8_t, 16> octets{};
      const auto* in = reinterpret_cast<const sockaddr_in6*>(entry->ai_addr);
      std::memcpy(octets.data(), &in->sin6_addr, octets.size());
      addresses.push_back(IpAddress::v6(octets));
    }
  }
  if (addresses.empty()) return std::unexpected(cannot_resolve("no address"));
  return addresses;
}

// Shared by the coroutine that waits and the thread that looks up: whichever ends last frees it.
struct Pending {
  explicit Pending(Executor on) : executor(on), timer(on) {}
  Executor executor;
  Timer timer;
  std::optional<Answer> answer;  // touched on the executor's thread only
  // Nobody waits any more: what is still queued behind a dead name server need not be asked.
  std::atomic<bool> abandoned = false;
};

}  // namespace

// One queue an asker. Each thread takes the next job of the first asker in turn that is not using
// its share; so a lookup waits for others of its own asker only, or for a thread.
class SystemResolver::Pool {
 public:
  using Job = std::function<void()>;

  explicit Pool(Options options) : options_(std::move(options)) {
    for (std::size_t i = 0; i < options_.threads; ++i) {
      threads_.emplace_back([this] { work(); });
    }
  }

  ~Pool() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      askers_.clear();
    }
    wake_.notify_all();
  }

  bool add(const std::string& asker, Job job) {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return false;
      Asker& queue = askers_[asker];
      if (queue.waiting.size() >= options_.queue) return false;
      queue.waiting.push_back(std::move(job));
    }
    wake_.notify_one();
    return true;
  }

  [[nodiscard]] const Options& options() const noexcept { return options_; }

 private:
  struct Asker {
    std::deque<Job> waiting;
    std::size_t running = 0;
  };
  using Askers = std::map<std::string, Asker>;

  // The first behind the one that was served last.
  Askers::iterator next() {
    const auto ready = [this](const Askers::value_type& one) {
      return !one.second.waiting.empty() && one.second.running < options_.share;
    };
    const auto from = askers_.upper_bound(served_);
    const auto found = std::find_if(from, askers_.end(), ready);
    if (found != askers_.end()) return found;
    const auto before = std::find_if(askers_.begin(), from, ready);
    return before == from ? askers_.end() : before;
  }

  void work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      auto asker = askers_.end();
      wake_.wait(lock, [&] { return stopping_ || (asker = next()) != askers_.end(); });
      if (stopping_) return;
      served_ = asker->first;
      const Job job = std::move(asker->second.waiting.front());
      asker->second.waiting.pop_front();
      ++asker->second.running;
      lock.unlock();
      job();
      lock.lock();
      if (stopping_) return;
      if (--asker->second.running == 0 && asker->second.waiting.empty()) askers_.erase(asker);
      // What this one had to wait for its own share may go now.
      wake_.notify_one();
    }
  }

  Options options_;
  std::mutex mutex_;
  std::condition_variable wake_;
  Askers askers_;
  std::string served_;
  bool stopping_ = false;
  std::vector<std::jthread> threads_;
};

SystemResolver::SystemResolver(Options options) {
  if (!options.look_up) options.look_up = &look_up;
  pool_ = std::make_unique<Pool>(std::move(options));
}
SystemResolver::~SystemResolver() = default;

Awaitable<Answer> SystemResolver::resolve(std::string name, std::string asker,
                                          std::uint64_t deadline_ms) {
  const auto pending = std::make_shared<Pending>(co_await asio::this_coro::executor);
  const bool added = pool_->add(asker, [pool = pool_.get(), pending, name = std::move(name)] {
    if (pending->abandoned) return;
    asio::post(pending->executor, [pending, answer = pool->options().look_up(name)]() mutable {
      pending->answer = std::move(answer);
      pending->timer.cancel();
    });
  });
  if (!added) co_return std::unexpected(cannot_resolve("too many lookups in progress"));
  pending->timer.expires_after(std::chrono::milliseconds(deadline_ms));
  boost::system::error_code ignored;
  co_await pending->timer.async_wait(asio::redirect_error(use_awaitable, ignored));
  if (!pending->answer) {
    pending->abandoned = true;
    co_return std::unexpected(IoError{IoError::Kind::timeout, "name resolution timed out"});
  }
  co_return std::move(*pending->answer);
}

}  // namespace cork::io
