// What is particular to zstd; see content_decoder_test.cpp for what all codings share.
#include "rules/secrets/content_decoder.h"
#include "tests/unit/rules/secrets/encoders.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace cork::secrets {
namespace {

using test::Collected;

const std::string skippable = std::string("\x50\x2a\x4d\x18\x04\0\0\0", 8) + "skip";

TEST(ZstdDecoder, RefusesSkippableFramesOnlyWhereTheCodingIsDeclared) {
  for (const std::string& wire : {skippable + test::zstd("text"), test::zstd("text") + skippable}) {
    Collected out;
    const auto declared = make_content_decoder("zstd", {});
    EXPECT_EQ(Verdict::unscannable, test::decode(*declared, wire, 3, out));
    EXPECT_EQ("zstd data with a skippable frame", declared->problem());
    const auto recognised = make_zstd_decoder({}, Found::recognised);
    EXPECT_EQ(Verdict::unscannable, test::decode(*recognised, wire, 3, out));
    EXPECT_EQ("the end of a zstd frame", recognised->problem());
  }
}

TEST(ZstdDecoder, RefusesWindowsPastTheLimit) {
  const std::string text(100'000, 'x');
  ScanLimits limits;
  limits.zstd_window_bytes = 1 << 16;
  const auto large = make_content_decoder("zstd", limits);
  Collected out;
  // A frame that does not say how long it is has to declare its window.
  EXPECT_EQ(Verdict::over_limit, test::decode(*large, test::zstd(text, {50'000}, 20), 100, out));
  EXPECT_EQ("zstd data with too large a window", large->problem());
  const auto small = make_content_decoder("zstd", limits);
  EXPECT_EQ(Verdict::clean, test::decode(*small, test::zstd(text, {50'000}, 16), 100, out));
}

// What is larger than there is room for is read as far as that goes.
TEST(ZstdDecoder, ReadsARecognisedFrameOfALargerWindowUpToTheLimit) {
  ScanLimits limits;
  limits.zstd_window_bytes = 1 << 16;
  std::string text;
  for (int line = 0; text.size() < 60'000; ++line) text += std::to_string(line * 7919) + ", ";
  for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, std::size_t{1000}}) {
    Collected some;
    const auto fits = make_zstd_decoder(limits, Found::recognised);
    EXPECT_EQ(Verdict::unscannable,
              test::decode(*fits, test::zstd(text, {50'000}, 20), piece, some));
    EXPECT_EQ("the end of a zstd frame", fits->problem());
    EXPECT_EQ(text, some.text);
    Collected more;
    const auto larger = make_zstd_decoder(limits, Found::recognised);
    EXPECT_EQ(Verdict::over_limit,
              test::decode(*larger, test::zstd(text + text, {50'000}, 20), piece, more));
    EXPECT_EQ("zstd data with too large a window", larger->problem());
  }
  // All in one segment, which says how long it is: the same.
  std::string packed(ZSTD_compressBound(2 * text.size()), '\0');
  const std::string twice = text + text;
  packed.resize(ZSTD_compress(packed.data(), packed.size(), twice.data(), twice.size(), 3));
  Collected out;
  EXPECT_EQ(Verdict::over_limit,
            test::decode(*make_zstd_decoder(limits, Found::recognised), packed, 100, out));
}

// Programs that read zstd hold its magic number, with anything behind it.
TEST(ZstdDecoder, AMagicNumberAloneIsNoFrame) {
  std::mt19937 random(7);
  for (int i = 0; i < 2000; ++i) {
    std::string wire("\x28\xb5\x2f\xfd");
    while (wire.size() < 400) wire += static_cast<char>(random());
    wire[4] = static_cast<char>(wire[4] & ~8);
    Collected out;
    EXPECT_EQ(Verdict::unscannable,
              test::decode(*make_zstd_decoder({}, Found::recognised), wire, 50, out));
  }
}

TEST(ZstdDecoder, GivesWhatIsBeforeADamagedBlockHoweverItIsCut) {
  const std::string first = "the first block, ", second = "and the second.";
  const std::string whole = test::zstd(first + second, {first.size()});
  std::string damaged = whole;
  // Behind the first block, which is so short that it is stored: the next one's type becomes the
  // reserved one.
  const std::size_t next = damaged.find(first) + first.size();
  ASSERT_LT(next, damaged.size());
  damaged[next] = static_cast<char>(damaged[next] | 6);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, damaged.size()}) {
    Collected out;
    EXPECT_EQ(Verdict::unscannable,
              test::decode(*make_zstd_decoder({}, Found::recognised), damaged, piece, out));
    EXPECT_EQ(first, out.text) << piece;
  }
}

TEST(ZstdDecoder, GivesTheSameOfAFrameThatSaysAnotherSizeHoweverItIsCut) {
  for (const std::size_t size : {0u, 1u, 2u, 3u, 4u, 40u, 200u}) {
    const std::string text(size, 'x');
    const std::string wire = test::stored_zstd(text, size + 1) + "and what follows";
    Collected whole;
    EXPECT_EQ(Verdict::unscannable,
              test::decode(*make_zstd_decoder({}, Found::recognised), wire, wire.size(), whole));
    EXPECT_GE(whole.text.size() + 3, size);
    for (const std::size_t piece : {1u, 2u, 3u, 5u, 64u}) {
      Collected cut;
      EXPECT_EQ(Verdict::unscannable,
                test::decode(*make_zstd_decoder({}, Found::recognised), wire, piece, cut));
      EXPECT_EQ(whole.text, cut.text) << size << " in pieces of " << piece;
    }
    Collected right;
    EXPECT_EQ(Verdict::clean, test::decode(*make_content_decoder("zstd", {}),
                                           test::stored_zstd(text, size), 1, right));
    EXPECT_EQ(text, right.text);
  }
}

TEST(ZstdDecoder, RefusesWhatDoesNotDecode) {
  std::string corrupt = test::zstd(std::string(1000, 'x') + "tail");
  corrupt.back() = static_cast<char>(corrupt.back() ^ 1);
  const struct {
    std::string wire, problem;
  } cases[] = {
      {corrupt, "zstd data that does not decode"},
      {"plain text", "bytes that are no zstd frame"},
      {test::zstd("text") + "tail", "bytes that are no zstd frame"},
      {test::zstd("text") + "\x28\xb5", "zstd data ends early"},
  };
  for (const auto& [wire, problem] : cases) {
    const auto decoder = make_content_decoder("zstd", {});
    Collected out;
    EXPECT_EQ(Verdict::unscannable, test::decode(*decoder, wire, 7, out)) << problem;
    EXPECT_EQ(problem, decoder->problem());
  }
}

}  // namespace
}  // namespace cork::secrets
