#include "proxy/config/config.h"

#include "test_environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace cork::config {
namespace {

using testing::HasSubstr;

class Find : public testing::Test {
 protected:
  Find() {
    std::string name = (std::filesystem::temp_directory_path() / "cork-find-XXXXXX").string();
    home_ = ::mkdtemp(name.data());
  }
  ~Find() override { std::filesystem::remove_all(home_); }

  std::filesystem::path home_;
};

TEST_F(Find, TakesTheFlagBeforeTheVariableBeforeTheHome) {
  std::filesystem::create_directories(home_ / ".config/cork");
  std::ofstream(home_ / ".config/cork/cork.yaml") << "version: 1\n";
  const auto environment = environment_of({{"HOME", home_.string()}, {"CORK_CONFIG", "/b.yaml"}});
  EXPECT_EQ(find("/a.yaml", environment).value(), "/a.yaml");
  EXPECT_EQ(find(std::nullopt, environment).value(), "/b.yaml");
  EXPECT_EQ(find(std::nullopt, environment_of({{"HOME", home_.string()}})).value(),
            home_ / ".config/cork/cork.yaml");
}

TEST_F(Find, NeverLooksInTheCurrentDirectory) {
  if (std::filesystem::exists("/etc/cork/cork.yaml")) GTEST_SKIP() << "this machine has one";
  const auto before = std::filesystem::current_path();
  std::ofstream(home_ / "cork.yaml") << "version: 1\n";
  std::filesystem::current_path(home_);
  const auto found = find(std::nullopt, environment_of({{"HOME", home_.string()}}));
  std::filesystem::current_path(before);
  ASSERT_FALSE(found);
  EXPECT_THAT(render(found.error()), HasSubstr(".config/cork/cork.yaml"));
  EXPECT_THAT(render(found.error()), HasSubstr("/etc/cork/cork.yaml"));
}

TEST_F(Find, SaysThatThereIsNoHomeToLookIn) {
  if (std::filesystem::exists("/etc/cork/cork.yaml")) GTEST_SKIP() << "this machine has one";
  const auto found = find(std::nullopt, environment_of({}));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error()[0].what,
            "there is no configuration: /etc/cork/cork.yaml does not exist, and HOME is not set, "
            "below which one may be");
  EXPECT_THAT(found.error()[0].hint, HasSubstr("set HOME"));
  const auto with_home = find(std::nullopt, environment_of({{"HOME", home_.string()}}));
  ASSERT_FALSE(with_home);
  EXPECT_THAT(with_home.error()[0].what, testing::Not(HasSubstr("HOME is not set")));
}

}  // namespace
}  // namespace cork::config
