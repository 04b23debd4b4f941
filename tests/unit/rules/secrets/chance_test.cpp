#include "rules/secrets/chance.h"

#include "rules/secrets/compiled_rule.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace cork::secrets {
namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

class ChanceTest : public testing::Test {
 protected:
  std::string drawn(std::size_t size, std::string_view alphabet = kDigits) {
    std::string text;
    while (text.size() < size) text += alphabet[random_() % alphabet.size()];
    return text;
  }
  static bool found(const char* regex, const std::string& text) {
    Rule rule;
    rule.id = "r";
    rule.regex = regex;
    const auto made = CompiledRule::make(rule);
    EXPECT_TRUE(made);
    std::size_t examined = 0;
    return made->confirm(text, text.size(), false, examined).has_value();
  }

  std::mt19937_64 random_{1};
};

TEST(Chance, IsToldByTheRarestWayThatDataReadsSo) {
  const auto bits = [](const char* regex) { return bits_in_base64url(*parse_regex(regex)); };
  EXPECT_DOUBLE_EQ(24, bits("tok_"));
  EXPECT_DOUBLE_EQ(24, bits("tok_[A-Za-z0-9_-]{40}"));
  EXPECT_DOUBLE_EQ(44, bits("tok_[0-9A-F]{10}"));
  EXPECT_DOUBLE_EQ(44, bits("tok_[0-9A-F]{10,90}"));
  EXPECT_DOUBLE_EQ(12, bits("(?:tok_|ab)(?:x*)"));
  EXPECT_EQ(kNever, bits("tok=[a-z]{9}"));
  EXPECT_EQ(kNever, bits("(?:a=|b:)x"));
}

TEST_F(ChanceTest, AShortPrefixInTheMiddleOfRandomDataIsChance) {
  for (int i = 0; i < 50; ++i) {
    const std::string token = "tok_" + drawn(30, kDigits.substr(0, 52));
    constexpr const char* regex = "tok_[A-Za-z]{30}";
    EXPECT_FALSE(found(regex, drawn(256) + token));
    EXPECT_FALSE(found(regex, "\"" + drawn(900) + token));
    EXPECT_TRUE(found(regex, drawn(255) + token));
    EXPECT_TRUE(found(regex, drawn(256) + "\"" + token));
    EXPECT_TRUE(found(regex, drawn(200) + "+" + drawn(100) + token));
    // Drawn from fewer, it is not such data.
    EXPECT_TRUE(found(regex, drawn(256, kDigits.substr(26, 26)) + token));
    EXPECT_TRUE(found(regex, std::string(256, 'A') + token));
  }
}

TEST_F(ChanceTest, ALongPrefixIsNone) {
  EXPECT_TRUE(
      found("token_[A-Za-z]{60}", drawn(300) + "token_" + drawn(60, kDigits.substr(0, 52))));
  EXPECT_TRUE(found("tok_[0-9a-f]{40}", drawn(300) + "tok_" + drawn(40, "0123456789abcdef")));
}

TEST_F(ChanceTest, AsMuchOfTheTextIsKeptAsIsAskedFor) {
  Rule rule;
  rule.id = "r";
  rule.regex = "tok_[A-Za-z]{30}";
  EXPECT_EQ(34 + kTellingRun + 1, CompiledRule::make(rule)->look_back());
  rule.regex = "[^A-Za-z0-9_-](tok_[A-Za-z]{30})";
  EXPECT_EQ(35 + 1, CompiledRule::make(rule)->look_back());
}

TEST(Chance, AProteinIsToldByWhatStandsInFront) {
  const std::string id = std::string("AK") + "IAGHLMNPQRSTVWYACD";
  const auto inside = [&](const std::string& before, const std::string& secret) {
    const std::string text = before + secret + "GGG";
    return is_inside_protein(text, std::string_view(text).substr(before.size(), secret.size()));
  };
  EXPECT_TRUE(inside("MKVLAAGIVG", id));
  std::string line;
  while (line.size() < 60) line += "MKVLAAGIVG";
  EXPECT_TRUE(inside(">sp|P1\n" + line + "\r\n", id));
  EXPECT_FALSE(inside("ACCESSKEY\n", id)) << "a heading";
  EXPECT_FALSE(inside(line + "\n\n", id)) << "of another text";
  EXPECT_FALSE(inside("", id));
  EXPECT_FALSE(inside("key MKVLAAG", id)) << "too little";
  EXPECT_FALSE(inside("MKVLAAGIVG ", id)) << "apart";
  EXPECT_FALSE(inside("MKVLAAGIVG", id.substr(0, 19) + "7")) << "no amino acid";
  EXPECT_FALSE(inside("MKVLAAGBVG", id)) << "nor this";
}

}  // namespace
}  // namespace cork::secrets
