#include "proxy/audit/record.h"

#include <gtest/gtest.h>

#include <memory>
#include <utility>
#include <vector>

namespace cork::audit {
namespace {

std::shared_ptr<const secrets::Ruleset> two_rules() {
  std::vector<secrets::Rule> rules(2);
  rules[0].id = "first";
  rules[0].regex = "first_[a-z]{20}";
  rules[1].id = "second";
  rules[1].regex = "second_[a-z]{20}";
  return *secrets::Ruleset::compile(std::move(rules));
}

TEST(Note, NamesTheRuleOfEachFinding) {
  const auto rules = two_rules();
  ASSERT_GE(rules->rules().size(), 2U);
  std::vector<secrets::Finding> findings(3);
  findings[1].rule = 1;
  findings[1].place = {secrets::Part::query, 3, 7, "key", ""};
  findings[2].rule = 65535;
  const std::vector<FindingNote> notes = note(*rules, findings);
  ASSERT_EQ(notes.size(), 3U);
  EXPECT_EQ(notes[0].rule, rules->rules()[0].id);
  EXPECT_EQ(notes[1].rule, rules->rules()[1].id);
  EXPECT_EQ(notes[1].finding.place.pointer, "key");
  EXPECT_EQ(notes[2].rule, "unknown");
}

TEST(Note, OfAKnownValueNamesNoRule) {
  const auto rules = two_rules();
  std::vector<secrets::Finding> findings(2);
  findings[0].kind = secrets::Kind::known_value;
  findings[0].name = "env:MINE";
  findings[1].kind = secrets::Kind::canary;
  const std::vector<FindingNote> notes = note(*rules, findings);
  ASSERT_EQ(notes.size(), 2U);
  EXPECT_EQ(notes[0].rule, "known-value");
  EXPECT_EQ(notes[0].finding.name, "env:MINE");
  EXPECT_EQ(notes[1].rule, "canary");
}

}  // namespace
}  // namespace cork::audit
