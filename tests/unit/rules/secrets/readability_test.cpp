#include "rules/secrets/readability.h"

#include "base/base64.h"
#include "base/utf8.h"
#include "rules/secrets/body_scanner.h"
#include "tests/support/mask_way.h"
#include "tests/unit/rules/secrets/encoders.h"
#include "tests/unit/rules/secrets/test_rules.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace cork::secrets {
namespace {

std::string noise(std::size_t bytes, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::string out(bytes, '\0');
  for (char& c : out) c = static_cast<char>(random() & 0xff);
  return out;
}

std::string prose(std::size_t bytes) {
  std::string out;
  while (out.size() < bytes) out += "The parser fails on line 12, as in `a = b ? c : \"d\";`\n";
  return out.substr(0, bytes);
}

std::size_t unread_of(std::string_view text, std::size_t piece = 1000) {
  Readability readable;
  std::size_t unread = 0;
  for (std::size_t at = 0; at < text.size(); at += piece) {
    readable.push(text.substr(at, piece));
    unread += readable.take_unread(false);
  }
  return unread + readable.take_unread(true);
}

TEST(Readability, TextIsRead) {
  std::string chinese, russian, numbers, json;
  for (int i = 0; i < 900; ++i) chinese += "\xe4\xb8\xad\xe6\x96\x87\xe3\x80\x82";
  for (int i = 0; i < 900; ++i) russian += "\xd1\x82\xd0\xb5\xd0\xba\xd1\x81\xd1\x82 ";
  for (int i = 0; i < 3000; ++i) numbers += std::to_string(i * 37) + ",";
  for (int i = 0; i < 90; ++i) json += R"({"id":"9f86d081884c7d659a2feaa0c55ad015","n":1},)";
  for (const std::string& text :
       {prose(9000), chinese, russian, numbers, json, test::wide(prose(4000)),
        std::string(9000, 'w'), std::string(9000, '\0'), "0 " + test::hex(noise(100))}) {
    for (const std::size_t piece : {1u, 100u, 5000u}) {
      EXPECT_EQ(0u, unread_of(text, piece)) << text.substr(0, 20);
    }
  }
}

TEST(Readability, BinaryDataAndLongDigitsAreNot) {
  const std::string binary = noise(9000);
  std::string lines, spaced;
  const std::string digits = base64_encoded(binary);
  for (std::size_t at = 0; at < digits.size(); at += 64) lines += digits.substr(at, 64) + "\n";
  for (std::size_t at = 0; at < digits.size(); at += 60) spaced += digits.substr(at, 60) + " ";
  for (const std::string& text : {binary, digits, lines, spaced, test::hex(binary)}) {
    for (const std::size_t piece : {1u, 100u, 5000u}) {
      EXPECT_GE(unread_of(text, piece), text.size() - 512) << text.substr(0, 20);
    }
    const std::string middle = prose(5000) + text + prose(5000);
    EXPECT_GE(unread_of(middle), text.size() - 512);
    EXPECT_LE(unread_of(middle), text.size() + 512);
  }
  EXPECT_EQ(100u, unread_of(noise(100)));
}

// Of a block, the bytes of characters of three and four, which one of its ends may cut.
std::size_t bytes_of_characters(std::string_view block) {
  std::size_t bytes = 0;
  for (std::size_t at = 0; at < block.size();) {
    const auto lead = static_cast<unsigned char>(block[at]);
    const std::size_t size = lead >= 0xf0 && lead < 0xf5 ? 4 : lead >= 0xe0 && lead < 0xf0 ? 3 : 1;
    std::size_t have = 1;
    while (have < size && at + have < block.size() && (block[at + have] & 0xc0) == 0x80) ++have;
    if (size > 1 && (have == size || at + have == block.size())) bytes += have;
    at += have;
  }
  return bytes;
}

void expect_binary_where_characters_are_few() {
  static const std::vector<std::string> pieces{"\xe4\xb8\xad",
                                               "\xf0\x9f\x98\x80",
                                               "\x80",
                                               "\xbf",
                                               "\xe4\xb8",
                                               "\xf0\x9f",
                                               "\xf4",
                                               "\xff",
                                               "a",
                                               " ",
                                               "\x01"};
  std::mt19937 random(2);
  std::size_t binary = 0;
  constexpr int rounds = 4000;
  for (int round = 0; round < rounds; ++round) {
    const std::size_t whole = 1 + random() % 8, kinds = 2 + random() % (pieces.size() - 1);
    std::string block = " \xff";
    while (block.size() < 256) {
      block += pieces[random() % 10 < whole ? random() % 2 : random() % kinds];
    }
    block.resize(256);
    const auto blanks = static_cast<std::size_t>(std::ranges::count(block, ' '));
    const auto odd = static_cast<std::size_t>(std::ranges::count_if(
        block, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c < 0; }));
    const bool read = (odd - std::min(odd, bytes_of_characters(block))) * 4 < 256 - blanks;
    ASSERT_EQ(read ? 0 : 256 - blanks, unread_of(block)) << test::hex(block);
    binary += read ? 0 : 1;
  }
  EXPECT_GT(binary, rounds / 10u);
  EXPECT_LT(binary, rounds * 9 / 10u);
}

