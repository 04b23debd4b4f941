// The promise of the scanner, tried on random bodies: whatever the encoding and however the body is
// cut, what was settled when the verdict falls holds no byte of a credential that an oracle finds,
// which has the whole body before it and decodes it in one go.
//
// CORK_PROPERTY_ITERATIONS changes how many bodies are tried, CORK_PROPERTY_SEED and _FIRST which.
#include "base/ascii.h"
#include "base/base64.h"
#include "rules/secrets/body_scanner.h"
#include "rules/secrets/rule_examples.h"
#include "tests/support/property.h"
#include "tests/unit/rules/secrets/encoders.h"
#include "tests/unit/rules/secrets/scan_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace cork::secrets {
namespace {

using cork::test::below;
using cork::test::Random;
using cork::test::Rounds;
using test::readable;

bool chance(Random& random, double p) {
  return std::uniform_real_distribution<>(0, 1)(random) < p;
}

// ---- the oracle

// A text with the place in the root text that each byte's encoding begins at.
struct Text {
  std::string bytes;
  std::vector<std::size_t> from;
  void put(char c, std::size_t at) {
    bytes += c;
    from.push_back(at);
  }
};

int hex_at(const std::string& text, std::size_t at, std::size_t digits) {
  if (at + digits > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + digits; ++i) {
    if (hex_value(text[i]) < 0) return -1;
    value = value * 16 + hex_value(text[i]);
  }
  return value;
}

// One level of backslash and percent escapes, read in one pass as they come.
Text unescaped(const Text& in, bool form) {
  const std::string names = "\"\\/bfnrt'", meanings = "\"\\/\b\f\n\r\t'";
  Text out;
  for (std::size_t i = 0; i < in.bytes.size();) {
    const std::size_t at = in.from[i];
    const char c = in.bytes[i], next = i + 1 < in.bytes.size() ? in.bytes[i + 1] : '\0';
    if (c == '\\' && next != '\0' && names.find(next) != std::string::npos) {
      out.put(meanings[names.find(next)], at);
      i += 2;
      continue;
    }
    const bool unicode = (c == '\\' || c == '%') && next == 'u';
    const int code = unicode    ? hex_at(in.bytes, i + 2, 4)
                     : c == '%' ? hex_at(in.bytes, i + 1, 2)
                                : -1;
    if (code >= 0) {
      out.put(!unicode || code < 0x80 ? static_cast<char>(code) : '\x80', at);
      i += unicode ? 6 : 3;
    } else {
      out.put(form && c == '+' ? ' ' : form && c == '&' ? '\n' : c, in.from[i++]);
    }
  }
  return out;
}

// What each long run of digits stands for, at every alignment.
std::vector<Text> runs_decoded(const Text& in, std::size_t group, int (*value)(char)) {
  constexpr std::size_t shortest = 24;
  std::vector<Text> all;
  const unsigned bits = group == 4 ? 6 : 4;
  for (std::size_t begin = 0; begin < in.bytes.size();) {
    std::size_t end = begin;
    while (end < in.bytes.size() && value(in.bytes[end]) >= 0) ++end;
    for (std::size_t skip = 0; end - begin >= shortest && skip < group; ++skip) {
      Text out;
      unsigned word = 0, have = 0;
      std::size_t from = 0;
      for (std::size_t i = begin + skip; i < end; ++i) {
        if (have == 0) from = in.from[i];
        word = word << bits | static_cast<unsigned>(value(in.bytes[i]));
        have += bits;
        if (have < 8) continue;
        have -= 8;
        out.put(static_cast<char>(word >> have & 0xff), from);
        from = in.from[i];
      }
      all.push_back(std::move(out));
    }
    begin = end + 1;
  }
  return all;
}

class Oracle {
 public:
  Oracle(const Ruleset& rules, const WorkerScratch& scratch) : rules_(rules), scratch_(scratch) {}

