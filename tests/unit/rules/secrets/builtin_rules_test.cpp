// cork's own rules, judged as rules: that they are documented, find what they say in any
// surroundings and however it arrives, leave ordinary text alone, and hold what they must.
#include "rules/secrets/checksum.h"
#include "rules/secrets/entropy.h"
#include "rules/secrets/escapes.h"
#include "rules/secrets/name_words.h"
#include "rules/secrets/randomness.h"
#include "rules/secrets/regex_shape.h"
#include "rules/secrets/rule.h"
#include "rules/secrets/rule_examples.h"
#include "tests/unit/rules/secrets/memory_store.h"
#include "tests/unit/rules/secrets/scan_support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace cork::secrets {
namespace {

using test::find_all;
using test::find_streaming;
using test::finds;
using testing::IsEmpty;

class BuiltinRules : public testing::Test {
 protected:
  static void SetUpTestSuite() { shared() = Ruleset::builtin(&store()); }
  static void TearDownTestSuite() {
    shared().reset();
    store().image.reset();
  }

  const Ruleset& rules_ = *shared();
  WorkerScratch scratch_{rules_};
  std::mt19937_64 random_{20240229};

  std::string expanded(const std::string& pattern) {
    auto text = expand_example(pattern, random_);
    EXPECT_TRUE(text) << pattern;
    return text ? *text : "";
  }
  std::size_t up_to(std::size_t most) {
    return std::uniform_int_distribution<std::size_t>(0, most)(random_);
  }
  // Text of the kinds that a credential stands in, which shares its alphabet.
  std::string surroundings() {
    static const char* const kinds[] = {"",
                                        "{base64url:%}",
                                        "{base64:%}",
                                        "{hex:%} ",
                                        "{lower:%}=",
                                        "{alnum:%}\"",
                                        "\\n{upper:%}",
                                        "{digit:%}:",
                                        "\"key\": \"{lower:%}\", \"token\": \""};
    std::string text;
    for (std::size_t i = up_to(3); i > 0; --i) {
      std::string kind = kinds[up_to(std::size(kinds) - 1)];
      if (const auto at = kind.find('%'); at != kind.npos) {
        kind.replace(at, 1, std::to_string(1 + up_to(60)));
      }
      text += expanded(kind);
    }
    return text;
  }

  static test::MemoryStore& store() {
    static test::MemoryStore kept;
    return kept;
  }

