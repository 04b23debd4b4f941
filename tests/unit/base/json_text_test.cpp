#include "base/json_text.h"

#include "base/utf8.h"

#include <gtest/gtest.h>

#include <random>

namespace cork {
namespace {

std::string json(std::string_view text) {
  std::string out = "x";
  append_json(out, text);
  return out.substr(1);
}

TEST(JsonText, EscapesWhatJsonAsksFor) {
  EXPECT_EQ(json(""), R"("")");
  EXPECT_EQ(json("plain"), R"("plain")");
  EXPECT_EQ(json("a\"b\\c/d"), R"("a\"b\\c/d")");
  EXPECT_EQ(json("\n\r\t\b\f"), R"("\n\r\t\u0008\u000c")");
  EXPECT_EQ(json(std::string_view("\0", 1)), R"("\u0000")");
}

TEST(JsonText, EscapesWhatWouldDeceiveATerminalOrAReader) {
  EXPECT_EQ(json("\x1b[2J\x7f"), R"("\u001b[2J\u007f")");
  EXPECT_EQ(json("\xC2\x9B"), R"("\u009b")");
  EXPECT_EQ(json("\xE2\x80\xA8\xE2\x80\xA9"), R"("\u2028\u2029")");
  EXPECT_EQ(json("a\xE2\x80\xAEz\xE2\x81\xA6"), R"("a\u202ez\u2066")");
}

TEST(JsonText, KeepsOtherUnicodeAsItIs) {
  EXPECT_EQ(json("h\xC3\xA9llo \xF0\x9F\x8D\xBE"), "\"h\xC3\xA9llo \xF0\x9F\x8D\xBE\"");
}

TEST(JsonText, ReplacesEachByteThatIsNotUtf8) {
  EXPECT_EQ(json("a\xFF\xC3(b"), "\"a\xEF\xBF\xBD\xEF\xBF\xBD(b\"");
  EXPECT_EQ(json("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST(JsonText, WritesOneValidStringWhateverTheBytes) {
  std::mt19937 random(20240611);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes(random() % 40, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    const std::string text = json(bytes);
    ASSERT_GE(text.size(), 2u);
    std::string_view inside = std::string_view(text).substr(1, text.size() - 2);
    while (!inside.empty()) {
      const CodePoint next = next_code_point(inside);
      ASSERT_TRUE(next.value.has_value());
      ASSERT_FALSE(is_deceptive(*next.value));
      ASSERT_NE(*next.value, U'"');
      // Of an escape, what follows the backslash is never read as anything else.
      inside.remove_prefix(*next.value == U'\\' ? 2 : next.length);
    }
  }
}

}  // namespace
}  // namespace cork
