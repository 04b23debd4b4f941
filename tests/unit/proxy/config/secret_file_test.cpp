#include "proxy/config/secret_file.h"

#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <string_view>

namespace cork::config {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::size_t kMost = 16;

class SecretFile : public testing::Test {
 protected:
  std::filesystem::path file(std::string_view content, mode_t mode = 0600) {
    auto path = folder.write("secret", content);
    ::chmod(path.c_str(), mode);
    return path;
  }
  static std::string problem(const std::filesystem::path& path) {
    const auto read = read_secret(path, kMost);
    return read ? "" : read.error().what + " / " + read.error().hint;
  }
  test::TemporaryFolder folder;
};

TEST_F(SecretFile, HoldsTheSecretWithoutTheWhiteSpaceAroundIt) {
  for (const std::string_view content : {"my key", "my key\n", "my key\r\n", " \tmy key \n\n"}) {
    EXPECT_EQ(read_secret(file(content, 0440), kMost).value(), "my key") << content;
  }
  EXPECT_EQ(problem(file(std::string(kMost, 'x') + "\r\n")), "");
}

TEST_F(SecretFile, ThatHasNothingOrMoreIsNamedAndNotQuoted) {
  EXPECT_THAT(problem(folder / "none"), HasSubstr("none: No such file or directory"));
  EXPECT_THAT(problem(file("")), HasSubstr("secret is empty"));
  EXPECT_THAT(problem(file(" \n\n")), HasSubstr("secret is empty"));
  EXPECT_THAT(problem(file("one\ntwo")),
              AllOf(HasSubstr("more than one line"), Not(HasSubstr("two"))));
  for (const std::size_t size : {kMost + 1, std::size_t{100'000}}) {
    EXPECT_THAT(problem(file(std::string(size, 'x'))),
                AllOf(HasSubstr("more than the 16 bytes"), Not(HasSubstr("xxx"))));
  }
}

TEST_F(SecretFile, ThatEverybodyMayReadIsRefused) {
  EXPECT_THAT(problem(file("word", 0604)),
              AllOf(HasSubstr("every user of this machine may read"), HasSubstr("chmod o-r '")));
}

TEST_F(SecretFile, ThatWouldWaitForAWriterIsRefusedAtOnce) {
  const auto pipe = folder / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(problem(pipe), HasSubstr("is no file"));
  EXPECT_THAT(problem(folder.path()), HasSubstr("is no file"));
}

}  // namespace
}  // namespace cork::config
