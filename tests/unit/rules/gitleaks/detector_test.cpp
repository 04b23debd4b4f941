#include "rules/gitleaks/detector.h"

#include "base/base64.h"
#include "rules/gitleaks/load.h"
#include "rules/gitleaks/own_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace cork::gitleaks {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kToken = "[[rules]]\nid = 'tok'\nregex = 'tok_[0-9a-f]{8}'\n";

// What is found in a text, with Hyperscan and without: it must be the same.
class Searching {
 public:
  explicit Searching(const std::string& config, DetectorOptions options = {}) {
    auto loaded = load_config(config, "f.toml", {});
    EXPECT_TRUE(loaded) << render(loaded.error());
    if (!loaded) return;
    options.hyperscan = false;
    slow_ = std::make_unique<Detector>(loaded->config, options);
    options.hyperscan = true;
    fast_ = std::make_unique<Detector>(std::move(loaded->config), options);
  }

  std::vector<Finding> in(const std::string& text, const std::string& path = "a.py") const {
    std::vector<Finding> found = run(*fast_, text, path);
    EXPECT_EQ(told(found), told(run(*slow_, text, path))) << text;
    return found;
  }
  // "rule:line:secret", or "rule" of a path.
  std::vector<std::string> told(const std::string& text, const std::string& path = "a.py") const {
    return told(in(text, path));
  }

 private:
  static std::vector<Finding> run(const Detector& detector, const std::string& text,
                                  const std::string& path) {
    Detector::Scratch scratch(detector.prefilter());
    return detector.detect({path, ""}, {text, 1}, scratch);
  }
  static std::vector<std::string> told(const std::vector<Finding>& found) {
    std::vector<std::string> all;
    for (const Finding& one : found) {
      all.push_back(one.start_line == 0
                        ? one.rule
                        : one.rule + ':' + std::to_string(one.start_line) + ':' + one.secret);
    }
    return all;
  }

  std::unique_ptr<Detector> slow_, fast_;
};

TEST(DetectorTest, GivesAFindingAllThatAReportSays) {
  const Searching searching(std::string(kToken) + "description = 'Token'\ntags = ['t']\n");
  const auto found = searching.in("one\nx = tok_0123abcd;\n");
  ASSERT_EQ(found.size(), 1U);
  const Finding& one = found[0];
  EXPECT_EQ(one.rule, "tok");
  EXPECT_EQ(one.description, "Token");
  EXPECT_EQ(one.start_line, 2U);
  EXPECT_EQ(one.end_line, 2U);
  EXPECT_EQ(one.start_column, 6U) << "gitleaks counts the newline before";
  EXPECT_EQ(one.end_column, 17U);
  EXPECT_EQ(one.true_column, 5U);
  EXPECT_EQ(one.match, "tok_0123abcd");
  EXPECT_EQ(one.secret, one.match);
  EXPECT_EQ(one.file, "a.py");
  EXPECT_EQ(one.fingerprint, "a.py:tok:2");
  EXPECT_THAT(one.tags, ElementsAre("t"));
  EXPECT_NEAR(one.entropy, 3.58, 0.01);
}

TEST(DetectorTest, TakesTheGroupThatIsNamedOrTheFirstThatIsNotEmpty) {
  EXPECT_THAT(
      Searching("[[rules]]\nid='a'\nregex='(k)=(x)?(v[0-9])'\nsecretGroup=3\n").told("k=v1"),
      ElementsAre("a:1:v1"));
  EXPECT_THAT(Searching("[[rules]]\nid='a'\nregex='k=(x)?(v[0-9])'\n").told("k=v1"),
              ElementsAre("a:1:v1"));
  EXPECT_THAT(Searching("[[rules]]\nid='a'\nregex='k=(?:x)?v[0-9]'\n").told("k=v1"),
              ElementsAre("a:1:k=v1"));
}

// Alone, "key=abc" ends behind the c, and the second alternative is not tried.
TEST(DetectorTest, ReadsTheSecretFromTheMatchAlone) {
  const Searching searching("[[rules]]\nid='a'\nregex='''key=(?:([a-z]+)$|([a-z]{3}))'''\n");
  EXPECT_THAT(searching.told("key=abcdef;"), ElementsAre("a:1:abc"));
  // With \B in front there is no match alone, so the whole is the secret.
  const Searching boundary("[[rules]]\nid='a'\nregex='''\\Bkey=([a-z]+)'''\n");
  EXPECT_THAT(boundary.told("xkey=abc"), ElementsAre("a:1:key=abc"));
}

