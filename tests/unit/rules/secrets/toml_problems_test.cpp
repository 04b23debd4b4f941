#include "rules/secrets/toml_problems.h"

#include <gtest/gtest.h>

#include <string>

namespace cork::secrets {
namespace {

std::string said_of(const std::string& text) {
  try {
    const toml::table parsed = toml::parse(text);
  } catch (const toml::parse_error& problem) {
    return render({syntax_problem(problem, text, "f.toml")});
  }
  return "";
}

TEST(TomlProblems, SayWhatToWriteInstead) {
  const struct {
    std::string text, where, what, hint;
  } cases[] = {
      {"id = \"a\nregex = \"b\"\n", "f.toml:1:8: ", "a string without its closing", "write \" at"},
      {"id = 'a\nregex = 'b'\n", "f.toml:1:8: ", "a string without its closing", "write ' at"},
      {"id = 'a", "f.toml:1:8: ", "a string without its closing", "write ' at"},
      {"id = 'a'\nregex = '''b\nwhy = 'c'\n", "f.toml:2: ", "that no ''' closes", "write ''' at"},
      {"a = '''b'''\nid = \"\"\"c\nd = 1\n", "f.toml:2: ", "that no \"\"\" closes", "write \"\"\""},
      {"regex = \"\\d{20}\"\n", "f.toml:1:", "escape", "a backslash stands for itself"},
      {"id = some-token\n", "f.toml:1:6: ", "not valid TOML: parsing value", "stands in quotes"},
      {"id: 'a'\n", "f.toml:1:3: ", "expected '=', saw ':'", "TOML writes key = value"},
      {"id = 'a'\nid = 'b'\n", "f.toml:2:6: ", "cannot redefine", "a key stands once"},
      {"id =\n", "f.toml:1:5: ", "expected value", "behind its '='"},
      {"random = True\n", "f.toml:1:10: ", "parsing boolean", "in lower case"},
      {"[[rules]\n", "f.toml:1:9: ", "parsing table header", "two brackets"},
      {"a = ['b' 'c']\n", "f.toml:1:10: ", "parsing array", "a comma between"},
      {"a = {b = 1\n", "f.toml:1:11: ", "parsing inline table", "'}', in the same line"},
      {"regex = \"a\"b\"\n", "f.toml:1:12: ", "expected a comment", "ends with its line"},
  };
  for (const auto& c : cases) {
    const std::string said = said_of(c.text);
    EXPECT_TRUE(said.starts_with(c.where)) << c.text << said;
    EXPECT_NE(said.find(c.what), std::string::npos) << c.text << said;
    EXPECT_NE(said.find(c.hint), std::string::npos) << c.text << said;
  }
}

TEST(TomlProblems, TakeAWordForTheKeyThatItIsNearTo) {
  const std::vector<std::string_view> known{"id", "regex", "path"};
  const auto is_meant = [&](const std::string& text, std::string_view key) {
    return is_misspelled(toml::parse(text), key, known);
  };
  EXPECT_TRUE(is_meant("regx = 'a'", "regex"));
  EXPECT_FALSE(is_meant("regx = 'a'", "id"));
  EXPECT_FALSE(is_meant("pattern = 'a'", "regex"));
  EXPECT_FALSE(is_meant("path = 'a'", "path")) << "is spelled right";
}

TEST(TomlProblems, SayWhatStandsInPlaceOfAnotherType) {
  const toml::table table = toml::parse("a = '3'\nb = 'x'\nc = true\nd = '-1'\n");
  const auto number = [&](const char* key, const char* name) {
    return number_instead(*table.get(key), name);
  };
  EXPECT_EQ(number("a", "entropy"), "write entropy = 3, without quotes");
  EXPECT_EQ(number("b", "entropy"), "write a number without quotes: entropy = 3.5");
  EXPECT_EQ(number("c", "secretGroup"), "write a number without quotes: secretGroup = 1");
  EXPECT_EQ(number("d", "secretGroup"), "write a number without quotes: secretGroup = 1");
  EXPECT_EQ(flag_instead("random"), "write random = true, without quotes, or take it out");
  EXPECT_EQ(text_instead("id"), "write it in quotes: id = \"...\"");
  EXPECT_EQ(list_instead("tags"), "write tags = [\"...\", \"...\"]");
  EXPECT_NE(instead_of_gitleaks("path"), "");
  EXPECT_EQ(instead_of_gitleaks("regx"), "");
}

}  // namespace
}  // namespace cork::secrets
