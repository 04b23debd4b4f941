#include "rules/secrets/rule_examples.h"

#include "rules/secrets/checksum.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cork::secrets {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::SizeIs;

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
  const auto what = [&](std::string_view part = "") {
    std::vector<std::string> all;
    for (FailedExample& failed : run_examples(*rules_of(rule), random, part)) {
      all.push_back(std::move(failed.what));
    }
    return all;
  };
  EXPECT_THAT(what(), ElementsAre(MatchesRegex("does not find k_.digit:3., such as k_[0-9]{3}"),
                                  MatchesRegex("finds k_.digit:5., such as k_[0-9]{5}")));
  EXPECT_THAT(what("k"), SizeIs(2));
  EXPECT_THAT(what("kk"), IsEmpty());
  rule.examples = {"{oops"};
  rule.non_examples.clear();
  EXPECT_THAT(what(), ElementsAre(HasSubstr("without its '}'")));
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

TEST(RuleExamples, PutInTheChecksumsThatIssuersDocument) {
  std::mt19937_64 random(1);
  const auto made = [&](const char* pattern) { return *expand_example(pattern, random); };
  for (int round = 0; round < 50; ++round) {
    const std::string card = made("card: 4{digit:3} {digit:4} {digit:4} {digit:3}{luhn:1}.");
    EXPECT_TRUE(is_right(Checksum::luhn, card.substr(6, 19))) << card;
    const std::string iban =
        made("iban=GB{mod97:2} {upper:4} {digit:4} {digit:4} {digit:4} {digit:2}&a");
    EXPECT_TRUE(is_right(Checksum::mod97, iban.substr(5, 27))) << iban;
    const std::string two = made("DE{mod97:2}{digit:18},FR{mod97:2}{digit:23}");
    EXPECT_TRUE(is_right(Checksum::mod97, two.substr(0, 22))) << two;
    EXPECT_TRUE(is_right(Checksum::mod97, two.substr(23))) << two;
    const std::string one = made("{wif:51}"), other = made("{wif:52}"), tree = made("{xprv:111}");
    EXPECT_EQ(one.size(), 51U);
    EXPECT_EQ(one[0], '5');
    EXPECT_EQ(other.size(), 52U);
    EXPECT_TRUE(other[0] == 'K' || other[0] == 'L') << other[0];
    EXPECT_EQ(tree.size(), 111U);
    EXPECT_TRUE(tree.starts_with("xprv"));
    for (const std::string& key : {one, other, tree}) {
      EXPECT_TRUE(is_right(Checksum::base58check, key)) << key;
    }
  }
  for (const char* pattern : {"{luhn:2}", "{mod97:1}", "{wif:50}", "{xprv:110}"}) {
    EXPECT_FALSE(expand_example(pattern, random)) << pattern;
  }
}

TEST(RuleExamples, PutInWordsAndBytes) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 20; ++round) {
    EXPECT_THAT(*expand_example("{words:3}", random),
                testing::MatchesRegex("[a-z]{3,8} [a-z]{3,8} [a-z]{3,8}"));
    EXPECT_THAT(*expand_example("[{bytes:4}]", random),
                testing::MatchesRegex("\\[[0-9]{1,3},[0-9]{1,3},[0-9]{1,3},[0-9]{1,3}\\]"));
  }
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
