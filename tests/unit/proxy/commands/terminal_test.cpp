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

TEST(Terminal, WritesSizesAndDurationsForPeople) {
  EXPECT_EQ(size_text(0), "0 B");
  EXPECT_EQ(size_text(999), "999 B");
  EXPECT_EQ(size_text(4'200), "4.2 KB");
  EXPECT_EQ(size_text(300'000'000), "300 MB");
  EXPECT_EQ(duration_text(850), "850 us");
  EXPECT_EQ(duration_text(12'400), "12 ms");
  EXPECT_EQ(duration_text(3'400'000), "3.4 s");
}

}  // namespace
}  // namespace cork::commands
