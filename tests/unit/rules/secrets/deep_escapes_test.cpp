// Text that is escaped more often than each level is looked at.
#include "rules/known/known_values.h"
#include "rules/secrets/body_scanner.h"
#include "rules/secrets/decoder.h"
#include "rules/secrets/gathered.h"
#include "tests/unit/rules/secrets/encoders.h"
#include "tests/unit/rules/secrets/test_rules.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <string_view>

namespace cork::secrets {
namespace {

using test::json_escaped;
using test::percent;
using test::token;

constexpr std::size_t kLevels = ScanLimits{}.depth + kDeepEscapes;

std::string every_percent_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '%' ? "%25" : std::string(1, c);
  return out;
}

// Each level is escaped in another way, and of its characters only some.
std::string escaped_at_random(std::string text, std::size_t levels, std::mt19937_64& random) {
  for (std::size_t i = 0; i < levels; ++i) {
    std::string out;
    const auto kind = random() % 4;
    for (const char c : text) {
      const bool lead = c == '\\' || c == '%' || c == '&';
      if (!lead && random() % 8 != 0) {
        out += c;
        continue;
      }
      const std::string digits = test::hex({&c, 1});
      const std::array<std::string, 4> spelled{"%" + digits, "\\u00" + digits, "&#x" + digits + ";",
                                               "\\x" + digits};
      out += spelled.at(kind);
    }
    text = out;
  }
  return text;
}

class DeepEscapesTest : public testing::Test {
 protected:
  Verdict verdict_of(std::string_view body, std::size_t size = 1 << 20) {
    BodyScanner scanner({rules_, Part::body, {}, ScanLimits{}, FingerprintKey{}});
    for (std::size_t at = 0; at < body.size(); at += size) {
      scanner.feed(as_bytes(body.substr(at, size)), scratch_);
    }
    const Verdict verdict = scanner.finish(scratch_);
    problem_ = scanner.problem();
    return verdict;
  }

  std::shared_ptr<const Ruleset> rules_ = test::small_rules();
  WorkerScratch scratch_{*rules_};
  std::string problem_;
};

TEST_F(DeepEscapesTest, HideNothing) {
  std::string text = percent(token());
  for (std::size_t levels = 1; levels < kLevels + 4; ++levels) {
    for (const std::size_t size : {1u << 20, 1u, 7u}) {
      const Verdict verdict = verdict_of("a " + text + " b", size);
      if (levels <= kLevels) {
        EXPECT_EQ(Verdict::leak, verdict) << levels << " levels by " << size;
      } else {
        EXPECT_EQ(Verdict::over_limit, verdict) << levels << " levels by " << size;
        EXPECT_EQ("text escaped more often than is looked into", problem_);
      }
    }
    text = every_percent_escaped(text);
  }
}

// What is behind all levels is refused, whatever of a credential it hides.
TEST_F(DeepEscapesTest, BehindThemNothingIsHidden) {
  for (const std::string hidden : {"%5F", "%6F", "%5Cx5f", "%E2%80%8B", "%C2%AD", "%EF%BC%BF"}) {
    std::string text = hidden;
    for (std::size_t i = 0; i < kLevels; ++i) text = every_percent_escaped(text);
    for (const std::size_t size : {1u << 20, 1u, 7u}) {
      EXPECT_EQ(Verdict::over_limit, verdict_of("tok" + text + token().substr(4), size)) << hidden;
    }
  }
  for (const std::string before : {"\\x", "\\u00"}) {
    std::string text;
    for (const char c : token()) text += before + test::hex({&c, 1});
    for (std::size_t i = 0; i < kLevels; ++i) text = json_escaped(text);
    EXPECT_EQ(Verdict::over_limit, verdict_of(text)) << before;
  }
}

TEST_F(DeepEscapesTest, HideNothingWhereOnlySomeCharactersAreEscapedOrEachLevelInAnotherWay) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 60; ++i) {
    const std::size_t levels = 5 + random() % (kLevels - 4);
    const std::string text = "a " + escaped_at_random(token(), levels, random) + " b";
    EXPECT_EQ(Verdict::leak, verdict_of(text)) << levels;
    EXPECT_EQ(Verdict::leak, verdict_of(text, 1 + random() % 50)) << levels;
  }
}

