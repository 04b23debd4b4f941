#include "rules/gitleaks/whole_secret.h"

#include <gtest/gtest.h>

#include <string>

namespace cork::gitleaks {
namespace {

secrets::Rule rule(std::string regex) {
  secrets::Rule own;
  own.regex = std::move(regex);
  return own;
}

// Of a text that begins with what matched.
std::size_t rest(const secrets::Rule& own, const std::string& match, const std::string& behind,
                 std::size_t secret = 0) {
  const std::string text = match + behind;
  return WholeSecret(own).rest(text, std::string_view(text).substr(secret, match.size() - secret),
                               match.size());
}

TEST(WholeSecrets, GoesOnOverItsOwnCharacters) {
  const secrets::Rule own = rule("tok_[a-z]{4}");
  EXPECT_EQ(rest(own, "tok_abcd", "efgh\" x"), 4U);
  EXPECT_EQ(rest(own, "tok_abcd", "\n"), 0U);
  EXPECT_EQ(rest(own, "tok_abcd", ""), 0U);
  EXPECT_EQ(rest(own, "tok_abcd", std::string(kLongestRest + 9, 'a')), kLongestRest);
  EXPECT_EQ(rest(rule("name=([a-z]{4})"), "name=abcd", "ef=g", 5), 2U);
}

TEST(WholeSecrets, EndWhereAChecksumHasSettledThat) {
  secrets::Rule own = rule("[0-9]{4}");
  own.checksum = secrets::Checksum::luhn;
  EXPECT_EQ(rest(own, "1230", "55"), 0U);
  own.checksum = secrets::Checksum::crc32;
  EXPECT_EQ(rest(own, "1230", "55"), 2U);
}

TEST(WholeSecrets, IsNoneWhereTheMatchGoesOnBehindIt) {
  const secrets::Rule own = rule("([a-z]{4})@host");
  const std::string text = "abcd@hostabc";
  EXPECT_EQ(WholeSecret(own).rest(text, std::string_view(text).substr(0, 4), 9), 0U);
}

TEST(WholeSecrets, OfAKeyIsAllUntilItsLastLine) {
  const secrets::Rule own = rule("-----BEGIN KEY-----\\n[a-z]{4}\\s{0,2}");
  const std::string begin = "-----BEGIN KEY-----\nabcd";
  EXPECT_EQ(rest(own, begin, "\nefgh\n-----END KEY-----\nmore"), 23U);
  EXPECT_EQ(rest(own, begin, "\nefgh\nmore"), 0U) << "it may be any text";
  EXPECT_EQ(rest(own, begin, "\" + x\n-----END KEY-----\n"), 0U) << "the string has ended";
  EXPECT_EQ(rest(rule("x[a-z\\s]{3}"), "xabc", "defg"), 0U) << "it may be any text";
}

TEST(WholeSecrets, EndWithTheMatchWhereNothingIsKnownOfTheRule) {
  const std::string text = "tok_abcdefgh";
  EXPECT_EQ(WholeSecret().rest(text, std::string_view(text).substr(0, 8), 8), 0U);
  EXPECT_EQ(rest(rule("tok_[a-z"), "tok_abcd", "efgh"), 0U);
}

}  // namespace
}  // namespace cork::gitleaks
