#include "rules/secrets/hold.h"

#include "base/ascii.h"
#include "rules/secrets/compiled_rule.h"

#include <algorithm>
#include <array>
#include <cassert>

namespace cork::secrets {
namespace {

// Where the run over `alphabet` begins that `tail` ends in, no more than `width` bytes ago.
std::size_t run_begin(std::string_view tail, const ByteSet& alphabet, std::size_t width) noexcept {
  const std::size_t floor = tail.size() - std::min(tail.size(), width);
  std::size_t begin = tail.size();
  while (begin > floor && alphabet[static_cast<unsigned char>(tail[begin - 1])]) --begin;
  return begin;
}

}  // namespace

void Hold::add(const CompiledRule& rule) {
  // One more than the match: Hyperscan reports a match that ends in \b with the byte behind it.
  width_ = std::max(width_, rule.width() + 1);
  if (rule.has_own_run()) {
    own_runs_.push_back({rule.credential(), rule.width() + 1});
  } else if (!rule.needs_anchor()) {
    alphabet_ |= rule.credential();
  } else {
    for (const std::string& anchor : rule.anchors()) {
      const auto begins = [&](const std::string& other) { return anchor.starts_with(other); };
      if (std::ranges::none_of(anchors_, begins)) anchors_.push_back(anchor);
    }
  }
}

// Whatever the case: what is held for no reason is little.
std::size_t Hold::anchored_from(std::string_view tail) const noexcept {
  std::size_t open = tail.size();
  std::array<char, CompiledRule::kMaxBlockingWidth + 1> copy;
  if (anchors_.empty()) return open;
  assert(tail.size() <= copy.size());
  std::ranges::transform(tail, copy.begin(), [](char c) { return to_lower(c); });
  const std::string_view lower(copy.data(), tail.size());
  for (const std::string& anchor : anchors_) {
    open = std::min(open, lower.find(anchor));
    // One whose last bytes are still to come.
    for (std::size_t length = std::min(anchor.size() - 1, lower.size()); length > 0; --length) {
      if (!lower.ends_with(std::string_view(anchor).substr(0, length))) continue;
      open = std::min(open, lower.size() - length);
      break;
    }
  }
  return open;
}

std::size_t Hold::open_from(std::string_view tail) const noexcept {
  const std::size_t size = tail.size();
  const std::size_t floor = size > width_ ? size - width_ : 0;
  std::size_t open = run_begin(tail, alphabet_, width_);
  for (const OwnRun& run : own_runs_) {
    std::size_t begin = run_begin(tail, run.alphabet, run.width);
    while (begin < size && !is_alnum(tail[begin])) ++begin;
    open = std::min(open, begin);
  }
  return std::min(open, floor + anchored_from(tail.substr(floor)));
}

}  // namespace cork::secrets
