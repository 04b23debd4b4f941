// gzip's header regions and deflate's two formats; see content_decoder_test.cpp for what all
// codings share.
#include "rules/secrets/content_decoder.h"
#include "tests/unit/rules/secrets/encoders.h"

#include <gtest/gtest.h>

#include <string>

namespace cork::secrets {
namespace {

using test::Collected;
using test::gzip_with;

struct Seen {
  Verdict verdict;
  std::string text;
  std::string problem;
};

Seen see(std::unique_ptr<Decoder> decoder, const std::string& wire, std::size_t piece = 1) {
  Collected out;
  const Verdict verdict = test::decode(*decoder, wire, piece, out);
  return {verdict, out.text, std::string(decoder->problem())};
}

TEST(InflateDecoder, MakesTheNameOfAFileALineOfText) {
  const std::string wire = gzip_with("content", 8, std::string("notes.txt\0", 10));
  for (const std::size_t piece : {1u, 4u, 1000u}) {
    const Seen seen = see(make_content_decoder("gzip", {}), wire, piece);
    EXPECT_EQ(Verdict::clean, seen.verdict) << seen.problem;
    EXPECT_EQ("notes.txt\ncontent", seen.text);
  }
}

TEST(InflateDecoder, RefusesOptionalRegionsOnlyWhereTheCodingIsDeclared) {
  const struct {
    unsigned flags;
    std::string regions, text;
  } cases[] = {
      {4, std::string("\x05\0extra", 7), "extra\ncontent"},
      {4, std::string("\0\0", 2), "content"},
      {16, std::string("comment\0", 8), "comment\ncontent"},
      {2, "xx", "content"},
      {4 | 8 | 16 | 2, std::string("\x01\0e", 3) + std::string("n\0c\0xx", 6), "e\nn\nc\ncontent"},
  };
  for (const auto& [flags, regions, text] : cases) {
    const std::string wire = gzip_with("content", flags, regions);
    const Seen declared = see(make_content_decoder("gzip", {}), wire);
    EXPECT_EQ(Verdict::unscannable, declared.verdict) << flags;
    EXPECT_EQ("gzip header with optional regions", declared.problem);
    EXPECT_EQ("", declared.text);
    const Seen sniffed = see(make_gzip_decoder({}, Found::recognised), wire);
    EXPECT_EQ("the end of a gzip member", sniffed.problem) << flags;
    EXPECT_EQ(text, sniffed.text);
  }
}

TEST(InflateDecoder, RefusesGzipThatIsNotWhatItSays) {
  const std::string good = test::gzip("content");
  const auto with = [&good](std::size_t at, char c) {
    std::string wire = good;
    wire[at] = c;
    return wire;
  };
  const struct {
    std::string wire, problem;
  } cases[] = {
      {"plain text", "bytes that are no gzip member"},
      {with(2, 7), "bytes that are no gzip member"},
      {with(3, 32), "gzip header with reserved flags"},
      {with(10, '\xff'), "gzip data that does not inflate"},
      {with(good.size() - 1, 'x'), "gzip data that fails its checksum"},
      {with(good.size() - 8, 'x'), "gzip data that fails its checksum"},
      {good + std::string(512, '\0'), "bytes that are no gzip member"},
      {good + good.substr(0, 5), "gzip data ends early"},
  };
  for (const auto& [wire, problem] : cases) {
    const Seen seen = see(make_content_decoder("gzip", {}), wire);
    EXPECT_EQ(Verdict::unscannable, seen.verdict) << problem;
    EXPECT_EQ(problem, seen.problem);
  }
}

TEST(InflateDecoder, ReadsDeflateWithAndWithoutTheZlibHeader) {
  for (const std::string text : {"", "x", "some content, some content"}) {
    for (const int bits : {15, 9, -15}) {
      const Seen seen = see(make_content_decoder("deflate", {}), test::deflated(text, bits));
      EXPECT_EQ(Verdict::clean, seen.verdict) << bits << ' ' << seen.problem;
      EXPECT_EQ(text, seen.text);
    }
  }
}

// 78 01 is a zlib header, and the beginning of a stored block of 0x??01 bytes.
TEST(InflateDecoder, RefusesDeflateThatReadsTwoWays) {
  const std::string stored =
      std::string("\x78\x01\x00\xfe\xff", 5) + "x" + "\x03" + std::string(1, 0);
  const Seen seen = see(make_content_decoder("deflate", {}), stored);
  EXPECT_EQ(Verdict::unscannable, seen.verdict);
  EXPECT_EQ("deflate data that reads two ways", seen.problem);
  // Without the header's check it is one thing only.
  const std::string bare =
      std::string("\x00\x01\x00\xfe\xff", 5) + "x" + "\x03" + std::string(1, 0);
  EXPECT_EQ("x", see(make_content_decoder("deflate", {}), bare).text);
}

TEST(InflateDecoder, RefusesDeflateWithADictionaryOrACorruptEnd) {
  std::string wire = test::deflated("content", 15);
  wire.back() = static_cast<char>(wire.back() ^ 1);
  EXPECT_EQ(Verdict::unscannable, see(make_content_decoder("deflate", {}), wire).verdict);
  EXPECT_EQ(
      Verdict::unscannable,
      see(make_content_decoder("deflate", {}), std::string("\x78\x20\0\0\0\1abc", 9)).verdict);
}

}  // namespace
}  // namespace cork::secrets
