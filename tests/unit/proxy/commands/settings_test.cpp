#include "proxy/commands/settings.h"

#include "world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cork::commands {
namespace {

using testing::HasSubstr;

TEST(Settings, PrintEveryErrorOfTheConfiguration) {
  World world;
  const auto file = world.folder.write("cork.yaml", "version: 2\nbottle: {}\n");
  Captured out, err;
  EXPECT_FALSE(load_settings(file, world.context(out, err)));
  EXPECT_THAT(err.text(), HasSubstr("cork.yaml:1:10: error: version 2"));
  EXPECT_THAT(err.text(), HasSubstr("cork.yaml:2:1: error: unknown key 'bottle'"));
}

TEST(Settings, ComeFromTheVariableWhereNoFlagSaysOtherwise) {
  World world;
  world.environment["CORK_CONFIG"] = world.configure("      - a.example\n").string();
  Captured out, err;
  EXPECT_TRUE(load_settings(std::nullopt, world.context(out, err)));
  EXPECT_FALSE(load_settings("/nonexistent/cork.yaml", world.context(out, err)));
  EXPECT_THAT(err.text(), HasSubstr("/nonexistent/cork.yaml: error: there is no such file"));
}

TEST(Settings, ToServeAreRefusedWhereOthersMayWriteThem) {
  World world;
  Captured out, err;
  const Context context = world.context(out, err);
  const auto file = world.configure("      - a.example\n");
  EXPECT_TRUE(load_settings_to_serve(file, context));
  std::filesystem::permissions(file, std::filesystem::perms::others_write,
                               std::filesystem::perm_options::add);
  EXPECT_TRUE(load_settings(file, context));
  EXPECT_EQ(err.text(), "");
  EXPECT_FALSE(load_settings_to_serve(file, context));
  EXPECT_THAT(err.text(),
              HasSubstr("cork.yaml: error: every user of this machine may write this file"));
}

TEST(Settings, ToServeNeedTheCertificatesThatTheyName) {
  World world;
  Captured out, err;
  const Context context = world.context(out, err);
  const auto file = world.configure("      - a.example\n", "upstream: {ca_file: nofile.pem}\n");
  EXPECT_TRUE(load_settings(file, context));
  EXPECT_FALSE(load_settings_to_serve(file, context));
  EXPECT_THAT(err.text(), HasSubstr("cork.yaml:5:21: error: cannot open "));
}

TEST(Settings, ToServeTellOfEveryFileThatTheyName) {
  World world;
  Captured out, err;
  const auto file = world.configure("      - a.example\n", "upstream: {ca_file: nofile.pem}\n");
  world.folder.write("own.toml", "[[rules]]\nid = 'a'\nregex = '('\n[[rules]]\nid = 'b'\n");
  EXPECT_FALSE(load_settings_to_serve(file, world.context(out, err)));
  EXPECT_THAT(err.text(), HasSubstr("cork.yaml:5:21: error: cannot open "));
  EXPECT_THAT(err.text(), HasSubstr("own.toml:3:9: error: 'regex': missing ): ("));
  EXPECT_THAT(err.text(), HasSubstr("own.toml:4:1: error: rule 'b' has neither"));
}

TEST(Settings, ChooseTheOnlyBottleOrTheOneNamed) {
  World world;
  Captured out, err;
  const Context context = world.context(out, err);
  const auto one = load_settings(world.configure("      - a.example\n"), context);
  ASSERT_TRUE(one);
  EXPECT_NE(choose_bottle(*one, std::nullopt, context), nullptr);
  EXPECT_EQ(choose_bottle(*one, "dve", context), nullptr);
  EXPECT_THAT(err.text(), HasSubstr("did you mean 'dev'?"));
  const auto two = load_settings(
      world.configure("      - a.example\n  ci: {listen: 127.0.0.1:8889, allow: [b.example]}\n"),
      context);
  ASSERT_TRUE(two);
  EXPECT_EQ(choose_bottle(*two, std::nullopt, context), nullptr);
  EXPECT_THAT(err.text(), HasSubstr("has dev, ci\n    name one with --bottle"));
  EXPECT_EQ(choose_bottle(*two, "ci", context)->bottle.name(), "ci");
}

TEST(Settings, AreWrittenOnceWhereThereAreNone) {
  World world;
  Captured out, err;
  const Context context = world.context(out, err);
  const auto file = write_default_config(context.environment);
  ASSERT_TRUE(file) << file.error().what;
  EXPECT_EQ(*file, world.folder / "home/.config/cork/cork.yaml");
  EXPECT_TRUE(load_settings(std::nullopt, context)) << err.text();
  world.folder.write("home/.config/cork/cork.yaml", "mine");
  EXPECT_TRUE(write_default_config(context.environment));
  EXPECT_THAT((load_settings(std::nullopt, context), err.text()), HasSubstr("is a mapping"));
  world.environment.erase("HOME");
  EXPECT_FALSE(write_default_config(world.context(out, err).environment));
}

}  // namespace
}  // namespace cork::commands
