// The promise of redacting, tried on random bodies: what the origin receives holds no credential
// that the scanner can see in one go and no part of one that was masked, is as long as what was
// sent, is still JSON where it was, and is what was sent wherever nothing was masked.
//
// CORK_PROPERTY_ITERATIONS changes how many bodies are tried, CORK_PROPERTY_SEED and _FIRST which.
#include "base/ascii.h"
#include "proxy/session/gate.h"
#include "rules/secrets/rule_examples.h"
#include "tests/support/property.h"
#include "tests/unit/rules/secrets/drawn_parts.h"

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace cork::session {
namespace {

using secrets::Verdict;
using test::below;
using test::Random;
using test::Rounds;

std::string hex(unsigned value, unsigned digits) {
  std::string out;
  for (unsigned i = digits; i-- > 0;) out += "0123456789abcdef"[value >> (4 * i) & 15];
  return out;
}

// A JSON string's inside; `eager`: of a hundred characters, how many are escaped that need not be.
std::string as_json(std::string_view text, unsigned eager, Random& random) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && below(random, 100) < eager) {
      out += "\\u" + hex(byte, 4);
    } else if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20) {
      out += "\\u" + hex(byte, 4);
    } else {
      out += c;
    }
  }
  return out;
}

std::string as_form(std::string_view text, unsigned eager, Random& random) {
  std::string out;
  for (const char c : text) {
    const bool ordinary = is_alnum(c) || c == '-' || c == '_' || c == '.';
    if (c == ' ') {
      out += '+';
    } else if (!ordinary || below(random, 100) < eager) {
      out += '%' + hex(static_cast<unsigned char>(c), 2);
    } else {
      out += c;
    }
  }
  return out;
}

struct Body {
  std::string wire, shape;
  std::size_t json = 0;  // how often it can be parsed, one inside the other
  bool form = false;
  bool partial = false;  // one of its credentials is never masked
  // Of a body with one credential: its rule, and what of it was drawn.
  std::string rule = {};
  std::vector<secrets::test::DrawnPart> parts = {};
};

class Bodies {
 public:
  explicit Bodies(const secrets::Ruleset& rules) {
    for (const secrets::Rule& rule : rules.rules()) {
      if (rule.confidence != secrets::Confidence::high) continue;
      for (const std::string& example : rule.examples) {
        examples_.push_back({rule.id, example, rule.partial});
      }
    }
  }

  // Several credentials, in whatever stands around them.
  Body make(Random& random) const {
    Body body;
    std::string text = filler(random);
    const std::string kept = secret(body, random);
    for (std::size_t n = 1 + below(random, 4); n > 0; --n) {
      const std::string planted = below(random, 3) == 0 ? kept : secret(body, random);
      text += separator(random) + planted + separator(random) + filler(random);
    }
    wrap(std::move(text), body, random);
    return body;
  }

  // One credential in a sentence.
  Body make_one(Random& random) const {
    const auto& [id, example, partial] = examples_[below(random, examples_.size())];
    const std::string planted = *secrets::expand_example(example, random);
    Body body{.wire = {}, .shape = id + ", "};
    body.rule = id;
    body.parts = secrets::test::drawn_parts(example, planted);
    wrap("these are " + planted + " and no more", body, random);
    return body;
  }

