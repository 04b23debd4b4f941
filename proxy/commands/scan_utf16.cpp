#include "proxy/commands/scan_utf16.h"

#include "base/utf8.h"

#include <algorithm>

namespace cork::commands {
namespace {

constexpr std::size_t kBlock = 4096;
// So much of the front tells whether it looks like UTF-16, where it is no less.
constexpr std::size_t kFront = 512;
constexpr std::size_t kShortestFront = 16;
constexpr char32_t kReplacement = 0xFFFD;

// Every other byte is zero, but for one in ten, and none of the others is.
bool looks_wide(std::string_view front) {
  front = front.substr(0, std::min(front.size(), kFront) / 2 * 2);
  if (front.size() < kShortestFront) return false;
  std::size_t zeros[2] = {0, 0};
  for (std::size_t i = 0; i < front.size(); ++i) zeros[i % 2] += front[i] == '\0' ? 1 : 0;
  const std::size_t most = std::max(zeros[0], zeros[1]);
  return std::min(zeros[0], zeros[1]) == 0 && most * 20 >= front.size() * 9;
}

bool is_high(char16_t unit) {
  return unit >= 0xD800 && unit < 0xDC00;
}

bool is_low(char16_t unit) {
  return unit >= 0xDC00 && unit < 0xE000;
}

}  // namespace

void Utf16Reader::append(char32_t code_point) {
  ahead_ += to_utf8(code_point).view();
}

std::size_t Utf16Reader::fill(std::span<char> into) {
  if (order_ == Order::unknown) begin();
  std::size_t filled = 0;
  while (filled < into.size()) {
    if (taken_ == ahead_.size()) {
      if (order_ == Order::none) return filled + read_(into.subspan(filled));
      if (!more()) break;
    }
    const std::size_t count = std::min(into.size() - filled, ahead_.size() - taken_);
    ahead_.copy(into.data() + filled, count, taken_);
    taken_ += count;
    filled += count;
  }
  return filled;
}

void Utf16Reader::begin() {
  using std::string_view_literals::operator""sv;
  std::string front(kBlock, '\0');
  front.resize(read_(front));
  const bool utf32 = front.starts_with("\xFF\xFE\0\0"sv) || front.starts_with("\0\0\xFE\xFF"sv);
  unmarked_ = utf32 || looks_wide(front);
  order_ = Order::none;
  if (!utf32 && front.starts_with("\xFF\xFE"sv)) order_ = Order::little;
  if (front.starts_with("\xFE\xFF"sv)) order_ = Order::big;
  if (order_ == Order::none) {
    ahead_ = std::move(front);
    return;
  }
  unmarked_ = false;
  take(std::string_view(front).substr(2));
}

bool Utf16Reader::more() {
  ahead_.clear();
  taken_ = 0;
  std::string block(kBlock, '\0');
  while (ahead_.empty()) {
    block.resize(kBlock);
    block.resize(read_(block));
    if (block.empty()) break;
    take(block);
  }
  // What the end cuts is no character.
  if (ahead_.empty() && (high_ != 0 || !half_.empty())) {
    append(kReplacement);
    high_ = 0;
    half_.clear();
  }
  return !ahead_.empty();
}

void Utf16Reader::take(std::string_view bytes) {
  for (const char c : bytes) {
    half_ += c;
    if (half_.size() < 2) continue;
    const auto first = static_cast<unsigned char>(half_[0]);
    const auto second = static_cast<unsigned char>(half_[1]);
    half_.clear();
    take(static_cast<char16_t>(order_ == Order::big ? first << 8 | second : second << 8 | first));
  }
}

void Utf16Reader::take(char16_t unit) {
  const char16_t high = std::exchange(high_, char16_t{0});
  if (high != 0 && is_low(unit)) {
    return append(0x10000 + ((high - 0xD800U) << 10 | (unit - 0xDC00U)));
  }
  if (high != 0) append(kReplacement);
  if (is_high(unit)) {
    high_ = unit;
  } else {
    append(is_low(unit) ? kReplacement : char32_t{unit});
  }
}

}  // namespace cork::commands
