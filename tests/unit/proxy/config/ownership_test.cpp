#include "proxy/config/ownership.h"

#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

namespace cork::config {
namespace {

using ::testing::HasSubstr;

class Ownership : public ::testing::Test {
 protected:
  test::TemporaryFolder folder;
  std::filesystem::path file = folder.write("cork.yaml", "version: 1\n");
};

TEST_F(Ownership, AFileOfOnesOwnIsFine) {
  EXPECT_FALSE(writable_by_others(file));
}

TEST_F(Ownership, AFileThatEveryoneMayWriteIsRefusedAndSaysWhatToDo) {
  ::chmod(file.c_str(), 0646);
  const auto problem = writable_by_others(file);
  ASSERT_TRUE(problem);
  EXPECT_EQ(problem->where.file, std::filesystem::canonical(file));
  EXPECT_THAT(problem->hint, HasSubstr("chmod o-w"));
}

TEST_F(Ownership, AFolderInWhichEveryoneMayReplaceItIsRefusedUnlessSticky) {
  ::chmod(folder.path().c_str(), 0757);
  const auto problem = writable_by_others(file);
  ASSERT_TRUE(problem);
  EXPECT_THAT(problem->what, HasSubstr("folder"));
  EXPECT_THAT(problem->hint, HasSubstr("keep it in a folder that only its owner may write"));
  ::chmod(folder.path().c_str(), 01757);
  EXPECT_FALSE(writable_by_others(file));
}

TEST_F(Ownership, ALinkIsJudgedByWhereItLeads) {
  const auto link = folder / "link.yaml";
  std::filesystem::create_symlink(file, link);
  EXPECT_FALSE(writable_by_others(link));
  ::chmod(file.c_str(), 0666);
  EXPECT_TRUE(writable_by_others(link));
}

TEST_F(Ownership, ALinkThatAnybodyMayReplaceIsRefused) {
  const auto real = folder.write("own/cork.yaml", "version: 1\n");
  std::filesystem::create_directories(folder / "open");
  std::filesystem::create_symlink("../own/cork.yaml", folder / "open/link.yaml");
  std::filesystem::create_directory_symlink(folder / "own", folder / "open/own");
  std::filesystem::create_symlink(folder / "open/link.yaml", folder / "twice.yaml");
  const auto ways = {folder / "open/link.yaml", folder / "open/own/cork.yaml",
                     folder / "twice.yaml", folder / "own/../open/link.yaml"};
  for (const auto& way : ways) EXPECT_FALSE(writable_by_others(way)) << way;
  ::chmod((folder / "open").c_str(), 0777);
  for (const auto& way : ways) {
    const auto problem = writable_by_others(way);
    ASSERT_TRUE(problem) << way;
    EXPECT_EQ(problem->where.file, std::filesystem::canonical(folder / "open"));
  }
  ::chmod((folder / "open").c_str(), 01777);
  for (const auto& way : ways) EXPECT_FALSE(writable_by_others(way)) << way;
  if (::geteuid() != 0) GTEST_SKIP() << "only root gives files away";
  ASSERT_EQ(::lchown((folder / "open/link.yaml").c_str(), 12'345, 12'345), 0);
  const auto problem = writable_by_others(folder / "twice.yaml");
  ASSERT_TRUE(problem);
  EXPECT_EQ(problem->what,
            "user 12345 made this symbolic link, in a folder where everybody may, and so decides "
            "what leaves");
  ::chmod((folder / "open").c_str(), 0755);
  EXPECT_FALSE(writable_by_others(folder / "twice.yaml")) << "nobody asks whose it is";
}

// As in a container, where it is the host's user's.
TEST_F(Ownership, AFileOfSomebodyElseIsFineWhereNotEverybodyCouldHaveMadeIt) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root gives files away";
  ASSERT_EQ(::chown(file.c_str(), 12'345, 12'345), 0);
  EXPECT_FALSE(writable_by_others(file));
  ::chmod(folder.path().c_str(), 01777);
  const auto problem = writable_by_others(file);
  ASSERT_TRUE(problem);
  EXPECT_THAT(problem->what, HasSubstr("user 12345 made this file"));
}

TEST_F(Ownership, NoDeviceIsToBeChanged) {
  const auto problem = writable_by_others("/dev/null");
  ASSERT_TRUE(problem);
  EXPECT_THAT(problem->what, HasSubstr("this device"));
  EXPECT_EQ(problem->hint, "name a file in its place");
}

TEST_F(Ownership, LinksThatLeadNowhereAreNotThisChecksBusiness) {
  std::filesystem::create_symlink("a", folder / "b");
  std::filesystem::create_symlink("b", folder / "a");
  EXPECT_FALSE(writable_by_others(folder / "a"));
  std::filesystem::create_symlink("none", folder / "c");
  EXPECT_FALSE(writable_by_others(folder / "c"));
}

TEST_F(Ownership, AFileThatIsNotThereIsNotThisChecksBusiness) {
  EXPECT_FALSE(writable_by_others(folder / "none"));
}

TEST_F(Ownership, WhatAConfigurationNamesForItsSecretsIsAskedToo) {
  const auto secret = folder.write("db", "correct-horse-battery");
  ::chmod(secret.c_str(), 0600);
  const auto config = parse(
      "version: 1\nca: {directory: ca}\naudit: {path: a}\nbottles: {dev: {listen: "
      "127.0.0.1:1, allow: [a.example], secrets: [{from: file:db}]}}\n",
      file, [](const std::string&) { return std::nullopt; });
  ASSERT_TRUE(config) << render(config.error());
  EXPECT_THAT(secret_files(*config), ::testing::ElementsAre(secret));
  EXPECT_FALSE(writable_by_others(*config));
  ::chmod(secret.c_str(), 0602);
  EXPECT_TRUE(writable_by_others(*config));
  ::chmod(secret.c_str(), 0600);
  ::chmod(file.c_str(), 0602);
  EXPECT_TRUE(writable_by_others(*config));
}

TEST_F(Ownership, RulesAndCertificatesDecideAsMuch) {
  const auto rules = folder.write("rules.toml", ""), ca = folder.write("extra.pem", "");
  Config config;
  config.file = file;
  config.rules_files = {rules};
  config.upstream_ca_file = ca;
  EXPECT_FALSE(writable_by_others(config));
  for (const auto& one : {rules, ca}) {
    ::chmod(one.c_str(), 0646);
    const auto problem = writable_by_others(config);
    ASSERT_TRUE(problem);
    EXPECT_EQ(problem->where.file, std::filesystem::canonical(one));
    ::chmod(one.c_str(), 0644);
  }
}

}  // namespace
}  // namespace cork::config
