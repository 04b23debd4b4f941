#include "rules/gitleaks/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace cork::gitleaks {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

// A file that is sound, and what it says.
ParsedDocument read(const std::string& text) {
  auto parsed = parse_document(text, "f.toml");
  EXPECT_TRUE(parsed) << render(parsed.error());
  return parsed.value_or(ParsedDocument{});
}

std::string errors(const std::string& text) {
  const auto parsed = parse_document(text, "f.toml");
  return parsed ? "" : render(parsed.error());
}

constexpr const char* kOne = "[[rules]]\nid = 'one'\nregex = 'k(e)y'\n";

TEST(ParseDocument, ReadsEveryKeyOfARule) {
  const auto parsed = read(R"(title = "t"
description = "d"
minVersion = "v8.25.0"
[[rules]]
id = "one"
description = "One"
regex = '''(a)(b)'''
path = '''\.py$'''
secretGroup = 2
entropy = 3.5
keywords = ["Key", "TOKEN"]
tags = ["x"]
skipReport = true
[[rules.allowlists]]
description = "why"
condition = "AND"
commits = ["ABC"]
paths = ["p"]
regexTarget = "line"
regexes = ["r", "s"]
stopwords = ["Word"]
[[rules.required]]
id = "two"
withinLines = 3
withinColumns = 4
[[rules]]
id = "two"
path = "x"
[[allowlists]]
targetRules = ["one"]
regexes = ["g"]
)");
  EXPECT_THAT(parsed.warnings, IsEmpty());
  ASSERT_EQ(parsed.document.rules.size(), 2U);
  const Rule& rule = parsed.document.rules[0];
  EXPECT_EQ(rule.id, "one");
  EXPECT_EQ(rule.description, "One");
  EXPECT_EQ(rule.regex->regex(), "(a)(b)");
  EXPECT_EQ(rule.path->regex(), R"(\.py$)");
  EXPECT_EQ(rule.secret_group, 2);
  EXPECT_EQ(rule.entropy, 3.5);
  EXPECT_THAT(rule.keywords, ElementsAre("key", "token"));
  EXPECT_THAT(rule.tags, ElementsAre("x"));
  EXPECT_TRUE(rule.skip_report);
  EXPECT_EQ(rule.where, (Where{"f.toml", 4, 1}));
  ASSERT_EQ(rule.allowlists.size(), 1U);
  const Allowlist& list = rule.allowlists[0];
  EXPECT_EQ(list.description, "why");
  EXPECT_EQ(list.condition, Condition::all);
  EXPECT_EQ(list.target, RegexTarget::line);
  EXPECT_THAT(list.commits, ElementsAre("abc"));
  EXPECT_THAT(list.stopwords, ElementsAre("word"));
  EXPECT_EQ(list.path->regex(), "(?:p)");
  EXPECT_EQ(list.regex->regex(), "(?:r|s)");
  ASSERT_EQ(rule.required.size(), 1U);
  EXPECT_EQ(rule.required[0].id, "two");
  EXPECT_EQ(rule.required[0].within_lines, 3);
  EXPECT_EQ(rule.required[0].within_columns, 4);
  ASSERT_EQ(parsed.document.allowlists.size(), 1U);
  EXPECT_THAT(parsed.document.allowlists[0].target_rules, ElementsAre("one"));
}

TEST(ParseDocument, ReadsWhatItExtends) {
  const auto by_path = read("[extend]\npath = 'base.toml'\ndisabledRules = ['a', 'b']\n");
  EXPECT_EQ(by_path.document.extend.path, "base.toml");
  const auto& disabled = by_path.document.extend.disabled_rules;
  EXPECT_THAT(disabled,
              ElementsAre(Field(&Extend::Disabled::id, "a"), Field(&Extend::Disabled::id, "b")));
  EXPECT_TRUE(read("[extend]\nuseDefault = true\n").document.extend.use_default);
}