TEST(Readability, BytesThatAreNoCharactersAreBinary) {
  for (const bool wide : {false, true}) {
    const cork::test::MaskWay way(wide);
    expect_binary_where_characters_are_few();
  }
}

TEST(Readability, WhatADecoderReadsIsRead) {
  Readability readable;
  const std::string binary = noise(20'000);
  readable.push(std::string_view(binary).substr(0, 10'000));
  readable.cover(0, 10'000);
  readable.push(std::string_view(binary).substr(10'000));
  const std::size_t unread = readable.take_unread(true);
  EXPECT_GE(unread, 10'000u - 256);
  EXPECT_LE(unread, 10'000u + 256);
}

TEST(Readability, WhatIsPassedIsAnotherTexts) {
  Readability readable;
  readable.pass(noise(3000));
  readable.push(noise(3000));
  readable.pass(prose(3000));
  const std::size_t unread = readable.take_unread(true);
  EXPECT_GE(unread, 2500u);
  EXPECT_LE(unread, 3000u);
  readable.push(noise(15));
  readable.pass(prose(400));
  EXPECT_EQ(0u, readable.take_unread(true));
}

// What was known of digits before it says nothing of those behind it.
TEST(Readability, WhatIsPassedEndsARowOfDigits) {
  Readability readable;
  readable.push(base64_encoded(noise(192)));
  readable.pass(prose(256));
  readable.push(std::string(1024, 'A'));
  EXPECT_EQ(256u, readable.take_unread(true));
}

// An escape behind each letter, or a letter behind each escape.
TEST(Readability, WhatIsPassedHidesNothingBetweenIt) {
  Readability readable;
  for (const char c : noise(10'000)) {
    readable.push({&c, 1});
    readable.pass("a");
  }
  EXPECT_GE(readable.take_unread(true), 8000u);
}

TEST(Readability, WhatADecoderLeavesOfABlockIsUnread) {
  for (const std::size_t part : {128u, 200u}) {
    Readability readable;
    const std::string binary = noise(9984);
    for (std::size_t at = 0; at < binary.size(); at += 256) {
      readable.push(std::string_view(binary).substr(at, 256));
      readable.cover(at, at + part);
    }
    const std::size_t unread = readable.take_unread(true);
    EXPECT_GE(unread, 9984 / 256 * (256 - part)) << part;
    EXPECT_LE(unread, 9984 / 256 * (256 - part) + 256) << part;
  }
  Readability readable;
  readable.push(noise(512));
  readable.cover(20, 500);
  EXPECT_EQ(0u, readable.take_unread(true)) << "the ends of something";
}

// Any bytes, each taken for a character of its own.
TEST(Readability, Latin1InUtf8IsReadWhereALanguageMayBeWrittenSo) {
  std::string any;
  for (const char c : noise(5000)) any += to_utf8(static_cast<unsigned char>(c)).view();
  EXPECT_GE(unread_of(any), any.size() - 512);
  std::string controls, ornament, words;
  for (int i = 0; i < 3000; ++i) {
    controls += std::string("\xc2") + static_cast<char>(0x80 + i * 7 % 32) + "ab";
    ornament += "\xc2\xb7\xc2\xb7 ";
    words += "s\xc3\xa1 \xc3\xbe\xc3\xb3tti r\xc3\xa6\xc3\xb0inn ma\xc3\xb0ur, og hl\xc3\xb3 ";
  }
  EXPECT_GE(unread_of(controls), controls.size() / 2);
  EXPECT_EQ(0u, unread_of(ornament));
  EXPECT_EQ(0u, unread_of(words));
}

TEST(Readability, SaysWhatIsSealed) {
  EXPECT_EQ("an image (PNG)", sealed_kind("\x89PNG\r\n\x1a\n and more"));
  EXPECT_EQ("an image (WebP)", sealed_kind(std::string_view("RIFF\0\0\0\0WEBPVP8 ", 16)));
  EXPECT_EQ("a document (PDF)", sealed_kind("%PDF-1.7"));
  EXPECT_EQ("an encrypted message (age)", sealed_kind("age-encryption.org/v1\n-> X25519"));
  std::string zip = test::zip_entry("a", "text", false);
  EXPECT_EQ("", sealed_kind(zip));
  zip[6] = 1;
  EXPECT_EQ("an encrypted archive (zip)", sealed_kind(zip));
  for (const std::string_view text :
       {"", "the new WAVE of", "the ftyp box", "{\"a\":1}", "ID3 tags"}) {
    EXPECT_EQ("", sealed_kind(text)) << text;
  }
}

// A body as a whole, by how it is carried.
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
  std::string escaped, mime;
  const std::string digits = base64_encoded(text);
  for (std::size_t at = 0; at < digits.size(); at += 76) mime += digits.substr(at, 76) + "\\n";
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
