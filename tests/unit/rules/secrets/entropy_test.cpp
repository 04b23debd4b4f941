#include "rules/secrets/entropy.h"

#include <gtest/gtest.h>

#include <string>

namespace cork::secrets {
namespace {

TEST(Entropy, IsZeroForNothingAndForOneByteRepeated) {
  EXPECT_EQ(shannon_entropy(""), 0.0);
  EXPECT_EQ(shannon_entropy("x"), 0.0);
  EXPECT_EQ(shannon_entropy("xxxxxxxx"), 0.0);
}

TEST(Entropy, IsTheLogarithmOfTheNumberOfEquallyFrequentBytes) {
  EXPECT_DOUBLE_EQ(shannon_entropy("abab"), 1.0);
  EXPECT_DOUBLE_EQ(shannon_entropy("abcd"), 2.0);
  std::string all;
  for (int c = 0; c < 256; ++c) all.push_back(static_cast<char>(c));
  EXPECT_DOUBLE_EQ(shannon_entropy(all), 8.0);
}

TEST(Entropy, WeighsBytesByTheirShare) {
  EXPECT_NEAR(shannon_entropy("aaab"), 0.8113, 0.0001);
}

TEST(Entropy, MoreThanSoMuchIsAskedAlone) {
  std::string text;
  for (std::size_t i = 0; i < kCountedBytes; ++i) {
    text.push_back(static_cast<char>('a' + i * i % 23));
    const double bits = shannon_entropy(text);
    EXPECT_TRUE(entropy_exceeds(text, bits - 1e-9)) << text;
    EXPECT_FALSE(entropy_exceeds(text, bits + 1e-9)) << text;
  }
  EXPECT_FALSE(entropy_exceeds("", 0));
}

}  // namespace
}  // namespace cork::secrets
