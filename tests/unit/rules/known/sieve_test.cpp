#include "rules/known/sieve.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace cork::known {
namespace {

TEST(Sieve, LetsAllOfItsTagsPassAndOfOthersAsManyAsItSays) {
  std::mt19937_64 random(3);
  for (const std::size_t count : {1u, 5u, 40u, 63u, 64u, 65u, 500u}) {
    std::vector<std::uint64_t> tags(count);
    for (std::uint64_t& tag : tags) tag = random();
    const Sieve sieve(tags, 16);
    for (const std::uint64_t tag : tags) ASSERT_EQ(1u, sieve.passes(tag));
    constexpr int others = 100'000;
    int passed = 0;
    for (int i = 0; i < others; ++i) passed += static_cast<int>(sieve.passes(random()));
    // Two tags may share a bit. Fewer, and a tag that passes would be told by it.
    EXPECT_LT(passed, others / 14) << count;
    if (count >= 5) {
      EXPECT_GT(passed, others / 40) << count;
    }
    // So few bits that what passes is mostly none of them.
    const Sieve coarse(tags, 4);
    int mostly = 0;
    for (int i = 0; i < others; ++i) mostly += static_cast<int>(coarse.passes(random()));
    EXPECT_LT(mostly, others / 3) << count;
    if (count >= 40) {
      EXPECT_GT(mostly, others / 10) << count;
    }
  }
}

TEST(Sieve, LetsNothingPassThatWasMadeOfNothing) {
  std::mt19937_64 random(4);
  const Sieve none, empty({}, 16);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(0u, none.passes(random()));
    EXPECT_EQ(0u, empty.passes(random()));
  }
}

TEST(Sieve, HasNoFewerBitsThanItIsGiven) {
  std::mt19937_64 random(5);
  const std::vector<std::uint64_t> tags{random()};
  const Sieve sieve(tags, 16, 4096);
  int passed = 0;
  for (int i = 0; i < 100'000; ++i) passed += static_cast<int>(sieve.passes(random()));
  EXPECT_LT(passed, 100);
}

}  // namespace
}  // namespace cork::known
