#include "proxy/commands/terminal.h"

#include "world.h"

#include <gtest/gtest.h>

namespace cork::commands {
namespace {

TEST(Terminal, ShowsWhatMovesTheCursorOrMisleadsTheEyeEscaped) {
  EXPECT_EQ(visible("plain \xC3\xA9"), "plain \xC3\xA9");
  EXPECT_EQ(visible("a\x1b[2Jb\r\n"), "a\\u001b[2Jb\\u000d\\u000a");
  EXPECT_EQ(visible("\xE2\x80\xAE"
                    "gpj"),
            "\\u202egpj");
  EXPECT_EQ(visible("\xFFx"), "\\xffx");
}

TEST(Terminal, PaintsOnlyForAPersonWhoWantsIt) {
  Captured out, err;
  World world;
  EXPECT_EQ(Painter(world.context(out, err))(Colour::red, "no"), "no");
  world.out_is_terminal = true;
  EXPECT_EQ(Painter(world.context(out, err))(Colour::red, "no"), "no");  // TERM says nothing
  world.environment["TERM"] = "xterm";
  EXPECT_EQ(Painter(world.context(out, err))(Colour::red, "no"), "\x1b[31mno\x1b[0m");
  world.environment["NO_COLOR"] = "1";
  EXPECT_EQ(Painter(world.context(out, err))(Colour::red, "no"), "no");
}

TEST(Terminal, CountsOneAndMore) {
  EXPECT_EQ(counted(0, "file", "files"), "0 files");
  EXPECT_EQ(counted(1, "file", "files"), "1 file");
  EXPECT_EQ(counted(2, "file", "files"), "2 files");
}

TEST(Terminal, WritesSizesAndDurationsForPeople) {
  EXPECT_EQ(rounded_size(0), "0 B");
  EXPECT_EQ(rounded_size(999), "999 B");
  EXPECT_EQ(rounded_size(4'200), "4.2 KB");
  EXPECT_EQ(rounded_size(300'000'000), "300 MB");
  EXPECT_EQ(duration_text(850), "850 us");
  EXPECT_EQ(duration_text(12'400), "12 ms");
  EXPECT_EQ(duration_text(3'400'000), "3.4 s");
}

TEST(Terminal, CutsAndFillsByCharacterAndNotByByte) {
  EXPECT_EQ(width_of("a\xC3\xA9…"), 3U);
  EXPECT_EQ(cut("\xC3\xA9\xC3\xA9\xC3\xA9", 3), "\xC3\xA9\xC3\xA9\xC3\xA9");
  EXPECT_EQ(cut("\xC3\xA9\xC3\xA9\xC3\xA9", 2), "\xC3\xA9…");
  EXPECT_EQ(cut("abc", 1), "…");
  EXPECT_EQ(cut("abc", 0), "");
  EXPECT_EQ(padded("\xC3\xA9", 3), "\xC3\xA9  ");
  EXPECT_EQ(padded("abcd", 3), "abcd");
}

TEST(Terminal, BreaksLinesBetweenWords) {
  EXPECT_EQ(wrapped("one two three", 2, 9), "one two\n  three");
  EXPECT_EQ(wrapped("one two three", 2, 0), "one two three");
  EXPECT_EQ(wrapped("muchtoolong is it", 2, 6), "muchtoolong\n  is\n  it");
  EXPECT_EQ(wrapped("", 2, 6), "");
}

}  // namespace
}  // namespace cork::commands
