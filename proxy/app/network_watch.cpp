#include "proxy/app/network_watch.h"

#include "proxy/io/socket_address.h"
#include "proxy/io/spawn.h"

#include <string>
#include <utility>

namespace cork::app {

NetworkWatch::NetworkWatch(Options options) : options_(std::move(options)) {
  if (!options_.on_link) options_.on_link = &io::on_link_networks;
}

void NetworkWatch::ask(const io::Executor& executor) {
  {
    const std::lock_guard lock(answer_->mutex);
    if (answer_->asking) {
      answer_->again = true;
      return;
    }
    answer_->asking = true;
  }
  io::spawn(executor, look_up(options_.resolver, options_.deadline_ms, answer_),
            [answer = answer_](std::exception_ptr escaped) {
              if (!escaped) return;
              const std::lock_guard lock(answer->mutex);
              answer->asking = false;
            });
}

io::Awaitable<void> NetworkWatch::look_up(io::Resolver& resolver, std::uint64_t deadline_ms,
                                          std::shared_ptr<Answer> answer) {
  for (;;) {
    // Asked for cork itself: no bottle's lookups stand in its way.
    const auto found = co_await resolver.resolve(std::string(kIpv4OnlyName), "", deadline_ms);
    const std::lock_guard lock(answer->mutex);
    // The name has IPv4 addresses everywhere: a lookup that fails says nothing of a NAT64.
    if (found) {
      answer->prefixes = nat64_prefixes(*found);
      answer->answered = true;
    }
    answer->asking = std::exchange(answer->again, false);
    if (!answer->asking) co_return;
  }
}

bool NetworkWatch::has_answer() const {
  const std::lock_guard lock(answer_->mutex);
  return answer_->answered;
}

void NetworkWatch::show(session::Snapshot& snapshot) const {
  snapshot.own_addresses = io::own_addresses();
  const std::lock_guard lock(answer_->mutex);
  snapshot.around = {options_.on_link(), answer_->prefixes};
}

std::shared_ptr<const session::Snapshot> NetworkWatch::renewed(
    const session::Snapshot& snapshot) const {
  auto next = std::make_shared<session::Snapshot>(snapshot);
  show(*next);
  // Interfaces that cannot be read have not gone.
  const bool unread = next->around.on_link().empty() && !snapshot.around.on_link().empty();
  if (next->own_addresses.empty() || unread) return nullptr;
  if (next->around == snapshot.around && next->own_addresses == snapshot.own_addresses) {
    return nullptr;
  }
  ++next->generation;
  return next;
}

}  // namespace cork::app
