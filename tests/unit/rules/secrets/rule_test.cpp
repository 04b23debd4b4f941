#include "rules/secrets/rule.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <string>

namespace cork::secrets {
namespace {

const std::string kGood = "[[rules]]\nid = \"a\"\nregex = '''a_[0-9]{4}'''\n";

TEST(Rule, ReadsEveryKey) {
  const auto rules = parse_rules(R"(
title = "mine"
minVersion = "v8.25.0"
[[rules]]
id = "acme-token"
description = "Acme token"
why = "Opens Acme."
regex = '''acme_([0-9]{4})'''
keywords = ["ACME_", "x"]
entropy = 3
secretGroup = 1
tags = ["t"]
confidence = "low"
audience = [{ host = "API.acme.example", slot = "header:authorization" }, { host = "acme.example", slot = "basic" }]
examples = ["acme_{digit:4}"]
non_examples = ["acme_"]
[[rules.allowlists]]
description = "the manual's"
regexTarget = "secret"
condition = "OR"
regexes = ['''^0000$''']
stopwords = ["Sample"]
)",
                                 "mine.toml");
  ASSERT_TRUE(rules) << render(rules.error());
  ASSERT_EQ(rules->size(), 1u);
  const Rule& rule = rules->front();
  EXPECT_EQ(rule.id, "acme-token");
  EXPECT_EQ(rule.description, "Acme token");
  EXPECT_EQ(rule.why, "Opens Acme.");
  EXPECT_EQ(rule.regex, "acme_([0-9]{4})");
  EXPECT_EQ(rule.keywords, (std::vector<std::string>{"acme_", "x"}));
  EXPECT_EQ(rule.entropy, 3.0);
  EXPECT_EQ(rule.secret_group, 1);
  EXPECT_EQ(rule.confidence, Confidence::low);
  ASSERT_EQ(rule.audience.size(), 2u);
  EXPECT_EQ(rule.audience[0].host->text(), "api.acme.example");
  EXPECT_EQ(rule.audience[0].slot, "header:authorization");
  EXPECT_EQ(rule.audience[1].slot, "basic");
  ASSERT_EQ(rule.allowlists.size(), 1u);
  EXPECT_EQ(rule.allowlists[0].regexes, std::vector<std::string>{"^0000$"});
  EXPECT_EQ(rule.allowlists[0].stopwords, std::vector<std::string>{"sample"});
  EXPECT_EQ(rule.examples, std::vector<std::string>{"acme_{digit:4}"});
  EXPECT_EQ(rule.non_examples, std::vector<std::string>{"acme_"});
  EXPECT_EQ(rule.where, (Where{"mine.toml", 4, 1}));
}

TEST(Rule, ReadsWhatAsksForANameAndForRandomness) {
  const auto rules = parse_rules(
      "[[rules]]\nid = 'a'\nregex = 'key{assign}([a-z]{4})'\nrandom = true\npartial = true\n"
      "checksum = 'crc32'\nnamed "
      "= ['acme']\n"
      "not_named = ['keyid']\naudience = [{ host = '*', slot = 'header:*' }, { host = '*', slot = "
      "'field:a', path = '*' }]\n",
      "f.toml");
  ASSERT_TRUE(rules) << render(rules.error());
  const Rule& rule = rules->front();
  EXPECT_TRUE(rule.random);
  EXPECT_TRUE(rule.partial);
  EXPECT_EQ(rule.checksum, Checksum::crc32);
  EXPECT_EQ(rule.named, std::vector<std::string>{"acme"});
  EXPECT_EQ(rule.not_named, std::vector<std::string>{"keyid"});
  EXPECT_TRUE(rule.regex.starts_with("key(?:")) << rule.regex;
  EXPECT_TRUE(rule.regex.ends_with("([a-z]{4})")) << rule.regex;
  ASSERT_EQ(rule.audience.size(), 2u);
  EXPECT_FALSE(rule.audience[0].host);
  EXPECT_EQ(rule.audience[1].path, "*");
}

TEST(Rule, AnAssignmentIsSpelledInManyWays) {
  const auto rules = parse_rules("[[rules]]\nid = 'a'\nregex = 'TOKEN{assign}(v4lue)'\n", "f.toml");
  ASSERT_TRUE(rules);
  const re2::RE2 regex(rules->front().regex);
  for (const char* text :
       {"TOKEN=v4lue", "TOKEN = \"v4lue\"", "TOKEN := `v4lue`", "TOKEN ::= 'v4lue'",
        "TOKEN ?= v4lue", "TOKEN .= \"v4lue\"", "\"TOKEN\" => \"v4lue\"", "\"TOKEN\": \"v4lue\"",
        "\\\"TOKEN\\\":\\\"v4lue\\\"", "TOKEN: v4lue", "<TOKEN>\n    v4lue\n</TOKEN>",
        "put(\"TOKEN\", \"v4lue\")", "env['TOKEN'] = 'v4lue'", "var TOKEN string = \"v4lue\"",
        "a=b&TOKEN=v4lue", "TOKEN = (\n        'v4lue'", "TOKEN+=+\"v4lue\"",
        "put(\"TOKEN\",+\"v4lue\")", "var+TOKEN+string+=+\"v4lue\""}) {
    EXPECT_TRUE(re2::RE2::PartialMatch(text, regex)) << text;
  }
  for (const char* text : {"TOKEN v4lue", "TOKEN, v4lue", "TOKEN\nv4lue", "TOKEN.v4lue"}) {
    EXPECT_FALSE(re2::RE2::PartialMatch(text, regex)) << text;
  }
}

TEST(Rule, ReadsTheOldSpellingOfAnAllowlist) {
  const auto rules = parse_rules(kGood + "[rules.allowlist]\nstopwords = [\"x\"]\n", "f");
  ASSERT_TRUE(rules) << render(rules.error());
  EXPECT_EQ(rules->front().allowlists.size(), 1u);
}

TEST(Rule, BlocksUnlessItSaysGenericOrLow) {
  const auto confidence = [](const std::string& id, const std::string& more) {
    return parse_rules("[[rules]]\nid = \"" + id + "\"\nregex = 'a'\n" + more, "f")
        ->front()
        .confidence;
  };
  EXPECT_EQ(confidence("acme-token", ""), Confidence::high);
  EXPECT_EQ(confidence("generic-api-key", ""), Confidence::low);
  EXPECT_EQ(confidence("generic-api-key", "confidence = \"high\""), Confidence::high);
  EXPECT_EQ(confidence("acme-token", "confidence = \"low\""), Confidence::low);
}

TEST(Rule, SaysWhatIsWrongAndWhere) {
  const struct {
    std::string text, where, what, hint;
  } cases[] = {
      {"[[rules]\n", "f.toml:1:9", "not valid TOML", "[[rules]]"},
      {"a = 1\na = 2\n", "f.toml:2:5", "cannot redefine", "a key stands once"},
      {"", "f.toml", "no [[rules]]", ""},
      {kGood + "ids = 3\n", "f.toml:4:1", "unknown key 'ids'", "did you mean 'id'?"},
      {kGood + "path = 'x'\n", "f.toml:4:1", "'path' is not supported", "no file path"},
      {kGood + "skipReport = true\n", "f.toml:4:1", "'skipReport' is not supported", "low"},
      {kGood + "[[rules.required]]\nid = 'b'\n", "f.toml:4:9", "'required' is not supported", ""},
      {"[extend]\nuseDefault = true\n" + kGood, "f.toml:1:2", "'extend' is not supported", "copy"},
      {"[allowlist]\npaths = ['x']\n" + kGood, "f.toml:1:2", "'allowlist' is not supported",
       "[[rules.allowlists]]"},
      {"[[allowlists]]\nregexes = ['x']\n" + kGood, "f.toml:1:3", "'allowlists' is not supported",
       "[[rules.allowlists]]"},
      {"[[rules]]\nregex = 'a'\n", "f.toml:1:1", "without 'id'", ""},
      {"[[rules]]\nid = 'a'\n", "f.toml:1:1", "without 'regex'", "path alone"},
      {"[[rules]]\nid = 'a b'\nregex = 'a'\n", "f.toml:2:6", "letters, digits", ""},
      {"[[rules]]\nid = ''\nregex = 'a'\n", "f.toml:2:6", "letters, digits", ""},
      {kGood + kGood, "f.toml:5:6", "a second rule with the id 'a'", "f.toml:1:1"},
      {"[[rules]]\nid = 3\nregex = 'a'\n", "f.toml:2:6", "'id' is not a string", "id = \"...\""},
      {kGood + "keywords = 'a'\n", "f.toml:4:12", "'keywords' is not a list", "keywords = ["},
      {kGood + "keywords = ['a', 4]\n", "f.toml:4:18", "not a string", ""},
      {kGood + "entropy = -1\n", "f.toml:4:11", "not a number", ""},
      {kGood + "entropy = nan\n", "f.toml:4:11", "not a number", ""},
      {kGood + "entropy = '3'\n", "f.toml:4:11", "not a number", "write entropy = 3, without"},
      {kGood + "secretGroup = 1.5\n", "f.toml:4:15", "no group's number", ""},
      {kGood + "secretGroup = 1e300\n", "f.toml:4:15", "no group's number", ""},
      {kGood + "confidence = 'hihg'\n", "f.toml:4:14", "neither", "high blocks"},
      {kGood + "audience = ['api.example.com']\n", "f.toml:4:13", "not a table", ""},
      {kGood + "audience = [{ host = '*.example.com', slot = 'basic' }]\n", "f.toml:4:22",
       "audience: ", "one exact host"},
      {kGood + "audience = [{ host = 'example.com', slot = 'header:X-Key' }]\n", "f.toml:4:44",
       "no slot 'header:X-Key'", "did you mean \"header:x-key\"?"},
      {kGood + "audience = [{ host = 'example.com', slot = 'body' }]\n", "f.toml:4:44",
       "no slot 'body'", "\"field:name\""},
      {kGood + "audience = [{ host = 'example.com', slot = 'field:a' }]\n", "f.toml:4:13",
       "one path only", "beside the slot"},
      {kGood + "audience = [{ host = 'example.com', slot = 'basic', path = '/a' }]\n",
       "f.toml:4:60", "has a path", "take the path out"},
      {kGood + "audience = [{ host = 'example.com', slot = 'query:' }]\n", "f.toml:4:44",
       "no slot 'query:'", ""},
      {kGood + "audience = [{ host = 'example.com' }]\n", "f.toml:4:13", "no slot ''", ""},
      {kGood + "rules = 3\n", "f.toml:4:1", "unknown key 'rules'", ""},
      {"rules = 3\n", "f.toml:1:9", "'rules' is not a list of tables", ""},
      {kGood + "[[rules.allowlists]]\npaths = ['x']\nregexes = ['x']\n", "f.toml:5:1",
       "'paths' is not supported", ""},
      {kGood + "[[rules.allowlists]]\nmatchCondition = 'AND'\nregexes = ['x']\n", "f.toml:5:1",
       "unknown key 'matchCondition'", ""},
      {kGood + "[[rules.allowlists]]\nregexTarget = 'line'\nregexes = ['x']\n", "f.toml:5:15",
       "regexTarget \"line\" is not supported", "secret"},
      {kGood + "[[rules.allowlists]]\ncondition = 'AND'\nregexes = ['x']\nstopwords = ['y']\n",
       "f.toml:5:13", "\"AND\"", "one regex"},
      {kGood + "[[rules.allowlists]]\ncondition = 'XOR'\nregexes = ['x']\n", "f.toml:5:13",
       "neither \"OR\" nor \"AND\"", ""},
      {kGood + "[[rules.allowlists]]\ndescription = 'x'\n", "f.toml:4:1", "allow nothing", ""},
      {kGood + "[[rules.allowlists]]\nstopwords = ['']\n", "f.toml:5:13", "allows everything", ""},
      {kGood + "allowlist = 3\n", "f.toml:4:13", "not a table", ""},
  };
  for (const auto& c : cases) {
    const auto rules = parse_rules(c.text, "f.toml");
    ASSERT_FALSE(rules) << c.text;
    const Diagnostic& first = rules.error().front();
    EXPECT_EQ(to_string(first.where), c.where) << c.text << first.what;
    EXPECT_NE((first.what + first.hint).find(c.what), std::string::npos) << first.what;
    EXPECT_NE(first.hint.find(c.hint), std::string::npos) << first.hint;
    EXPECT_FALSE(first.what.empty());
  }
}

TEST(Rule, TellsOfAKeyThatIsSpelledWrongOnceAndOfBadRegexesBesideIt) {
  const auto rules = parse_rules(
      "[[rules]]\nid = 'a'\nregexx = 'a'\n[[rules]]\nid = 'b'\nregex = '('\n"
      "[[rules]]\nid = 'c'\nregex = 'c_[0-9]+x'\n[[rules]]\nid = 'd'\nregex = 'd_[0-9]{9}'\n",
      "f.toml");
  ASSERT_FALSE(rules);
  const std::string said = render(rules.error());
  EXPECT_EQ(rules.error().size(), 3u) << said;
  EXPECT_NE(said.find("f.toml:3:1: error: unknown key 'regexx'"), std::string::npos) << said;
  EXPECT_NE(said.find("f.toml:4:1: error: rule 'b': regex: "), std::string::npos) << said;
  EXPECT_NE(said.find("f.toml:7:1: error: rule 'c': its match has no bound"), std::string::npos);
}

TEST(Rule, RefusesNamesAndPlacesThatSayNothing) {
  const struct {
    std::string text, where, what, hint;
  } cases[] = {
      {kGood + "audience = [{ host = 'example.com', slot = 'header:*' }]\n", "f.toml:4:44",
       "every slot of one host", "host = \"*\""},
      {kGood + "audience = [{ host = 'example.com', slot = 'field:a', path = '*' }]\n",
       "f.toml:4:62", "one path only", "beside the slot"},
      {kGood + "audience = [{ host = 'example.com', slot = 'heder:x-key' }]\n", "f.toml:4:44",
       "no slot 'heder:x-key'", "did you mean \"header:x-key\"?"},
      {kGood + "random = 'yes'\n", "f.toml:4:10", "neither true nor false", "random = true"},
      {kGood + "checksum = 'md5'\n", "f.toml:4:12", "none that cork knows", "\"mod97\" or"},
      {kGood + "named = ['New_Relic']\n", "f.toml:4:9", "no name does", "lower-case"},
      {kGood + "not_named = ['']\n", "f.toml:4:13", "no name does", "lower-case"},
      {kGood + "not_named = ['^k']\n", "f.toml:4:13", "no name does", "two lower-case"},
      {kGood + "named = ['.env']\n", "f.toml:4:9", "only rule a name out", "not_named"},
      {"[[rules]]\nid = 'a'\nregex = 'a{asign}b'\n", "f.toml:3:9",
       "no fragment is called '{asign}'", "{assign}"},
  };
  for (const auto& c : cases) {
    const auto rules = parse_rules(c.text, "f.toml");
    ASSERT_FALSE(rules) << c.text;
    const Diagnostic& first = rules.error().front();
    EXPECT_EQ(to_string(first.where), c.where) << c.text << first.what;
    EXPECT_NE(first.what.find(c.what), std::string::npos) << first.what;
    EXPECT_NE(first.hint.find(c.hint), std::string::npos) << first.hint;
  }
}

TEST(Rule, ShowsEveryErrorAtOnce) {
  const auto rules = parse_rules(
      "extend = 1\n[[rules]]\nid = 'a'\nregexp = 'x'\n[[rules]]\nid = 'b'\nregex = 'x'\nentropy = "
      "'x'\n",
      "f");
  ASSERT_FALSE(rules);
  EXPECT_EQ(rules.error().size(), 3u) << render(rules.error());
}

TEST(Rule, OfSeveralFilesKeepTheirOrderAndHaveOneIdEach) {
  auto rules = parse_rules(kGood, "one.toml");
  auto more = parse_rules("[[rules]]\nid = 'b'\nregex = 'b_'\n\n" + kGood, "two.toml");
  ASSERT_TRUE(rules && more);
  Diagnostics problems;
  add_rules(*rules, std::move(*more), problems);
  ASSERT_EQ(rules->size(), 2u);
  EXPECT_EQ((*rules)[0].where.file, "one.toml");
  EXPECT_EQ((*rules)[1].id, "b");
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].where.file, "two.toml");
  EXPECT_NE(problems[0].what.find("'a'"), std::string::npos);
  EXPECT_NE(problems[0].hint.find("one.toml:1"), std::string::npos) << problems[0].hint;
}

