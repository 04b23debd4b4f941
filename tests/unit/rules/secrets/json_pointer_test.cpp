#include "rules/secrets/json_pointer.h"

#include <gtest/gtest.h>

#include <string>

namespace cork::secrets {
namespace {

const struct {
  std::string_view text, pointer;
} cases[] = {
    {"", ""},
    {"plain", ""},
    {"  {", ""},
    {R"({"a)", ""},
    {R"({"a")", ""},
    {R"({"a":)", "/a"},
    {R"({"a":"text)", "/a"},
    {R"({"a":1,"bc":[tr)", "/bc/0"},
    {R"([1,2,{"x":{"y":"\",{\\",)", "/2/x"},
    {R"([1,2,{"x":{"y":"\",{\\","z":")", "/2/x/z"},
    {R"({"messages":[{"role":"user"},{"content":[{"text":"a \"quoted\" word)",
     "/messages/1/content/0/text"},
    {R"({"a":{"b":1},"c":)", "/c"},
    {R"({"a":[[],[1,[2)", "/a/1/1/0"},
    {R"({"a/b":1,"~":)", "/*"},
    {R"({"sixteen_bytes_16":)", "/sixteen_bytes_16"},
    {R"({"seventeen_bytes_x":)", "/*"},
    {R"(]]]{"a":)", ""},
};

TEST(JsonPointer, SaysWhereTheTextEndsHoweverItIsCut) {
  for (const auto& [text, expected] : cases) {
    for (std::size_t piece = 1; piece <= text.size() + 1; ++piece) {
      JsonPointer pointer;
      for (std::size_t at = 0; at < text.size(); at += piece)
        pointer.advance(text.substr(at, piece));
      EXPECT_EQ(expected, pointer.text()) << text << " by " << piece;
    }
  }
}

TEST(JsonPointer, IsBoundedInDepth) {
  JsonPointer pointer;
  std::string deep, expected;
  for (int i = 0; i < 10'000; ++i) deep += R"({"a":)";
  for (int i = 0; i < 32; ++i) expected += "/a";
  pointer.advance(deep);
  EXPECT_EQ(expected, pointer.text());
  pointer.advance("1" + std::string(9'999, '}') + R"(,"b":)");
  EXPECT_EQ("/b", pointer.text());
}

TEST(JsonPointer, BeginsAgainWithTheNextDocument) {
  JsonPointer pointer;
  pointer.advance("{\"a\":1}\n{\"b\":[1,");
  EXPECT_EQ("/b/1", pointer.text());
}

}  // namespace
}  // namespace cork::secrets
