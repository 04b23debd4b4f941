#include "rules/gitleaks/prefilter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace cork::gitleaks {
namespace {

using testing::ElementsAre;

Rule rule(const std::string& id, const std::string& regex, std::vector<std::string> keywords = {}) {
  Rule made;
  made.id = id;
  if (!regex.empty()) made.regex = Pattern::compile(regex).value();
  made.keywords = std::move(keywords);
  return made;
}

class PrefilterTest : public testing::TestWithParam<bool> {
 protected:
  std::vector<bool> candidates(const std::vector<Rule>& rules, const std::string& text) {
    const Prefilter filter(rules, {.hyperscan = GetParam()});
    Prefilter::Scratch scratch(filter);
    return filter.candidates(Text(text), scratch);
  }
};
INSTANTIATE_TEST_SUITE_P(WithAndWithoutHyperscan, PrefilterTest, testing::Bool());

TEST_P(PrefilterTest, TriesARuleOnlyWhereAKeywordIs) {
  const std::vector<Rule> rules{rule("a", "tok_[0-9]+", {"tok_", "other"}), rule("b", "", {"q.z"}),
                                rule("c", "")};
  EXPECT_THAT(candidates(rules, "a TOK_1 here"),
              ElementsAre(GetParam() ? false : true, false, true));
  EXPECT_THAT(candidates(rules, "a tok_1 here"), ElementsAre(true, false, true));
  EXPECT_THAT(candidates(rules, "nothing"), ElementsAre(false, false, true));
  EXPECT_THAT(candidates(rules, "Q.Z qxz"), ElementsAre(false, true, true));
  EXPECT_THAT(candidates(rules, "qxz"), ElementsAre(false, false, true));
}

TEST(PrefilterDatabase, LeavesWhatHyperscanShouldNotTakeToTheKeywords) {
  const std::vector<Rule> rules{rule("fine", "tok_[0-9]+"), rule("bare", "[a-f0-9]{40}"),
                                rule("empty", "(?:abc)?"), rule("boundary", R"(key\b.{0,5}x)")};
  const Prefilter filter(rules, {});
  std::vector<std::string> left;
  for (const auto& one : filter.left()) left.push_back(one.rule);
  EXPECT_THAT(left, ElementsAre("bare", "empty"));
  Prefilter::Scratch scratch(filter);
  EXPECT_THAT(filter.candidates(Text("none of them"), scratch),
              ElementsAre(false, true, true, false));
  // Five characters of two bytes each: Hyperscan counts ten.
  EXPECT_TRUE(filter.candidates(Text("key \xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9x"), scratch)[3]);
  // Only RE2 knows that these are no white space, and fold into ASCII.
  EXPECT_THAT(filter.candidates(Text("\v"), scratch), ElementsAre(true, true, true, true));
}

}  // namespace
}  // namespace cork::gitleaks
