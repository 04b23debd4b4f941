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

}  // namespace
}  // namespace cork::commands
