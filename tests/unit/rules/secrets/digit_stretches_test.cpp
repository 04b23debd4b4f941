#include "rules/secrets/digit_stretches.h"

#include <gtest/gtest.h>

#include <array>
#include <random>

namespace cork::secrets {
namespace {

constexpr std::size_t kMost = 320;

// Group by group.
template <class Code, std::size_t kGroups>
std::size_t plainly(const Digit* digits, std::size_t at, std::size_t size) {
  for (; at + kGroups * Code::kGroup <= size; at += Code::kGroup) {
    std::size_t groups = 0;
    while (groups < kGroups &&
           (Code::may_be_ascii_mask(digits + at + groups * Code::kGroup) & 1) != 0) {
      ++groups;
    }
    if (groups == kGroups) break;
  }
  return at;
}

// Of random digits one group in eight may be text; here most may, and others in between.
template <class Code, std::size_t kGroups>
void expect_what_is_found_group_by_group() {
  std::mt19937 random(9);
  std::array<Digit, kMost + 72> digits;
  for (int round = 0; round < 4'000; ++round) {
    const unsigned often = 5 + random() % 60;
    for (Digit& digit : digits) {
      digit = static_cast<Digit>(random() % often == 0 ? random() % 64 : random() % 2);
    }
    const std::size_t size = random() % (kMost + 1), from = random() % (size + 1);
    std::fill(digits.begin() + static_cast<std::ptrdiff_t>(size), digits.end(), Digit{0xff});
    StretchBegins<Code, kGroups, kMost> begins;
    begins.look(digits.data(), from, size);
    for (std::size_t at = from; at < std::min(size, from + 100); ++at) {
      ASSERT_EQ((plainly<Code, kGroups>(digits.data(), at, size)), begins.next(at))
          << at << " of " << from << " to " << size;
    }
  }
}

TEST(StretchBegins, AreFoundWhereLookingGroupByGroupFindsThem) {
  expect_what_is_found_group_by_group<Base64, 4>();
  expect_what_is_found_group_by_group<Hex, 12>();
  expect_what_is_found_group_by_group<Base32, 3>();
}

}  // namespace
}  // namespace cork::secrets