TEST(DetectorTest, TakesNewlinesOffTheMatchAndKeepsItsLine) {
  const Searching searching("[[rules]]\nid='a'\nregex='''\\n*tok_[0-9]+\\n'''\n");
  const auto found = searching.in("x\n\ntok_1\ny\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].match, "tok_1");
  EXPECT_EQ(found[0].start_line, 2U);
}

TEST(DetectorTest, WantsMoreEntropyThanTheRuleSays) {
  const std::string rule = "[[rules]]\nid='a'\nregex='tok_([a-z]{4})'\nentropy = ";
  EXPECT_THAT(Searching(rule + "1.99\n").told("tok_abcd"), ElementsAre("a:1:abcd"));
  EXPECT_THAT(Searching(rule + "2\n").told("tok_abcd"), IsEmpty()) << "not as much, more";
}

TEST(DetectorTest, TriesARuleWhereAKeywordIsAnywhereInTheText) {
  const Searching searching("[[rules]]\nid='a'\nregex='[0-9]{8}'\nkeywords=['Acme','x']\n");
  EXPECT_THAT(searching.told("ACME\n\n12345678"), ElementsAre("a:3:12345678"));
  EXPECT_THAT(searching.told("acm\n\n12345678"), IsEmpty());
  // Its lower case is the letter k.
  const Searching kelvin("[[rules]]\nid='a'\nregex='[0-9]{8}'\nkeywords=['key']\n");
  EXPECT_THAT(kelvin.told("\xE2\x84\xAA"
                          "ey 12345678"),
              ElementsAre("a:1:12345678"));
}

TEST(DetectorTest, AsksForThePathToo) {
  const Searching both(std::string(kToken) + "path = '''\\.env$'''\n");
  EXPECT_THAT(both.told("tok_00000000", "b/.env"), ElementsAre("tok:1:tok_00000000"));
  EXPECT_THAT(both.told("tok_00000000"), IsEmpty());
  EXPECT_THAT(both.told("tok_00000000", ""), IsEmpty()) << "standard input has none";
  const Searching alone("[[rules]]\nid='p12'\npath='''\\.p12$'''\n");
  const auto found = alone.in("whatever", "k.p12");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].match, "file detected: k.p12");
  EXPECT_EQ(found[0].secret, "");
  EXPECT_EQ(found[0].fingerprint, "k.p12:p12:0");
}

TEST(DetectorTest, LeavesOutWhatAnAllowlistNames) {
  const std::string two = "tok_00000000 tok_11111111";
  const std::string rule = kToken;
  EXPECT_THAT(Searching(rule + "[[rules.allowlists]]\nregexes=['0{8}']\n").told(two),
              ElementsAre("tok:1:tok_11111111"));
  EXPECT_THAT(Searching(rule + "[[allowlists]]\nstopwords=['TOK_1']\n").told(two),
              ElementsAre("tok:1:tok_00000000"));
  EXPECT_THAT(Searching(rule + "[[allowlists]]\npaths=['a']\n").told(two), IsEmpty());
  EXPECT_THAT(Searching(rule + "[[rules.allowlists]]\npaths=['a']\n").told(two), IsEmpty());
  EXPECT_THAT(Searching(rule + "[[rules.allowlists]]\nregexes=['^tok']\nregexTarget='line'\n")
                  .told(two + "\n " + two + "\n"),
              ElementsAre("tok:2:tok_00000000", "tok:2:tok_11111111"));
  EXPECT_THAT(Searching(rule + "[[rules.allowlists]]\npaths=['a']\nstopwords=['_1']\n"
                               "condition='AND'\n")
                  .told(two),
              ElementsAre("tok:1:tok_00000000"));
}

TEST(DetectorTest, ObeysTheMarkInTheLineUnlessToldNotTo) {
  const std::string text = "tok_00000000 # gitleaks:allow\ntok_11111111\nx\n";
  EXPECT_THAT(Searching(kToken).told(text), ElementsAre("tok:2:tok_11111111"));
  DetectorOptions options;
  options.ignore_allow_marks = true;
  EXPECT_EQ(Searching(kToken, options).told(text).size(), 2U);
  // A last line without its newline has all before it for its line, in gitleaks.
  EXPECT_THAT(Searching(kToken).told("# gitleaks:allow\n\ntok_11111111"), IsEmpty());
}

