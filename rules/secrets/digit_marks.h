// Finds compressed containers by the digits of their magic numbers, at whichever byte of a group
// they begin.
//
// Pure. `Code` is one of digit_codes.h.
//
//   each_container<Base64>(digits, from, last, [&](std::size_t group) { ... });
#pragma once

#include "base/byte_runs.h"
#include "rules/secrets/containers.h"
#include "rules/secrets/digit_codes.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cork::secrets {

// Digits in whose groups all of a magic number is.
inline constexpr std::size_t kMarkedDigits = 8;

// What the groups of so many digits stand for.
template <class Code, std::size_t kCount>
std::array<char, kCount / Code::kGroup * Code::kBytes> bytes_of(const Digit* digits) noexcept {
  std::array<char, kCount / Code::kGroup * Code::kBytes> bytes;
  for (std::size_t i = 0; i < kCount / Code::kGroup; ++i) {
    Code::decode(digits + i * Code::kGroup, bytes.data() + i * Code::kBytes);
  }
  return bytes;
}

// Those marks, among digits: see base/byte_runs.h.
template <class Code>
struct Marks {
  static constexpr std::size_t kCount = Code::kMarks.size();
  static constexpr unsigned char first(std::size_t mark, unsigned char digit) noexcept {
    return static_cast<unsigned char>(Code::kMarks[mark].first == digit);
  }
  static constexpr unsigned char second(std::size_t mark, unsigned char digit) noexcept {
    return static_cast<unsigned char>(Code::kMarks[mark].second == digit);
  }
};

// Sixty-four digits in which marks may begin; none: `block` is where there are no more.
struct MarkedDigits {
  std::size_t block = 0;
  std::uint64_t hits = 0;
};

template <class Code>
MarkedDigits next_marked(const Digit* digits, std::size_t from, std::size_t last) noexcept {
  const char* const text = reinterpret_cast<const char*>(digits);
  return by_masks([=](auto masks) __attribute__((always_inline)) {
    for (std::size_t block = from; block < last; block += 64) {
      const std::uint64_t hits = masks.template of_pairs<Marks<Code>>(text + block);
      if (hits != 0) return MarkedDigits{block, hits};
    }
    return MarkedDigits{last, 0};
  });
}

// The mark that begins with a digit.
template <class Code>
inline constexpr auto kMarksByFirst = [] {
  std::array<Mark, 256> marks{};
  marks.fill({kNoDigit, kNoDigit, kNoDigit, 0});
  for (const Mark& mark : Code::kMarks) marks[mark.first] = mark;
  return marks;
}();
// Whether the three digits are one; nearly all that are told by a pair are none.
template <class Code>
constexpr bool is_mark(Digit first, Digit second, Digit third) noexcept {
  static_assert(
      [] {
        for (const Mark& mark : Code::kMarks) {
          if (kMarksByFirst<Code>[mark.first] != mark) return false;
        }
        return true;
      }(),
      "two marks begin with the same digit");
  const Mark& mark = kMarksByFirst<Code>[first];
  return mark.second == second && mark.third == third && second != kNoDigit;
}

// Digits, of about 12 bytes, by which zlib data is told from others.
template <class Code>
inline constexpr std::size_t kZlibDigits = 12 / Code::kBytes * Code::kGroup;

// Whether so many digits are the first of zlib data.
template <class Code>
bool are_zlib(const Digit* digits) noexcept {
  std::array<char, Code::kBytes> first;
  Code::decode(digits, first.data());
  if (!may_be_zlib(first[0])) return false;
  const auto bytes = bytes_of<Code, kZlibDigits<Code>>(digits);
  return begins_zlib({bytes.data(), bytes.size()});
}

// Visits where, in digits[from, last), the groups begin that hold a magic number. From each place
// kMarkedDigits can be read, and behind `last` 72 more are, whatever they are.
template <class Code, class Visit>
void each_container(const Digit* digits, std::size_t from, std::size_t last, Visit visit) {
  if constexpr (!Code::kMarks.empty()) {
    for (std::size_t begin = from; begin < last; begin += 64) {
      const MarkedDigits marked = next_marked<Code>(digits, begin, last);
      begin = marked.block;
      for (std::uint64_t hits = marked.hits; hits != 0; hits &= hits - 1) {
        const std::size_t at = begin + static_cast<std::size_t>(std::countr_zero(hits));
        if (at >= last) break;
        if (!is_mark<Code>(digits[at], digits[at + 1], digits[at + 2])) continue;
        const std::size_t back = kMarksByFirst<Code>[digits[at]].back;
        if (at < back) continue;
        const auto bytes = bytes_of<Code, kMarkedDigits>(digits + at - back);
        if (find_container({bytes.data(), bytes.size()}, 0)) visit(at - back);
      }
    }
  }
}

}  // namespace cork::secrets
