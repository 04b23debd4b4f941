// Where, in a row of digits, groups may begin that decode to ASCII: the same question at every
// alignment to each digit of every text, so it is asked 64 digits at a time. Most digits are names
// in code, or random data, and neither is ASCII in many groups in a row.
//
// Not thread-safe; allocates nothing. `Code` is one of digit_codes.h.
//
//   StretchBegins<Base64, 4> begins;
//   begins.look(digits, 0, size);
//   const std::size_t at = begins.next(2);   // 2, 6, 10, ...; or where none can begin any more
#pragma once

#include "rules/secrets/digit_codes.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace cork::secrets {

// Where so many groups of so many digits begin, by where one does, there and in the 64 digits
// behind.
constexpr std::uint64_t groups_in_a_row(std::uint64_t here, std::uint64_t behind,
                                        std::size_t groups, std::size_t digits) noexcept {
  for (std::size_t have = 1; have < groups;) {
    const std::size_t step = std::min(have, groups - have);
    const std::size_t shift = step * digits;
    here &= here >> shift | behind << (64 - shift);
    behind &= behind >> shift;
    have += step;
  }
  return here;
}

// In at most kMost digits. What follows them is read as well, 66 more, whatever it is.
template <class Code, std::size_t kGroups, std::size_t kMost>
class StretchBegins {
 public:
  // Looks for so many groups in a row that begin in digits[from, size) and end there.
  void look(const Digit* digits, std::size_t from, std::size_t size) noexcept {
    // The first that cannot begin any more.
    end_ = size - std::min(size, kGroups * Code::kGroup - 1);
    any_ = 0;
    if (from >= end_) return;
    std::uint64_t next = Code::may_be_ascii_mask(digits + from / 64 * 64);
    for (std::size_t block = from / 64; block * 64 < end_; ++block) {
      const std::uint64_t mask = next;
      // Behind the end is nothing that counts.
      next = block * 64 + 64 < size ? Code::may_be_ascii_mask(digits + block * 64 + 64) : 0;
      begins_[block] = groups_in_a_row(mask, next, kGroups, Code::kGroup);
      any_ |= begins_[block];
    }
  }

  // The first at or after `at`, a whole number of groups behind it. Where there is none: the first
  // of those that were not looked at, since digits are missing.
  [[nodiscard]] std::size_t next(std::size_t at) const noexcept {
    if (at >= end_) return at;
    const std::uint64_t alignment = kEvery << at % Code::kGroup;
    if ((any_ & alignment) == 0) return behind(at);  // as in nearly all that is random
    std::uint64_t left = ~std::uint64_t{0} << at % 64;
    for (std::size_t block = at / 64; block * 64 < end_; ++block) {
      const std::uint64_t here = begins_[block] & alignment & left;
      if (here != 0) {
        return std::min(block * 64 + static_cast<std::size_t>(std::countr_zero(here)), behind(at));
      }
      left = ~std::uint64_t{0};
    }
    return behind(at);
  }

 private:
  // A bit for each first digit of a group.
  static constexpr std::uint64_t kEvery = [] {
    static_assert(64 % Code::kGroup == 0);
    std::uint64_t mask = 0;
    for (std::size_t i = 0; i < 64; i += Code::kGroup) mask |= std::uint64_t{1} << i;
    return mask;
  }();
  [[nodiscard]] std::size_t behind(std::size_t at) const noexcept {
    return at + (end_ - at + Code::kGroup - 1) / Code::kGroup * Code::kGroup;
  }

  std::size_t end_ = 0;
  std::uint64_t any_ = 0;                             // of all blocks
  std::array<std::uint64_t, kMost / 64 + 1> begins_;  // from what was looked at up to `end_`
};

}  // namespace cork::secrets
