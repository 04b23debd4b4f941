#include "proxy/config/ownership.h"

#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

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
