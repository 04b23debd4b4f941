#include "proxy/commands/subprocess.h"

#include "world.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

namespace cork::commands {
namespace {

class Subprocess : public testing::Test {
 protected:
  std::filesystem::path script(const std::string& name, const std::string& text) {
    const auto path = world_.folder.write("bin/" + name, "#!/bin/sh\n" + text);
    ::chmod(path.c_str(), 0700);
    return path;
  }
  config::Environment environment() {
    return [this](const std::string& name) -> std::optional<std::string> {
      if (name == "PATH") return "relative:" + (world_.folder / "bin").string() + ":/usr/bin:/bin";
      if (name == "SECRET") return "hidden";
      return std::nullopt;
    };
  }

  World world_;
};

TEST_F(Subprocess, IsFoundByPathWhereItCanBeRun) {
  const auto tool = script("one", "");
  world_.folder.write("bin/two", "not executable");
  EXPECT_EQ(find_program("one", environment()), tool);
  EXPECT_EQ(find_program("two", environment()), std::nullopt);
  EXPECT_EQ(find_program("three", environment()), std::nullopt);
  EXPECT_EQ(find_program("one", [](const std::string&) { return std::nullopt; }), std::nullopt);
}

TEST_F(Subprocess, AnswersWithWhatItPrints) {
  const auto tool = script("one", "printf 'v1 %s\\n\\n' \"$1\"; echo noise >&2\n");
  EXPECT_EQ(ask_program(tool, {"--version"}, environment()), "v1 --version");
}

TEST_F(Subprocess, SeesNothingOfTheEnvironmentButWhereThingsAre) {
  const auto tool = script("one", "echo \"[$SECRET][$HOME]\"\n");
  EXPECT_EQ(ask_program(tool, {}, environment()), "[][]");
}

TEST_F(Subprocess, ThatFailsOrCannotBeStartedIsAnError) {
  EXPECT_FALSE(ask_program(script("one", "echo text; exit 1\n"), {}, environment()));
  EXPECT_FALSE(ask_program(script("two", "kill -9 $$\n"), {}, environment()));
  EXPECT_FALSE(ask_program(world_.folder / "bin/absent", {}, environment()));
}

TEST_F(Subprocess, MayPrintWithoutEndAndOnlyItsBeginningIsKept) {
  const auto tool =
      script("one", "i=0; while [ $i -lt 3000 ]; do echo 0123456789; i=$((i+1)); done\n");
  const auto text = ask_program(tool, {}, environment());
  ASSERT_TRUE(text);
  EXPECT_LE(text->size(), 4096U);
  EXPECT_TRUE(text->starts_with("0123456789\n"));
}

}  // namespace
}  // namespace cork::commands
