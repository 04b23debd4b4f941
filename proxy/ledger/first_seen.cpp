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
  const auto [at, first] = places_.try_emplace(std::string(place));
  Known& known = at->second;
  if (first) {
    known.prints = remembered(presented);
    known.number = ++claims_;
  } else if (const auto foreign = stranger(known.prints, presented)) {
    return {foreign, false, {}};
  }
  ++known.holds;
  return {std::nullopt, first, Hold(*this, at->first, known.number)};
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

void FirstSeen::end(const std::string& place, std::uint64_t number, End end) {
  const std::lock_guard lock(mutex_);
  const auto found = places_.find(place);
  // Forgotten meanwhile, whoever came after that.
  if (found == places_.end() || found->second.number != number) return;
  Known& known = found->second;
  --known.holds;
  known.confirmed = known.confirmed || end == End::known;
  known.left = known.left || end == End::unanswered;
  if (known.confirmed || known.holds > 0) return;
  if (end == End::unknown || !known.left) places_.erase(found);
}

FirstSeen::Hold::Hold(Hold&& other) noexcept
    : seen_(std::exchange(other.seen_, nullptr)),
      place_(std::move(other.place_)),
      number_(other.number_),
      left_(other.left_) {}

FirstSeen::Hold& FirstSeen::Hold::operator=(Hold&& other) noexcept {
  std::swap(seen_, other.seen_);
  std::swap(place_, other.place_);
  std::swap(number_, other.number_);
  std::swap(left_, other.left_);
  return *this;
}

void FirstSeen::Hold::answered(bool known_there) {
  if (seen_ == nullptr) return;
  std::exchange(seen_, nullptr)->end(place_, number_, known_there ? End::known : End::unknown);
}

void FirstSeen::Hold::let_go() {
  if (seen_ == nullptr) return;
  std::exchange(seen_, nullptr)->end(place_, number_, left_ ? End::unanswered : End::unsent);
}

}  // namespace cork::ledger
