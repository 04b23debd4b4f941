// How much of a whole body nobody reads, by how it is carried.
#include "base/base64.h"
#include "rules/secrets/body_scanner.h"
#include "tests/unit/rules/secrets/encoders.h"
#include "tests/unit/rules/secrets/plain_texts.h"
#include "tests/unit/rules/secrets/test_rules.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace cork::secrets {
namespace {

using test::noise;
using test::prose;
using test::words;

std::string in_lines(std::string_view digits, std::string_view end = "\n") {
  std::string lines;
  for (std::size_t at = 0; at < digits.size(); at += 76) {
    lines += std::string(digits.substr(at, 76)) + std::string(end);
  }
  return lines;
}

class OpaqueBodyTest : public testing::Test {
 protected:
  struct Seen {
    Verdict verdict;
    bool opaque;
    BodyScanner::Work work;
  };
  Seen scan(std::string_view body, ContentHints hints = {}, bool refuse = true,
            std::size_t piece = 3000) {
    BodyScanner scanner({.rules = rules_,
                         .part = Part::body,
                         .hints = std::move(hints),
                         .limits = {},
                         .refuse_opaque = refuse});
    for (std::size_t at = 0; at < body.size(); at += piece) {
      scanner.feed(as_bytes(body.substr(at, piece)), scratch_);
    }
    scanner.finish(scratch_);
    return {scanner.verdict(), scanner.opaque(), scanner.work()};
  }

  std::shared_ptr<const Ruleset> rules_ = test::small_rules();
  WorkerScratch scratch_{*rules_};
};

TEST_F(OpaqueBodyTest, WhatIsReadPasses) {
  const std::string text = prose(30'000);
  std::string escaped;
  const std::string digits = base64_encoded(text), mime = in_lines(digits, "\\n");
  for (const char c : digits) escaped += c == '/' ? std::string("\\/") : std::string(1, c);
  const struct {
    std::string name, body;
    ContentHints hints = {};
  } cases[] = {
      {"text", text},
      {"base64", digits},
      {"base64 in JSON", R"({"file":")" + digits + "\"}"},
      {"base64 in JSON, escaped", R"({"file":")" + escaped + "\"}"},
      {"base64 in JSON, in lines", R"({"file":")" + mime + "\"}"},
      {"base64 twice", base64_encoded(digits)},
      {"hexadecimal", test::hex(text)},
      {"UTF-16", test::wide(text)},
      {"gzip", test::gzip(text)},
      {"gzip, declared", test::gzip(text), {"", {"gzip"}}},
      {"zstd in base64", base64_encoded(test::zstd(text))},
      {"zip", test::zip_entry("a", text, true)},
      {"gzip of words in base64", base64_encoded(test::gzip(test::hex(noise(90)) + text))},
  };
  for (const auto& [name, body, hints] : cases) {
    const Seen seen = scan(body, hints);
    EXPECT_EQ(Verdict::clean, seen.verdict) << name;
    EXPECT_LE(seen.work.unread_bytes, 600u) << name;
  }
}

// What a line begins with may be taken for compressed data, and what the digits stand for at
// another alignment is no text.
TEST_F(OpaqueBodyTest, TextInDigitsIsReadWhateverTheyLookLike) {
  std::uint64_t unread = 0, unread_hex = 0;
  for (unsigned i = 0; i < 200; ++i) {
    const std::string text = words(9000, i);
    const std::string body = in_lines(base64_encoded(text));
    const Seen seen = scan(body);
    EXPECT_EQ(Verdict::clean, seen.verdict) << body;
    unread += seen.work.unread_bytes;
    unread_hex += scan(test::hex(text)).work.unread_bytes;
  }
  EXPECT_LE(unread, 200u);
  EXPECT_LE(unread_hex, 200u);
}

// By which a line looks like the front of compressed data, or like the letter of an escape and
// that.
TEST_F(OpaqueBodyTest, TextInLinesOfWhichOneBeginsLikeZlibIsRead) {
  const std::string packed = test::deflated("these are the first few words", 15),
                    all = test::deflated(words(9000, 5), 15), before = prose(57 * 20);
  for (const std::string_view skipped : {"", "n"}) {
    const std::string front = (std::string(skipped) + base64_encoded(packed)).substr(0, 20);
    const std::string body = in_lines(base64_encoded(before) + front + base64_encoded(prose(9000)));
    EXPECT_LE(scan(body).work.unread_bytes, 600u) << skipped;
    // Which goes on.
    const std::string whole = in_lines(std::string(skipped) + base64_encoded(all));
    EXPECT_LE(scan(whole).work.unread_bytes, 600u) << skipped;
  }
}

