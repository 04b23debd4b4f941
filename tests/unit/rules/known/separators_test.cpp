#include "rules/known/separators.h"

#include <gtest/gtest.h>

#include <string>

namespace cork::known {
namespace {

TEST(Separators, AreWhatIsNoLetterOrDigitBeyondAscii) {
  for (const std::string one :
       {"\xC2\xA0", "\xC2\xBB", "\xE2\x80\x83", "\xE2\x86\x92", "\xE3\x80\x80", "\xF0\x9F\x94\x91",
        "\xC2\x80", "\xCC\x81", "\xCD\xAF", "\xE1\x85\x9F", "\xE1\x9A\x80", "\xE1\xA0\x8E",
        "\xEF\xBF\xBC"}) {
    const std::string text = "some text" + one + "and more";
    const Separator found = find_separator(text, 0);
    EXPECT_EQ(found.at, 9U);
    EXPECT_EQ(found.size, one.size());
    EXPECT_EQ(separator_at_end("text" + one), one.size());
    EXPECT_EQ(find_separator(text, 10).at, text.size());
    // What the end cuts may be one.
    for (std::size_t size = 1; size < one.size(); ++size) {
      const Separator cut = find_separator("text" + one.substr(0, size), 0);
      EXPECT_EQ(cut.at, 4U);
      EXPECT_EQ(cut.size, 0U);
    }
  }
  // e with an accent, micro, a letter of another script, a Roman numeral, hiragana, a mathematical
  // letter, what is no UTF-8, more letters, and a full-width one.
  for (const std::string none :
       {"plain, ASCII", "\xC3\xA9", "\xC2\xB5", "\xD0\xB6", "\xE2\x85\xA7", "\xE3\x81\x82",
        "\xF0\x9D\x90\x80", "\xE2\xE2\x80", "\xC2z", "\xCD\xB0", "\xE1\x83\x90", "\xEF\xBC\xA1"}) {
    const std::string text = none + "and more";
    EXPECT_EQ(find_separator(text, 0).at, text.size()) << none;
    EXPECT_EQ(separator_at_end(none), 0U) << none;
  }
}

}  // namespace
}  // namespace cork::known