  // Where in `root` the first credential of a blocking rule begins, in any encoding to `depth`.
  std::optional<std::size_t> first_in(std::string_view root, bool form, std::size_t depth) const {
    Text text;
    for (std::size_t i = 0; i < root.size(); ++i) text.put(root[i], i);
    std::optional<std::size_t> first;
    look(text, form, depth, first);
    return first;
  }

 private:
  void look(const Text& text, bool form, std::size_t depth,
            std::optional<std::size_t>& first) const {
    for (const test::Found& found : test::find_all(rules_, text.bytes, scratch_)) {
      if (rules_.rules()[found.rule].confidence != Confidence::high) continue;
      first = std::min(first.value_or(text.from[found.begin]), text.from[found.begin]);
    }
    if (depth == 0) return;
    for (const bool as_form : {false, true}) {
      const Text plain = unescaped(text, as_form);
      if ((form || !as_form) && plain.bytes != text.bytes) look(plain, false, depth - 1, first);
    }
    for (const Text& run : runs_decoded(text, 4, &base64_digit)) look(run, false, depth - 1, first);
    for (const Text& run : runs_decoded(text, 2, &hex_value)) look(run, false, depth - 1, first);
  }

  const Ruleset& rules_;
  const WorkerScratch& scratch_;
};

// ---- random bodies

struct Body {
  std::string wire;
  ContentHints hints;
  std::vector<std::string> codings;  // in the order applied, declared or not
  bool form = false;
  std::size_t depth = 0;  // encodings, escapes apart
  std::string shape;      // for the reader of a failure
};

std::string hex(unsigned value, unsigned digits, bool upper) {
  std::string out;
  for (unsigned i = digits; i-- > 0;) {
    out += (upper ? "0123456789ABCDEF" : "0123456789abcdef")[value >> (4 * i) & 15];
  }
  return out;
}

std::string as_json(const std::string& text, double eagerness, Random& random) {
  std::string out = chance(random, 0.5) ? "{\"content\":\"" : "";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && chance(random, eagerness)) {
      out += "\\u" + hex(byte, 4, chance(random, 0.5));
    } else if (c == '"' || c == '\\' || (c == '/' && chance(random, 0.3))) {
      out += {'\\', c};
    } else if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out + (out.starts_with("{\"") ? "\"}" : "");
}

std::string as_percent(const std::string& text, double eagerness, bool form, Random& random) {
  std::string out = form ? "a=1&content=" : "";
  for (const char c : text) {
    const bool ordinary = is_alnum(c) || c == '-' || c == '_' || c == '.';
    if (form && c == ' ') {
      out += '+';
    } else if (!ordinary || chance(random, eagerness)) {
      out += '%' + hex(static_cast<unsigned char>(c), 2, chance(random, 0.5));
    } else {
      out += c;
    }
  }
  return out;
}

class Bodies {
 public:
  explicit Bodies(const Ruleset& rules) {
    for (const Rule& rule : rules.rules()) {
      if (rule.confidence != Confidence::high) continue;
      examples_.insert(examples_.end(), rule.examples.begin(), rule.examples.end());
    }
  }

  Body make(Random& random) const {
    const std::size_t layers = below(random, 4);
    const std::size_t size = below(random, chance(random, 0.1) ? 12000 : 1500) / (1 + 2 * layers);
    std::string text = filler(size, random);
    if (chance(random, 0.7)) {
      const std::size_t at = below(random, text.size() + 1);
      text = text.substr(0, at) + credential(random) + text.substr(at);
    }
    Body body;
    for (std::size_t i = 0; i < layers; ++i) escape(text, i + 1 == layers, body, random);
    body.wire = std::move(text);
    compress(body, random);
    return body;
  }

 private:
  std::string credential(Random& random) const {
    return *expand_example(examples_[below(random, examples_.size())], random);
  }