TEST_F(OpaqueBodyTest, WhatNobodyReadsIsRefusedWhereTheRouteSaysSo) {
  const std::string image = "\x01\x02" + noise(30'000);
  std::string percent;
  for (const char c : image) percent += "%" + test::hex({&c, 1});
  const struct {
    std::string name, body;
    ContentHints hints = {};
  } cases[] = {
      {"alone", image},
      {"behind text", prose(30'000) + image},
      {"base64 in JSON", R"({"image":")" + base64_encoded(image) + "\"}"},
      {"base64 twice", base64_encoded(base64_encoded(image))},
      {"hexadecimal", test::hex(image)},
      {"percent", percent},
      {"gzip", test::gzip(image)},
      {"gzip, declared", test::gzip(image), {"", {"gzip"}}},
      {"gzip in base64", base64_encoded(test::gzip(image))},
      {"zip", test::zip_entry("a", image, true)},
      {"zip, stored", test::zip_entry("a", image, false)},
      {"br, not declared", test::brotli(noise(20'000))},
  };
  for (const auto& [name, body, hints] : cases) {
    const Seen seen = scan(body, hints);
    EXPECT_EQ(Verdict::unscannable, seen.verdict) << name;
    EXPECT_TRUE(seen.opaque) << name;
    const Seen allowed = scan(body, hints, false);
    EXPECT_EQ(Verdict::clean, allowed.verdict) << name;
    EXPECT_FALSE(allowed.opaque) << name;
    EXPECT_GE(allowed.work.unread_bytes, 19'000u) << name;
    EXPECT_LE(allowed.work.unread_bytes, 62'000u) << name;
  }
}

// Names of a zip entry, blocks that do not decode, what is between two members.
TEST_F(OpaqueBodyTest, WhatADecoderOnlyPassesOverIsNotRead) {
  const std::string image = noise(60'000), text = prose(2000);
  std::string names, broken, after, halves, letters;
  for (std::size_t at = 0; at < image.size(); at += 30'000) {
    names += test::zip_entry(image.substr(at, 30'000), text, true);
  }
  // A frame of zstd whose first block, said to be compressed, is anything.
  const std::size_t size = 50'000, header = 1 | 2 << 1 | size << 3;
  broken = std::string("\x28\xb5\x2f\xfd\0\x38", 6);
  for (int i = 0; i < 3; ++i) broken += static_cast<char>(header >> (8 * i) & 0xff);
  broken += image.substr(0, size);
  const std::string packed = test::gzip("a few words");
  for (std::size_t at = 0; at < 20'000; at += packed.size()) {
    after += packed + image.substr(at, packed.size());
  }
  for (std::size_t at = 0; at < 30'000; at += 92) {
    halves += text.substr(at % 500, 100) + image.substr(at, 92);
  }
  for (const char c : image.substr(0, 20'000)) letters += "%" + test::hex({&c, 1}) + "a";
  const struct {
    std::string name, body;
    std::size_t unread;
  } cases[] = {
      {"names in a zip archive", names, 55'000},
      {"zstd that does not decode", broken, 45'000},
      {"the same in base64", base64_encoded(broken), 45'000},
      {"between gzip members", after, 8'000},
      {"base64 of half a text", base64_encoded(halves), 15'000},
      {"percent, behind each a letter", letters, 15'000},
  };
  for (const auto& [name, body, unread] : cases) {
    EXPECT_TRUE(scan(body).opaque) << name;
    EXPECT_GE(scan(body, {}, false).work.unread_bytes, unread) << name;
  }
}

// Where its metadata stands, nobody is told.
TEST_F(OpaqueBodyTest, BrIsRefusedWithWhatNobodyReads) {
  const std::string body = test::brotli(prose(3000));
  EXPECT_TRUE(scan(body, {"", {"br"}}).opaque);
  EXPECT_EQ(Verdict::clean, scan(body, {"", {"br"}}, false).verdict);
  EXPECT_GE(
      scan(test::brotli_with_metadata(prose(300), 20'000), {"", {"br"}}, false).work.unread_bytes,
      15'000u);
}

TEST_F(OpaqueBodyTest, ALittleIsAllowedAndWhatSaysWhatItIsIsNot) {
  EXPECT_EQ(Verdict::clean, scan(prose(2000) + noise(3000) + prose(2000)).verdict);
  EXPECT_EQ(Verdict::clean, scan(prose(900'000) + noise(9000)).verdict);
  EXPECT_TRUE(scan("\x89PNG\r\n\x1a\n short").opaque);
  EXPECT_TRUE(scan(test::gzip("%PDF-1.4 short")).opaque);
  EXPECT_EQ(Verdict::clean, scan("%PDF-1.4 short", {}, false).verdict);
}

// In the middle of a long body: little of it has been let go by then.
TEST_F(OpaqueBodyTest, StopsWhereItBegins) {
  const std::string text = prose(200'000), image = noise(500'000);
  BodyScanner scanner(
      {.rules = rules_, .part = Part::body, .hints = {}, .limits = {}, .refuse_opaque = true});
  scanner.feed(as_bytes(text), scratch_);
  ASSERT_EQ(Verdict::clean, scanner.verdict());
  std::size_t fed = 0;
  for (; fed < image.size() && scanner.verdict() == Verdict::clean; fed += 1000) {
    scanner.feed(as_bytes(std::string_view(image).substr(fed, 1000)), scratch_);
  }
  EXPECT_TRUE(scanner.opaque());
  EXPECT_LE(fed, 32'000u);
}

}  // namespace
}  // namespace cork::secrets
