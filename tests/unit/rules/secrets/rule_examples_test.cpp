#include "rules/secrets/rule_examples.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

namespace cork::secrets {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::shared_ptr<const Ruleset> rules_of(Rule rule) {
  std::vector<Rule> rules;
  rules.push_back(std::move(rule));
  return *Ruleset::compile(std::move(rules));
}

TEST(RuleExamples, LeavesPlainTextAsItIs) {
  std::mt19937_64 random(1);
  EXPECT_EQ(*expand_example("Bearer }x", random), "Bearer }x");
  EXPECT_EQ(*expand_example("{{\"a\":{{}}", random), "{\"a\":{}}");
}

TEST(RuleExamples, DrawsFromTheNamedBytes) {
  std::mt19937_64 random(1);
  const struct {
    const char* name;
    bool (*holds)(char);
  } kinds[] = {
      {"alnum", [](char c) { return std::isalnum(c) != 0; }},
      {"lower", [](char c) { return std::islower(c) != 0; }},
      {"upper", [](char c) { return std::isupper(c) != 0; }},
      {"digit", [](char c) { return std::isdigit(c) != 0; }},
      {"hex", [](char c) { return std::isxdigit(c) != 0 && std::isupper(c) == 0; }},
      {"HEX", [](char c) { return std::isxdigit(c) != 0 && std::islower(c) == 0; }},
      {"base64", [](char c) { return std::isalnum(c) != 0 || c == '+' || c == '/'; }},
      {"base64url", [](char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; }},
      {"base32", [](char c) { return std::isupper(c) != 0 || (c >= '2' && c <= '7'); }},
      {"lalnum", [](char c) { return std::islower(c) != 0 || std::isdigit(c) != 0; }},
      {"ualnum", [](char c) { return std::isupper(c) != 0 || std::isdigit(c) != 0; }},
  };
  for (const auto& kind : kinds) {
    const auto text = expand_example("{" + std::string(kind.name) + ":500}", random);
    ASSERT_TRUE(text);
    EXPECT_EQ(text->size(), 500u) << kind.name;
    EXPECT_TRUE(std::ranges::all_of(*text, kind.holds)) << kind.name;
  }
}

TEST(RuleExamples, SayWhichKindOfCharactersWasProbablyMeant) {
  std::mt19937_64 random(1);
  EXPECT_EQ(expand_example("a_{alnm:20}", random).error().what,
            "no kind of characters is called 'alnm': did you mean 'alnum'?");
  EXPECT_THAT(expand_example("a_{letters:20}", random).error().what,
              HasSubstr("is called 'letters'; there are crc32, alnum, lower, "));
}

TEST(RuleExamples, AppendsTheChecksumOfWhatWasDrawn) {
  std::mt19937_64 random(1);
  // The CRC-32 of no bytes is 0; of more it is not, but for one in four thousand million.
  EXPECT_EQ(*expand_example("gh{crc32:6}", random), "gh000000");
  const std::string text = *expand_example("{alnum:30}{crc32:6}", random);
  EXPECT_EQ(text.size(), 36u);
  EXPECT_NE(text.substr(30), "000000");
}

TEST(RuleExamples, IsTheSameForTheSameRandomness) {
  std::mt19937_64 one(7), two(7), three(8);
  const std::string first = *expand_example("{alnum:40}", one);
  EXPECT_EQ(first, *expand_example("{alnum:40}", two));
  EXPECT_NE(first, *expand_example("{alnum:40}", three));
}

TEST(RuleExamples, RefusesABrokenTemplate) {
  std::mt19937_64 random(1);
  for (const char* pattern :
       {"{alnum:3", "{alnum}", "{alnum:}", "{alnum:x}", "{alnum:-1}", "{vowel:3}", "{}",
        "{alnum:99999999}", "{alnum:99999999999999999999999}"}) {
    EXPECT_FALSE(expand_example(pattern, random)) << pattern;
  }
}

TEST(RuleExamples, ReportsWhatIsNotFoundAndWhatIsFoundWrongly) {
  std::mt19937_64 random(1);
  Rule rule;
  rule.id = "k";
  rule.regex = "k_[0-9]{4}";
  rule.examples = {"a k_{digit:4} b", "k_{digit:3}"};
  rule.non_examples = {"k_{digit:3}", "k_{digit:5}"};
  EXPECT_THAT(run_examples(*rules_of(rule), random),
              ElementsAre("k: does not find k_{digit:3}", "k: finds k_{digit:5}"));
  rule.examples = {"{oops"};
  rule.non_examples.clear();
  EXPECT_THAT(run_examples(*rules_of(rule), random), ElementsAre(HasSubstr("without its '}'")));
}

// Of eight digits, all are alike, or nearly so, in some draws.
TEST(RuleExamples, DrawsAgainWhatEntropyRefusesByChanceAndNothingElse) {
  const auto failures = [](std::string regex, double entropy) {
    Rule rule;
    rule.id = "k";
    rule.regex = std::move(regex);
    rule.entropy = entropy;
    rule.examples = {"k_{digit:8}"};
    const auto rules = rules_of(rule);
    std::size_t failed = 0;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
      std::mt19937_64 random(seed);
      failed += run_examples(*rules, random).size();
    }
    return failed;
  };
  EXPECT_EQ(0u, failures("k_([0-9]{8})", 1.5));
  EXPECT_GT(failures("k_([0-9]{7}[0-4])", 0), 100u) << "the regex is at fault";
  EXPECT_GT(failures("k_([0-9]{8})", 2.9), 200u) << "hardly any draw has so much";
}

TEST(RuleExamples, FindTheirRuleForEverySeed) {
  const auto rules = Ruleset::builtin();
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    std::mt19937_64 random(seed);
    EXPECT_THAT(run_examples(*rules, random), IsEmpty()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace cork::secrets
