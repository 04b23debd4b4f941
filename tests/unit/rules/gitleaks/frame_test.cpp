#include "rules/gitleaks/frame.h"

#include "rules/gitleaks/load.h"
#include "rules/gitleaks/wire.h"
#include "rules/secrets/body_scanner.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace cork::gitleaks {
namespace {

constexpr const char* kEnd = R"((?:[\x60'"\s;]|\\[nr]|$))";
constexpr const char* kOldEnd = R"((?:['|\"|\n|\r|\s|\x60|;]|$))";
constexpr const char* kWideEnd = R"((?:[\x60'"\s;&,<>)}\]\\]|$))";

TEST(Frame, GoesFromWhatBeginsAlike) {
  for (const std::string core :
       {"(acme_[a-z0-9]{24,60})", "((?:AKIA|ASIA|A3T[A-Z0-9])[A-Z2-7]{16})", "(?i:tok)-[a-f]{9}"}) {
    for (const std::string& regex :
         {"\\b" + core + kEnd, "\\b" + core + kOldEnd, "\\b" + core + "\\b", core + kEnd, core}) {
      EXPECT_EQ(core, without_frame(regex));
    }
    EXPECT_EQ("(?i)" + core, without_frame("(?i)\\b" + core + kEnd));
  }
}

TEST(Frame, OfAnotherIsWiderAtItsEndAlone) {
  for (const std::string core :
       {"([a-f0-9]{40})", "(sgp_[a-f0-9]{40}|[a-f0-9]{40})", R"([\w.-]{0,50}?(?:acme)=([a-z]{20}))",
        "((?:ab)?[a-f0-9]{40})", "(ab[a-f0-9]{40})", "([ab][01][xy]_[a-f0-9]{40})",
        "([ab]cd_[a-f0-9]{40})"}) {
    EXPECT_EQ("(?i)\\b" + core + kWideEnd, without_frame("(?i)\\b" + core + kEnd));
    EXPECT_EQ(core + kWideEnd, without_frame(core + kOldEnd));
    EXPECT_EQ("\\b" + core + "\\b", without_frame("\\b" + core + "\\b"));
  }
}

TEST(Frame, OfWhatIsNotReadStays) {
  for (const std::string regex : {"", "\\b", "tok_(?P<x>[a-z", R"(tok_[a-z]{20}\\b)"}) {
    EXPECT_EQ(regex, without_frame(regex));
  }
}

// A rule of a file, in traffic.
class FramedRuleTest : public testing::Test {
 protected:
  static std::shared_ptr<const secrets::Ruleset> rules() {
    const std::string file = R"(
[[rules]]
id = 'acme'
regex = '''\b(acme_[a-z0-9]{24,60})(?:[\x60'"\s;]|\\[nr]|$)'''
entropy = 3
keywords = ['acme_']
[[rules.allowlists]]
regexes = ['''(?i)false$''']
stopwords = ['example']
[[rules]]
id = 'other'
regex = '''(?i)[\w.-]{0,50}?(?:other)(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}([a-z0-9]{32})(?:[\x60'"\s;]|\\[nr]|$)'''
keywords = ['other']
)";
    const auto loaded = load_config(file, "f.toml", {});
    EXPECT_TRUE(loaded);
    return *secrets::Ruleset::compile(for_wire(loaded->config).rules);
  }
  std::string drawn(std::size_t size) {
    std::string text;
    while (text.size() < size) text += "abcdefghijklmnopqrstuvwxyz0123456789"[random_() % 36];
    return text;
  }
  secrets::Verdict verdict_of(const std::string& body) {
    secrets::BodyScanner scanner({rules_, secrets::Part::body, {}, {}, {}});
    scanner.feed(as_bytes(body), scratch_);
    return scanner.finish(scratch_);
  }

  std::shared_ptr<const secrets::Ruleset> rules_ = rules();
  secrets::WorkerScratch scratch_{*rules_};
  std::mt19937_64 random_{7};
};

TEST_F(FramedRuleTest, FindsACredentialWhateverStandsBesideIt) {
  const std::string token = "acme_" + drawn(24);
  for (const std::string& body :
       {token, "x" + token, "_" + token, token + ",x", "f(" + token + ")", "<a>" + token + "</a>",
        "https://x/?a=" + token + "&b=1", token + "-x", token + "zz", token + "false",
        token + "example", token + drawn(50) + "example"}) {
    EXPECT_EQ(secrets::Verdict::leak, verdict_of(body)) << body;
  }
  EXPECT_EQ(secrets::Verdict::clean, verdict_of("acme_" + drawn(23)));
}

TEST_F(FramedRuleTest, FindsAValueByItsNameInMarkupAndURLs) {
  const std::string value = drawn(32);
  for (const std::string& body :
       {"other_key = \"" + value + "\"", "<other_token>" + value + "</other_token>",
        "https://x/?other_key=" + value + "&b=1", "f(other_key=" + value + ")",
        "{other: " + value + "}", "[other=" + value + "]", "other=" + value + ",x=1"}) {
    EXPECT_EQ(secrets::Verdict::leak, verdict_of(body)) << body;
  }
  EXPECT_EQ(secrets::Verdict::clean, verdict_of("other_key = \"" + value + "a\""));
}

}  // namespace
}  // namespace cork::gitleaks
