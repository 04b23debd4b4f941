#include "rules/secrets/quoted_printable.h"

#include <gtest/gtest.h>

#include <string>

namespace cork::secrets {
namespace {

std::string meaning(std::string_view text) {
  const Escape escape = parse_quoted(text, true);
  return {escape.text.data(), escape.size};
}

TEST(QuotedPrintable, SpellsBytesInHexadecimalDigits) {
  EXPECT_EQ("g", meaning("=67h"));
  EXPECT_EQ("=", meaning("=3d"));
  EXPECT_EQ("", meaning("=6g"));
  EXPECT_EQ(0u, parse_quoted("=6", false).taken) << "which may go on";
  EXPECT_EQ(1u, parse_quoted("=6", true).taken);
}

TEST(QuotedPrintable, JoinsLines) {
  for (const std::string_view end : {"=\n", "=\r\n", "=\r\r\n", "= \t\n", "=   \r\n"}) {
    const Escape escape = parse_quoted(std::string(end) + "next", true);
    EXPECT_TRUE(escape.removed) << end;
    EXPECT_EQ(end.size(), escape.taken) << end;
    EXPECT_EQ(0u, parse_quoted(end.substr(0, end.size() - 1), false).taken) << end;
  }
  EXPECT_FALSE(parse_quoted("==\n", true).removed) << "which ends base64";
  EXPECT_EQ(2u, parse_quoted("==\n", true).taken);
  EXPECT_EQ(2u, parse_quoted("==\t\r\n", true).taken);
  EXPECT_EQ(0u, parse_quoted("==\t", false).taken) << "which may go on";
  EXPECT_EQ(1u, parse_quoted("==3D", true).taken);
  EXPECT_FALSE(parse_quoted("=" + std::string(40, ' ') + "\n", true).removed);
}

TEST(QuotedPrintable, ShowsInItsSigns) {
  EXPECT_EQ(1u, find_quoted("a=3Db", 0, {}));
  EXPECT_EQ(6u, find_quoted("a=3Db =3D", 2, {}));
  EXPECT_EQ(13u, find_quoted("key=AB12 =b c", 0, {}));
  EXPECT_EQ(3u, find_quoted("key=AB12 =b c", 0, {.known = true})) << "where it is known to be that";
  EXPECT_EQ(3u, find_quoted("key=AB=12", 0, {}));
  EXPECT_EQ(4u, find_quoted("key =b", 0, {})) << "which may go on";
  for (const std::string_view text : {"abc=\nd", "abc=\r\nd", "abc=\r\r\nd", "abc=", "abc=\r\r"}) {
    EXPECT_EQ(3u, find_quoted(text, 0, {})) << text;
  }
}

TEST(QuotedPrintable, ShowsInNothingThatTheEndCutsButInAWholeEscape) {
  for (const std::string_view text :
       {"a=", "a=6", "a=\r", "a=\r\r", "a=61=", "a=61=6", "a=1&b=2"}) {
    EXPECT_EQ(text.size(), find_quoted(text, 0, {.last = true})) << text;
  }
  EXPECT_EQ(1u, find_quoted("a=6a", 0, {.last = true}));
}

TEST(QuotedPrintable, IsNotTakenForWhatEndsLinesSo) {
  const std::string digest(43, 'a');
  for (const std::string& text : {std::string("Title\n=====\ntext"), std::string("size =\n  4;"),
                                  std::string("AAA=\n-----END"), "h1:" + digest + "=\ngo.org v1"}) {
    EXPECT_EQ(text.size(), find_quoted(text, 0, {})) << text;
  }
  EXPECT_EQ(47u, find_quoted("dt0:" + digest + "=\nbcd", 0, {}));
  const std::string line(20, 'a');
  EXPECT_EQ(20u, find_quoted(line + "=\nbcd", 0, {.shortest_line = 20}));
  EXPECT_EQ(25u, find_quoted(line + "=\nbcd", 0, {.shortest_line = 21}));
  EXPECT_EQ(29u, find_quoted("b\n" + line + line.substr(0, 4) + "=\nb", 0, {.shortest_line = 25}));
}

}  // namespace
}  // namespace cork::secrets
