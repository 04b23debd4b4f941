#include "rules/known/separators.h"

#include "base/byte_runs.h"
#include "base/utf8.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace cork::known {
namespace {

struct Range {
  char32_t first, last;
};
// By whole blocks where nothing in them is a letter or a digit, Unicode's categories L and N. The
// first byte of each is one of those of kLengths.
constexpr std::array<Range, 23> kSeparators{
    {{0x80, 0xA9},     {0xAB, 0xB1},     {0xB4, 0xB4},      {0xB6, 0xB8},     {0xBB, 0xBB},
     {0xBF, 0xBF},     {0x300, 0x36F},   {0x115F, 0x1160},  {0x1680, 0x1680}, {0x180B, 0x180E},
     {0x2000, 0x206F}, {0x20A0, 0x20CF}, {0x2190, 0x245F},  {0x2500, 0x2775}, {0x2794, 0x2BFF},
     {0x2E00, 0x2E2E}, {0x2E30, 0x2E7F}, {0x3000, 0x3004},  {0x3008, 0x3020}, {0x3030, 0x3030},
     {0x303D, 0x303F}, {0xFFF9, 0xFFFD}, {0x1F300, 0x1FAFF}}};

bool is_separator(char32_t c) noexcept {
  const auto* const range = std::ranges::lower_bound(kSeparators, c, {}, &Range::last);
  return range != kSeparators.end() && c >= range->first;
}

// The bytes that begin one.
struct Lead {
  static constexpr unsigned char has(unsigned char c) noexcept {
    return static_cast<unsigned char>((c == 0xc2) | (c == 0xcc) | (c == 0xcd) | (c == 0xe1) |
                                      (c == 0xe2) | (c == 0xe3) | (c == 0xef) | (c == 0xf0));
  }
};

// Of what begins with that byte, and may be a separator; 0: it is none.
constexpr std::array<std::uint8_t, 256> kLengths = [] {
  std::array<std::uint8_t, 256> lengths{};
  lengths[0xC2] = lengths[0xCC] = lengths[0xCD] = 2;
  lengths[0xE1] = lengths[0xE2] = lengths[0xE3] = lengths[0xEF] = 3;
  lengths[0xF0] = 4;
  return lengths;
}();

static_assert([] {
  for (std::size_t c = 0; c < kLengths.size(); ++c) {
    if ((kLengths[c] != 0) != (Lead::has(static_cast<unsigned char>(c)) != 0)) return false;
  }
  return true;
}());

// Whether the byte behind the first still lets it be one: other scripts come in long texts.
bool may_go_on(char lead, char next) noexcept {
  const auto byte = static_cast<unsigned char>(next);
  if (lead == '\xE1') return byte == 0x85 || byte == 0x9A || byte == 0xA0;
  if (lead == '\xE3') return byte == 0x80;
  if (lead == '\xEF') return byte == 0xBF;
  if (lead == '\xF0') return byte == 0x9F;
  return (byte & 0xC0) == 0x80;
}

bool begins_with_one(std::string_view text) noexcept {
  if (!may_go_on(text[0], text[1])) return false;
  const CodePoint c = next_code_point(text);
  return c.value && is_separator(*c.value);
}

// Whether the text ends in what may be the beginning of one.
bool is_cut(std::string_view text) noexcept {
  return (text.size() < 2 || may_go_on(text[0], text[1])) &&
         (text.size() < 3 || (static_cast<unsigned char>(text[2]) & 0xC0) == 0x80);
}

// Behind the blocks that are ASCII from there on, as most text is.
std::size_t skip_ascii(std::string_view text, std::size_t from) noexcept {
  constexpr std::uint64_t high_bits = 0x8080808080808080;
  std::array<std::uint64_t, 8> words{};
  for (; from + sizeof words <= text.size(); from += sizeof words) {
    std::memcpy(words.data(), text.data() + from, sizeof words);
    std::uint64_t any = 0;
    for (const std::uint64_t word : words) any |= word;
    if ((any & high_bits) != 0) break;
  }
  return from;
}

}  // namespace

Separator find_separator(std::string_view text, std::size_t from) noexcept {
  // They come in rows.
  const bool here = from < text.size() && kLengths[static_cast<unsigned char>(text[from])] != 0;
  if (!here) from = skip_ascii(text, from);
  ByteFinder<Lead> leads(text);
  for (from = here ? from : leads.find(from); from < text.size(); from = leads.find(from + 1)) {
    const std::size_t length = kLengths[static_cast<unsigned char>(text[from])];
    const std::string_view rest = text.substr(from);
    if (rest.size() < length) {
      if (is_cut(rest)) return {from, 0};
    } else if (begins_with_one(rest)) {
      return {from, length};
    }
  }
  return {text.size(), 0};
}

std::size_t separator_at_end(std::string_view text) noexcept {
  for (std::size_t size = 2; size <= std::min<std::size_t>(text.size(), 4); ++size) {
    const std::string_view end = text.substr(text.size() - size);
    if (kLengths[static_cast<unsigned char>(end[0])] == size)
      return begins_with_one(end) ? size : 0;
  }
  return 0;
}

}  // namespace cork::known
