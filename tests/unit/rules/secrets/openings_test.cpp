#include "rules/secrets/openings.h"

#include "rules/secrets/regex_openings.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

namespace cork::secrets {
namespace {

std::optional<Openings> openings_in(std::string_view regex) {
  const auto root = parse_regex(regex);
  if (!root) return std::nullopt;
  auto found = openings_of(*root);
  if (!found) return std::nullopt;
  return Openings(std::move(*found));
}

// With "before\behind" for a text.
bool may_open(std::string_view regex, std::string_view text) {
  const auto openings = openings_in(regex);
  EXPECT_TRUE(openings) << regex;
  const std::size_t at = text.find('\\');
  const auto before = at > 0 ? std::optional(text[at - 1]) : std::nullopt;
  return openings && openings->may_open(before, text.substr(at + 1));
}

TEST(Openings, AreWhereTheLetterOfAnEscapeIsNeeded) {
  const struct {
    const char *regex, *text;
    bool opens;
  } cases[] = {
      {"npm_[a-z]{8}", R"(x\npm_abcdefgh)", true},
      {"npm_[a-z]{8}", R"(x\nqm_abcdefgh)", false},
      {"npm_[a-z]{8}", R"(x\npm_abc1)", false},
      {"npm_[a-z]{8}", R"(x\npm_abc)", true},  // may go on
      {"(?i:token)=[a-z]{8}", R"(\tOken=)", true},
      {"(?i:token)=[a-z]{8}", R"(\tokens)", false},
      // A match that begins a letter later is as good.
      {"[a-z_]{0,20}token=[a-z]{8}", R"(\new_token=abcdefgh)", false},
      {"[a-z_]{2,20}token=[a-z]{8}", R"(\new_token=abcdefgh)", false},
      {"[a-z_]{2,20}token=[a-z]{8}", R"(\n_token=abcdefgh)", true},
      // Behind a backslash that is part of the match.
      {"token[:\"\\\\ ]{1,4}([a-z]{8})", R"(token:\newyork1)", false},
      {"token[:\"\\\\ ]{1,4}([a-z]{8})", R"(token:\newyorkx)", true},
      {"token[:\"\\\\ ]{1,4}([a-z]{8})", R"(token=\newyorkx)", false},
      {"(?:^|[^a-z])(n[0-9]{8})", R"(x\n12345678)", true},
      {"(?:^|[^a-z])(n[0-9]{8})", R"(x\n1234567x)", false},
      // What ends a match in an escape, ends it in what that stands for.
      {"tok_[a-z]{8}(?:[\"\\s]|\\\\[nr]|$)", R"(tok_abcdefgh\n)", false},
      {"tok_[a-z]{8}(?:[\\r\\n]|\\\\[nr])key=", R"(tok_abcdefgh\nkey=)", false},
      {"q[0-9]{8}", R"(\n12345678)", false},
      // Two of which one tells nothing more, and one of so many that it is cut short.
      {"(?:np|np[a-z])_[0-9]{4}(?:a|b|c|d|e|f|g){1,9}x", R"(\npm_1234abc)", true},
      {"(?:np|np[a-z])_[0-9]{4}(?:a|b|c|d|e|f|g){1,9}x", R"(\npm_1234abcy)", true},
      {"(?:np|np[a-z])_[0-9]{4}(?:a|b|c|d|e|f|g){1,9}x", R"(\npm_1234y)", false},
      // Digits of an escape.
      {"AIza[0-9]{8}", R"(\AIza1234)", true},
      {"AIza[0-9]{8}", R"(\nAIza1234)", false},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(c.opens, may_open(c.regex, c.text)) << c.regex << " " << c.text;
  }
}

TEST(Openings, AreNoneWhereOneFitsTooMuch) {
  EXPECT_FALSE(openings_in("key[\\\\:]([a-z]{2})[^x]{20}"));
  EXPECT_FALSE(openings_in("[a-z]{1,3}"));
  // What stands in front of the shorter match is no word.
  EXPECT_FALSE(openings_in("\\b[a-z-]{0,20}token=[a-z]{8}"));
}

// What the escape stands for is one byte less than the escape, and no letter.
TEST(Openings, AreNoneWhereAnEscapeIsMoreThanWhatItStandsFor) {
  EXPECT_FALSE(openings_in(R"(token[:"\\]{2}([a-z]{20}))"));
  EXPECT_FALSE(openings_in(R"(token[:\\]["']([a-z]{20}))"));
  EXPECT_FALSE(openings_in(R"(token[:\\]["']?([a-z]{20}))"));
  EXPECT_TRUE(openings_in(R"(token[:"'\\]["']?([a-z]{20}))"));
  EXPECT_TRUE(openings_in(R"(token[:\\]([a-z]{20}))"));
  EXPECT_FALSE(openings_in(R"(tok_([a-z]{20})["'\s\\])"));
  EXPECT_FALSE(openings_in(R"(tok_([a-z]{20})(?:["'\s]|\\))"));
  EXPECT_TRUE(openings_in(R"(tok_([a-z]{20})["'\s\\]?)"));
  EXPECT_TRUE(openings_in(R"(tok_([a-z]{20})[^a-z])"));
  EXPECT_FALSE(openings_in(R"(\b-tb_[0-9]{20})"));
  EXPECT_FALSE(openings_in(R"(\Bpm_[0-9]{20})"));
  EXPECT_TRUE(openings_in(R"(\btb_[0-9]{20}\b)"));
  EXPECT_TRUE(openings_in(R"(token\b=[0-9]{20})"));
}

// A regex that nests takes no longer than it is long.
TEST(Openings, OfNestedRepeatsAreFoundAtOnce) {
  std::string regex = "nested_[a-z]{9}";
  for (int i = 0; i < 40; ++i) regex = "(?:" + regex + "){1,2}";
  const auto root = parse_regex(regex);
  ASSERT_TRUE(root);
  EXPECT_TRUE(openings_of(*root));
}

TEST(Openings, OfWordsAreThoseOfEscapes) {
  const auto open = [](std::string_view word, std::string_view between, std::string_view text) {
    const auto opening = opening_of(word, between);
    return opening && Openings({*opening}).may_open('x', text);
  };
  EXPECT_TRUE(open("newrelic", "_-", "newrelic"));
  EXPECT_TRUE(open("newrelic", "_-", "New_Relic"));
  EXPECT_TRUE(open("newrelic", "_-", "n-ewrelic"));
  EXPECT_FALSE(open("newrelic", "", "New_Relic"));
  EXPECT_FALSE(open("newrelic", "_-", "newspaper"));
  EXPECT_TRUE(open("twilio", "", "TWILIO"));
  EXPECT_FALSE(open("sendgrid", "", "sendgrid"));  // no escape
}

// As many as the rules have, that share their bits.
TEST(Openings, OfManyEachIsTold) {
  std::vector<Opening> all;
  std::vector<std::string> names;
  for (char a = 'a'; a <= 'z'; ++a) {
    for (char b = 'a'; b <= 'z'; b = static_cast<char>(b + 2)) {
      names.push_back(std::string("n") + a + b + a + '_');
      const std::string regex = names.back() + "[0-9]{8}";
      const auto found = *openings_of(*parse_regex(regex));
      all.insert(all.end(), found.begin(), found.end());
    }
  }
  const Openings openings(std::move(all));
  for (const std::string& name : names) {
    EXPECT_TRUE(openings.may_open('x', name + "12345678")) << name;
    EXPECT_FALSE(openings.may_open('x', name + "1234567x")) << name;
    EXPECT_FALSE(openings.may_open('x', 'm' + name + "12345678")) << name;
  }
}

TEST(Openings, OfAWordThatIsDrawnAreNotThoseOfOneThatIsWritten) {
  auto all = *openings_of(*parse_regex("token[\\\\:]{1,2}([A-Za-z0-9_]{16})"));
  for (Opening& opening : all) opening.random = true;
  const Openings openings(std::move(all));
  EXPECT_FALSE(openings.may_open(':', "new_connection_to_the_server = 1"));
  EXPECT_TRUE(openings.may_open(':', "n7Gq2vKx93LmQ8rT4 "));
  EXPECT_TRUE(openings.may_open(':', "new_connection_to"));  // may go on
}

}  // namespace
}  // namespace cork::secrets