 private:
  static std::shared_ptr<const Ruleset>& shared() {
    static std::shared_ptr<const Ruleset> rules;
    return rules;
  }
};

// Rules whose examples are the same text each time, and what of their format no template draws.
const std::map<std::string, std::string_view, std::less<>> kFixedExamples = {
    {"age-secret-key", "Bech32, with a checksum"},
    {"age-post-quantum-key", "Bech32, with a checksum"},
    {"age-plugin-identity", "Bech32, with a checksum"},
    {"json-web-token-base64", "base64 of base64 of JSON"},
    {"mattermost-token", "z-base-32"},
};

TEST_F(BuiltinRules, EachSaysWhyAndIsProvedByExamples) {
  EXPECT_GE(rules_.rules().size(), 240u);
  std::size_t blocking = 0;
  const re2::RE2 reason(
      R"((?s).{10,}\. https://[a-z0-9.-]+\.[a-z]+(?:/\S*)?(?: and https://\S+)*)");
  for (const Rule& rule : rules_.rules()) {
    blocking += rule.confidence == Confidence::high;
    EXPECT_FALSE(rule.description.empty()) << rule.id;
    EXPECT_TRUE(re2::RE2::FullMatch(rule.why, reason))
        << rule.id << ": what its holder can do, and the issuer's page: " << rule.why;
    for (const auto* patterns : {&rule.examples, &rule.non_examples}) {
      const std::set<std::string> distinct(patterns->begin(), patterns->end());
      EXPECT_GE(distinct.size(), 3u) << rule.id;
    }
  }
  EXPECT_GE(blocking, 240u);
}

TEST_F(BuiltinRules, EachIsProvedByOtherCredentialsEachTime) {
  std::size_t fixed = 0;
  for (const Rule& rule : rules_.rules()) {
    const bool expected = kFixedExamples.contains(rule.id);
    fixed += expected;
    for (const std::string& example : rule.examples) {
      EXPECT_EQ(expanded(example) == expanded(example), expected) << rule.id << ": " << example;
    }
  }
  EXPECT_EQ(fixed, kFixedExamples.size()) << "one of them is no rule any more";
}

TEST_F(BuiltinRules, AreProvedByTheSameExamplesWhenTheyComeFromWhatWasKept) {
  ASSERT_EQ(store().kept, 1);
  const auto again = Ruleset::builtin(&store());
  ASSERT_EQ(store().kept, 1) << "compiled again";
  EXPECT_THAT(run_examples(*again, random_), IsEmpty());
  EXPECT_EQ(again->hold_width(), rules_.hold_width());
  EXPECT_EQ(again->retain_width(), rules_.retain_width());
}

TEST_F(BuiltinRules, HoldLittle) {
  EXPECT_LE(rules_.hold_width(), 512u);
  EXPECT_LE(rules_.retain_width(), 1025u);
}

// What RE2 alone finds in `text`, by the rule as it is written.
bool oracle(const Rule& rule, std::string_view text) {
  re2::RE2::Options options(re2::RE2::Latin1);
  options.set_log_errors(false);
  const re2::RE2 regex(rule.regex, options);
  std::vector<re2::StringPiece> parts(static_cast<std::size_t>(regex.NumberOfCapturingGroups()) +
                                      1);
  const NameWords names(rule.named, rule.not_named);
  std::size_t from = 0;
  const re2::StringPiece whole(text.data(), text.size());
  while (from <= text.size() && regex.Match(whole, from, text.size(), re2::RE2::UNANCHORED,
                                            parts.data(), static_cast<int>(parts.size()))) {
    const auto first = std::find_if(parts.begin() + 1, parts.end(),
                                    [](const auto& part) { return !part.empty(); });
    const re2::StringPiece secret = first == parts.end() ? parts[0] : *first;
    const auto at = [&](const re2::StringPiece& part) {
      return static_cast<std::size_t>(part.data() - text.data());
    };
    bool dropped = (rule.random && !looks_random({secret.data(), secret.size()})) ||
                   !names.admit(text, at(parts[0]), at(secret));
    dropped = dropped ||
              (rule.entropy > 0 && shannon_entropy({secret.data(), secret.size()}) <= rule.entropy);
    dropped =
        dropped || (at(secret) > 0 && !is_right(rule.checksum, {secret.data(), secret.size()}));
    for (const RuleAllowlist& list : rule.allowlists) {
      for (const std::string& allowed : list.regexes) {
        dropped = dropped || re2::RE2::PartialMatch(secret, re2::RE2(allowed, options));
      }
    }
    if (!dropped) return true;
    from = static_cast<std::size_t>(parts[0].data() - text.data()) + 1;
  }
  return false;
}

TEST_F(BuiltinRules, FindWhateverRe2AloneFinds) {
  std::size_t found = 0, absent = 0;
  for (int round = 0; round < 3; ++round) {
    for (const Rule& rule : rules_.rules()) {
      const auto index = static_cast<RuleIndex>(&rule - rules_.rules().data());
      for (const auto* patterns : {&rule.examples, &rule.non_examples}) {
        for (const std::string& pattern : *patterns) {
          // What makes a placeholder look random is no part of it.
          const char* apart = patterns == &rule.examples ? "" : "\n";
          const std::string text =
              surroundings() + apart + expanded(pattern) + apart + surroundings();
          const bool expected = oracle(rule, text);
          const bool actual = finds(rules_, index, text, scratch_);
          // The other way round is no fault: every end is judged, RE2's search sees only the
          // longest.
          if (expected) EXPECT_TRUE(actual) << rule.id << ": " << text;
          ++(actual ? found : absent);
        }
      }
    }
  }
  EXPECT_GT(found, 1000u);
  EXPECT_GT(absent, 1000u);
}

TEST_F(BuiltinRules, FindTheSameHoweverTheTextIsCut) {
  for (int round = 0; round < 8; ++round) {
    for (const Rule& rule : rules_.rules()) {
      for (const std::string& pattern : rule.examples) {
        const std::string text = std::string(up_to(900), ' ') + surroundings() + expanded(pattern) +
                                 surroundings() + std::string(up_to(900), ' ');
        std::vector<std::size_t> cuts(up_to(40));
        for (std::size_t& cut : cuts) cut = up_to(text.size());
        std::ranges::sort(cuts);
        ASSERT_EQ(find_streaming(rules_, text, cuts, scratch_), find_all(rules_, text, scratch_))
            << rule.id << ": " << text;
      }
    }
  }
}

TEST_F(BuiltinRules, NeverLetGoOfTheBeginningOfACredential) {
  std::size_t judged = 0;
  for (const Rule& rule : rules_.rules()) {
    if (rule.confidence != Confidence::high) continue;
    const auto index = static_cast<RuleIndex>(&rule - rules_.rules().data());
    for (const std::string& pattern : rule.examples) {
      const std::string text = surroundings() + expanded(pattern) + surroundings();
      for (const test::Match& match :
           test::block_matches(rules_.block_database(), text, scratch_)) {
        std::size_t runs = 0;
        const auto hit = rules_.confirm(match.rule, text, match.end, false, runs);
        if (match.rule != index || !hit) continue;
        // Before the match was reported, no byte of its secret was free to go: not by pausing, nor
        // by its age.
        EXPECT_LE(match.end - hit->begin, rules_.hold_width());
        for (std::size_t cut = hit->begin + 1; cut < match.end; ++cut) {
          const std::size_t from = cut - std::min(cut, rules_.hold_width());
          const std::string_view tail = std::string_view(text).substr(from, cut - from);
          ASSERT_LE(from + rules_.open_from(tail), hit->begin) << rule.id << ": " << tail;
          ++judged;
        }
      }
    }
  }
  EXPECT_GT(judged, 3000u);
}

TEST_F(BuiltinRules, LetGoOfOrdinaryTextThatPauses) {
  for (const std::string text : {"{\"model\":\"m\",\"messages\":[", "int main() {", "a=1&b=2&",
                                 "one sentence, and ", "x, "}) {
    EXPECT_EQ(rules_.open_from(text), text.size()) << text;
  }
}

TEST_F(BuiltinRules, NothingGluedToACredentialHidesIt) {
  const auto with_prefix = [&](const char* id, const std::string& token) {
    const auto index = static_cast<RuleIndex>(rules_.find(id) - rules_.rules().data());
    for (const std::string before : {"", "x", "_", "9", "AKIA", "ghp_", "/* gitleaks:allow */"}) {
      for (const std::string after :
           {"", "x", "_", "false", "EXAMPLE", "example", "xxxxxxxxxxxx"}) {
        EXPECT_TRUE(finds(rules_, index, before + token + after, scratch_))
            << id << before << after;
      }
    }
  };
  with_prefix("github-token", expanded("ghp_{alnum:30}{crc32:6}"));
  with_prefix("github-token", expanded("ghr_{alnum:70}{crc32:6}"));
  with_prefix("anthropic-api-key", expanded("sk-ant-api03-{base64url:93}AA"));
  with_prefix("openai-api-key", expanded("sk-proj-{base64url:120}"));
  with_prefix("gitlab-token", expanded("glpat-{base64url:20}"));
  with_prefix("aws-access-key-id", expanded("AKIA{base32:16}"));
  with_prefix("private-key",
              expanded("-----BEGIN \x50RIVATE KEY-----\n{base64:64}\n{base64:64}\n"));
}

// A checksum that holds is no chance, wherever it stands.
TEST_F(BuiltinRules, AChecksumTellsDeepInBase64url) {
  const std::string before = expanded("{base64url:300}");
  for (const auto& [id, token] : std::vector<std::pair<const char*, std::string>>{
           {"github-token", "ghp_{alnum:30}{crc32:6}"}, {"npm-token", "npm_{alnum:30}{crc32:6}"}}) {
    const auto index = static_cast<RuleIndex>(rules_.find(id) - rules_.rules().data());
    EXPECT_TRUE(finds(rules_, index, before + expanded(token), scratch_)) << id;
  }
}

TEST_F(BuiltinRules, DocumentationsKeyOfAmazonIsStopped) {
  const auto index =
      static_cast<RuleIndex>(rules_.find("aws-access-key-id") - rules_.rules().data());
  EXPECT_TRUE(finds(rules_, index, std::string("AKIA") + "IOSFODNN7" + "EXAMPLE", scratch_));
}

TEST_F(BuiltinRules, LeaveOrdinaryTextAlone) {
  std::string text;
  for (int i = 0; i < 300; ++i) {
    text += expanded("commit {hex:40}\nindex {hex:7}..{hex:7} 100644\n");
    text += expanded("\"id\": \"{hex:8}-{hex:4}-4{hex:3}-a{hex:3}-{hex:12}\",\n");
    text += expanded("\"integrity\": \"sha512-{base64:86}==\",\n");
    text += expanded("checksum = \"{hex:64}\"\n{{\"etag\":\"W/{base64:27}\"}\n");
    text += expanded("https://cdn.example.com/{lalnum:12}/app.{hex:20}.js?v={digit:10}\n");
    text += expanded("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{base64:43} me@host\n");
  }
  for (int i = 0; i < 60; ++i) text += expanded("\"data\":\"iVBORw0KGgo{base64:30000}\",\n");
  for (int i = 0; i < 60; ++i) text += expanded("_{base64url:4000}.");
  for (const test::Found& found : find_all(rules_, text, scratch_)) {
    const Rule& rule = rules_.rules()[found.rule];
    EXPECT_EQ(rule.confidence, Confidence::low)
        << rule.id << ": " << text.substr(found.begin, found.end - found.begin);
  }
}

TEST_F(BuiltinRules, AHostNameGivesItselfAwayWhateverItsCase) {
  const auto index = static_cast<RuleIndex>(rules_.find("github-token") - rules_.rules().data());
  const std::string name = expanded("ghp_{lalnum:36}.evil.example:443");
  EXPECT_TRUE(finds(rules_, index, name, scratch_, true));
}

TEST_F(BuiltinRules, GoHomeWhereTheirIssuerSaysSo) {
  const struct {
    const char *id, *host, *slot;
    bool home;
  } cases[] = {
      {"github-token", "api.github.com", "header:authorization", true},
      {"github-token", "github.com", "basic", true},
      {"github-token", "gist.github.com", "header:x-note", false},
      {"github-token", "api.github.com", "query:access_token", false},
      {"anthropic-api-key", "api.anthropic.com", "header:x-api-key", true},
      {"anthropic-api-key", "api.openai.com", "header:authorization", false},
      {"anthropic-oauth-token", "api.anthropic.com", "header:authorization", true},
      {"openai-api-key", "api.openai.com", "header:authorization", true},
      {"google-api-key", "generativelanguage.googleapis.com", "query:key", true},
      {"google-api-key", "generativelanguage.googleapis.com", "header:x-goog-api-key", true},
      {"npm-token", "registry.npmjs.org", "header:authorization", true},
      {"pypi-token", "upload.pypi.org", "basic", true},
      {"huggingface-token", "huggingface.co", "header:authorization", true},
      {"private-key", "github.com", "basic", false},
  };
  for (const auto& c : cases) {
    const Rule* rule = rules_.find(c.id);
    ASSERT_NE(rule, nullptr) << c.id;
    const auto index = static_cast<RuleIndex>(rule - rules_.rules().data());
    EXPECT_EQ(rules_.at_home(index, *Host::parse(c.host), c.slot), c.home) << c.id << c.host;
  }
}

// All of these look at text with escapes at every level.
TEST_F(BuiltinRules, HardlyAnyMayMatchAnEscapeAsItIsSpelled) {
  std::size_t spell = 0;
  for (const Rule& rule : Ruleset::builtin()->rules()) {
    const auto shape = analyse_regex(rule.regex, {.secret_group = rule.secret_group});
    ASSERT_TRUE(shape) << rule.id;
    spell += shape->credential['\\'] || shape->spells_escapes ? 1 : 0;
  }
  EXPECT_LE(spell, 50U);
}

}  // namespace
}  // namespace cork::secrets
