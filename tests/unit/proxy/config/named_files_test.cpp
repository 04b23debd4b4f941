#include "proxy/config/named_files.h"

#include "test_environment.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace cork::config {
namespace {

using testing::HasSubstr;

class NamedFiles : public testing::Test {
 protected:
  std::filesystem::path write(const std::string& more) {
    return folder_.write("cork.yaml",
                         "version: 1\nca: {directory: ca}\naudit: {path: a}\n"
                         "upstream: {ca_file: none.pem}\nrules: {files: [own.toml]}\n" +
                             more + "bottles: {dev: {listen: 127.0.0.1:1, allow: [a.example]}}\n");
  }

  test::TemporaryFolder folder_;
};

TEST_F(NamedFiles, AreAllToldOfWhereOneKeepsCorkFromServing) {
  folder_.write("own.toml", "[[rules]]\nid = 'a'\nwhy = 'x'\nregex = '('\n");
  const auto config = load(write(""), at_home());
  ASSERT_TRUE(config) << render(config.error());
  const std::string said = render(problems_to_serve(*config));
  EXPECT_THAT(said, HasSubstr("cork.yaml:4:21: error: cannot open "));
  EXPECT_THAT(said, HasSubstr("own.toml:1:1: error: rule 'a': regex: missing ): ("));
}

TEST_F(NamedFiles, AreNoProblemWhereWhoeverCompilesTheRulesWillTellOfThem) {
  folder_.write("own.toml", "[[rules]]\nid = 'a'\nregex = '('\n");
  auto config = load(write(""), at_home());
  ASSERT_TRUE(config) << render(config.error());
  config->upstream_ca_file.clear();
  EXPECT_EQ(render(problems_to_serve(*config)), "");
}

TEST_F(NamedFiles, AreToldOfBesideTheErrorsOfTheConfiguration) {
  folder_.write("own.toml", "[[rules]]\nid = 'a'\nregex = '('\n");
  const auto config = load(write("workers: many\n"), at_home());
  ASSERT_FALSE(config);
  const std::string said = render(config.error());
  EXPECT_THAT(said, HasSubstr("cork.yaml:6:"));
  EXPECT_THAT(said, HasSubstr("cork.yaml:4:21: error: cannot open "));
  EXPECT_THAT(said, HasSubstr("own.toml:3:9: error: 'regex': missing"));
}

}  // namespace
}  // namespace cork::config
