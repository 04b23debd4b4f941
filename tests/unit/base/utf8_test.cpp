#include "base/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace cork {
namespace {

std::string encode(char32_t c) {
  const auto byte = [](char32_t b) { return static_cast<char>(static_cast<unsigned char>(b)); };
  if (c < 0x80) return {byte(c)};
  if (c < 0x800) return {byte(0xC0 | c >> 6), byte(0x80 | (c & 0x3F))};
  if (c < 0x10000) {
    return {byte(0xE0 | c >> 12), byte(0x80 | (c >> 6 & 0x3F)), byte(0x80 | (c & 0x3F))};
  }
  return {byte(0xF0 | c >> 18), byte(0x80 | (c >> 12 & 0x3F)), byte(0x80 | (c >> 6 & 0x3F)),
          byte(0x80 | (c & 0x3F))};
}

TEST(Utf8, WritesEveryCodePoint) {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    ASSERT_EQ(to_utf8(c).view(), encode(c)) << static_cast<unsigned>(c);
  }
}

TEST(Utf8, ReadsEveryCodePointButSurrogates) {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    const std::string text = encode(c);
    const CodePoint read = next_code_point(text);
    if (c >= 0xD800 && c <= 0xDFFF) {
      ASSERT_FALSE(read.value.has_value()) << static_cast<unsigned>(c);
      ASSERT_EQ(read.length, 1u);
    } else {
      ASSERT_EQ(read.value, c);
      ASSERT_EQ(read.length, text.size());
    }
  }
}

TEST(Utf8, TakesOneByteOfWhatIsNotUtf8) {
  const std::string cases[] = {
      "\x80",              // continuation alone
      "\xC0\x80",          // overlong NUL
      "\xC1\xBF",          // overlong
      "\xE0\x80\xAF",      // overlong slash
      "\xF0\x80\x80\x80",  // overlong
      "\xF4\x90\x80\x80",  // above U+10FFFF
      "\xF5\x80\x80\x80",  // no such lead
      "\xFF",              // no such lead
      "\xC3",              // cut short
      "\xE2\x82",          // cut short
      "\xE2\x28\xA1",      // wrong continuation
      "\xF0\x9F\x98",      // cut short
  };
  for (const std::string& text : cases) {
    EXPECT_FALSE(next_code_point(text).value.has_value()) << testing::PrintToString(text);
    EXPECT_EQ(next_code_point(text).length, 1u);
  }
}

TEST(Utf8, NamesWhatMustNotBeShownRaw) {
  constexpr char32_t deceptive[] = {0x0,    0x1B,   0x1F,   0x7F,   0x85,   0x9B,   0x9F,   0x61C,
                                    0x200E, 0x200F, 0x2028, 0x2029, 0x202A, 0x202E, 0x2066, 0x2069};
  constexpr char32_t plain[] = {0x20,   0x7E,   0xA0,   0xE9,   0x200D,
                                0x2027, 0x202F, 0x2065, 0x206A, 0x1F600};
  for (const char32_t c : deceptive) EXPECT_TRUE(is_deceptive(c)) << static_cast<unsigned>(c);
  for (const char32_t c : plain) EXPECT_FALSE(is_deceptive(c)) << static_cast<unsigned>(c);
}

}  // namespace
}  // namespace cork
