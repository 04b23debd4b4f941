// Written so that a receiver reads it and a scanner overlooks it: each of these once passed.
#include "base/base64.h"
#include "rules/secrets/body_scanner.h"
#include "tests/unit/rules/secrets/encoders.h"
#include "tests/unit/rules/secrets/test_rules.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>
#include <utility>

namespace cork::secrets {
namespace {

using test::token;

const std::string kForm = "application/x-www-form-urlencoded";

class Hidden : public testing::Test {
 protected:
  Verdict scan(const std::string& body, ContentHints hints = {}) {
    BodyScanner scanner(
        {.rules = rules_, .part = Part::body, .hints = std::move(hints), .limits = {}});
    for (std::size_t at = 0; at < body.size(); at += 512) {
      scanner.feed(as_bytes(std::string_view(body).substr(at, 512)), *scratch_);
    }
    return scanner.finish(*scratch_);
  }
  // Instead of the rules of the other tests.
  void use(std::string_view rules) {
    auto parsed = parse_rules(rules, "test.toml");
    ASSERT_TRUE(parsed);
    auto compiled = Ruleset::compile(std::move(*parsed));
    ASSERT_TRUE(compiled);
    rules_ = *std::move(compiled);
    scratch_.emplace(*rules_);
  }
  static std::string dots(std::size_t n) { return std::string(n, '.'); }
  static std::string references(std::string_view text) {
    std::string out;
    for (const char c : text) out += "&#" + std::to_string(static_cast<int>(c)) + ";";
    return out;
  }
  // Incompressible, so that a container of it is long.
  static std::string noise(std::size_t size) {
    std::mt19937_64 random(7);
    std::string text;
    while (text.size() < size) text += static_cast<char>('0' + random() % 64);
    return text;
  }

