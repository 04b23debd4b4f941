#include "rules/gitleaks/word_set.h"

#include <algorithm>

namespace cork::gitleaks {
namespace {

std::size_t byte_at(std::string_view text, std::size_t at) {
  return static_cast<std::uint8_t>(text[at]);
}

constexpr std::size_t kBytes = 256;

}  // namespace

WordSet::WordSet(const std::vector<std::string>& words)
    : count_(words.size()), pairs_(kBytes * kBytes) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!words[i].empty()) words_.push_back({words[i], i});
  }
  std::ranges::sort(words_, {}, &Word::text);
  for (const Word& word : words_) {
    const std::size_t first = byte_at(word.text, 0);
    ++by_first_[first + 1];
    for (std::size_t second = 0; second < kBytes; ++second) {
      if (word.text.size() > 1 && second != byte_at(word.text, 1)) continue;
      pairs_[first * kBytes + second] = true;
    }
  }
  for (std::size_t i = 1; i < by_first_.size(); ++i) by_first_[i] += by_first_[i - 1];
}

// `found` is given each word where it stands and says whether to go on.
template <class Found>
void WordSet::walk(std::string_view text, Found found) const {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::size_t first = byte_at(text, at);
    const bool last = at + 1 == text.size();
    if (!last && !pairs_[first * kBytes + byte_at(text, at + 1)]) continue;
    for (std::size_t i = by_first_[first]; i < by_first_[first + 1]; ++i) {
      if (text.substr(at).starts_with(words_[i].text) && !found(words_[i])) return;
    }
  }
}

bool WordSet::any_in(std::string_view text) const {
  bool any = false;
  walk(text, [&any](const Word&) {
    any = true;
    return false;
  });
  return any;
}

std::vector<bool> WordSet::all_in(std::string_view text) const {
  std::vector<bool> found(count_);
  walk(text, [&found](const Word& word) {
    found[word.index] = true;
    return true;
  });
  return found;
}

}  // namespace cork::gitleaks