 private:
  static void wrap(std::string text, Body& body, Random& random) {
    static constexpr unsigned kEager[] = {0, 0, 0, 2, 30, 100};
    const unsigned eager = kEager[below(random, std::size(kEager))];
    switch (below(random, 4)) {
      case 0:
        body.shape += "text";
        body.wire = text;
        break;
      case 1:
        body.shape += "form";
        body.form = true;
        body.wire = "a=1&text=" + as_form(text, eager, random) + "&b=2";
        break;
      default:
        body.json = 1 + below(random, 3);
        body.shape += "json " + std::to_string(body.json);
        for (std::size_t level = 0; level < body.json; ++level) {
          text = R"({"a":[1,{"text":")" + as_json(text, level == 0 ? eager : 0, random) +
                 R"("}],"b":"c"})";
        }
        body.wire = text;
    }
  }

  std::string secret(Body& body, Random& random) const {
    const auto& [id, example, partial] = examples_[below(random, examples_.size())];
    body.partial = body.partial || partial;
    body.shape += id + ", ";
    std::string text = *secrets::expand_example(example, random);
    if (below(random, 8) == 0) text += text.substr(text.size() / 2);
    return text;
  }
  static std::string separator(Random& random) {
    static const std::vector<std::string> kSeparators{
        " ", "\n", "\"", "'", " = ", "\\", "\xc3\xa9", "", "n", "%", "&#", ">", "\t"};
    return kSeparators[below(random, kSeparators.size())];
  }
  static std::string filler(Random& random) {
    std::string text;
    const std::size_t size = below(random, below(random, 10) == 0 ? 20'000 : 400);
    while (text.size() < size) {
      for (std::size_t n = 1 + below(random, 9); n > 0; --n) {
        text += static_cast<char>('a' + below(random, 26));
      }
      text += below(random, 12) == 0 ? separator(random) : " ";
    }
    return text;
  }

  struct Example {
    std::string rule, pattern;
    bool partial;
  };
  std::vector<Example> examples_;
};

secrets::BodyScanner::Context context(const std::shared_ptr<const secrets::Ruleset>& rules,
                                      const Body& body, secrets::Action action, std::size_t slice) {
  return {.rules = rules,
          .hints = {body.form ? "application/x-www-form-urlencoded" : "", {}},
          .limits = {},
          .slice_bytes = slice,
          .actions = secrets::Actions(action)};
}

struct Outcome {
  Verdict verdict = Verdict::clean;
  std::string sent, problem;
};

Outcome pass(Gate gate, std::string_view left, secrets::WorkerScratch& scratch, Random& random) {
  Outcome out;
  const auto drain = [&] {
    while (gate.busy()) gate.resume(scratch);
    const Bytes ready = gate.ready();
    const Bytes taken =
        ready.first(below(random, 3) == 0 ? below(random, ready.size() + 1) : ready.size());
    out.sent += as_text(taken);
    gate.consumed(taken.size());
  };
  static const std::vector<std::size_t> kStrides{1, 7, 64, 700, 5000, 100'000};
  const std::size_t stride = kStrides[left.size() > 5000 ? 3 + below(random, 3) : below(random, 6)];
  const bool pauses = below(random, 2) == 0;
  while (gate.verdict() == Verdict::clean && !left.empty()) {
    const std::string_view piece = left.substr(0, 1 + below(random, stride));
    left.remove_prefix(piece.size());
    gate.push(as_bytes(piece), scratch);
    drain();
    if (pauses && gate.verdict() == Verdict::clean && below(random, 4) == 0) {
      gate.idle(scratch);
      drain();
    }
  }
  gate.finish(scratch);
  while (gate.busy()) gate.resume(scratch);
  out.sent += as_text(gate.ready());
  out.verdict = gate.verdict();
  out.problem = gate.scanner().problem();
  for (const secrets::Finding& finding : gate.scanner().findings()) {
    if (!finding.stops) continue;
    out.problem += std::to_string(finding.rule) + " in '" + finding.place.encoding + "'";
  }
  return out;
}

// What is left of a leak, for the reader of a failure.
std::string leak_in(const secrets::Ruleset& rules, const secrets::BodyScanner& scanner,
                    const std::string& sent) {
  for (const secrets::Finding& finding : scanner.findings()) {
    if (!finding.blocking) continue;
    const auto& place = finding.place;
    return rules.rules()[finding.rule].id + " in '" + place.encoding +
           "': " + sent.substr(place.begin, place.end - place.begin);
  }
  return {};
}

// What is in a field of a form, or in the innermost JSON.
std::string read(const Body& body, std::string text) {
  if (body.form) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const bool escape = text[i] == '%' && i + 2 < text.size();
      out += escape ? static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16)) : text[i];
      i += escape ? 2 : 0;
    }
    return out;
  }
  for (std::size_t level = 0; level < body.json; ++level) {
    text = boost::json::parse(text).at("a").at(1).at("text").as_string().c_str();
  }
  return text;
}

