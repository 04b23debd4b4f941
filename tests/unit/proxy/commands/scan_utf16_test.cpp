#include "proxy/commands/scan_utf16.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace cork::commands {
namespace {

std::string utf16(std::u16string_view text, bool big) {
  std::string out;
  for (const char16_t unit : text) {
    const char high = static_cast<char>(unit >> 8), low = static_cast<char>(unit & 0xFF);
    out += big ? high : low;
    out += big ? low : high;
  }
  return out;
}

struct Read {
  std::string text;
  bool unmarked;
};

// In pieces of `at_once` bytes.
Read read(std::string_view bytes, std::size_t at_once) {
  Utf16Reader reader([&bytes](std::span<char> into) {
    const std::size_t count = bytes.copy(into.data(), into.size());
    bytes.remove_prefix(count);
    return count;
  });
  std::string text, piece(at_once, '\0');
  while (const std::size_t count = reader.fill(piece)) text.append(piece, 0, count);
  return {text, reader.is_unmarked()};
}

TEST(Utf16Reader, ReadsWhatHasAMarkAsUtf8) {
  std::u16string text = u"\uFEFFa = \u00e9\u20ac\U0001F600";
  for (int i = 0; i < 5000; ++i) text += u"\U0001F600x";
  std::string expected = "a = \xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80";
  for (int i = 0; i < 5000; ++i) expected += "\xF0\x9F\x98\x80x";
  for (const bool big : {false, true}) {
    for (const std::size_t at_once : {1U, 3U, 100'000U}) {
      const auto [got, unmarked] = read(utf16(text, big), at_once);
      EXPECT_EQ(got, expected);
      EXPECT_FALSE(unmarked);
    }
  }
}

TEST(Utf16Reader, ReplacesWhatIsNoCharacter) {
  const std::string mark = "\xFF\xFE";
  const auto text = [&mark](std::u16string_view units) {
    return read(mark + utf16(units, false), 64).text;
  };
  const char16_t high[] = {0xD83D, u'a', 0}, low[] = {0xDE00, u'a', 0}, last[] = {u'a', 0xD83D, 0};
  EXPECT_EQ(text(high),
            "\xEF\xBF\xBD"
            "a");
  EXPECT_EQ(text(low),
            "\xEF\xBF\xBD"
            "a");
  EXPECT_EQ(text(last), "a\xEF\xBF\xBD");
  EXPECT_EQ(read(mark + "a", 64).text, "\xEF\xBF\xBD");
}

TEST(Utf16Reader, LeavesAllElseAsItIsAndSaysWhereItLooksWide) {
  const std::string plain = "some text of enough bytes",
                    wide = utf16(u"some text of some bytes", true);
  EXPECT_EQ(read(plain, 7).text, plain);
  EXPECT_FALSE(read(plain, 7).unmarked);
  EXPECT_EQ(read(wide, 7).text, wide);
  EXPECT_TRUE(read(wide, 7).unmarked);
  EXPECT_TRUE(read(std::string("\xFF\xFE\0\0a\0\0\0", 8), 7).unmarked);
  EXPECT_FALSE(read(std::string(100, '\0'), 7).unmarked);
  EXPECT_EQ(read("", 7).text, "");
  EXPECT_EQ(read("\xFF", 7).text, "\xFF");
}

}  // namespace
}  // namespace cork::commands
