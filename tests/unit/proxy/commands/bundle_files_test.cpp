#include "proxy/commands/bundle_files.h"

#include "certs/java_truststore.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_tls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace cork::commands {
namespace {

std::string content(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(BundleFiles, AreTheBundleAndTheSameForJava) {
  test::TemporaryFolder folder;
  const std::string pem = test::TestCa().certificate_pem();
  folder.write("b.pem", "old");
  ASSERT_TRUE(write_bundle_files(folder / "b.pem", pem).has_value());
  EXPECT_EQ(content(folder / "b.pem"), pem);
  EXPECT_EQ(content(folder / "truststore.jks"), certs::java_truststore(pem).value());
}

TEST(BundleFiles, StayAsTheyWereWhereACertificateIsDamaged) {
  test::TemporaryFolder folder;
  folder.write("b.pem", "old");
  const auto written = write_bundle_files(folder / "b.pem", "-----BEGIN CERTIFICATE-----\n!!\n");
  ASSERT_FALSE(written.has_value());
  EXPECT_THAT(written.error().what, testing::HasSubstr("b.pem: certificate 1 is damaged"));
  EXPECT_EQ(content(folder / "b.pem"), "old");
  EXPECT_FALSE(std::filesystem::exists(folder / "truststore.jks"));
}

}  // namespace
}  // namespace cork::commands
