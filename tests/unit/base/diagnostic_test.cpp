#include "base/diagnostic.h"

#include <gtest/gtest.h>

namespace cork {
namespace {

TEST(Diagnostic, PointsAsExactlyAsItCan) {
  EXPECT_EQ(to_string(Where{"cork.yaml", 12, 9}), "cork.yaml:12:9");
  EXPECT_EQ(to_string(Where{"cork.yaml", 12, 0}), "cork.yaml:12");
  EXPECT_EQ(to_string(Where{"cork.yaml", 0, 0}), "cork.yaml");
}

TEST(Diagnostic, RendersEveryErrorWithItsHint) {
  const Diagnostics diagnostics = {
      {"unknown key 'metod'", {"cork.yaml", 12, 9}, "did you mean 'methods'?"},
      {"no bottle", {"cork.yaml", 0, 0}, ""},
      {"no file", {}, ""},
  };
  EXPECT_EQ(render(diagnostics),
            "cork.yaml:12:9: error: unknown key 'metod'\n"
            "    did you mean 'methods'?\n"
            "cork.yaml: error: no bottle\n"
            "cork: error: no file\n");
  EXPECT_EQ(render({}), "");
}

TEST(Diagnostic, ShowsControlCharactersEscaped) {
  const Diagnostics diagnostics = {
      {"bad \x1b[31m\n\t\x7f\xFF \xE2\x80\xAE \xC3\xA9", {"a\nb", 1, 1}, "\r"}};
  EXPECT_EQ(render(diagnostics),
            "a\\nb:1:1: error: bad \\u001b[31m\\n\\t\\u007f\\xff \\u202e \xC3\xA9\n    \\u000d\n");
}

TEST(Diagnostic, FindsTheWordThatWasMeant) {
  const std::vector<std::string_view> known = {"host", "methods", "addresses", "on_leak", "port"};
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"metod", "methods"},
      {"method", "methods"},
      {"adresses", "addresses"},
      {"on-leak", "on_leak"},
      {"hots", "host"},
      {"port", "port"},
      {"host", "host"},
      {"zebra", ""},
      {"", ""},
      {"x", ""},
      {"paths", ""},
      {std::string_view("\0\xFF", 2), ""},
  };
  for (const auto& [word, meant] : cases) EXPECT_EQ(nearest(word, known), meant) << word;
  EXPECT_EQ(nearest("host", {}), "");
}

TEST(Diagnostic, MeansNoOtherWordThatIsAsLong) {
  EXPECT_EQ(nearest("generic-api-key", {"render-api-key"}), "");
  EXPECT_EQ(nearest("rendr-api-kye", {"render-api-key"}), "render-api-key");
}

TEST(Diagnostic, MeansTheOnlyWordThatBeginsSo) {
  EXPECT_EQ(nearest("acme-deploy", {"acme-license", "acme-deploy-token"}), "acme-deploy-token");
  EXPECT_EQ(nearest("acme", {"acme-license", "acme-deploy-token"}), "");
  EXPECT_EQ(nearest("acm", {"acme-deploy-token"}), "");
}

TEST(Diagnostic, AreInTheOrderOfTheirFile) {
  std::string order;
  for (const Diagnostic& one : in_order({{"c", {"own.toml", 9, 1}, ""},
                                         {"x", {"base.toml", 1, 1}, ""},
                                         {"b", {"own.toml", 2, 7}, ""},
                                         {"a", {"own.toml", 2, 3}, ""}})) {
    order += one.what;
  }
  EXPECT_EQ(order, "abcx");
}

TEST(Diagnostic, DoesNotMeasureAWordThatNobodyMeant) {
  const std::string endless(1'000'000, 'a');
  EXPECT_EQ(nearest(endless, {"host"}), "");
}

}  // namespace
}  // namespace cork
