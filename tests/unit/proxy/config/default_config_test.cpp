#include "proxy/config/config.h"

#include "proxy/config/schema.h"
#include "test_environment.h"

#include <gtest/gtest.h>

#include <regex>
#include <string>

namespace cork::config {
namespace {

TEST(DefaultConfig, IsInOrder) {
  const auto config = parse(default_config_text(), "/home/kim/.config/cork/cork.yaml", at_home());
  ASSERT_TRUE(config) << render(config.error());
  ASSERT_EQ(config->bottles.size(), 1U);
  EXPECT_EQ(config->bottles[0].bottle.name(), "dev");
  EXPECT_EQ(to_string(config->bottles[0].listen), "127.0.0.1:8888");
  EXPECT_EQ(to_string(config->metrics.value()), "127.0.0.1:9090");
}

TEST(DefaultConfig, SaysTheSameAsTheDefaults) {
  const auto written = parse(default_config_text(), "/x/cork.yaml", at_home());
  const auto defaults = parse(with_bottle(""), "/x/cork.yaml", at_home());
  ASSERT_TRUE(written && defaults);
  EXPECT_EQ(written->ca_directory, defaults->ca_directory);
  EXPECT_EQ(written->audit_path, defaults->audit_path);
  EXPECT_EQ(written->bottles[0].bottle.mode(), defaults->bottles[0].bottle.mode());
}

TEST(DefaultConfig, AllowsOnlyReading) {
  const auto config = parse(default_config_text(), "/x/cork.yaml", at_home());
  ASSERT_TRUE(config);
  for (const policy::Route& route : config->bottles[0].bottle.routes()) {
    EXPECT_EQ(route.methods, (std::vector<std::string>{"GET", "HEAD"})) << route.pattern.text();
    EXPECT_EQ(route.scheme, Scheme::https);
    EXPECT_TRUE(route.addresses.empty());
  }
}

TEST(DefaultConfig, HasExamplesThatAreInOrderToo) {
  std::string text = default_config_text();
  // The examples are the comments that begin with "# - " or "# key:", and what they hang together
  // with.
  text = std::regex_replace(text, std::regex("\n( *)# (- |  addresses:)"), "\n$1$2");
  text = std::regex_replace(text, std::regex("\n# (upstream:|rules:|  ca_file:|  files:)"), "\n$1");
  text = std::regex_replace(text, std::regex("\n    # (use:)"), "\n    $1");
  text = std::regex_replace(text, std::regex("\n  # (max_bytes:)"), "\n  $1");
  const auto config = parse(text, "/x/cork.yaml", at_home());
  ASSERT_TRUE(config) << render(config.error()) << text;
  EXPECT_GT(config->bottles[0].bottle.routes().size(), 15U);
  EXPECT_EQ(config->bottles[0].presets.size(), 1U);
  EXPECT_EQ(config->upstream_ca_file, "/x/company-root.pem");
  EXPECT_EQ(config->audit_max_bytes, std::uint64_t{10} << 30);
}

}  // namespace
}  // namespace cork::config
