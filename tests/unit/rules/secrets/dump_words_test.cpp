#include "rules/secrets/dump_words.h"

#include "tests/support/mask_way.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

namespace cork::secrets {
namespace {

std::string words(std::size_t count, std::size_t size, std::size_t between) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t k = 0; k < size; ++k) out += "6b"[k % 2];
    out.append(between, ' ');
  }
  return out;
}

// In either way.
TEST(DumpWords, AreFoundWhereverTheyStand) {
  for (const bool wide : {true, false}) {
    const cork::test::MaskWay way(wide);
    for (std::size_t before = 0; before < 140; ++before) {
      const std::string front = std::string(before, '.');
      for (std::size_t between = 1; between <= 4; ++between) {
        const std::string four = front + words(4, 2, between);
        EXPECT_EQ(before, find_four_words(four, true)) << before << between;
        EXPECT_EQ(before, find_four_words(four + "and so on", true)) << before << between;
        const std::string three = front + words(3, 2, between) + "and so on";
        EXPECT_EQ(three.size(), find_four_words(three, true)) << before << between;
      }
      EXPECT_EQ(before, find_four_words(front + words(4, 4, 1), true)) << before;
      EXPECT_EQ(front.size() + 24, find_four_words(front + words(4, 6, 0), true)) << before;
    }
  }
}

TEST(DumpWords, AreWholeWords) {
  for (const bool wide : {true, false}) {
    const cork::test::MaskWay way(wide);
    for (std::size_t before = 0; before < 140; ++before) {
      const std::string front = std::string(before, '.');
      for (const std::string_view glued :
           {"made made made made made ", "6bs 6bs 6bs 6bs 6bs ", "6b6bz 6b6bz 6b6bz 6b6bz ",
            "66b 66b 66b 66b 66b 66b "}) {
        const std::string text = front + std::string(glued);
        EXPECT_EQ(text.size(), find_four_words(text, true)) << text;
      }
      // The letter of a prefix, or of an escape, belongs to no word.
      EXPECT_EQ(before + 2, find_four_words(front + "0x6b, 0x6b, 0x6b, 0x6b, ", true)) << before;
      EXPECT_EQ(before + 2, find_four_words(front + "\\n6b6b 6b6b 6b6b 6b6b ", true)) << before;
      // Another word in front, as large, is none of them where a letter ends it.
      EXPECT_EQ(before + 3, find_four_words(front + "6bz6b 6b 6b 6b ", true)) << before;
    }
  }
}

TEST(DumpWords, AreNoEscapes) {
  for (const bool wide : {true, false}) {
    const cork::test::MaskWay way(wide);
    for (const std::string_view escape : {"41%", "=41", "\\x41", "&#x41;"}) {
      std::string escapes;
      for (int i = 0; i < 2000; ++i) escapes += escape;
      EXPECT_EQ(escapes.size(), find_four_words(escapes, true)) << escape;
      EXPECT_EQ(escapes.size() + 6, find_four_words(escapes + "zz zz " + words(4, 2, 1), true))
          << escape;
    }
  }
}

TEST(DumpWords, BeginWithThoseThatStandNearer) {
  EXPECT_EQ(2u, find_four_words("- 6b 6b " + words(4, 2, 2), true));
}

}  // namespace
}  // namespace cork::secrets
