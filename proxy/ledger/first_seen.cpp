#include "proxy/ledger/first_seen.h"

#include <algorithm>

namespace cork::ledger {
namespace {

std::vector<Fingerprint> remembered(std::span<const Presented> presented) {
  std::vector<Fingerprint> prints;
  for (const Presented& one : presented) {
    if (!one.empty()) prints.push_back(one.front());
  }
  return prints;
}

std::optional<std::size_t> stranger(std::span<const Fingerprint> known,
                                    std::span<const Presented> presented) {
  const auto is_known = [&](const Presented& one) {
    return std::ranges::find_first_of(one, known) != one.end();
  };
  const auto found = std::ranges::find_if_not(presented, is_known);
  if (found == presented.end()) return std::nullopt;
  return static_cast<std::size_t>(found - presented.begin());
}

}  // namespace

std::optional<std::size_t> FirstSeen::foreign(std::string_view place,
                                              std::span<const Presented> presented) const {
  const std::lock_guard lock(mutex_);
  const auto found = places_.find(place);
  return found == places_.end() ? std::nullopt : stranger(found->second.prints, presented);
}

FirstSeen::Claim FirstSeen::claim(std::string_view place, std::span<const Presented> presented) {
  if (presented.empty()) return {};
  const std::lock_guard lock(mutex_);
  const auto found = places_.find(place);
  if (found != places_.end()) return {stranger(found->second.prints, presented), false};
  places_.emplace(place, Known{remembered(presented)});
  return {std::nullopt, true};
}

void FirstSeen::confirm(std::string_view place) {
  const std::lock_guard lock(mutex_);
  if (const auto found = places_.find(place); found != places_.end()) {
    found->second.confirmed = true;
  }
}

void FirstSeen::withdraw(std::string_view place) {
  const std::lock_guard lock(mutex_);
  const auto found = places_.find(place);
  if (found != places_.end() && !found->second.confirmed) places_.erase(found);
}

void FirstSeen::keep_only(std::span<const std::string> places) {
  const std::lock_guard lock(mutex_);
  std::erase_if(places_, [&](const auto& one) {
    return std::ranges::find(places, one.first) == places.end();
  });
}

bool FirstSeen::knows(std::string_view place) const {
  const std::lock_guard lock(mutex_);
  return places_.contains(place);
}

}  // namespace cork::ledger
