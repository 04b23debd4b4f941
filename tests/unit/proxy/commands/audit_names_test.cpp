#include "proxy/commands/audit_names.h"

#include "world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cork::commands {
namespace {

using testing::HasSubstr;

class AuditNamesTest : public testing::Test {
 protected:
  Outcome judge(const AuditFilterText& wanted, const ConfigFlag& flag = "/nonexistent.yaml") {
    AuditNames names(wanted);
    for (const char* bottle : {"dev", "ci", "dev"}) {
      names.see({{"bottle", bottle}, {"findings[0].rule", "seen-token"}});
    }
    Captured out, err;
    const int code = names.judge(flag, world_.context(out, err));
    return {code, out.text(), err.text()};
  }

  World world_;
};

TEST_F(AuditNamesTest, SayWhichBottlesThereAre) {
  EXPECT_EQ(judge({.bottle = "ci"}).code, kYes);
  const Outcome near = judge({.bottle = "dve"});
  EXPECT_EQ(near.code, kNo);
  EXPECT_THAT(near.err, HasSubstr("no record is of a bottle 'dve'\n    did you mean 'dev'?"));
  EXPECT_THAT(judge({.bottle = "nothing-like-it"}).err, HasSubstr("there are: ci, dev"));
}

TEST_F(AuditNamesTest, TakeABottleAndARuleOfTheConfigurationAsTheyAre) {
  const auto file =
      world_.configure("      - a.example\n  idle: {listen: 127.0.0.1:8889, allow: [b.example]}\n");
  EXPECT_EQ(judge({.bottle = "idle"}, file).code, kYes);
  EXPECT_EQ(judge({.bottle = "idle"}).code, kNo);
  EXPECT_EQ(judge({.rule = "own-token"}, file).code, kYes);
  EXPECT_EQ(judge({.rule = "seen-token"}).code, kYes);
  const Outcome lost = judge({.rule = "own-tokn"}, file);
  EXPECT_EQ(lost.code, kNo);
  EXPECT_THAT(lost.err, HasSubstr("no finding of a rule 'own-tokn', and there is no such rule\n"
                                  "    did you mean 'own-token'?"));
  EXPECT_EQ(judge({.rule = "github-token"}).code, kYes);
}

}  // namespace
}  // namespace cork::commands
