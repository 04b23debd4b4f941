#include "rules/secrets/content_decoder.h"

#include "tests/unit/rules/secrets/encoders.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace cork::secrets {
namespace {

using test::Collected;

std::string sample(std::size_t size) {
  std::mt19937_64 random(size);
  std::string text;
  while (text.size() < size) {
    text += "word" + std::to_string(random() % 997) + (random() % 9 == 0 ? "\n" : " ");
  }
  return text.substr(0, size);
}

TEST(ContentDecoder, ReadsEveryCodingHoweverItIsCut) {
  for (const std::string coding : {"gzip", "x-gzip", "deflate", "br", "zstd"}) {
    for (const std::size_t size : {0u, 1u, 1000u, 100'000u}) {
      const std::string text = sample(size);
      const std::string wire = test::compressed(coding == "x-gzip" ? "gzip" : coding, text);
      for (const std::size_t piece : {1u, 3u, 1000u, 1u << 20}) {
        const auto decoder = make_content_decoder(coding, ScanLimits{});
        ASSERT_TRUE(decoder) << coding;
        Collected out;
        EXPECT_EQ(Verdict::clean, test::decode(*decoder, wire, piece, out))
            << coding << ' ' << size << ' ' << piece << ' ' << decoder->problem();
        EXPECT_EQ(text, out.text) << coding << ' ' << size << ' ' << piece;
        EXPECT_EQ(wire.size(), decoder->pending_from());
      }
    }
  }
}

TEST(ContentDecoder, KnowsNoOtherCoding) {
  for (const char* coding : {"", "identity", "compress", "GZIP", "bzip2", "snappy"}) {
    EXPECT_EQ(nullptr, make_content_decoder(coding, ScanLimits{})) << coding;
    EXPECT_FALSE(is_content_coding(coding)) << coding;
  }
}

TEST(ContentDecoder, RefusesDataThatEndsEarly) {
  for (const std::string coding : {"gzip", "deflate", "br", "zstd"}) {
    const std::string wire = test::compressed(coding, sample(2000));
    for (const std::size_t size : {std::size_t{1}, wire.size() / 2, wire.size() - 1}) {
      const auto decoder = make_content_decoder(coding, ScanLimits{});
      Collected out;
      EXPECT_EQ(Verdict::unscannable, test::decode(*decoder, wire.substr(0, size), 100, out))
          << coding << ' ' << size;
      EXPECT_NE(std::string_view::npos, decoder->problem().find("early")) << decoder->problem();
    }
  }
}

TEST(ContentDecoder, RefusesBytesAfterTheEnd) {
  for (const std::string coding : {"gzip", "deflate", "br", "zstd"}) {
    const auto decoder = make_content_decoder(coding, ScanLimits{});
    Collected out;
    EXPECT_EQ(Verdict::unscannable,
              test::decode(*decoder, test::compressed(coding, "text") + "more of it", 100, out))
        << coding;
  }
}

TEST(ContentDecoder, TakesMembersAndFramesThatFollowOneAnother) {
  for (const std::string coding : {"gzip", "zstd"}) {
    const auto decoder = make_content_decoder(coding, ScanLimits{});
    Collected out;
    const std::string wire = test::compressed(coding, "one,") + test::compressed(coding, "two");
    EXPECT_EQ(Verdict::clean, test::decode(*decoder, wire, 5, out)) << coding;
    EXPECT_EQ("one,two", out.text);
  }
}

// What was settled by pending_from() must not let a receiver read a byte that was not handed on.
TEST(ContentDecoder, OutputComesFromWhereItSays) {
  const std::string text = sample(20'000);
  for (const std::string coding : {"gzip", "deflate", "br", "zstd"}) {
    const std::string wire = test::compressed(coding, text, {10, 11, 500, 7000, 7001});
    for (const std::size_t piece : {1u, 10u, 3000u}) {
      const auto decoder = make_content_decoder(coding, ScanLimits{});
      Collected out;
      for (std::size_t at = 0; at < wire.size(); at += piece) {
        const std::string_view slice = std::string_view(wire).substr(at, piece);
        const std::size_t had = out.text.size();
        const Offset pending = decoder->pending_from();
        decoder->push(as_bytes(slice), at, out);
        // The next symbol may begin in the slice that the last one ended in.
        if (piece <= 1024) EXPECT_EQ(out.text.size() > had ? at : pending, decoder->pending_from());
      }
      ASSERT_EQ(text, out.text) << coding;
      for (std::size_t i = 0; i < text.size(); i += 97) {
        EXPECT_LE(test::readable(coding, wire.substr(0, out.begins[i])).size(), i)
            << coding << ": byte " << i << " could be read before its origin";
        EXPECT_GT(test::readable(coding, wire.substr(0, out.ends[i])).size(), i)
            << coding << ": byte " << i << " came from further on";
      }
    }
  }
}

TEST(ContentDecoder, BoundsWhatComesOfLittle) {
  ScanLimits limits;
  limits.decoded_floor = 100'000;
  limits.decoded_ratio = 10;
  for (const std::string coding : {"gzip", "deflate", "br", "zstd"}) {
    const std::string bomb = test::compressed(coding, std::string(5'000'000, 'a'));
    const auto decoder = make_content_decoder(coding, limits);
    Collected out;
    EXPECT_EQ(Verdict::over_limit, test::decode(*decoder, bomb, 1 << 20, out)) << coding;
    EXPECT_LE(out.text.size(), 200'000u) << coding;
    EXPECT_EQ("compressed data that expands too far", decoder->problem());
    // And takes nothing more.
    const std::size_t size = out.text.size();
    EXPECT_EQ(Verdict::over_limit, decoder->push(as_bytes("x"), 0, out));
    EXPECT_EQ(size, out.text.size());
  }
}

TEST(ContentDecoder, BoundsDataThatYieldsNothing) {
  ScanLimits limits;
  limits.silent_wire_bytes = 4000;
  // Empty stored blocks: five bytes each, without end.
  std::string blocks("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10);
  while (blocks.size() < 10'000) blocks += std::string("\0\0\0\xff\xff", 5);
  const auto decoder = make_content_decoder("gzip", limits);
  Collected out;
  EXPECT_EQ(Verdict::over_limit, test::decode(*decoder, blocks, 700, out));
  EXPECT_EQ("compressed data that yields nothing", decoder->problem());
}

}  // namespace
}  // namespace cork::secrets
