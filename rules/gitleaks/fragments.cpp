#include "rules/gitleaks/fragments.h"

#include "rules/gitleaks/file_type.h"

#include <algorithm>
#include <string_view>

namespace cork::gitleaks {
namespace {

constexpr std::size_t kPiece = 100'000;
constexpr std::size_t kFurther = 25'000;
constexpr std::size_t kReadAhead = 4096;

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Two newlines with nothing but white space between and behind them.
bool ends_in_blank_line(std::string_view text) {
  int newlines = 0;
  for (std::size_t i = text.size(); i > 0 && is_blank(text[i - 1]) && newlines < 2; --i) {
    newlines += text[i - 1] == '\n' ? 1 : 0;
  }
  return newlines >= 2;
}

}  // namespace

std::optional<Fragment> FragmentReader::next() {
  if (binary_) return std::nullopt;
  Fragment fragment;
  first_bytes(fragment.text);
  if (fragment.text.empty()) return std::nullopt;
  if (lines_ == 0 && begins_like_binary(fragment.text)) {
    binary_ = true;
    return std::nullopt;
  }
  until_blank_line(fragment.text);
  fragment.first_line = lines_ + 1;
  lines_ += static_cast<std::size_t>(std::ranges::count(fragment.text, '\n'));
  return fragment;
}

// What was read ahead alone, if anything was: so the pieces behind the first are small ones, and so
// they are in gitleaks.
void FragmentReader::first_bytes(std::string& text) {
  if (taken_ < ahead_.size()) {
    text = ahead_.substr(taken_);
    taken_ = ahead_.size();
    return;
  }
  text.resize(kPiece);
  text.resize(read_(text));
}

bool FragmentReader::one_more(std::string& text) {
  if (taken_ == ahead_.size()) {
    ahead_.resize(kReadAhead);
    ahead_.resize(read_(ahead_));
    taken_ = 0;
    if (ahead_.empty()) return false;
  }
  text += ahead_[taken_++];
  return true;
}

void FragmentReader::until_blank_line(std::string& text) {
  if (ends_in_blank_line(text)) return;
  const std::size_t most = text.size() + kFurther;
  int newlines = 0;
  for (;;) {
    if (text.back() == '\n') {
      if (++newlines >= 2) return;
    } else if (!is_blank(text.back())) {
      newlines = 0;
    }
    if (text.size() >= most || !one_more(text)) return;
  }
}

}  // namespace cork::gitleaks
