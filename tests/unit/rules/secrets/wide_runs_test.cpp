#include "rules/secrets/encoded_runs.h"
#include "tests/unit/rules/secrets/encoders.h"

#include <gtest/gtest.h>

#include <string>

namespace cork::secrets {
namespace {

std::string wide(std::string_view text, std::size_t size, bool big) {
  std::string out;
  for (const char c : text) {
    const std::string zeros(size - 1, '\0');
    out += big ? zeros + c : c + zeros;
  }
  return out;
}

std::string read(std::string_view input, std::size_t piece) {
  test::Collected out;
  const auto decoder = make_wide_runs();
  EXPECT_EQ(Verdict::clean, test::decode(*decoder, input, piece, out));
  EXPECT_EQ(input.size(), decoder->pending_from());
  EXPECT_TRUE(out.consistent);
  return out.text;
}

TEST(WideRuns, FindTextOfEitherOrderAndSize) {
  const std::string text = "the words = 1\r\n";
  for (const std::size_t size : {2u, 4u}) {
    for (const bool big : {false, true}) {
      for (const std::string_view before : {"", "\xff\xfe", "\xfe\xff", "plain text before"}) {
        const std::string input = std::string(before) + wide(text, size, big);
        for (const std::size_t piece : {1u, 2u, 7u, 1000u}) {
          EXPECT_NE(std::string::npos, read(input, piece).find(text)) << size << big << before;
        }
      }
    }
  }
}

TEST(WideRuns, OrdinaryTextAndZerosAreNone) {
  EXPECT_EQ("", read("plain text", 3));
  EXPECT_EQ("", read(std::string(500, '\0'), 64));
  EXPECT_EQ("", read(std::string("a\0b\0c\0d\0 short", 14), 64));
  EXPECT_EQ("", read(std::string("one\0two\0three\0four\0five\0six\0seven\0", 34), 64));
}

TEST(WideRuns, TieEachCharacterToItsBytes) {
  test::Collected out;
  const auto decoder = make_wide_runs();
  decoder->push(as_bytes(wide("0123456789", 2, false)), 10, out);
  EXPECT_EQ("012345678", out.text);
  EXPECT_EQ(10u, out.begins.front());
  EXPECT_EQ(12u, out.ends.front());
  EXPECT_EQ(28u, decoder->pending_from());
}

}  // namespace
}  // namespace cork::secrets
