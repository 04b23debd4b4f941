// What is particular to br; see content_decoder_test.cpp for what all codings share.
#include "rules/secrets/content_decoder.h"
#include "tests/unit/rules/secrets/encoders.h"

#include <gtest/gtest.h>

#include <string>

namespace cork::secrets {
namespace {

using test::Collected;

TEST(BrotliDecoder, RefusesWhatDoesNotDecode) {
  const auto decoder = make_brotli_decoder({});
  Collected out;
  EXPECT_EQ(Verdict::unscannable, test::decode(*decoder, "\xff\xff plainly not", 3, out));
  EXPECT_EQ("br data that does not decode", decoder->problem());
}

// The library skips metadata; only its silence tells.
TEST(BrotliDecoder, RefusesLongMetadata) {
  const auto decoder = make_brotli_decoder({});
  Collected out;
  const std::string wire = test::brotli_with_metadata("text", 100'000);
  EXPECT_EQ(Verdict::over_limit, test::decode(*decoder, wire, 4096, out));
  EXPECT_EQ("compressed data that yields nothing", decoder->problem());
}

TEST(BrotliDecoder, RefusesLargeWindows) {
  // 0x11: the escape that announces the large-window extension.
  const auto decoder = make_brotli_decoder({});
  Collected out;
  EXPECT_EQ(Verdict::unscannable, test::decode(*decoder, "\x11\x1e\x03", 1, out));
}

}  // namespace
}  // namespace cork::secrets