TEST(Rule, BuiltInAreSeveralFilesOfWhichEachSaysItsName) {
  ASSERT_GT(builtin_rules().size(), 1u);
  EXPECT_EQ(builtin_rules().front().name, "code.toml");
  for (const RuleFile& file : builtin_rules()) {
    EXPECT_TRUE(parse_rules(file.text, std::string(file.name))) << file.name;
  }
}

TEST(Rule, IsACatchAllWhereANameOrNothingTellsWhoseItsCredentialsAre) {
  std::vector<std::string> told;
  for (const RuleFile& file : builtin_rules()) {
    for (const Rule& rule : *parse_rules(file.text, std::string(file.name))) {
      if (is_catch_all(rule) && !rule.id.starts_with("generic-")) told.push_back(rule.id);
    }
  }
  EXPECT_EQ(told,
            (std::vector<std::string>{"named-secret", "named-secret-option", "issuer-named-secret",
                                      "issuer-named-uuid", "issuer-named-number"}));
}

TEST(Rule, NeverThrowsOnCorruptText) {
  for (const std::string text : {"\xff\xfe", "[[rules]]\nid = \"\\q\"", "\"", "[", "a=", "=",
                                 "\x00", "a = 99999999999999999999999"}) {
    EXPECT_FALSE(parse_rules(text, "f"));
  }
  EXPECT_FALSE(parse_rules(std::string(100'000, '['), "f"));
}

}  // namespace
}  // namespace cork::secrets