TEST(ParseDocument, TakesKeysInAnyCase) {
  const auto parsed = read(
      "[[Rules]]\nID = 'one'\nRegex = 'a(b)'\nsecretgroup = 1\n"
      "[[Rules.AllowLists]]\nstopWords = ['x']\n");
  ASSERT_EQ(parsed.document.rules.size(), 1U);
  EXPECT_EQ(parsed.document.rules[0].secret_group, 1);
}

TEST(ParseDocument, WarnsOfOldSpellingsAndOfWhatHasNoEffect) {
  const std::string text = std::string(
                               "minVersion = '9.0'\n[allowlist]\npaths = ['a']\n"
                               "[extend]\nurl = 'https://rules.example/'\n") +
                           kOne + "keywords = 'a,b'\n[rules.allowlist]\nregexes = ['b']\n";
  const auto parsed = read(text);
  const std::string warnings = render_warnings(parsed.warnings);
  EXPECT_THAT(warnings, HasSubstr("f.toml:1:14: warning: the file asks for gitleaks 9.0"));
  EXPECT_THAT(warnings, HasSubstr("f.toml:2:1: warning: 'allowlist' is the old spelling\n"
                                  "    write [[allowlists]]"));
  EXPECT_THAT(warnings, HasSubstr("'url' has no effect"));
  EXPECT_THAT(warnings, HasSubstr("write [[rules.allowlists]]"));
  EXPECT_THAT(warnings, HasSubstr("'keywords' is one string"));
  EXPECT_THAT(warnings, testing::Not(HasSubstr("error")));
  EXPECT_EQ(parsed.document.allowlists.size(), 1U);
  EXPECT_EQ(parsed.document.rules[0].allowlists.size(), 1U);
  EXPECT_THAT(parsed.document.rules[0].keywords, ElementsAre("a", "b"));
}

struct Wrong {
  std::string text, where, what, hint;
};

TEST(ParseDocument, SaysWhatIsWrongWhereAndWhatToWriteInstead) {
  const std::string one = kOne;
  for (const Wrong& wrong : std::vector<Wrong>{
           {"rule = 1\n" + one, "1:1", "unknown key 'rule'", "did you mean 'rules'?"},
           {one + "[[rules.allowlist]]\nregexes = ['b']\n", "4:1", "'allowlist' is one table",
            "write [[rules.allowlists]]"},
           {one + "keyword = ['a']\n", "4:1", "unknown key 'keyword'", "did you mean 'keywords'?"},
           {one + "[[rules.allowlists]]\nmatchCondition = 'AND'\nregexes = ['a']\n", "5:1",
            "unknown key 'matchCondition'", "the key is 'condition'"},
           {one + "targetRules = ['a']\n", "4:1", "unknown key 'targetRules'", ""},
           {"[[rules]]\nid = 'a'\nregex = 'a(?=b)'\n", "3:9", "'regex': ", "RE2's syntax"},
           {"[[rules]]\nid = 'a'\npath = '('\n", "3:8", "'path': ", "RE2's syntax"},
           {one + "[[rules.allowlists]]\nregexes = ['a',\n 'b[']\n", "6:2", "'regexes': ", "RE2"},
           {one + "[[rules.allowlists]]\npaths = ['*']\n", "5:10", "'paths': ", "RE2"},
           {one + one, "5:6", "a second rule with the id 'one'", "the first is at f.toml:2:6"},
           {"[[rules]]\nregex = 'a'\n", "1:1", "a rule without 'id'", "write id"},
           {"[[rules]]\nId = ''\nregex = 'a'\n", "2:6", "a rule without 'id'", "write id"},
           {one + "secretGroup = 2\n", "4:15", "secretGroup 2 of a regex with 1 group\n", "count"},
           {one + "secretGroup = -1\n", "4:15", "not a whole number from 0 up", ""},
           {one + "entropy = 'x'\n", "4:11", "'entropy' is not a number", "entropy = 3.5"},
           {one + "entropy = '3.1'\n", "4:11", "'entropy' is not", "entropy = 3.1, without quotes"},
           {one + "secretGroup = '1'\n", "4:15", "not a whole number", "secretGroup = 1, without"},
           {one + "skipReport = 'yes'\n", "4:14", "neither true nor false", "skipReport = true"},
           {one + "keywords = [1]\n", "4:13", "holds something that is not a string", ""},
           {one + "keywords = ['']\n", "4:13", "an empty word in 'keywords'", ""},
           {one + "description = 1\n", "4:15", "'description' is not a string", "in quotes"},
           {one + "[[rules.allowlists]]\ndescription = 'x'\n", "4:1", "an allowlist without", ""},
           {one + "[[rules.allowlists]]\nregexes = ['a']\ncondition = 'XOR'\n", "6:13",
            "neither \"OR\" nor \"AND\"", ""},
           {one + "[[rules.allowlists]]\nregexes = ['a']\nregexTarget = 'file'\n", "6:15",
            "no regexTarget 'file'", "\"line\""},
           {one + "[rules.allowlist]\nregexes = ['a']\n[[rules.allowlists]]\nregexes = ['a']\n",
            "4:1", "both 'allowlist' and 'allowlists'", "[[rules.allowlists]]"},
           {one + "[rules.allowlists]\nregexes = ['a']\n", "4:1", "not a list of tables",
            "double brackets"},
           {one + "[[rules.required]]\nwithinLines = 1\n", "4:1", "without 'id'", ""},
           {"minVersion = 'latest'\n" + one, "1:14", "is no version", "v8.25.0"},
           {"[extend]\nuseDefault = true\npath = 'a'\n", "3:8", "both 'path' and 'useDefault'", ""},
           {"title = 'x'\n", "", "no [[rules]]", "would find nothing"},
           {"[[rules]\n", "1:", "not valid TOML", "[[rules]]"},
       }) {
    const std::string said = errors(wrong.text);
    EXPECT_THAT(said, HasSubstr("f.toml:" + wrong.where)) << wrong.text;
    EXPECT_THAT(said, HasSubstr(wrong.what)) << wrong.text;
    EXPECT_THAT(said, HasSubstr(wrong.hint)) << wrong.text;
  }
}

