#include "proxy/config/upstream.h"

#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

namespace cork::config {
namespace {

TEST(UpstreamTrust, SaysWhereTheFileIsNamedThatCannotBeTrusted) {
  test::TemporaryFolder folder;
  Config config;
  config.file = "c.yaml";
  EXPECT_TRUE(upstream_trust(config));
  config.upstream_ca_where = {"c.yaml", 4, 21};
  config.upstream_ca_file = folder / "none.pem";
  const auto absent = upstream_trust(config);
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().what,
            "cannot open " + (folder / "none.pem").string() + ": No such file or directory");
  EXPECT_EQ(absent.error().where, config.upstream_ca_where);
  EXPECT_NE(absent.error().hint, "");
  config.upstream_ca_file = folder.write("empty.pem", "no certificate");
  const auto empty = upstream_trust(config);
  ASSERT_FALSE(empty);
  EXPECT_EQ(empty.error().what, (folder / "empty.pem").string() + ": holds no PEM certificate");
  EXPECT_EQ(empty.error().where, config.upstream_ca_where);
}

}  // namespace
}  // namespace cork::config