  std::string filler(std::size_t size, Random& random) const {
    static const std::vector<std::string> pieces{
        " ",   "\n",          "\"",    "\\",       "%",   "%4",      "\\u00",    "&",
        "+",   "=",           "100% ", "\\n",      "{",   "}",       ": ",       "AKIA",
        "sk-", "-----BEGIN ", "eyJ",   "\\\\\\\\", "%25", "\\u005c", "\xc3\xa9", {"\0", 1}};
    std::string text;
    while (text.size() < size) {
      const std::size_t kind = below(random, 10);
      if (kind < 6) {
        for (std::size_t n = 1 + below(random, 9); n > 0; --n) {
          text += static_cast<char>('a' + below(random, 26));
        }
        text += ' ';
      } else if (kind < 9) {
        text += pieces[below(random, pieces.size())];
      } else {
        const std::string secret = credential(random);
        text += secret.substr(0, below(random, std::min<std::size_t>(secret.size(), 16)));
      }
    }
    return text;
  }

  static void escape(std::string& text, bool outermost, Body& body, Random& random) {
    static const std::vector<double> eagerness{0, 0, 0.03, 0.5, 1};
    const double eager = eagerness[below(random, text.size() > 4000 ? 3 : eagerness.size())];
    const std::size_t kind = below(random, 5);
    body.depth += kind >= 3 ? 1 : 0;
    if (kind == 3) {
      text = std::string(below(random, 4), 'k') + base64_encoded(text);
    } else if (kind == 4) {
      text = test::hex(text);
    } else if (kind < 2) {
      text = as_json(text, eager, random);
    } else {
      body.form = outermost && chance(random, 0.6);
      text = as_percent(text, eager, body.form, random);
      if (body.form) body.hints.content_type = "application/x-www-form-urlencoded; charset=utf-8";
    }
    body.shape += kind == 3   ? "base64 "
                  : kind == 4 ? "hex "
                  : kind < 2  ? "json "
                  : body.form ? "form "
                              : "percent ";
  }

  static void compress(Body& body, Random& random) {
    static const std::vector<std::string> known{"gzip", "zstd", "br", "deflate"};
    const std::size_t layers = chance(random, 0.5) ? 0 : 1 + below(random, 2);
    const bool declared = body.form || chance(random, 0.6);
    for (std::size_t i = 0; i < layers; ++i) {
      const std::string& coding = known[below(random, declared ? 4 : 2)];
      std::vector<std::size_t> cuts(below(random, 4));
      for (std::size_t& cut : cuts) cut = below(random, body.wire.size() + 1);
      std::ranges::sort(cuts);
      body.wire = test::compressed(coding, body.wire, cuts);
      body.codings.push_back(coding);
      ++body.depth;
      body.shape += (declared ? "declared " : "sniffed ") + coding + ' ';
    }
    if (declared) body.hints.content_encoding = body.codings;
  }

  std::vector<std::string> examples_;
};

// ---- the property

struct Outcome {
  Verdict verdict = Verdict::clean;
  std::string problem;
  Offset settled = 0;
  bool monotone = true;
  bool beyond_oracle = false;  // found in an encoding that the oracle does not read
};

