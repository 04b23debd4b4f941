#include "rules/secrets/regex_searched.h"

#include "rules/secrets/compiled_rule.h"
#include "rules/secrets/rule.h"
#include "tests/unit/rules/secrets/one_pattern.h"
#include "tests/unit/rules/secrets/some_regex.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <optional>
#include <random>
#include <set>
#include <string>

namespace cork::secrets {
namespace {

std::optional<std::string> searched(const std::string& regex) {
  const auto root = parse_regex(regex);
  EXPECT_TRUE(root) << regex;
  return root ? searched_form(*root) : std::nullopt;
}

bool hyperscan_takes(const std::string& regex) {
  return OnePattern(regex).refusal().empty();
}

TEST(SearchedForm, IsWithoutWhatHyperscanDoesNotTake) {
  EXPECT_EQ(searched("a^b"), "ab");
  EXPECT_EQ(searched("(?m)x$\\n^y"), "x\\x0ay");
  EXPECT_EQ(searched("a(?:b$|c)d"), "a(?:b|c)d");
  EXPECT_EQ(searched("ab{0}c"), "ac");
  EXPECT_EQ(searched("a\\b{2}b"), "ab");
  EXPECT_EQ(searched("(?U)[0-9a_]{2,3}"), "[0-9\\x5fa]{2,3}");
  EXPECT_EQ(searched("(?i:x)(?U:y*)"), "[Xx]y{0,}");
  EXPECT_EQ(searched("(?:^ab){2}"), "(?:ab){2,2}");
  EXPECT_EQ(searched("(?s)a.^"), "a[\\x00-\\xff]");
}

TEST(SearchedForm, IsNoneWhereTheRegexIsTaken) {
  for (const std::string regex : {"tok_[a-z]{20}", "^a", "(?:^|[^a])b(?:$|[^a])", "\\bx\\b",
                                  "(?m)^a$", "(?:^a|b)c", "(?:\\Aa|b$)", "(?:)x", "a\\b-"}) {
    EXPECT_EQ(searched(regex), std::nullopt) << regex;
    EXPECT_TRUE(hyperscan_takes(regex)) << regex;
  }
}

// What is refused for its form, and what is searched for instead, by Hyperscan's own word.
TEST(SearchedForm, IsTakenWhereTheRegexIsNot) {
  for (const std::string regex :
       {"a^b", "tok_(?:a|^b)[0-9]", "(?m)key:$\\n^[a-z]{4}$", "(?:^tok|c^d)e", "x(?:$|y$)z?",
        "ab{0}c", "k\\b{2}a", "(?U)a.*b", "(?U:a+)b", "\\b^a", "a$\\b", "(?m)\\b^a", "(?:^|\\b^)a",
        "(?:a|)^b"}) {
    EXPECT_FALSE(hyperscan_takes(regex)) << regex;
    const auto form = searched(regex);
    ASSERT_TRUE(form) << regex;
    EXPECT_TRUE(hyperscan_takes(*form)) << *form;
  }
}

// RE2 is asked about nothing else.
TEST(SearchedForm, EndsWhereverAMatchDoes) {
  std::mt19937_64 random(17);
  std::size_t compared = 0;
  for (int round = 0; round < 600; ++round) {
    const std::string regex = "(?m)" + some_regex(random, 2);
    const re2::RE2 written(regex, re2::RE2::Latin1);
    if (!written.ok()) continue;
    const auto form = searched(regex);
    const OnePattern pattern(form.value_or(regex));
    if (const std::string& why = pattern.refusal(); !why.empty()) {
      EXPECT_TRUE(why.contains("empty buffer") || why.contains("never match"))
          << regex << " as " << form.value_or(regex) << ": " << why;
      continue;
    }
    if (!form) continue;
    for (int texts = 0; texts < 4; ++texts) {
      const std::string text = some_text(random, 8);
      const std::set<std::size_t> ends = pattern.ends(text);
      for (std::size_t to = 1; to <= text.size(); ++to) {
        for (std::size_t from = 0; from < to; ++from) {
          const bool matches = written.Match(text, from, to, re2::RE2::ANCHOR_BOTH, nullptr, 0);
          EXPECT_TRUE(!matches || ends.contains(to)) << regex << " and " << *form;
          compared += matches ? 1 : 0;
        }
      }
    }
  }
  EXPECT_GT(compared, 500U);
}

// Each part is looked at once, however many there are.
TEST(SearchedForm, OfALongRegexTakesNoLonger) {
  std::string regex = "tok_[0-9]{20}";
  for (int i = 0; i < 50'000; ++i) regex += "(?:)";
  EXPECT_EQ(searched(regex), std::nullopt);
}

TEST(SearchedForm, NoneOfCorksOwnRulesNeedsOne) {
  for (const RuleFile& file : builtin_rules()) {
    const auto rules = parse_rules(file.text, std::string(file.name));
    ASSERT_TRUE(rules);
    for (const Rule& rule : *rules)
      EXPECT_TRUE(CompiledRule::is_searched_as_written(rule)) << rule.id;
  }
}

}  // namespace
}  // namespace cork::secrets
