#include "proxy/commands/report.h"

#include "report_findings.h"
#include "world.h"

#include <gtest/gtest.h>

namespace cork::commands {
namespace {

TEST(ReportText, SaysWhereWhatAndWhy) {
  World world;
  Captured out, err;
  auto findings = some_findings();
  findings[0].description = "A token\n";
  findings[0].required = {{"other", 3, 4}};
  const auto rules = some_rules();
  EXPECT_EQ(report_text({findings, rules}, Painter(world.context(out, err))),
            "src/a b.py:12:5: some-token\n"
            "  what     A token\\u000a\n"
            "  secret   tok_aaaaaaaa\n"
            "  why      It opens doors.\n"
            "  with     other in line 3\n"
            "  ignore   src/a b.py:some-token:12\n\n"
            "k.p12: some-file\n"
            "  what     A file\n"
            "  secret   file detected: k.p12\n"
            "  ignore   k.p12:some-file:0\n\n");
}

TEST(ReportText, SaysThroughWhichEncodingASecretWasFound) {
  World world;
  Captured out, err;
  const auto rules = some_rules();
  const auto text = [&](const std::vector<std::string>& tags) {
    std::vector findings{some_finding()};
    findings[0].tags = tags;
    return report_text({findings, rules}, Painter(world.context(out, err)));
  };
  const auto has = [](const std::string& all, const std::string& part) {
    return all.find(part) != std::string::npos;
  };
  EXPECT_TRUE(has(text({"x", "decoded:base64", "decode-depth:1"}),
                  "  secret   tok_aaaaaaaa, decoded from base64\n"));
  EXPECT_TRUE(has(text({"decoded:percent", "decoded:base64", "decode-depth:2"}),
                  "tok_aaaaaaaa, decoded from percent and base64, 2 levels deep\n"));
  EXPECT_TRUE(has(text({"x"}), "  secret   tok_aaaaaaaa\n"));
}

}  // namespace
}  // namespace cork::commands