TEST_F(DeepEscapesTest, TextThatIsQuotedAgainAndAgainIsRead) {
  std::string body = "say \"hi\"\n" + token() + "\n", clean = "say \"hi\"\nC:\\new\n";
  for (int i = 0; i < 9; ++i) {
    body = R"({"text":")" + json_escaped(body) + R"("})";
    clean = R"({"text":")" + json_escaped(clean) + R"("})";
    EXPECT_EQ(Verdict::leak, verdict_of(body)) << i;
    EXPECT_EQ(Verdict::clean, verdict_of(clean)) << i;
  }
}

TEST_F(DeepEscapesTest, HideNoKnownValue) {
  std::mt19937_64 random(3);
  std::string value;
  while (value.size() < 40) value += "aB3cD4eF5gH6jK7mN8pQ9rS2tU"[random() % 26];
  std::vector<known::Value> values;
  values.push_back({{"env:VALUE"}, known::Clear(std::string(value))});
  const auto known = *known::KnownValues::make(std::move(values), {});
  std::string text = percent(value);
  for (std::size_t levels = 1; levels <= kLevels; ++levels) {
    BodyScanner scanner({.rules = rules_,
                         .part = Part::body,
                         .hints = {},
                         .limits = {},
                         .key = {},
                         .slice_bytes = 0,
                         .destination = std::nullopt,
                         .memory = nullptr,
                         .known = known});
    scanner.feed(as_bytes(text), scratch_);
    EXPECT_EQ(Verdict::leak, scanner.finish(scratch_)) << levels;
    text = every_percent_escaped(text);
  }
}

// However it is cut, the same comes out, and from the same places.
TEST_F(DeepEscapesTest, TextIsReadTheSameHoweverItIsCut) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 50; ++i) {
    const std::string plain = "some words, a " + token() + " and an end of it";
    const std::string text = escaped_at_random(plain, 1 + random() % kDeepEscapes, random);
    Gathered whole, pieces;
    const auto at_once = make_deep_escape_decoder(text.size());
    at_once->push(as_bytes(text), 0, whole);
    at_once->finish(whole);
    EXPECT_EQ(plain, whole.text);
    const auto decoder = make_deep_escape_decoder(text.size());
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t size = 1 + random() % 9;
      const std::string_view piece = std::string_view(text).substr(at, size);
      decoder->push(as_bytes(piece), at, pieces);
      at += piece.size();
      EXPECT_LE(pieces.origins.source_end(pieces.text.size()), at);
      EXPECT_LE(decoder->pending_from(), at);
      // What has come out, and what is pending, is all.
      if (!pieces.text.empty()) {
        EXPECT_LE(decoder->pending_from(), pieces.origins.source_end(pieces.text.size()));
      }
    }
    decoder->finish(pieces);
    EXPECT_EQ(plain, pieces.text);
    EXPECT_EQ(text.size(), pieces.origins.source_end(plain.size()));
  }
}

TEST_F(DeepEscapesTest, PlacesAreThoseOfTheText) {
  const std::string text = "ab%25252541cd";
  Gathered out;
  const auto decoder = make_deep_escape_decoder(text.size());
  decoder->push(as_bytes(text), 0, out);
  decoder->finish(out);
  ASSERT_EQ("abAcd", out.text);
  EXPECT_EQ(1u, out.origins.source(1));
  EXPECT_EQ(2u, out.origins.source(2));
  EXPECT_EQ(text.size() - 2, out.origins.source_end(3));
  EXPECT_EQ(text.size() - 1, out.origins.source(4));
}

}  // namespace
}  // namespace cork::secrets