TEST(DetectorTest, DropsACatchAllFindingThatABetterRuleHas) {
  const std::string config =
      std::string(kToken) + "[[rules]]\nid='a-Generic-key'\nregex='key=([a-z0-9_]+)'\n";
  EXPECT_THAT(Searching(config).told("key=tok_00000000\nkey=other\n"),
              ElementsAre("tok:1:tok_00000000", "a-Generic-key:2:other"));
}

// Of cork's own rules, which ask for less than all of a credential.
TEST(DetectorTest, GivesAllOfWhatCorksOwnRulesFindToTheRuleThatKnowsIt) {
  DetectorOptions options;
  options.hyperscan = false;
  const Detector detector(builtin_config(), options);
  Prefilter::Scratch scratch(detector.prefilter());
  const std::string token = "gh" + std::string("p_016Bx7kQ2mZ9vR4tY8wL3nH5jD6sF1gCaPEu");
  const std::string drawn = "x7kQ2mZ9vR4tY8wL3nH5jD6sF1gCaPE0uB6iO9aq";
  const Fragment text{"GITHUB_TOKEN=" + token + "\nmy_api_key = \"" + drawn + "\"\n"};
  const auto found = detector.detect({"a.py", ""}, text, scratch);
  ASSERT_EQ(found.size(), 2U);
  const auto named = found[0].rule == "named-secret" ? 0U : 1U;
  EXPECT_EQ(found[named].rule, "named-secret");
  EXPECT_EQ(found[named].secret, drawn);
  EXPECT_EQ(found[named].true_end_column, 15 + drawn.size());
  EXPECT_EQ(found[1 - named].rule, "github-token");
  EXPECT_EQ(found[1 - named].secret, token);
}

TEST(DetectorTest, AsksForTheChecksumThatDecides) {
  secrets::Rule card;
  card.id = "card";
  card.regex = "[0-9]{4}(?: [0-9]{4}){3}";
  card.checksum = secrets::Checksum::luhn;
  DetectorOptions options;
  options.hyperscan = false;
  const Detector detector(from_own_rules({card}), options);
  Prefilter::Scratch scratch(detector.prefilter());
  const std::string number = "1234 5678 9012 345";
  const std::string right = number + secrets::luhn_digit(number);
  for (char digit = '0'; digit <= '9'; ++digit) {
    const Fragment text{"card: " + number + digit + " \n"};
    EXPECT_EQ(detector.detect({"a.py", ""}, text, scratch).size(), digit == right.back() ? 1U : 0U)
        << digit;
  }
}

// Written from the rule's regex, or from what a report shows.
TEST(DetectorTest, AsksAnAllowlistAboutTheShortFormAndAllOfIt) {
  const std::string half = "gh" + std::string("p_016Bx7kQ2mZ9vR4tY8wL3nH5jD6sF1gCaPEu");
  const std::string token = half + "V2";
  Config own = builtin_config();
  std::erase_if(own.rules, [](const Rule& rule) { return rule.id != "github-token"; });
  const auto found = [&](const std::string& regex) {
    auto file = load_config("[[allowlists]]\nregexes = ['" + regex + "']\n" + kToken, "f", {});
    EXPECT_TRUE(file) << render(file.error());
    Config config = own;
    config.allowlists = std::move(file->config.allowlists);
    DetectorOptions options;
    options.hyperscan = false;
    const Detector detector(std::move(config), options);
    Detector::Scratch scratch(detector.prefilter());
    return detector.detect({"a.py", ""}, {"x " + token + "\n", 1}, scratch);
  };
  const auto told = found("^none$");
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].secret, token);
  EXPECT_THAT(found("^" + token.substr(0, 40) + "$"), IsEmpty());
  EXPECT_THAT(found("^" + token + "$"), IsEmpty());
}

