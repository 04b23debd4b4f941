// Text with escapes is searched in pieces, some where the escapes are gone and some where they
// stand. What is found must be what a search of each text as a whole finds, whatever stands beside
// an escape and however the text was cut.
#include "rules/secrets/body_scanner.h"
#include "tests/support/property.h"
#include "tests/unit/rules/secrets/encoders.h"
#include "tests/unit/rules/secrets/scan_support.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace cork::secrets {
namespace {

using cork::test::below;
using cork::test::Random;
using cork::test::Rounds;

// Rules that see what surrounds a credential, that begin with letters of escapes, that may hold a
// backslash, and that cannot do without one.
constexpr std::string_view kRulesWithBorders = R"(
[[rules]]
id = "bordered"
regex = '''\bqa_[a-z0-9]{16}\b'''
[[rules]]
id = "apart"
regex = '''(?:^|[^A-Za-z0-9])(n[0-9]{17})(?:[^0-9]|$)'''
[[rules]]
id = "named"
regex = '''(?i:token|npmkey)["'\s:]{1,6}([a-z0-9]{18})(?:[^a-z0-9]|$)'''
[[rules]]
id = "password"
regex = '''passw:([^\s"]{14})'''
[[rules]]
id = "across"
regex = '''curl [^\r\n]{0,20}-u([a-z0-9]{16})'''
[[rules]]
id = "short"
regex = '''n[a-z]-[0-9]{5}'''
[[rules]]
id = "behind"
regex = '''npmkey["'\\:= ]{1,6}(n[a-z0-9]{11})(?:[^a-z0-9]|\\[nr]|$)'''
[[rules]]
id = "optional"
regex = '''\b[a-z]{0,3}-?tb_[0-9]{9}'''
[[rules]]
id = "at-the-end"
regex = '''[0-9a-f]{20}QJ'''
[[rules]]
id = "digits-of-an-escape"
regex = '''e9_[0-9]{14}'''
[[rules]]
id = "issuer"
regex = '''(?i:[a-z_]{0,12}secret)["'\s:]{1,5}([a-z0-9]{16})'''
named = ["newrel"]
[[rules]]
id = "keyword"
regex = '''SK[0-9a-f]{16}'''
keywords = ["twilio"]
[[rules]]
id = "drawn"
regex = '''drawn[:"\\]{1,2}([A-Za-z0-9_]{24})'''
random = true
[[rules]]
id = "drawn-behind-a-word"
regex = '''id[:\\]{1,2}name=([A-Za-z0-9]{16})'''
random = true
[[rules]]
id = "drawn-and-ended"
regex = '''drawn[:\\]{1,2}([A-Za-z0-9]{16})["\s;]'''
random = true
[[rules]]
id = "at-least"
regex = '''least[:"\\]{2}([a-z0-9]{12})'''
[[rules]]
id = "ended"
regex = '''end_([a-z0-9]{10})["'\s\\]'''
[[rules]]
id = "sign"
regex = '''\b-tq_[0-9]{9}'''
[[rules]]
id = "within"
regex = '''\Bpm_[0-9]{9}'''
[[rules]]
id = "spelled"
regex = '''"key\\":\\"([a-z0-9]{12})\\"'''
)";

std::shared_ptr<const Ruleset> rules_with_borders() {
  auto rules = parse_rules(kRulesWithBorders, "test.toml");
  if (!rules) return nullptr;
  auto set = Ruleset::compile(std::move(*rules));
  return set ? *set : nullptr;
}

class Bodies {
 public:
  explicit Bodies(Random& random) : random_(random) {}

  std::string make() {
    std::string text;
    // Text is taken some kilobytes at a time.
    if (below(6) == 0) text = "\\n" + std::string(8100 + below(100), '.');
    const std::size_t pieces = 3 + below(12);
    for (std::size_t i = 0; i < pieces; ++i) text += piece();
    for (std::size_t level = below(3); level > 0; --level) text = test::json_escaped(text);
    return text;
  }

