#include "rules/secrets/containers.h"

#include "tests/unit/rules/secrets/encoders.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <random>
#include <string>

namespace cork::secrets {
namespace {

TEST(Containers, AreFoundWhereverTheyBegin) {
  const std::string text = "text 1f8b P K " + test::gzip("x") + "PK\x03\x04";
  const auto first = find_container(text, 0);
  ASSERT_TRUE(first);
  EXPECT_EQ(14u, first->at);
  EXPECT_EQ(ContainerKind::gzip, first->kind);
  const auto second = find_container(text, first->at + 1);
  ASSERT_TRUE(second);
  EXPECT_EQ(text.size() - 4, second->at);
  EXPECT_EQ(ContainerKind::zip, second->kind);
  EXPECT_FALSE(find_container(text, second->at + 1));
  const auto third = find_container(test::zstd("x"), 0);
  ASSERT_TRUE(third);
  EXPECT_EQ(ContainerKind::zstd, third->kind);
  EXPECT_FALSE(find_container("\x28\xb5\x2f\xfd\x28 a reserved flag", 0));
  EXPECT_FALSE(find_container(test::zip_entry("a", "stored", false), 0));
  // What another begins in says how it is packed.
  const auto inside =
      find_container(std::string("PK\3\4\x14\0\0\0", 8) + "\x1f\x8b\x08 is no word for it", 0);
  ASSERT_TRUE(inside);
  EXPECT_EQ(8u, inside->at);
  EXPECT_FALSE(find_container("\x27\xb5\x2f\xfd a frame of an old version", 0));
  EXPECT_FALSE(find_container("", 0));
}

TEST(Containers, OneThatTheEndCutsIsFoundToo) {
  EXPECT_EQ(3u, find_cut_container("abc\x1f\x8b"));
  EXPECT_EQ(3u, find_cut_container("abc\x1f\x8b\x08"));
  EXPECT_EQ(3u, find_cut_container("abcPK"));
  EXPECT_EQ(0u, find_cut_container("("));
  EXPECT_EQ(5u, find_cut_container("abcde"));
  EXPECT_EQ(0u, find_cut_container(""));
  // What is asked behind the magic number.
  const std::string entry("PK\3\4\x14\0\0\0\0\0", 10);
  for (std::size_t size = 1; size < entry.size(); ++size) {
    EXPECT_EQ(3u, find_cut_container("abc" + entry.substr(0, size))) << size;
  }
  EXPECT_EQ(13u, find_cut_container("abc" + entry));
  EXPECT_EQ(3u, find_cut_container("abc\x28\xb5\x2f\xfd"));
  EXPECT_EQ(8u, find_cut_container("abc\x28\xb5\x2f\xfd\x20"));
}

TEST(Containers, ZlibIsToldByTwoBytes) {
  EXPECT_TRUE(begins_zlib(test::deflated("text", 15)));
  for (const std::string_view level : {"\x78\x01", "\x78\x5e", "\x78\x9c", "\x78\xda"}) {
    EXPECT_TRUE(begins_zlib(level));
  }
  EXPECT_FALSE(begins_zlib("xy"));
  EXPECT_FALSE(begins_zlib("\x78"));
  EXPECT_FALSE(begins_zlib("\x78\xbb"));  // with a dictionary that nobody has
}

// However it is compressed, and wherever it is cut.
TEST(Containers, AnyBlockThatZlibWritesBeginsZlib) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    const std::size_t size = random() % 400, letters = 1 + random() % 255;
    while (text.size() < size) text += static_cast<char>(random() % letters);
    z_stream stream{};
    const int level = static_cast<int>(random() % 10), strategy = static_cast<int>(random() % 5);
    ASSERT_EQ(Z_OK, deflateInit2(&stream, level, Z_DEFLATED, 9 + round % 7, 9, strategy));
    std::string packed(2000, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(text.data());
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    ASSERT_EQ(Z_STREAM_END, deflate(&stream, Z_FINISH));
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    for (std::size_t cut = 2; cut <= std::min<std::size_t>(packed.size(), 20); ++cut) {
      ASSERT_TRUE(begins_zlib(std::string_view(packed).substr(0, cut))) << test::hex(packed);
    }
  }
}

TEST(Containers, WhatZlibStopsAtIsNone) {
  EXPECT_FALSE(begins_zlib("\x78\x9c\x07"));                              // no type
  EXPECT_FALSE(begins_zlib("\x78\x9c\x01\x02\x01\x02\x01"));              // lengths that differ
  EXPECT_FALSE(begins_zlib("\x78\x9c\xf5\xff\xff"));                      // too many codes
  EXPECT_FALSE(begins_zlib("\x78\x9c\x05\x20\xff\xff\xff\xff\xff\xff"));  // a code that is none
}

TEST(Containers, OneThatWasRecognisedEndsWithItsFirstMember) {
  for (const auto& [kind, data] : {std::pair(ContainerKind::gzip, test::gzip("text")),
                                   std::pair(ContainerKind::zstd, test::zstd("text"))}) {
    const auto decoder = make_container_decoder(kind, ScanLimits{}, nullptr);
    test::Collected out;
    EXPECT_EQ(Verdict::unscannable, test::decode(*decoder, data + data, 1000, out));
    EXPECT_EQ("text", out.text);
  }
}

TEST(Containers, AZstdDecoderReadsOneFrameAfterTheOther) {
  const auto decoder = make_container_decoder(ContainerKind::zstd, ScanLimits{}, nullptr);
  for (const std::string text : {"one", "another", ""}) {
    test::Collected out;
    EXPECT_EQ(Verdict::unscannable, test::decode(*decoder, test::zstd(text), 3, out));
    EXPECT_EQ(text, out.text);
    ASSERT_TRUE(decoder->restart());
  }
  const auto gzip = make_container_decoder(ContainerKind::gzip, ScanLimits{}, nullptr);
  EXPECT_FALSE(gzip->restart());
}

}  // namespace
}  // namespace cork::secrets
