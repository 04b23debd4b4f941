#include "rules/gitleaks/text.h"

#include "base/ascii.h"
#include "base/utf8.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <map>

namespace cork::gitleaks {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kKelvin = "\xE2\x84\xAA";      // U+212A, lower case k
constexpr std::string_view kDottedCapitalI = "\xC4\xB0";  // U+0130, lower case i

// How many bytes at the beginning of `text` are ASCII.
std::size_t ascii_length(std::string_view text) noexcept {
  constexpr std::uint64_t high_bits = 0x8080808080808080;
  std::size_t at = 0;
  for (std::uint64_t word = 0; at + sizeof word <= text.size(); at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    if ((word & high_bits) != 0) break;
  }
  while (at < text.size() && static_cast<std::uint8_t>(text[at]) < 0x80) ++at;
  return at;
}

}  // namespace

Text::Text(std::string_view raw) : raw_(raw) {
  std::size_t copied = 0;
  for (std::size_t at = ascii_length(raw); at < raw.size();) {
    ascii_ = false;
    const CodePoint next = next_code_point(raw.substr(at));
    if (!next.value) {
      mended_ += raw.substr(copied, at - copied);
      replaced_.push_back(mended_.size());
      mended_ += kReplacement;
      copied = at + 1;
    } else if (*next.value == 0x130 || *next.value == 0x17F || *next.value == 0x212A) {
      odd_ = true;
    }
    at += next.length;
    at += ascii_length(raw.substr(at));
  }
  if (!replaced_.empty()) mended_ += raw.substr(copied);
  odd_ = odd_ || raw.find('\v') != std::string_view::npos;
}

std::size_t Text::to_raw(std::size_t searched) const noexcept {
  const auto before = std::ranges::lower_bound(replaced_, searched) - replaced_.begin();
  return searched - static_cast<std::size_t>(before) * (kReplacement.size() - 1);
}

std::string lower_case(std::string_view text) {
  std::string lower;
  lower.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with(kKelvin)) {
      lower += 'k';
      at += kKelvin.size() - 1;
    } else if (rest.starts_with(kDottedCapitalI)) {
      lower += 'i';
      at += kDottedCapitalI.size() - 1;
    } else {
      lower += to_lower(text[at]);
    }
  }
  return lower;
}

double character_entropy(std::string_view text) {
  if (text.empty()) return 0;
  std::map<char32_t, std::size_t> counts;
  for (std::string_view rest = text; !rest.empty();) {
    const CodePoint next = next_code_point(rest);
    ++counts[next.value.value_or(0xFFFD)];
    rest.remove_prefix(next.length);
  }
  const double one = 1.0 / static_cast<double>(text.size());
  double bits = 0;
  for (const auto& [character, count] : counts) {
    const double share = static_cast<double>(count) * one;
    bits -= share * std::log2(share);
  }
  return bits;
}

}  // namespace cork::gitleaks
