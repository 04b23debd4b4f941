#include "rules/secrets/hold.h"

#include "rules/secrets/compiled_rule.h"

#include <algorithm>

namespace cork::secrets {

void Hold::add(const CompiledRule& rule) {
  // One more than the match: Hyperscan reports a match that ends in \b with the byte behind it.
  width_ = std::max(width_, rule.width() + 1);
  if (!rule.needs_anchor()) {
    alphabet_ |= rule.credential();
  } else if (std::ranges::find(anchors_, rule.anchor()) == anchors_.end()) {
    anchors_.push_back(rule.anchor());
  }
}

std::size_t Hold::open_from(std::string_view tail) const noexcept {
  const std::size_t size = tail.size();
  const std::size_t floor = size > width_ ? size - width_ : 0;
  std::size_t open = size;
  while (open > floor && alphabet_[static_cast<unsigned char>(tail[open - 1])]) --open;
  for (const std::string_view anchor : anchors_) {
    open = std::min(open, tail.find(anchor, floor));
    // An anchor whose last bytes are still to come.
    for (std::size_t length = std::min(anchor.size() - 1, size); length > 0; --length) {
      if (!tail.ends_with(anchor.substr(0, length))) continue;
      open = std::min(open, size - length);
      break;
    }
  }
  return open;
}

}  // namespace cork::secrets
