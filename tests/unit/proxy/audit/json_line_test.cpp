#include "proxy/audit/json_line.h"

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <limits>
#include <string>
#include <utility>

namespace cork::audit {
namespace {

std::string text_of(std::string_view value, std::size_t max_bytes) {
  JsonLine line;
  line.text("k", value, max_bytes);
  return std::move(line).finish();
}

TEST(JsonLine, WritesObjectsArraysAndNumbersInTheirOrder) {
  JsonLine line;
  line.word("event", "open");
  line.open("bytes");
  line.number("sent", 0);
  line.number("response", std::numeric_limits<std::uint64_t>::max());
  line.close();
  line.open_array("findings");
  line.open_element();
  line.text("rule", "a", 8);
  line.close();
  line.open_element();
  line.close();
  line.close_array();
  line.text_unless_empty("note", "", 8);
  EXPECT_EQ(std::move(line).finish(),
            R"({"event":"open","bytes":{"sent":0,"response":18446744073709551615},)"
            R"("findings":[{"rule":"a"},{}]})");
}

TEST(JsonLine, IsAnEmptyObjectWithoutFields) {
  EXPECT_EQ(JsonLine().finish(), "{}");
}

TEST(JsonLine, EscapesWhatJsonAsksFor) {
  const std::string nasty("\"\\\n\r\t\x01\x7f<\0>", 10);
  const auto parsed = boost::json::parse(text_of(nasty, 256)).as_object();
  EXPECT_EQ(parsed.at("k").as_string(), boost::json::string_view(nasty));
}

TEST(JsonLine, CutsALongValueAndSaysSo) {
  EXPECT_EQ(text_of("abcdef", 6), R"({"k":"abcdef"})");
  EXPECT_EQ(text_of("abcdef", 5), R"({"k":"abcde…"})");
  EXPECT_EQ(text_of("ab…", 4), R"({"k":"ab…"})");
}

TEST(JsonLine, CountsEscapesInTheLength) {
  for (const std::size_t max : {0U, 1U, 7U, 64U}) {
    for (const char c : {'"', '\x01', '\xff', 'a'}) {
      const std::string line = text_of(std::string(10'000, c), max);
      EXPECT_LE(line.size(), max + std::string_view(R"({"k":"…"})").size());
      EXPECT_NO_THROW(boost::json::parse(line)) << line;
    }
  }
}

TEST(JsonLine, ForgetsAnElementThatDoesNotFit) {
  JsonLine line;
  line.open_array("a");
  line.open_element();
  line.close();
  const std::size_t before = line.size();
  line.open_element();
  line.text("rule", "x", 8);
  line.close();
  line.cut_back(before);
  line.close_array();
  EXPECT_EQ(std::move(line).finish(), R"({"a":[{}]})");
}

}  // namespace
}  // namespace cork::audit
