#include "proxy/io/resolver.h"

#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <functional>
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

struct SystemResolver::Pool {
  explicit Pool(Options chosen) : options(chosen) {
    for (std::size_t i = 0; i < options.threads; ++i) {
      threads.emplace_back([this] { work(); });
    }
  }

  ~Pool() {
    {
      const std::lock_guard lock(mutex);
      stopping = true;
      queue.clear();
    }
    wake.notify_all();
  }

  void work() {
    for (;;) {
      std::unique_lock lock(mutex);
      wake.wait(lock, [this] { return stopping || !queue.empty(); });
      if (stopping) return;
      auto job = std::move(queue.front());
      queue.pop_front();
      lock.unlock();
      job();
    }
  }

  bool add(std::function<void()> job) {
    {
      const std::lock_guard lock(mutex);
      if (stopping || queue.size() >= options.queue) return false;
      queue.push_back(std::move(job));
    }
    wake.notify_one();
    return true;
  }

  Options options;
  std::mutex mutex;
  std::condition_variable wake;
  std::deque<std::function<void()>> queue;
  bool stopping = false;
  std::vector<std::jthread> threads;
};

SystemResolver::SystemResolver(Options options) : pool_(std::make_unique<Pool>(options)) {}
SystemResolver::~SystemResolver() = default;

Awaitable<Answer> SystemResolver::resolve(std::string name, std::uint64_t deadline_ms) {
  const auto pending = std::make_shared<Pending>(co_await asio::this_coro::executor);
  const bool added = pool_->add([pending, name = std::move(name)] {
    if (pending->abandoned) return;
    asio::post(pending->executor, [pending, answer = look_up(name)]() mutable {
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