  std::shared_ptr<const Ruleset> rules_ = test::small_rules();
  std::optional<WorkerScratch> scratch_{std::in_place, *rules_};
};

// Base64 whose digits are text at another alignment, for as long as it goes.
TEST_F(Hidden, BehindTextAtAnotherAlignment) {
  std::string inner;
  for (const char c : token()) inner += "\\u00" + test::hex({&c, 1});
  const std::string spelled = base64_encoded("\"" + inner + "\"");
  int decoys = 0;
  std::mt19937_64 random(1);
  for (const std::size_t shift : {1u, 2u, 3u}) {
    for (int round = 0; round < 200; ++round) {
      // Nothing but letters and digits, at `shift`.
      std::string before = std::string(shift, 'A');
      std::string words;
      for (int i = 0; i < 15; ++i) words += static_cast<char>('a' + random() % 26);
      before += base64_encoded(words);
      before.resize(before.size() / 4 * 4);
      EXPECT_EQ(Verdict::leak, scan(before + spelled)) << shift;
      ++decoys;
    }
  }
  EXPECT_EQ(600, decoys);
}

// The text was read up to there when it came.
TEST_F(Hidden, BehindQuotedPrintableWhoseFirstSignWasTheLast) {
  const auto dotted = [](std::size_t n) {
    std::string text;
    while (text.size() + 1 < n) text += ". ";
    return text + (text.size() < n ? "." : "");
  };
  std::string quoted = token();
  quoted.replace(0, 1, fmt::format("={:02X}", quoted.front()));
  for (const std::string sign : {"=3D", "=\nx", "=41=42"}) {
    for (std::size_t behind = 0; behind < 8; ++behind) {
      const std::string front = dotted(16'384 - sign.size() - behind);
      EXPECT_EQ(Verdict::leak, scan(front + sign + dotted(9000) + " " + quoted)) << sign << behind;
    }
  }
}

// Behind the batch that holds the last escape, the other text goes on.
TEST_F(Hidden, WhereTheBatchWithTheLastEscapeEnds) {
  for (std::size_t dots = 8100; dots < 8300; ++dots) {
    const std::string body = "\\n" + std::string(dots, '.') + token() + ".....";
    BodyScanner scanner({.rules = rules_, .part = Part::body, .hints = {}, .limits = {}});
    scanner.feed(as_bytes(body), *scratch_);
    EXPECT_EQ(Verdict::leak, scanner.finish(*scratch_)) << dots;
  }
}

TEST_F(Hidden, InAFormThatIsNone) {
  EXPECT_EQ(Verdict::leak, scan("<p>" + references(token()) + "</p>", {kForm, {}}));
  std::string escaped = base64_encoded(test::gzip(noise(300) + " " + token()));
  for (std::size_t at = 40; at < escaped.size(); at += 42) escaped.insert(at, "\\n");
  EXPECT_EQ(Verdict::leak, scan("{\"file\":\"" + escaped + "\"}", {kForm, {}}));
  EXPECT_EQ(Verdict::leak, scan("a=1&key=" + token(), {kForm, {}}));
}

// What a decoder of brotli passes over, and a receiver that decodes nothing reads.
TEST_F(Hidden, InTheMetadataOfBrotli) {
  const std::string wire = test::brotli_with_metadata("all is well", 4000);
  const std::string text = "{\"data\":\"" + base64_encoded(token()) + "\"}";
  std::string carried = wire;
  const std::size_t at = carried.find(std::string(text.size(), carried[carried.size() / 2]));
  ASSERT_NE(at, std::string::npos);
  carried.replace(at, text.size(), text);
  EXPECT_EQ("all is well", test::readable("br", carried));
  EXPECT_EQ(Verdict::leak, scan(carried, {{}, {"br"}}));
}

// Base64 of a container, and one escape far behind its beginning.
TEST_F(Hidden, BehindAnEscapeFarIntoAContainer) {
  const std::string digits = base64_encoded(test::gzip(noise(8000) + " " + token()));
  for (const std::size_t at : {20u, 1500u, 5000u}) {
    for (const std::string& spelled :
         {"\\u00" + test::hex(digits.substr(at, 1)), "\\n" + digits.substr(at, 1),
          "\\\\u00" + test::hex(digits.substr(at, 1)), "%" + test::hex(digits.substr(at, 1))}) {
      std::string body = digits;
      body.replace(at, 1, spelled);
      EXPECT_EQ(Verdict::leak, scan("{\"file\":\"" + body + "\"}")) << at << spelled;
    }
  }
}

// As `base64 -w 8` writes it, and with a blank at each line's end.
TEST_F(Hidden, InDigitsInShortLines) {
  for (const std::string& digits : {base64_encoded("xy" + token() + "z"), test::hex(token())}) {
    for (const std::size_t width : {4u, 7u, 8u, 12u, 15u, 16u, 24u}) {
      for (const std::string end : {"\n", "\r\n"}) {
        std::string lines;
        for (std::size_t at = 0; at < digits.size(); at += width) {
          lines += digits.substr(at, width) + end;
        }
        EXPECT_EQ(Verdict::leak, scan("text:\n" + lines)) << width;
        std::string escaped = "{\"a\":\"" + test::json_escaped(lines) + "\"}";
        EXPECT_EQ(Verdict::leak, scan(escaped)) << width;
      }
    }
  }
  std::string lines;
  const std::string digits = base64_encoded(token() + token());
  for (std::size_t at = 0; at < digits.size(); at += 20) lines += digits.substr(at, 20) + " \n";
  EXPECT_EQ(Verdict::leak, scan(lines));
}

// As converters to Markdown write it by themselves.
TEST_F(Hidden, BehindTheBackslashesOfMarkdown) {
  std::string text = token();
  text.insert(text.find('_'), "\\");
  EXPECT_EQ(Verdict::leak, scan("see " + text));
}

TEST_F(Hidden, InAContainerThatBeginsInTheMiddleOfAGroup) {
  for (const std::string& container :
       {test::gzip(token()), test::zstd(token()), test::zip_entry("a", token(), true)}) {
    for (const std::size_t before : {0u, 1u, 2u, 3u, 100u, 1001u}) {
      EXPECT_EQ(Verdict::leak, scan(base64_encoded(dots(before) + container))) << before;
    }
  }
}

TEST_F(Hidden, InWhatOtherReadersTakeMoreFreely) {
  std::string gzip = test::gzip(token());
  gzip[3] = static_cast<char>(0x80);
  EXPECT_EQ(Verdict::leak, scan(gzip));
  std::string zlib = test::deflated(token(), 10);
  EXPECT_NE(zlib[0], '\x78');
  EXPECT_EQ(Verdict::leak, scan(zlib));
  EXPECT_EQ(Verdict::leak, scan("{\"a\":\"" + base64_encoded(zlib) + "\"}"));
}

// zlib data that could be a stored block as well: recognised, it is what it was recognised as.
TEST_F(Hidden, InZlibThatReadsTwoWays) {
  const std::string secret = token();
  std::string data("\x78\x01\0\xfe\xff\x01\0", 7);
  data += dots(65'534) + test::deflated(secret, -15);
  EXPECT_EQ(Verdict::leak, scan(data));
}

TEST_F(Hidden, InQuotedPrintableBeforeItsMarkerAndFarBehindIt) {
  std::string quoted;
  for (const char c : token()) quoted += "=" + test::hex({&c, 1});
  std::string cut = quoted;
  cut.insert(quoted.size() / 2 / 3 * 3, "=\n");
  EXPECT_EQ(Verdict::leak, scan("a " + cut));
  EXPECT_EQ(Verdict::leak, scan("a=3Db " + dots(10'000) + quoted));
  const std::string one = token();
  const std::string some = one.substr(0, 6) + "=" + test::hex(one.substr(6, 1)) + one.substr(7);
  EXPECT_EQ(Verdict::leak, scan("a=3Db " + dots(10'000) + some));
}

TEST_F(Hidden, InSpellingsThatAreRare) {
  const std::string secret = token('h');
  std::string folded = secret, braced = secret, italic = secret;
  folded.insert(10, "\\\n    ");
  braced.replace(12, 1, "\\u{0000000068}");
  italic.replace(12, 1, "\xe2\x84\x8e");
  for (const std::string& text : {folded, braced, italic}) {
    EXPECT_EQ(Verdict::leak, scan(text)) << text;
  }
  const std::string named = "tok&AMP;#95;" + secret.substr(4);
  EXPECT_EQ(Verdict::leak, scan(named));
}

// Quoted-printable ends lines anywhere.
TEST_F(Hidden, BehindASoftLineBreakAnywhere) {
  ASSERT_NO_FATAL_FAILURE(use(R"(
[[rules]]
id = "signs"
regex = '''key: "[a-z]{3}-[a-z0-9.+/@$_]{20}'''
)"));
  const std::string secret = "key: \"abc-a1.b2+c3/d4@e5$f6_g7";
  for (const std::string_view line_end : {"=\n", "=\r\n"}) {
    for (std::size_t at = 1; at < secret.size(); ++at) {
      const std::string body = "A line. " + secret.substr(0, at) + std::string(line_end) +
                               secret.substr(at) + " and what follows it.\n";
      EXPECT_EQ(Verdict::leak, scan(body)) << body;
    }
  }
}

// A row of backslashes, of which quoted-printable spells the first.
TEST_F(Hidden, BehindMoreBackslashesThanAreKept) {
  for (const std::size_t count : {8u, 8000u, 20'000u, 40'000u}) {
    const std::string body = "a=3Db=5C" + std::string(count, '\\') + "u0074" + token().substr(1);
    EXPECT_EQ(Verdict::leak, scan(body + " and so on")) << count;
  }
}

// Digits of an escape that begin a credential.
TEST_F(Hidden, InTheDigitsOfAnEscape) {
  ASSERT_NO_FATAL_FAILURE(use(R"(
[[rules]]
id = "digits"
regex = '''AKI[A-Z0-9]{16}'''
[[rules]]
id = "named"
regex = '''(?i:_token)[" :]{1,4}([a-z0-9]{20})'''
named = ["newrelic"]
)"));
  for (const std::string_view front : {"\\x8", "\\u000", "\\u201", "path: a\\n"}) {
    for (const std::string_view earlier : {"", "x\\n k"}) {
      const bool name = front.ends_with('n');
      const std::string secret =
          name ? "ewrelic_token: \"zq7f3hv09xk2m4tb7a1c\"" : "AKIZ7F3HV09XK2M4TB7";
      const std::string body = std::string(earlier) + std::string(front) + secret + " and so on";
      EXPECT_EQ(Verdict::leak, scan(body)) << body;
    }
  }
}

// Of digits, so many are looked at together.
TEST_F(Hidden, InZlibWhoseDigitsBeginAtTheEndOfWhatIsLookedAtTogether) {
  const std::string data = test::deflated(token() + "\n" + "hello world hello world", 15);
  for (const std::string& digits : {test::hex(data), base64_encoded(data)}) {
    for (std::size_t before = 980; before < 1050; ++before) {
      const std::string body = std::string(before, 'f') + "\n" + digits + "\n";
      EXPECT_EQ(Verdict::leak, scan(body)) << before;
    }
  }
}

// Inflate puts out what stands before the symbol that ends it.
TEST_F(Hidden, InADeflateBlockThatEndsInASymbolThatIsNone) {
  std::string data = "\x78\x9c";
  unsigned bits = 0, count = 0;
  const auto put = [&](unsigned value, unsigned size) {  // from the highest bit on, like its codes
    for (; size > 0; --size, ++count) {
      bits |= (value >> (size - 1) & 1u) << count;
      if (count == 7) {
        data += static_cast<char>(std::exchange(bits, 0u));
        count = ~0u;
      }
    }
  };
  put(0b010, 3);  // not the last, of the fixed code
  for (const char c : " " + token() + " \n") put(0x30u + static_cast<unsigned char>(c), 8);
  put(0b11000110, 8);  // 286
  put(0, 8);
  for (const std::string& body : {data, base64_encoded(data), test::hex(data)}) {
    EXPECT_EQ(Verdict::leak, scan(body)) << test::hex(data);
  }
}

// A removed escape at the end: the text without escapes lacks a byte that a match must end in.
TEST_F(Hidden, InFrontOfAnEscapeThatStandsForNothing) {
  ASSERT_NO_FATAL_FAILURE(use(R"(
[[rules]]
id = "ended"
regex = '''ACMEKEY_([a-z0-9]{20})[^a-z0-9]'''
)"));
  for (const std::string_view end : {"|", "\\\n", "\xe2\x80\x8b", "\xc2\xad"}) {
    const std::string body = "\\n z ACMEKEY_" + token().substr(4) + std::string(end);
    EXPECT_EQ(Verdict::leak, scan(body)) << body;
  }
}

}  // namespace
}  // namespace cork::secrets
