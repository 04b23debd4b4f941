#include "proxy/config/password.h"

#include "test_environment.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <string_view>

namespace cork::config {
namespace {

using testing::HasSubstr;
using testing::Not;

class PasswordTest : public testing::Test {
 protected:
  PasswordSource file(std::string_view content, mode_t mode = 0600) {
    const auto path = folder.write("password", content);
    ::chmod(path.c_str(), mode);
    return {{}, path};
  }
  std::string problem(const PasswordSource& source) {
    const auto read = read_password(source, at_home());
    return read ? "" : read.error().what + " / " + read.error().hint;
  }
  test::TemporaryFolder folder;
};

TEST_F(PasswordTest, StandsInAVariableOrAFile) {
  const PasswordSource variable{"DEV", {}};
  EXPECT_EQ(read_password(variable, environment_of({{"DEV", "pass word"}})).value(), "pass word");
  EXPECT_EQ(to_string(variable), "env:DEV");
  EXPECT_EQ(to_string(PasswordSource{{}, "/run/dev"}), "file:/run/dev");
}

TEST_F(PasswordTest, InAFileHasNoWhiteSpaceAroundIt) {
  for (const std::string_view content : {"word", "word\n", "word\r\n", " word "}) {
    EXPECT_EQ(read_password(file(content), at_home()).value(), "word") << content;
  }
}

TEST_F(PasswordTest, ThatIsMissingIsNamed) {
  EXPECT_THAT(problem({"DEV", {}}), HasSubstr("the environment variable DEV is not set"));
  EXPECT_THAT(problem({{}, folder / "none"}), HasSubstr("none: No such file or directory"));
  EXPECT_THAT(problem(file("")), HasSubstr("password is empty"));
  EXPECT_THAT(problem(file("\n")), HasSubstr("password is empty"));
  EXPECT_THAT(problem({{}, folder.path()}), HasSubstr("is no file"));
}

TEST_F(PasswordTest, InAFileThatEverybodyMayReadIsRefused) {
  EXPECT_THAT(problem(file("word", 0604)), HasSubstr("every user of this machine may read"));
  EXPECT_THAT(problem(file("word", 0604)), HasSubstr("chmod o-r '"));
}

TEST_F(PasswordTest, ThatNoClientCanSendIsRefusedAndNotQuoted) {
  EXPECT_THAT(problem(file("first\x01second")), HasSubstr("no password that a client can send"));
  EXPECT_THAT(problem(file("first\x01second")), Not(HasSubstr("second")));
  EXPECT_EQ(problem(file(std::string(1024, 'x'))), "");
  EXPECT_THAT(problem(file(std::string(5000, 'x'))), HasSubstr("holds more than the 1024 bytes"));
  EXPECT_THAT(problem(file(std::string(5000, 'x'))), Not(HasSubstr("xxx")));
}

}  // namespace
}  // namespace cork::config
