#include "proxy/audit/mask.h"

#include "base/ascii.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

namespace cork::audit {
namespace {

constexpr std::size_t kMinRandomBytes = 20;

enum class Class : std::uint8_t { separator, lower, upper, digit };

Class class_of(char c) noexcept {
  if (is_digit(c)) return Class::digit;
  if (c >= 'a' && c <= 'z') return Class::lower;
  if (c >= 'A' && c <= 'Z') return Class::upper;
  return Class::separator;
}

// Words and names change between letters and digits, or from lower to upper case, now and then;
// random text does so at nearly every other byte. (Upper to lower is how every word may begin.)
bool is_change(Class before, Class after) noexcept {
  if (before == Class::separator || after == Class::separator) return false;
  if (before == Class::digit || after == Class::digit) return before != after;
  return before == Class::lower && after == Class::upper;
}

struct Shape {
  std::array<std::uint16_t, 128> counts{};
  std::size_t letters_and_digits = 0;
  std::size_t changes = 0;
  bool has_digit = false, has_lower = false, has_upper = false;

  void add(char c, Class before, Class now) noexcept {
    if (now == Class::separator) return;
    ++counts[static_cast<unsigned char>(c) & 0x7f];
    ++letters_and_digits;
    if (is_change(before, now)) ++changes;
    has_digit |= now == Class::digit;
    has_lower |= now == Class::lower;
    has_upper |= now == Class::upper;
  }

  [[nodiscard]] double change_rate() const noexcept {
    return static_cast<double>(changes) / static_cast<double>(letters_and_digits - 1);
  }

  // Shannon entropy in bits a byte.
  [[nodiscard]] double entropy() const noexcept {
    const auto total = static_cast<double>(letters_and_digits);
    double bits = 0;
    for (const std::uint16_t count : counts) {
      if (count == 0) continue;
      const double share = count / total;
      bits -= share * std::log2(share);
    }
    return bits;
  }
};

// One unbroken run of letters and digits.
bool is_random_word(const Shape& word) noexcept {
  if (word.letters_and_digits < kMinRandomBytes) return false;
  const double entropy = word.entropy();
  if (word.has_digit) return entropy > 4.1 || (entropy > 3.2 && word.change_rate() > 0.12);
  if (word.has_lower && word.has_upper) return entropy > 3.6 && word.change_rate() > 0.18;
  return entropy > 3.6;
}

bool all_hex(std::string_view text) noexcept {
  return std::ranges::all_of(text, [](char c) { return hex_value(c) >= 0; });
}

bool is_uuid(std::string_view text) noexcept {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : hex_value(text[i]) < 0) return false;
  }
  return true;
}

bool is_public_identifier(std::string_view segment) noexcept {
  constexpr std::string_view digest = "sha256:";
  if (segment.size() == 40) return all_hex(segment);
  if (segment.size() == digest.size() + 64 && segment.starts_with(digest)) {
    return all_hex(segment.substr(digest.size()));
  }
  return is_uuid(segment);
}

// The byte at `at`, an escape ("%41") read as what it stands for; `at` is moved to its last byte.
char take_byte(std::string_view text, std::size_t& at) noexcept {
  if (text[at] != '%' || text.size() - at < 3) return text[at];
  const int high = hex_value(text[at + 1]);
  const int low = hex_value(text[at + 2]);
  if (high < 0 || low < 0) return text[at];
  at += 2;
  return static_cast<char>(high * 16 + low);
}

}  // namespace

bool looks_random(std::string_view segment) noexcept {
  // What follows 64 KiB of a segment changes nothing about it, and the counts stay in their range.
  segment = segment.substr(0, 0xffff);
  if (segment.size() < kMinRandomBytes || is_public_identifier(segment)) return false;
  Shape whole, word;
  Class before = Class::separator;
  for (std::size_t i = 0; i < segment.size(); ++i) {
    const char c = take_byte(segment, i);
    const Class now = class_of(c);
    if (now == Class::separator) {
      if (is_random_word(word)) return true;
      word = Shape();
    }
    whole.add(c, before, now);
    word.add(c, before, now);
    before = now;
  }
  if (is_random_word(word)) return true;
  return whole.letters_and_digits >= kMinRandomBytes && whole.change_rate() > 0.25 &&
         whole.entropy() > 3.0;
}

std::string mask_segments(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (true) {
    const std::size_t slash = text.find('/');
    const std::string_view segment = text.substr(0, slash);
    out += looks_random(segment) ? kMask : segment;
    if (slash == std::string_view::npos) return out;
    out += '/';
    text.remove_prefix(slash + 1);
  }
}

std::string mask_ranges(std::string_view text, std::span<const Range> ranges) {
  std::vector<Range> sorted;
  for (const Range& range : ranges) {
    const Offset end = std::min<Offset>(range.end, text.size());
    if (range.begin < end) sorted.push_back({range.begin, end});
  }
  std::ranges::sort(sorted, {}, &Range::begin);
  std::string out;
  out.reserve(text.size() + kMask.size() * sorted.size());
  Offset at = 0;
  for (std::size_t i = 0; i < sorted.size();) {
    const Offset begin = sorted[i].begin;
    Offset end = sorted[i].end;
    for (++i; i < sorted.size() && sorted[i].begin <= end; ++i) end = std::max(end, sorted[i].end);
    out += text.substr(at, begin - at);
    out += kMask;
    at = end;
  }
  out += text.substr(at);
  return out;
}

std::string_view utf8_prefix(std::string_view text, std::size_t max_bytes) noexcept {
  if (text.size() <= max_bytes) return text;
  std::size_t size = max_bytes;
  for (int back = 0; back < 3 && size > 0; ++back) {
    if ((static_cast<unsigned char>(text[size]) & 0xc0) != 0x80) break;
    --size;
  }
  return text.substr(0, size);
}

}  // namespace cork::audit