TEST(DetectorTest, WantsWhatARuleRequiresNearIt) {
  const std::string config = R"(
[[rules]]
id = "key"
regex = 'key_[0-9]+'
[[rules.required]]
id = "name"
withinLines = 1
[[rules]]
id = "name"
regex = 'name_[0-9]+'
keywords = ["never seen"]
skipReport = true
)";
  const Searching searching(config);
  EXPECT_THAT(searching.told("key_1\nname_1\n\nkey_2\n"), ElementsAre("key:1:key_1"));
  const auto found = searching.in("name_1\nkey_1\nname_2\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].required.size(), 2U);
  EXPECT_THAT(searching.told("key_1\n"), IsEmpty());
  EXPECT_THAT(searching.told("name_1\n"), IsEmpty());
}

TEST(DetectorTest, WantsRequiredColumnsToo) {
  const std::string config =
      "[[rules]]\nid='key'\nregex='key_[0-9]'\n[[rules.required]]\nid='name'\nwithinColumns=6\n"
      "[[rules]]\nid='name'\nregex='name_[0-9]'\nskipReport=true\n";
  EXPECT_THAT(Searching(config).told("key_1 name_1\n"), ElementsAre("key:1:key_1"));
  EXPECT_THAT(Searching(config).told("key_1   name_1\n"), IsEmpty());
}

TEST(DetectorTest, DecodesAndLooksAgainAsOftenAsItIsTold) {
  const std::string once = base64_encoded("x = tok_0123abcd; # and 4");
  const std::string twice = base64_encoded(once);
  const Searching searching(std::string(kToken) + "tags=['t']\n");
  const auto found = searching.in("first\nkey: " + twice + "\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].secret, "tok_0123abcd");
  EXPECT_EQ(found[0].start_line, 2U);
  EXPECT_EQ(found[0].start_column, 7U);
  EXPECT_EQ(found[0].end_column, 6U + twice.size());
  EXPECT_THAT(found[0].tags, ElementsAre("t", "decoded:base64", "decode-depth:2"));
  DetectorOptions shallow;
  shallow.max_decode_depth = 1;
  EXPECT_THAT(Searching(kToken, shallow).told(twice), IsEmpty());
  EXPECT_EQ(Searching(kToken, shallow).told(once).size(), 1U);
}

TEST(DetectorTest, TellsWhatStoodInTheClearOnceOnly) {
  const Searching searching(kToken);
  EXPECT_THAT(searching.told("tok_0123abcd then %41\n"), ElementsAre("tok:1:tok_0123abcd"));
  EXPECT_THAT(searching.told("tok%5F0123abcd\n"), ElementsAre("tok:1:tok_0123abcd"));
}

TEST(DetectorTest, ReadsBytesThatAreNoUtf8) {
  const Searching searching("[[rules]]\nid='a'\nregex='''key.{1,3}(tok_[0-9]+)'''\n");
  const auto found = searching.in("caf\xE9\nkey\xFF\xFE tok_1\xFF\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].match, "key\xFF\xFE tok_1");
  EXPECT_EQ(found[0].secret, "tok_1");
  EXPECT_EQ(found[0].start_column, 2U);
}

TEST(DetectorTest, DoesNotLookIntoItsOwnConfiguration) {
  DetectorOptions options;
  options.not_searched = {"d/.gitleaks.toml"};
  const Searching searching(kToken, options);
  EXPECT_THAT(searching.told("tok_00000000", "d/.gitleaks.toml"), IsEmpty());
}

TEST(DetectorTest, SkipsWhatAListForAllNames) {
  auto loaded = load_config(
      std::string(kToken) + "[[allowlists]]\npaths=['vendor/']\nregexes=['x']\ncondition='AND'\n",
      "f.toml", {});
  ASSERT_TRUE(loaded);
  const Detector detector(std::move(loaded->config), {});
  EXPECT_TRUE(detector.skips_path("vendor/a"));
  EXPECT_FALSE(detector.skips_path("src/a"));
}

TEST(DetectorTest, CountsLinesFromWhereTheFragmentBegins) {
  auto loaded = load_config(kToken, "f.toml", {});
  ASSERT_TRUE(loaded);
  const Detector detector(std::move(loaded->config), {});
  Detector::Scratch scratch(detector.prefilter());
  const auto found = detector.detect({"a", "l"}, {"x\ntok_00000000\n", 101}, scratch);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].start_line, 102U);
  EXPECT_EQ(found[0].symlink, "l");
}

}  // namespace
}  // namespace cork::gitleaks
