#include "rules/gitleaks/wire.h"

#include "rules/gitleaks/document.h"
#include "rules/gitleaks/load.h"
#include "rules/secrets/body_scanner.h"
#include "rules/secrets/ruleset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

namespace cork::gitleaks {
namespace {

using secrets::Confidence;
using testing::HasSubstr;
using testing::IsEmpty;

WireRules converted(const std::string& text) {
  const auto loaded = load_config(text, "f.toml", {});
  EXPECT_TRUE(loaded) << render(loaded.error());
  return loaded ? for_wire(loaded->config) : WireRules{};
}

// One rule that blocks by itself, with more keys.
WireRules one(const std::string& more) {
  return converted("[[rules]]\nid = 'tok'\nregex = 'tok_([0-9a-f]{20})'\n" + more);
}

TEST(ForWire, KeepsWhatTrafficCanHonour) {
  const WireRules wire =
      one("secretGroup = 1\nentropy = 2.5\nkeywords = ['TOK_']\n"
          "[[rules.allowlists]]\nregexes = ['a', 'b']\nstopwords = ['X']\n");
  EXPECT_THAT(wire.warnings, IsEmpty());
  ASSERT_EQ(wire.rules.size(), 1U);
  const secrets::Rule& rule = wire.rules[0];
  EXPECT_EQ(rule.confidence, Confidence::high);
  EXPECT_EQ(rule.secret_group, 1);
  EXPECT_EQ(rule.entropy, 2.5);
  EXPECT_EQ(rule.keywords, std::vector<std::string>{"tok_"});
  ASSERT_EQ(rule.allowlists.size(), 1U);
  EXPECT_EQ(rule.allowlists[0].regexes, std::vector<std::string>{"(?:a|b)"});
  EXPECT_EQ(rule.allowlists[0].stopwords, std::vector<std::string>{"x"});
  EXPECT_TRUE(secrets::Ruleset::compile(wire.rules));
}

// Of a body that is fed in such pieces.
secrets::Verdict verdict_of(const std::shared_ptr<const secrets::Ruleset>& rules,
                            std::string_view body, std::size_t piece) {
  secrets::WorkerScratch scratch(*rules);
  secrets::BodyScanner scanner({rules, secrets::Part::body, {}, {}, {}});
  for (; !body.empty(); body.remove_prefix(std::min(piece, body.size()))) {
    scanner.feed(as_bytes(body.substr(0, piece)), scratch);
  }
  return scanner.finish(scratch);
}

const secrets::Rule& found(const WireRules& wire, const std::string& id) {
  static const secrets::Rule kNone;
  const auto rule = std::ranges::find(wire.rules, id, &secrets::Rule::id);
  return rule == wire.rules.end() ? kNone : *rule;
}

struct Demoted {
  std::string more, why;
};

TEST(ForWire, RecordsInsteadOfBlockingWhereItCannotAskWhatTheAuthorAsked) {
  for (const Demoted& demoted : std::vector<Demoted>{
           {"path = 'a'\n", "'path' cannot be asked for"},
           {"[[rules.allowlists]]\nregexes = ['a']\nregexTarget = 'line'\n", "line or the match"},
           {"[[rules.allowlists]]\nregexes = ['a']\nregexTarget = 'match'\ncondition = 'AND'\n",
            "line or the match"},
           {"[[rules.allowlists]]\nregexes = ['a']\nstopwords = ['b']\ncondition = 'AND'\n",
            "regexes AND stopwords"},
           {"[[rules.required]]\nid = 'two'\n[[rules]]\nid = 'two'\nregex = 'two_[a-z]{9}'\n"
            "skipReport = true\n",
            "rules that it requires"},
       }) {
    const WireRules wire = one(demoted.more);
    ASSERT_EQ(wire.rules.size(), 1U) << demoted.more;
    EXPECT_EQ(wire.rules[0].confidence, Confidence::low) << demoted.more;
    EXPECT_THAT(wire.rules[0].allowlists, IsEmpty()) << demoted.more;
    EXPECT_THAT(render_warnings(wire.warnings), HasSubstr(demoted.why));
    EXPECT_THAT(render_warnings(wire.warnings), HasSubstr("f.toml:1:1: warning: rule 'tok' is "
                                                          "recorded only"));
  }
}

TEST(ForWire, RecordsWhatHasNoBound) {
  // One inside another; of many ranges, for which Hyperscan would take seconds.
  for (const std::string regex : {"tok_(?:[a-z]+,)+=[0-9]{20}", "tok_[^ö]+=[0-9]{20}"}) {
    const WireRules wire = converted("[[rules]]\nid = 'open'\nregex = '" + regex + "'\n");
    ASSERT_EQ(wire.rules.size(), 1U);
    EXPECT_EQ(wire.rules[0].confidence, Confidence::low) << regex;
    EXPECT_THAT(render_warnings(wire.warnings), HasSubstr("it is recorded only"));
  }
}

TEST(ForWire, RecordsWhatCatchesAll) {
  const WireRules wire =
      converted("[[rules]]\nid = 'a-generic-one'\nregex = 'tok_\\s*=\\s*[0-9]{20}'\n");
  ASSERT_EQ(wire.rules.size(), 1U);
  EXPECT_EQ(wire.rules[0].confidence, Confidence::low);
  EXPECT_THAT(render_warnings(wire.warnings), HasSubstr("\"generic\" is in its id"));
  // A configuration may say that it blocks.
  const auto compiled = secrets::Ruleset::compile(wire.rules);
  ASSERT_TRUE(compiled);
  secrets::Hold hold;
  EXPECT_EQ((*compiled)->hold_for(0, hold), std::nullopt);
}

// What narrows it in files would open it where nothing narrows it.
TEST(ForWire, LeavesWhatCorksOwnRulesStop) {
  const WireRules wire = converted(
      "[extend]\nuseDefault = true\n"
      "[[rules]]\nid = 'github-token'\n"
      "[[rules.allowlists]]\nregexTarget = 'line'\nregexes = ['mock']\n"
      "[[rules]]\nid = 'npm-token'\npath = '[.]npmrc$'\n");
  for (const std::string id : {"github-token", "npm-token"}) {
    EXPECT_EQ(found(wire, id).confidence, Confidence::high) << id;
    EXPECT_THAT(render_warnings(wire.warnings),
                HasSubstr("rule '" + id + "' is cork's own, and asks what it did before"));
  }
}

// As nearly everybody writes rules of their own.
TEST(ForWire, BlocksWithinTheBytesThatItHoldsBack) {
  const WireRules wire = converted(
      "[[rules]]\nid = 'blanks'\n"
      "regex = '''(?i)acme[_-]?key[\"']?\\s*[:=]\\s*[\"']?([a-z0-9]{20,})'''\n");
  EXPECT_THAT(wire.warnings, IsEmpty());
  ASSERT_EQ(wire.rules.size(), 1U);
  EXPECT_EQ(wire.rules[0].confidence, Confidence::high);
  const auto rules = secrets::Ruleset::compile(wire.rules);
  ASSERT_TRUE(rules);
  const std::string value = "0a1b2c3d4e5f6g7h8i9j", around(9'000, '.');
  // A third of what is left of 1,000 bytes each.
  const std::string blanks(315, ' '), more(340, ' ');
  for (const std::size_t piece : {1U, 700U, 100'000U}) {
    for (const std::string& between :
         {std::string("="), " :\t" + blanks + '\'', blanks + "=\n\""}) {
      const std::string body = around + "ACME_KEY" + between;
      EXPECT_EQ(secrets::Verdict::leak, verdict_of(*rules, body + value + around, piece)) << piece;
      EXPECT_EQ(secrets::Verdict::clean, verdict_of(*rules, body + "." + value, piece)) << piece;
    }
    const std::string longer = around + "acme_key" + more + "=" + value;
    EXPECT_EQ(secrets::Verdict::clean, verdict_of(*rules, longer, piece)) << piece;
  }
}

// The commonest ones of all: a name in any case, and a value that may hold whatever ends one.
TEST(ForWire, BlocksWhatBeginsWithANameInAnyCase) {
  const WireRules wire = converted(
      "[[rules]]\nid = 'quoted'\nregex = '''(?i)(?:user|db_)pass\\s*[:=]\\s*\"([^\"]{8,})\"'''\n"
      "[[rules]]\nid = 'bare'\nregex = '(?i)login_code=\\S{8,}x'\n"
      "[[rules]]\nid = 'short'\nregex = '(?i)pw\\s*=\"([^\"]{8,})\"'\n");
  ASSERT_EQ(wire.rules.size(), 3U);
  EXPECT_EQ(wire.rules[0].confidence, Confidence::high);
  EXPECT_EQ(wire.rules[1].confidence, Confidence::high);
  EXPECT_EQ(wire.rules[2].confidence, Confidence::low);
  EXPECT_THAT(render_warnings(wire.warnings), HasSubstr("begins with no four letters"));
  const auto rules = secrets::Ruleset::compile(wire.rules);
  ASSERT_TRUE(rules);
  secrets::WorkerScratch scratch(**rules);
  const std::string around(700, '.');
  for (const std::string& body :
       {around + "UserPass = \"a b\tc,d'e\"" + around,
        around + "db_PASS:\"" + std::string(300, ' ') + "\"" + around,
        around + "LOGIN_code=\"'`<>()" + std::string(99, '=') + "x" + around}) {
    const std::size_t begin = body.find_first_not_of('.');
    for (std::size_t cut = begin; cut < body.size() - around.size(); ++cut) {
      secrets::BodyScanner scanner({*rules, secrets::Part::body, {}, {}, {}});
      scanner.feed(as_bytes(std::string_view(body).substr(0, cut)), scratch);
      scanner.idle(scratch);
      EXPECT_LE(scanner.settled(), begin) << body << cut;
      scanner.feed(as_bytes(std::string_view(body).substr(cut)), scratch);
      EXPECT_EQ(secrets::Verdict::leak, scanner.finish(scratch)) << body << cut;
    }
  }
}

TEST(ForWire, ReadsCharactersAsTheirBytes) {
  const WireRules wire = converted(
      "[[rules]]\nid = 'ru'\nregex = '(?i)пароль[:=]([a-z0-9]{20})'\nkeywords = ['пароль']\n"
      "[[rules]]\nid = 'greek'\nregex = '\\p{Greek}{3}_([a-z0-9]{20})'\n"
      "[[rules]]\nid = 'class'\nregex = 't[öü]k\\x{e9}?_([a-z0-9]{20})'\n");
  EXPECT_THAT(wire.warnings, IsEmpty());
  const auto rules = secrets::Ruleset::compile(wire.rules);
  ASSERT_TRUE(rules);
  const std::string value = "0a1b2c3d4e5f6g7h8i9j";
  for (const std::size_t piece : {1U, 100U}) {
    for (const std::string name : {"пароль=", "Пароль:", "ПАРОЛЬ=", "αβγ_", "tök_", "tüké_"}) {
      EXPECT_EQ(secrets::Verdict::leak, verdict_of(*rules, "x " + name + value + " y", piece))
          << name;
    }
    for (const std::string name : {"пaроль=", "αβg_", "tok_", "tük\xc3_", "t\xc3k_"}) {
      EXPECT_EQ(secrets::Verdict::clean, verdict_of(*rules, "x " + name + value + " y", piece))
          << name;
    }
  }
}

// Hyperscan takes none of these as it is written, and RE2 decides.
TEST(ForWire, FindsWhatHyperscanDoesNotTakeAsItIsWritten) {
  const WireRules wire = converted(
      "[[rules]]\nid = 'lines'\nregex = '(?m)^key:$\\n^([a-z0-9]{20})$'\n"
      "[[rules]]\nid = 'either'\nregex = 'tok_(?:a|^b)[0-9]{10}'\n"
      "[[rules]]\nid = 'none'\nregex = 'tuk_[a-z]{0}x[0-9]{14}'\n"
      "[[rules]]\nid = 'short'\nregex = '(?U)tik_[0-9]{12,20}'\n");
  EXPECT_THAT(wire.warnings, IsEmpty()) << render_warnings(wire.warnings);
  ASSERT_EQ(wire.rules.size(), 4U);
  const auto compiled = secrets::Ruleset::compile(wire.rules);
  ASSERT_TRUE(compiled) << render(compiled.error());
  const std::string value = "abcdefghij0123456789";
  for (const std::string& found :
       {"some\nkey:\n" + value + "\nmore", "key:\n" + value, std::string("x tok_a0123456789"),
        std::string("tuk_x01234567890123"), std::string("a tik_012345678901 b")}) {
    for (std::size_t piece = 1; piece <= found.size(); ++piece) {
      EXPECT_EQ(verdict_of(*compiled, found, piece), secrets::Verdict::leak) << found << piece;
    }
  }
  for (const std::string& other :
       {"key: \n" + value + "\n", "a key:\n" + value + "\n", "key:\n" + value + "x\n",
        std::string("tok_b0123456789"), std::string("tuk_ax01234567890123")}) {
    for (std::size_t piece = 1; piece <= other.size(); ++piece) {
      EXPECT_EQ(verdict_of(*compiled, other, piece), secrets::Verdict::clean) << other << piece;
    }
  }
}

TEST(ForWire, LeavesOutWhatMakesNoSenseInTraffic) {
  const WireRules wire = converted(
      "[[rules]]\nid = 'file'\npath = 'a'\n[[rules]]\nid = 'empty'\nregex = 'a?'\n"
      "[[rules]]\nid = 'tok'\nregex = 'tok_[0-9]{20}'\n[[rules.allowlists]]\n"
      "paths = ['a']\nregexes = ['b']\ncondition = 'AND'\n[[rules.allowlists]]\n"
      "commits = ['a']\n");
  ASSERT_EQ(wire.rules.size(), 1U);
  EXPECT_EQ(wire.rules[0].id, "tok");
  EXPECT_EQ(wire.rules[0].confidence, Confidence::high);
  EXPECT_THAT(wire.rules[0].allowlists, IsEmpty());
  const std::string warnings = render_warnings(wire.warnings);
  EXPECT_THAT(warnings, HasSubstr("'file' is left out: it asks for a file's path alone"));
  EXPECT_THAT(warnings, HasSubstr("'empty'"));
}

// '.*' has no bound, and matches nothing at all besides.
TEST(ForWire, SaysOfARuleThatIsLeftOutNothingElse) {
  const WireRules wire = converted("[[rules]]\nid = 'all'\nregex = '.*'\npath = 'a'\n");
  EXPECT_THAT(wire.rules, IsEmpty());
  ASSERT_EQ(wire.warnings.size(), 1U) << render_warnings(wire.warnings);
  EXPECT_THAT(wire.warnings[0].what, HasSubstr("it is left out"));
}

// github-session-cookie-plain records, and its id does not say "generic".
TEST(ForWire, LeavesCorksOwnRulesWhatFilesCannotSay) {
  const WireRules wire = converted(
      "[extend]\nuseDefault = true\ndisabledRules = ['gitlab-token']\n"
      "[[allowlists]]\nstopwords = ['all']\n"
      "[[allowlists]]\ntargetRules = ['github-token']\nstopwords = ['one']\n"
      "[[rules]]\nid = 'github-token'\ndescription = 'mine'\n"
      "[[rules]]\nid = 'npm-token'\nregex = 'npmx_[0-9a-f]{30}'\n");
  EXPECT_THAT(wire.warnings, IsEmpty()) << render_warnings(wire.warnings);
  EXPECT_EQ(found(wire, "gitlab-token").id, "");
  const Config own = builtin_config();
  const auto github = std::ranges::find(own.rules, "github-token", &Rule::id);
  ASSERT_NE(github, own.rules.end());
  const secrets::Rule& extended = found(wire, "github-token");
  EXPECT_EQ(extended.description, "mine");
  EXPECT_EQ(extended.audience.size(), github->own->audience.size());
  EXPECT_FALSE(extended.audience.empty());
  EXPECT_EQ(extended.allowlists.size(), github->own->allowlists.size() + 2);
  const secrets::Rule& replaced = found(wire, "npm-token");
  EXPECT_EQ(replaced.regex, "npmx_[0-9a-f]{30}");
  EXPECT_FALSE(replaced.audience.empty());
  EXPECT_THAT(replaced.examples, IsEmpty());
  EXPECT_EQ(found(wire, "github-session-cookie-plain").confidence, Confidence::low);
}

// cork's own "named-secret" asks for a name and for what looks drawn.
TEST(ForWire, AsksOfAFilesOwnRegexWhatTheFileAsks) {
  const std::string head = "[extend]\nuseDefault = true\n";
  const WireRules untouched = converted(head);
  EXPECT_TRUE(found(untouched, "named-secret").random);
  EXPECT_FALSE(found(untouched, "named-secret").not_named.empty());
  const auto partial = std::ranges::find_if(untouched.rules, &secrets::Rule::partial);
  ASSERT_NE(partial, untouched.rules.end());
  const WireRules wire = converted(head +
                                   "[[rules]]\nid = 'named-secret'\nregex = "
                                   "'corp_[a-z]{20}'\n[[rules]]\nid = '" +
                                   partial->id + "'\nregex = 'part_[a-z]{20}'\n");
  const secrets::Rule& replaced = found(wire, "named-secret");
  EXPECT_EQ(replaced.regex, "corp_[a-z]{20}");
  EXPECT_FALSE(replaced.random);
  EXPECT_THAT(replaced.named, IsEmpty());
  EXPECT_THAT(replaced.not_named, IsEmpty());
  EXPECT_FALSE(found(wire, partial->id).partial);
}

TEST(ForWire, LeavesARuleItsExamplesUnlessItsRegexIsReplaced) {
  const std::string head = "[extend]\nuseDefault = true\n";
  const std::string rule = "[[rules]]\nid = 'github-token'\n";
  const secrets::Rule own = found(converted(head), "github-token");
  EXPECT_FALSE(own.examples.empty());
  for (const std::string& changed : {rule + "description = 'mine'\n", rule + "entropy = 6\n",
                                     rule + "[[rules.allowlists]]\nregexes = ['^gh']\n",
                                     std::string("[[allowlists]]\nstopwords = ['gh']\n")}) {
    const WireRules wire = converted(head + changed);
    EXPECT_EQ(found(wire, "github-token").examples, own.examples) << changed;
    EXPECT_EQ(found(wire, "github-token").non_examples, own.non_examples) << changed;
  }
}

TEST(ForWire, GivesEveryRuleTheListsThatAreForAll) {
  const WireRules wire = converted(
      "[[allowlists]]\nstopwords = ['abc']\n[[allowlists]]\nregexes = ['x']\nregexTarget = 'line'\n"
      "[[rules]]\nid = 'tok'\nregex = 'tok_[0-9a-f]{20}'\n");
  ASSERT_EQ(wire.rules.size(), 1U);
  EXPECT_EQ(wire.rules[0].confidence, Confidence::high);
  ASSERT_EQ(wire.rules[0].allowlists.size(), 1U);
  EXPECT_THAT(render_warnings(wire.warnings), HasSubstr("f.toml:3:1: warning: an allowlist's"));
}

}  // namespace
}  // namespace cork::gitleaks