Outcome scan(const std::shared_ptr<const Ruleset>& rules, const Body& body, WorkerScratch& scratch,
             Random& random) {
  // A slice ends in the middle of containers and of what they decode to.
  static const std::vector<std::size_t> slices{0, 1, 3000, 20'000};
  BodyScanner scanner({rules, Part::body, body.hints, ScanLimits{}, FingerprintKey{},
                       slices[below(random, slices.size())]});
  static const std::vector<std::size_t> strides{1, 2, 7, 64, 700, 1024, 5000, 100000};
  const std::size_t stride =
      strides[body.wire.size() > 3000 ? 3 + below(random, 5) : below(random, strides.size())];
  const double pause = chance(random, 0.3) ? 0.0 : chance(random, 0.5) ? 0.05 : 0.5;
  Outcome outcome;
  const auto whole = [&](Verdict verdict) {
    for (;;) {
      outcome.verdict = verdict;
      if (verdict != Verdict::clean) return;
      outcome.monotone = outcome.monotone && scanner.settled() >= outcome.settled;
      outcome.settled = scanner.settled();
      if (!scanner.busy()) return;
      verdict = scanner.resume(scratch);
    }
  };
  std::string_view left = body.wire;
  while (outcome.verdict == Verdict::clean && !left.empty()) {
    const std::string_view piece = left.substr(0, 1 + below(random, stride));
    left.remove_prefix(piece.size());
    whole(scanner.feed(as_bytes(piece), scratch));
    if (outcome.verdict == Verdict::clean && chance(random, pause)) whole(scanner.idle(scratch));
  }
  if (outcome.verdict == Verdict::clean) whole(scanner.finish(scratch));
  outcome.problem = scanner.problem();
  // What one container holds, as another one keeps it: with holes.
  const bool holes =
      body.codings.size() == 2 && (body.codings.back() == "zstd" || body.codings.back() == "br");
  outcome.beyond_oracle = holes && outcome.problem == "zstd data with too large a window";
  for (const Finding& finding : scanner.findings()) {
    const std::string& encoding = finding.place.encoding;
    const bool holed = holes && encoding == body.codings.front();
    outcome.beyond_oracle |= finding.blocking && (encoding.contains("quoted-printable") || holed);
  }
  return outcome;
}

TEST(SettledProperty, NothingOfACredentialIsSettledBeforeItsVerdict) {
  const auto rules = Ruleset::builtin();
  WorkerScratch scratch(*rules);
  const Oracle oracle(*rules, scratch);
  const Bodies bodies(*rules);
  const Rounds rounds(12'000);
  std::size_t leaks = 0, early = 0;
  for (std::size_t i = rounds.first; i < rounds.end; ++i) {
    Random random = rounds.random(i);
    const Body body = bodies.make(random);
    // The texts a receiver may take the wire for: as it is, and with each container taken off.
    const auto texts = [&body](std::string_view wire) {
      std::vector<std::string> all{std::string(wire)};
      for (std::size_t n = body.codings.size(); n-- > 0;) {
        all.push_back(readable(body.codings[n], all.back()));
      }
      return all;
    };
    const std::vector<std::string> whole = texts(body.wire);
    std::vector<std::optional<std::size_t>> expected;
    for (std::size_t n = 0; n < whole.size(); ++n) {
      const bool last = n + 1 == whole.size();
      // What is declared to be a container is no text, but it can hold one as it is: compression
      // brings the pieces of a credential together that were apart.
      const bool escaped = last || body.hints.content_encoding.empty();
      expected.push_back(
          oracle.first_in(whole[n], last && body.form, escaped ? ScanLimits{}.depth : 0));
    }
    const bool leak =
        std::ranges::any_of(expected, [](const auto& first) { return first.has_value(); });
    const Outcome outcome = scan(rules, body, scratch, random);
    const std::string about = "iteration " + std::to_string(i) + ", " + body.shape + "body of " +
                              std::to_string(body.wire.size()) + " bytes";
    ASSERT_TRUE(outcome.monotone) << about;
    if (body.depth > ScanLimits{}.depth && outcome.verdict == Verdict::over_limit) continue;
    // Filler looks drawn, because it is, so that an "=" may make a credential of it by chance.
    if (!leak && outcome.beyond_oracle) continue;
    // Something that is encoded or escaped too often may stand in front of it.
    if (!leak || !outcome.problem.ends_with("more often than is looked into")) {
      ASSERT_EQ(leak ? Verdict::leak : Verdict::clean, outcome.verdict)
          << about << ": " << outcome.problem;
    }
    if (!leak) {
      ASSERT_EQ(body.wire.size(), outcome.settled) << about;
      continue;
    }
    ++leaks;
    early += outcome.settled > 0 ? 1 : 0;
    const auto received = texts(std::string_view(body.wire).substr(0, outcome.settled));
    for (std::size_t n = 0; n < whole.size(); ++n) {
      ASSERT_LE(received[n].size(), expected[n].value_or(received[n].size())) << about;
    }
  }
  // The test tries what it says it tries.
  EXPECT_GT(leaks, rounds.count / 2);
  EXPECT_GT(early, rounds.count / 20);
}

}  // namespace
}  // namespace cork::secrets
