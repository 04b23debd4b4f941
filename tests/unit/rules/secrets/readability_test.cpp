#include "rules/secrets/readability.h"

#include "base/base64.h"
#include "base/utf8.h"
#include "tests/support/mask_way.h"
#include "tests/unit/rules/secrets/encoders.h"
#include "tests/unit/rules/secrets/plain_texts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace cork::secrets {
namespace {

using test::noise;
using test::prose;

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

}  // namespace
}  // namespace cork::secrets