TEST(ParseDocument, SaysAllOfItAtOnce) {
  const std::string said = errors("[[rules]]\nid = 'a'\nregex = '('\nentropy = -1\ntag = ['x']\n");
  EXPECT_THAT(said, HasSubstr("f.toml:3:9"));
  EXPECT_THAT(said, HasSubstr("f.toml:4:11"));
  EXPECT_THAT(said, HasSubstr("f.toml:5:1"));
}

TEST(ParseDocument, TellsOfARuleThatFindsNothingBesideOtherErrors) {
  const std::string text = "[[rules]]\nid = 'a'\nregex = '('\n[[rules]]\nid = 'b'\n";
  const std::string said = errors(text);
  EXPECT_THAT(said, HasSubstr("f.toml:3:9: error: 'regex': missing"));
  EXPECT_THAT(said, HasSubstr("f.toml:4:1: error: rule 'b' has neither 'regex' nor 'path'"));
  EXPECT_THAT(said, testing::Not(HasSubstr("'a' has neither")));
  EXPECT_THAT(errors("[extend]\nuseDefault = true\n" + text), testing::Not(HasSubstr("neither")))
      << "its regex may be the other file's";
  const auto extended = parse_document(text, "f.toml", true);
  ASSERT_FALSE(extended);
  EXPECT_EQ(extended.error().size(), 1U) << render(extended.error());
}

TEST(ParseDocument, TellsOfAKeyThatIsSpelledWrongOnce) {
  const std::string said = errors("[[rules]]\nid = 'a'\nregexx = 'a'\n[[rules]]\nidd = 'b'\n" +
                                  std::string("regex = 'b'\n"));
  EXPECT_THAT(said, HasSubstr("did you mean 'regex'?"));
  EXPECT_THAT(said, HasSubstr("did you mean 'id'?"));
  EXPECT_THAT(said, testing::Not(HasSubstr("without 'id'")));
  EXPECT_THAT(said, testing::Not(HasSubstr("neither 'regex'")));
}

}  // namespace
}  // namespace cork::gitleaks
