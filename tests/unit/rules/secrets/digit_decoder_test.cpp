#include "base/base64.h"
#include "rules/secrets/encoded_runs.h"
#include "tests/unit/rules/secrets/encoders.h"

#include <gtest/gtest.h>

#include <string>

namespace cork::secrets {
namespace {

TEST(DigitDecoder, DecodesAllUpToWhatIsNoDigit) {
  const std::string data("\x1f\x8b\x08\0 some bytes \xff\xfe", 18);
  std::string encoded = base64_encoded(data);
  encoded.insert(8, "\r\n  ");
  for (std::size_t piece = 1; piece < 30; ++piece) {
    test::Collected out;
    EXPECT_EQ(Verdict::unscannable,
              test::decode(*make_base64_decoder(), encoded + "\"x", piece, out));
    EXPECT_EQ(data, out.text) << piece;
    EXPECT_EQ(0u, out.begins.front());
    EXPECT_TRUE(out.consistent);
  }
  test::Collected out;
  EXPECT_EQ(Verdict::clean, test::decode(*make_hex_decoder(), "1f8B08", 1, out));
  EXPECT_EQ("\x1f\x8b\x08", out.text);
}

TEST(DigitDecoder, HoldsTheDigitsOfAByteThatIsNotComplete) {
  test::Collected out;
  const auto decoder = make_base64_decoder();
  decoder->push(as_bytes("QUJDRA"), 10, out);
  EXPECT_EQ("ABCD", out.text);
  EXPECT_EQ(15u, decoder->pending_from());
}

TEST(DigitDecoder, MuchWhiteSpaceEndsIt) {
  test::Collected out;
  const std::string text = "QUJD" + std::string(100, ' ') + "QUJD";
  EXPECT_EQ(Verdict::unscannable, test::decode(*make_base64_decoder(), text, 200, out));
  EXPECT_EQ("ABC", out.text);
}

}  // namespace
}  // namespace cork::secrets