bool is_json(std::string text, std::size_t levels) {
  for (std::size_t level = 0; level < levels; ++level) {
    boost::system::error_code error;
    const auto value = boost::json::parse(text, error);
    if (error) return false;
    text = value.at("a").at(1).at("text").as_string().c_str();
  }
  return true;
}

// What leaves of it where leaks are masked. What was sent before a refusal is clean as well.
Outcome redacted(const std::shared_ptr<const secrets::Ruleset>& rules, const Body& body,
                 std::size_t slice, secrets::WorkerScratch& scratch, Random& random,
                 const std::string& about) {
  Gate gate({secrets::BodyScanner(context(rules, body, secrets::Action::redact, slice)),
             Gate::Mode::hold, 512 * 1024});
  Outcome out = pass(std::move(gate), body.wire, scratch, random);
  secrets::BodyScanner whole(context(rules, body, secrets::Action::block, 0));
  whole.feed(as_bytes(out.sent), scratch);
  whole.finish(scratch);
  EXPECT_NE(whole.verdict(), Verdict::leak) << about << ": " << leak_in(*rules, whole, out.sent);
  return out;
}

TEST(RedactProperty, NothingThatTheScannerSeesAsACredentialArrives) {
  const auto rules = secrets::Ruleset::builtin();
  secrets::WorkerScratch scratch(*rules);
  const Bodies bodies(*rules);
  const Rounds rounds(4000);
  std::size_t masked = 0, blocked = 0;
  std::string told;
  for (std::size_t i = rounds.first; i < rounds.end; ++i) {
    Random random = rounds.random(i);
    const Body body = bodies.make(random);
    const std::size_t slice = std::vector<std::size_t>{0, 3000, 20'000}[below(random, 3)];
    const std::string about = "iteration " + std::to_string(i) + ": " + body.shape;
    const Outcome out = redacted(rules, body, slice, scratch, random, about);
    if (out.verdict != Verdict::clean) {
      if (body.partial) continue;
      ++blocked;
      told += about + ": " + out.problem + '\n';
      continue;
    }
    ASSERT_EQ(out.sent.size(), body.wire.size()) << about;
    for (std::size_t at = 0; at < out.sent.size(); ++at) {
      if (out.sent[at] == body.wire[at]) continue;
      ASSERT_NE(std::string_view("cork*redacted").find(out.sent[at]), std::string_view::npos)
          << about;
    }
    if (is_json(body.wire, body.json)) EXPECT_TRUE(is_json(out.sent, body.json)) << about;
    masked += out.sent != body.wire ? 1 : 0;
  }
  // Most others can be masked; what is encoded once more cannot.
  EXPECT_LT(blocked, rounds.count / 15 + 10) << told;
  EXPECT_GT(masked, rounds.count / 2);
}

// Whatever is escaped of it, and wherever it is cut.
TEST(RedactProperty, OfACredentialThatIsMaskedNoPartArrives) {
  const auto rules = secrets::Ruleset::builtin();
  secrets::WorkerScratch scratch(*rules);
  const Bodies bodies(*rules);
  const Rounds rounds(4000);
  std::size_t masked = 0;
  for (std::size_t i = rounds.first; i < rounds.end; ++i) {
    Random random = rounds.random(i);
    const Body body = bodies.make_one(random);
    const std::string about = "iteration " + std::to_string(i) + ": " + body.shape;
    const Outcome out = redacted(rules, body, 0, scratch, random, about);
    if (out.verdict != Verdict::clean || out.sent == body.wire) continue;
    ++masked;
    const std::string text = read(body, out.sent);
    for (const secrets::test::DrawnPart& part : body.parts) {
      if (secrets::test::is_public(body.rule, part)) continue;
      EXPECT_FALSE(secrets::test::is_left(part, text)) << about << ": " << text;
    }
  }
  EXPECT_GT(masked, rounds.count / 2);
}

}  // namespace
}  // namespace cork::session