 private:
  std::size_t below(std::size_t n) { return cork::test::below(random_, n); }
  std::string digits(std::size_t n) {
    std::string out;
    while (out.size() < n) out += static_cast<char>('0' + below(10));
    return out;
  }
  std::string drawn(std::size_t n) {
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    std::string out;
    while (out.size() < n) out += alphabet[below(alphabet.size())];
    return out;
  }
  std::string piece() {
    static const std::vector<std::string> escapes{
        "\\n",   "\\t",     "\\r",     "\\\"", "\\\\", "\\/",    "\\b",   "\\u0041",
        "\\u00", "\\u00e9", "\\u000a", "%41",  "%0a",  "&quot;", "\\x41", "\\xe2\\x80\\x8b",
        "\\",    "%",       "\\u0022", "\\'",  "\\-",  "\\\n",   "&#65;", "\xe2\x80\x8b"};
    static const std::vector<std::string> words{" ",        "\"", "a",     "n",
                                                "return x", ":",  "token", "\n"};
    switch (below(62)) {
      case 31:
        return "e9_" + digits(14);
      case 32:
        return std::string(1, "nt"[below(2)]) + "ewrel_secret: \"" + digits(16);
      case 33:
        return "\\newrel_secret: " + digits(16);
      case 34:
        return "\\twilio ";
      case 35:
        return "SK" + digits(16);
      case 36:
        return "drawn:\\n" + drawn(24);
      case 37:
        return "drawn:\\" + std::string(1, "nt"[below(2)]) + drawn(15) + ";";
      case 38:
        return "id:\\name=" + drawn(16);
      case 39:
        return "least" + piece() + digits(12);
      case 40:
        return "end_" + digits(10);
      case 41:
        return "-tq_" + digits(9);
      case 42:
        return "pm_" + digits(9);
      case 27:
        return "npmkey:" + piece() + "n" + digits(11);
      case 28:
        return "-tb_" + digits(9);
      case 29:
        return digits(20 - below(3)) + "QJ";
      case 30:
        return std::string(1, "bfnrtu"[below(6)]) + digits(19) + "QJ";
      case 24:
        return "curl " + piece() + "-u" + digits(16);
      case 25:
        return "na-" + digits(5) + " x";
      case 26:
        return std::string(below(40) == 0 ? 9000 : 1, ' ') + "npmkey:";
      case 0:
        return "qa_" + digits(16);
      case 1:
        return "n" + digits(17);
      case 2:
        return "token\": \"" + digits(18);
      case 3:
        return "npmkey:" + digits(18);
      case 4:
        return "passw:" + digits(below(14)) + escapes[below(escapes.size())] + digits(8);
      case 5:
        return "\"key\\\":\\\"" + digits(12) + "\\\"";
      case 6:
      case 7:
        return std::string(below(8) == 0 ? below(1500) : below(4), '.');
      case 8:
      case 9:
      case 10:
        return words[below(words.size())];
      default:
        return escapes[below(escapes.size())];
    }
  }

  Random& random_;
};

// Every text that is made of the body by taking escapes off, searched as a whole.
bool leaks(const Ruleset& rules, const std::string& body, const WorkerScratch& scratch) {
  std::string text = body;
  for (std::size_t level = 0; level <= ScanLimits{}.depth; ++level) {
    if (!test::find_all(rules, text, scratch).empty()) return true;
    test::Collected out;
    const auto decoder = make_escape_decoder(false, ScanLimits{}.silent_wire_bytes);
    decoder->push(as_bytes(text), 0, out);
    decoder->finish(out);
    if (out.text == text) break;
    text = out.text;
  }
  return false;
}

TEST(EscapesProperty, WhatIsFoundIsWhatEachTextShowsAsAWhole) {
  const auto rules = rules_with_borders();
  ASSERT_NE(rules, nullptr);
  ASSERT_NE(rules->spelled_database(), nullptr);
  WorkerScratch scratch(*rules);
  const Rounds rounds(6000);
  std::size_t found = 0;
  for (std::size_t i = rounds.first; i < rounds.end; ++i) {
    Random random = rounds.random(i);
    const std::string body = Bodies(random).make();
    BodyScanner scanner({.rules = rules, .part = Part::body, .hints = {}, .limits = {}});
    const std::size_t stride = std::vector<std::size_t>{1, 7, 64, 700, 100'000}[below(random, 5)];
    Verdict verdict = Verdict::clean;
    for (std::string_view left = body; verdict == Verdict::clean && !left.empty();) {
      const std::string_view next = left.substr(0, 1 + below(random, stride));
      left.remove_prefix(next.size());
      verdict = scanner.feed(as_bytes(next), scratch);
      if (verdict == Verdict::clean && below(random, 4) == 0) verdict = scanner.idle(scratch);
    }
    if (verdict == Verdict::clean) verdict = scanner.finish(scratch);
    if (verdict == Verdict::over_limit) continue;
    const bool expected = leaks(*rules, body, scratch);
    found += expected ? 1 : 0;
    ASSERT_EQ(expected ? Verdict::leak : Verdict::clean, verdict)
        << "iteration " << i << " by " << stride << ": " << body;
  }
  // Neither is the rule.
  EXPECT_GT(found, rounds.count / 10);
  EXPECT_LT(found, rounds.count * 9 / 10);
}

}  // namespace
}  // namespace cork::secrets
