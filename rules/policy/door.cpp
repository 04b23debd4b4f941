#include "rules/policy/door.h"

#include <algorithm>
#include <utility>

namespace cork::policy {
namespace {

bool meet(const std::vector<Cidr>& a, const std::vector<Cidr>& b) noexcept {
  if (a.empty() || b.empty()) return true;
  return std::ranges::any_of(a, [&](const Cidr& one) {
    return std::ranges::any_of(b, [&](const Cidr& other) { return one.meets(other); });
  });
}

bool meet(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b) noexcept {
  if (a.empty() || b.empty()) return true;
  return std::ranges::find_first_of(a, b) != a.end();
}

}  // namespace

Clash clash(const Conditions& a, const Conditions& b) noexcept {
  if (!meet(a.clients, b.clients) || !meet(a.users, b.users)) return Clash::none;
  if (!a.proxy_user || !b.proxy_user) return Clash::open;
  return a.proxy_user->name == b.proxy_user->name ? Clash::same_user : Clash::none;
}

bool admits(const Conditions& conditions, const Peer& peer) noexcept {
  if (!conditions.clients.empty()) {
    if (!peer.address) return false;
    const IpAddress address = peer.address->unmapped();
    const auto holds = [&](const Cidr& block) { return block.contains(address); };
    if (std::ranges::none_of(conditions.clients, holds)) return false;
  }
  if (conditions.users.empty()) return true;
  return peer.uid && std::ranges::find(conditions.users, *peer.uid) != conditions.users.end();
}

Door::Door(std::optional<IpAddress> address, std::vector<Bottle> bottles)
    : address_(address), bottles_(std::move(bottles)) {}

bool Door::may_meet_strangers() const noexcept {
  return std::ranges::none_of(bottles_, [](const Bottle& bottle) {
    const Conditions& conditions = bottle.conditions;
    return conditions.clients.empty() && conditions.users.empty() && !conditions.proxy_user;
  });
}

Identified Door::identify(const Peer& peer, const Presented& presented) const noexcept {
  using Kind = Identified::Kind;
  if (address_ && peer.local && peer.local->unmapped() != address_->unmapped()) return {};
  bool would_tell = false;
  Identified found;
  for (const Bottle& bottle : bottles_) {
    if (!admits(bottle.conditions, peer)) continue;
    const auto& user = bottle.conditions.proxy_user;
    if (!user) return {Kind::bottle, bottle.index};  // no other takes this client
    would_tell = true;
    // Each is compared, so that the time says nothing of which it was.
    if (presented.digest && *presented.digest == user->credentials) {
      found = {Kind::bottle, bottle.index};
    }
  }
  if (would_tell && !presented.any) return {Kind::needs_credentials, 0};
  return found;
}

}  // namespace cork::policy
