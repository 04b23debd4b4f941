#include "base/token_bucket.h"

#include <gtest/gtest.h>

namespace cork {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr TokenBucket::Time kStart{std::chrono::hours(1000)};

TEST(TokenBucket, GivesItsBurstAndThenItsRate) {
  TokenBucket bucket({.per_second = 10, .burst = 3});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(bucket.take(kStart)) << i;
  EXPECT_FALSE(bucket.take(kStart));
  EXPECT_FALSE(bucket.take(kStart + milliseconds(50)));
  EXPECT_TRUE(bucket.take(kStart + milliseconds(101)));
  EXPECT_FALSE(bucket.take(kStart + milliseconds(120)));
}

TEST(TokenBucket, HoldsNoMoreThanItsBurst) {
  TokenBucket bucket({.per_second = 10, .burst = 3});
  EXPECT_TRUE(bucket.take(kStart));
  EXPECT_FALSE(bucket.full(kStart));
  EXPECT_TRUE(bucket.full(kStart + minutes(5)));
  int given = 0;
  for (int i = 0; i < 10; ++i) given += bucket.take(kStart + minutes(5)) ? 1 : 0;
  EXPECT_EQ(given, 3);
}

TEST(TokenBucket, ATimeThatGoesBackGivesNothingAndTakesNothing) {
  TokenBucket bucket({.per_second = 10, .burst = 1});
  EXPECT_TRUE(bucket.take(kStart));
  EXPECT_FALSE(bucket.take(kStart - minutes(1)));
  EXPECT_FALSE(bucket.take(kStart + milliseconds(99)));
  EXPECT_TRUE(bucket.take(kStart + milliseconds(101)));
}

TEST(TokenBucket, WithoutARateItsBurstIsAllThereEverIs) {
  TokenBucket bucket({.per_second = 0, .burst = 1});
  EXPECT_TRUE(bucket.take(kStart));
  EXPECT_FALSE(bucket.take(kStart + std::chrono::hours(24)));
}

}  // namespace
}  // namespace cork
