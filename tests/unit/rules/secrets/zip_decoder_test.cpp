#include "rules/secrets/content_decoder.h"
#include "tests/unit/rules/secrets/encoders.h"

#include <gtest/gtest.h>

#include <string>

namespace cork::secrets {
namespace {

TEST(ZipEntryDecoder, InflatesWhatFollowsTheNameHoweverItIsCut) {
  const std::string text = "text " + std::string(5000, 'x');
  const std::string entry = test::zip_entry("dir/file.txt", text, true) + "PK\x01\x02 directory";
  for (const std::size_t piece : {1u, 7u, 31u, 10'000u}) {
    const auto decoder = make_zip_entry_decoder(ScanLimits{});
    test::Collected out;
    EXPECT_EQ(Verdict::unscannable, test::decode(*decoder, entry, piece, out));
    EXPECT_EQ(text, out.text) << piece;
    EXPECT_EQ("the end of a zip entry", decoder->problem());
  }
}

// Receivers ask the central directory how it is packed.
TEST(ZipEntryDecoder, DoesNotBelieveTheHeaderOfAnEntry) {
  test::Collected out;
  std::string stored = test::zip_entry("a", "text", false);
  EXPECT_EQ(Verdict::unscannable,
            test::decode(*make_zip_entry_decoder(ScanLimits{}), stored, 100, out));
  EXPECT_EQ("", out.text);
  std::string deflated = test::zip_entry("a", "text", true);
  deflated[6] = 1;
  deflated[8] = 0;
  EXPECT_EQ(Verdict::unscannable,
            test::decode(*make_zip_entry_decoder(ScanLimits{}), deflated, 100, out));
  EXPECT_EQ("text", out.text);
}

}  // namespace
}  // namespace cork::secrets
