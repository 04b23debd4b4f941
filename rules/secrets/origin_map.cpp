#include "rules/secrets/origin_map.h"

#include <algorithm>

namespace cork::secrets {
namespace {

// Where there are many runs, new ones join the last as long as it is shorter than this.
constexpr std::size_t kShortRun = 16;
// Input that escapes of several derived bytes (UTF-8) may span when they are joined.
constexpr Offset kJoinedInput = 64;

}  // namespace

bool OriginMap::join(Span& last, Offset position, const Run& run, bool crowded) noexcept {
  const Origin& origin = run.origin;
  const bool unordered = last.stride == 0 && origin.stride == 0;
  const bool same = unordered && last.begin == origin.begin;
  const bool small =
      unordered && last.end == origin.begin && origin.end - last.begin <= kJoinedInput;
  const bool crammed = crowded && position - last.position + run.size <= kShortRun;
  if (!same && !small && !crammed) return false;
  last.end = std::max(last.end, origin.end);
  last.stride = 0;
  last.pairs = 0;
  return true;
}

const OriginMap::Span* OriginMap::find(Offset position) const noexcept {
  const auto begin = runs_.begin() + static_cast<std::ptrdiff_t>(head_);
  if (begin == runs_.end()) return nullptr;
  auto after = std::upper_bound(begin, runs_.end(), position,
                                [](Offset p, const Span& run) { return p < run.position; });
  return after == begin ? &*begin : &*(after - 1);
}

Offset OriginMap::source(Offset position) const noexcept {
  const Span* run = find(position);
  if (run == nullptr) return 0;
  if (position >= end_) return runs_.back().end;
  if (run->stride == 0 || position < run->position) return run->begin;
  return run->end_before(position);
}

Offset OriginMap::source_end(Offset position) const noexcept {
  const Span* run = find(position > 0 ? position - 1 : 0);
  if (run == nullptr) return 0;
  if (run->stride == 0 || position <= run->position) return run->end;
  const bool last = run == &runs_.back() ? position >= end_ : position >= (run + 1)->position;
  if (last) return run->end;
  return std::min(run->end, run->end_before(position));
}

bool OriginMap::exact(Offset begin, Offset end) const noexcept {
  const Span* first = find(begin);
  const Span* last = find(end - 1);
  if (first == nullptr || begin < first->position || end > end_) return false;
  if (first->stride == 0 && begin != first->position) return false;
  const Span* behind = last + 1;
  const Offset last_end = behind == runs_.data() + runs_.size() ? end_ : behind->position;
  return last->stride != 0 || end == last_end;
}

std::size_t OriginMap::same_from(Offset position) const noexcept {
  const Span* run = find(position);
  if (run == nullptr || run->stride != 1 || run->pairs != 0 || position < run->position) return 0;
  const Span* behind = run + 1;
  const Offset end = behind == runs_.data() + runs_.size() ? end_ : behind->position;
  // Its last byte may come from all that is left.
  const bool longer = run->end - run->begin > end - run->position;
  const Offset same = longer ? end - 1 : end;
  return position < same ? same - position : 0;
}

void OriginMap::forget_before(Offset position) noexcept {
  while (head_ + 1 < runs_.size() && runs_[head_ + 1].position <= position) ++head_;
  // A run that keeps growing must not keep its beginning alive.
  if (head_ < runs_.size()) {
    Span& first = runs_[head_];
    if (first.stride != 0 && first.position < position) {
      const Offset gone = position - first.position;
      first.begin = std::min(first.end, first.end_before(position));
      first.pairs = gone < kMostWithPairs ? first.pairs >> gone : 0;
      first.position = position;
    }
  }
  if (head_ > runs_.size() / 2 || head_ > 2 * kFew) {
    runs_.erase(runs_.begin(), runs_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
}

void OriginMap::give_back_room() {
  runs_.erase(runs_.begin(), runs_.begin() + static_cast<std::ptrdiff_t>(head_));
  head_ = 0;
  if (runs_.capacity() > 2 * runs_.size() + kFew / 2) runs_.shrink_to_fit();
}

Offset OriginMap::first() const noexcept {
  return head_ < runs_.size() ? runs_[head_].begin : 0;
}

}  // namespace cork::secrets
