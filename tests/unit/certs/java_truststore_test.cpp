#include "certs/java_truststore.h"

#include "tests/support/temporary_folder.h"
#include "tests/support/test_tls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

namespace cork::certs {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(JavaTruststore, HoldsEveryCertificateOfABundle) {
  const std::string one = test::TestCa().certificate_pem();
  const std::string two = test::TestCa().certificate_pem();
  const auto store = java_truststore("# roots\n" + one + "\nand\n" + two);
  ASSERT_TRUE(store.has_value()) << store.error().what;
  const std::string head("\xfe\xed\xfe\xed\0\0\0\2\0\0\0\2\0\0\0\2\0\6root-1", 24);
  EXPECT_THAT(*store, StartsWith(head));
  EXPECT_THAT(*store, HasSubstr(std::string("\0\0\0\2\0\6root-2", 12)));
  EXPECT_THAT(*store, HasSubstr(std::string("\0\5X.509\0\0", 9)));
  EXPECT_EQ(*store, java_truststore(one + two).value()) << "the same roots, the same bytes";
}

TEST(JavaTruststore, RefusesWhatIsDamagedOrEmpty) {
  const std::string whole = test::TestCa().certificate_pem();
  std::string damaged = whole;
  damaged.replace(damaged.size() / 2, 2, "!!");
  EXPECT_THAT(java_truststore(whole + damaged).error().what, HasSubstr("certificate 2 is damaged"));
  EXPECT_THAT(java_truststore("").error().what, HasSubstr("no PEM certificate"));
  EXPECT_THAT(java_truststore("words\n").error().what, HasSubstr("no PEM certificate"));
}

TEST(JavaTruststore, IsReadByJava) {
  if (std::system("command -v keytool >/dev/null 2>&1") != 0) GTEST_SKIP() << "no keytool here";
  test::TemporaryFolder folder;
  const auto file =
      folder.write("store", java_truststore(test::TestCa().certificate_pem()).value());
  const std::string command =
      "keytool -list -storepass changeit -keystore '" + file.string() + "' 2>&1";
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> tool(::popen(command.c_str(), "r"),
                                                             &::pclose);
  ASSERT_NE(tool, nullptr);
  std::array<char, 4096> said{};
  const std::string text(said.data(), std::fread(said.data(), 1, said.size(), tool.get()));
  EXPECT_THAT(text, HasSubstr("contains 1 entry"));
  EXPECT_THAT(text, HasSubstr("root-1"));
  EXPECT_THAT(text, HasSubstr("trustedCertEntry"));
}

}  // namespace
}  // namespace cork::certs
