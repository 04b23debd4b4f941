#include "rules/secrets/head_text.h"

#include "base/base64.h"
#include "tests/unit/rules/secrets/encoders.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace cork::secrets {
namespace {

using test::percent;

HeadText text_of(const std::vector<Field>& fields, std::string_view query = {},
                 ScanLimits limits = {}) {
  HeadText text(limits, fields.size() + 1, 0);
  text.add(Part::query, query);
  for (const Field& field : fields) text.add_field(Part::field, field);
  EXPECT_EQ("", text.decode());
  return text;
}

TEST(HeadText, PutsEachPartOnALineOfItsOwn) {
  const HeadText text = text_of({{"Accept", "*/*"}, {"X-Empty", ""}}, "a=b");
  EXPECT_EQ("a=b\nAccept: */*\nX-Empty: \n", text.text(HeadText::spelled));
  EXPECT_EQ("", text.text(HeadText::decoded));
  EXPECT_EQ("a=b\n", text.text_of(text.line_ending_at(HeadText::spelled, 1)));
  EXPECT_EQ("a=b\n", text.text_of(text.line_ending_at(HeadText::spelled, 4)));
  EXPECT_EQ("Accept", text.line_ending_at(HeadText::spelled, 5).name);
  EXPECT_EQ("*/*", text.value_of(text.line_ending_at(HeadText::spelled, 16)));
  EXPECT_EQ("", text.value_of(text.line_ending_at(HeadText::spelled, 20)));
}

TEST(HeadText, DecodesWhatIsEscaped) {
  const struct {
    std::string name, value, decoded;
  } cases[] = {
      {"X", "plain", ""},
      {"X", "100% \\d", ""},
      {"Cookie",
       "a=&#65;\xe2\x80\x8b"
       "B",
       "Cookie: a=AB\n"},
      {"X", "1 bWFueSBwcmludGFibGUgd29yZHM= 2", "X: many printable words\n"},
      {"X", "6d616e79207072696e7461626c6520776f726473", "X: many printable words\n"},
      {"Cookie", "a=%41%42", "Cookie: a=AB\n"},
      {"X", R"({"a":"\u0041"})", "X: {\"a\":\"A\"}\n"},
      {"X", "%2541", "X: %41\nX: A\n"},
      {"X", "%5Cu0041", "X: \\u0041\nX: A\n"},
      {"Authorization", "Basic dXNlcjpwYXNz", "Authorization: user:pass\n"},
      {"authorization", "bAsIc   dXNlcjpwYXNz==", "authorization: user:pass\n"},
      {"Authorization", "Basic dXNl\tcjpw!YXNzd28", "Authorization: user:passwo\n"},
      {"Authorization", "Basic -_-_", std::string("Authorization: \xfb\xff\xbf\n")},
      {"Authorization", "Basic JTQx", "Authorization: %41\nAuthorization: A\n"},
      {"Authorization", "Basic ", ""},
      {"Authorization", "Basic", ""},
      {"Authorization", "Basic:dXNlcjpwYXNzd29yZA", "Authorization: user:password\n"},
      {"Authorization", "Bearer dXNlcjpwYXNzd29yZA", "Authorization: user:password\n"},
      {"X-Authorization", "Basic dXNlcjpwYXNzd29yZA", "X-Authorization: user:password\n"},
  };
  for (const auto& [name, value, decoded] : cases) {
    EXPECT_EQ(decoded, text_of({{name, value}}).text(HeadText::decoded)) << name << ": " << value;
  }
}

TEST(HeadText, APlusInAQueryIsReadBothWays) {
  EXPECT_EQ("a+b&c\na b\nc\n", text_of({}, "%61+b&c").text(HeadText::decoded));
  EXPECT_EQ("", text_of({}, "a=b&c=d").text(HeadText::decoded));
}

TEST(HeadText, MapsDecodedBytesToTheSpelling) {
  const HeadText text = text_of({{"X", "ab%25%34%31c"}});  // ab%41c, abAc
  const std::string_view decoded = text.text(HeadText::decoded);
  const HeadText::Line& line = text.line_ending_at(HeadText::decoded, decoded.size());
  EXPECT_EQ("abAc", text.value_of(line));
  EXPECT_EQ("percent percent", line.encoding);
  const auto range = text.spelled_range(line, {2, 3});
  EXPECT_EQ(2u, range.begin);
  EXPECT_EQ(11u, range.end);
  EXPECT_EQ("ab%25%34%31c", text.value_of(text.spelling_of(line)));
}

TEST(HeadText, MapsBasicCredentialsToTheirGroups) {
  const HeadText text = text_of({{"Authorization", "Basic dXNlcjpwYXNz"}});
  const HeadText::Line& line = text.line_ending_at(HeadText::decoded, 10);
  EXPECT_TRUE(line.basic);
  const auto range = text.spelled_range(line, {3, 9});  // "r:pass" is cjpwYXNz
  EXPECT_GE(range.begin, 6u);
  EXPECT_LE(range.begin, 10u);
  EXPECT_EQ(18u, range.end);
}

// In the place of Basic credentials, too, where the reading that they are at home in is one alone.
TEST(HeadText, LooksForWhatBasicCredentialsAreNotReadAs) {
  const std::string words = "many printable words!", digits = base64_encoded(words);
  for (const std::string& value : {"x" + digits, test::hex(words), "xyz" + digits}) {
    const HeadText text = text_of({{"Authorization", "Basic " + value}});
    const auto holds = [&](const HeadText::Line& line) {
      return !line.basic && text.value_of(line).find(words) != std::string_view::npos;
    };
    EXPECT_TRUE(std::ranges::any_of(text.lines(), holds)) << value;
  }
  for (const std::string& value : {digits, "!!" + digits, "abcd." + digits + "!" + digits}) {
    EXPECT_EQ(2u, text_of({{"Authorization", "Basic " + value}}).lines().size() - 1) << value;
  }
}

TEST(HeadText, ReadsWideCharacters) {
  const std::string words = "many printable words", wide = test::wide(words);
  EXPECT_EQ("X: " + words + "\n",
            text_of({{"X", base64_encoded(wide)}}).text(HeadText::decoded).substr(44));
  EXPECT_TRUE(text_of({}, percent(wide)).text(HeadText::decoded).ends_with(words + "\n"));
}

TEST(HeadText, EscapesAreNoEncodings) {
  const std::string words = "many printable words";
  std::string value = words;
  for (int i = 0; i < 3; ++i) value = base64_encoded(value);
  for (int i = 0; i < 4; ++i) value = percent(value.substr(0, 1)) + value.substr(1);
  EXPECT_TRUE(text_of({{"X", value}}).text(HeadText::decoded).ends_with("X: " + words + "\n"));
}

TEST(HeadText, WhatIsShownWithoutEscapesTakenOffIsNotShownAgain) {
  const std::string digits = base64_encoded("many printable words");
  EXPECT_EQ("a=%41;" + digits + "\nmany printable words\na=A;" + digits + "\n",
            text_of({}, "a=%2541;" + digits).text(HeadText::decoded));
}

TEST(HeadText, WhatIsEncodedAtTheDepthIsRefused) {
  std::string value = "as much text as is no chance any more", short_value = "only a few bytes";
  for (int i = 0; i < 5; ++i) value = base64_encoded(value);
  HeadText text({}, 1, value.size());
  text.add_field(Part::field, {"X", value});
  EXPECT_EQ("text encoded more often than is looked into", text.decode());
  for (int i = 0; i < 5; ++i) short_value = base64_encoded(short_value);
  EXPECT_EQ(5u, text_of({{"X", short_value}}).lines().size() - 1);
}

TEST(HeadText, WhatIsEscapedTooOftenIsRefused) {
  std::string value = "A";
  for (std::size_t i = 0; i < ScanLimits{}.depth + kDeepEscapes; ++i) {
    value = i == 0 ? "%41" : "%25" + value.substr(1);
  }
  EXPECT_TRUE(text_of({{"X", value}}).text(HeadText::decoded).contains("X: A\n"));
  value.insert(1, "25");
  HeadText text({}, 1, value.size());
  text.add_field(Part::field, {"X", value});
  EXPECT_EQ("text escaped more often than is looked into", text.decode());
}

TEST(HeadText, IsBounded) {
  ScanLimits limits;
  limits.depth = 2;
  EXPECT_EQ("X: %252541\nX: %2541\nX: A\n",
            text_of({{"X", "%25252541"}}, "", limits).text(HeadText::decoded));
  limits.depth = 30;
  std::string unit = "%", value;
  for (int i = 0; i < 20; ++i) unit += "25";
  for (int i = 0; i < 1000; ++i) value += unit + "41";
  HeadText text(limits, 1, value.size());
  text.add(Part::path, value);
  EXPECT_EQ("more encoded text in the head than is looked into", text.decode());
  EXPECT_LT(text.text(HeadText::decoded).size(), 20 * value.size());
}

}  // namespace
}  // namespace cork::secrets
