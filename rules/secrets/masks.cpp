#include "rules/secrets/masks.h"

#include "rules/secrets/escapes.h"

#include <algorithm>

namespace cork::secrets {
namespace {

constexpr std::string_view kLastLine = "-----END";
constexpr std::size_t kDashes = 5;
constexpr std::string_view kMark = "*cork*redacted*";

bool continues_character(char c) noexcept {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

// Where an escape begins that goes on behind `at`, or may once more of the text is there.
std::size_t escape_around(std::string_view text, std::size_t at, std::size_t floor) noexcept {
  std::size_t lead = std::max(floor, at - std::min(at, kLongestEscape - 1));
  for (; lead < at; ++lead) {
    if (EscapeLead::has(static_cast<unsigned char>(text[lead])) == 0) continue;
    const Escape escape = parse_escape(text.substr(lead, kLongestEscape), false);
    if (escape.taken == 0) return lead;
    if ((escape.size > 0 || escape.removed) && lead + escape.taken > at) return lead;
  }
  return at;
}

}  // namespace

Extent Extent::of_pem() {
  ByteSet set;
  set.set();
  set.reset('"');
  return {set, true};
}

std::size_t Extent::advance(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!set_[static_cast<unsigned char>(c)]) return i;
    if (!pem_) continue;
    if (state_ == State::last_line) {
      matched_ = c == '-' ? matched_ + 1 : 0;
      if (matched_ < kDashes) continue;
      state_ = State::over;
      return i + 1;
    }
    // More dashes than five are still five.
    matched_ = c == kLastLine[matched_] ? matched_ + 1
               : c != '-'               ? 0
               : matched_ == kDashes    ? kDashes
                                        : 1;
    if (matched_ < kLastLine.size()) continue;
    state_ = State::last_line;
    matched_ = 0;
  }
  return npos;
}

std::size_t token_begin(std::string_view text, std::size_t at) noexcept {
  const std::size_t floor = at - std::min(at, kTokenReach);
  for (std::size_t before = at + 1; at < before;) {
    before = at;
    while (at > floor && at < text.size() && continues_character(text[at])) --at;
    at = escape_around(text, at, floor);
    at = std::max(before_backslashes(text, at), floor);
  }
  return at;
}

std::size_t before_backslashes(std::string_view text, std::size_t at) noexcept {
  while (at > 0 && text[at - 1] == '\\') --at;
  return at;
}

bool holds_quote(std::string_view text) noexcept {
  for (std::size_t at = text.find('"'); at != text.npos; at = text.find('"', at + 1)) {
    if ((at - before_backslashes(text, at)) % 2 == 0) return true;
  }
  return false;
}

void write_mask(std::span<std::byte> bytes, bool worded) noexcept {
  std::ranges::fill(bytes, std::byte{'*'});
  if (worded && bytes.size() >= kMark.size()) {
    std::ranges::copy(std::as_bytes(std::span(kMark)), bytes.begin());
  }
}

}  // namespace cork::secrets
