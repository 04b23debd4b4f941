// What stands in a head other than as it is spelled, and what it may cost.
#include "base/base64.h"
#include "rules/secrets/head_scanner.h"
#include "tests/unit/rules/secrets/encoders.h"
#include "tests/unit/rules/secrets/test_rules.h"

#include <gtest/gtest.h>

#include <string>

namespace cork::secrets {
namespace {

using test::token;

class HeadScanInside : public testing::Test {
 protected:
  HeadReport scan(const std::string& value) {
    const Field field{"X-Data", value};
    return scan_trailers(*rules_, {&field, 1}, ScanLimits{}, {}, scratch_);
  }

  std::shared_ptr<const Ruleset> rules_ = test::small_rules();
  WorkerScratch scratch_{*rules_};
};

TEST_F(HeadScanInside, AFewContainersAreLookedInto) {
  std::string value;
  for (int i = 0; i < 4; ++i) value += base64_encoded(test::gzip("text")) + ".";
  EXPECT_EQ(Verdict::clean, scan(value).verdict);
  EXPECT_EQ(Verdict::leak, scan(value + base64_encoded(test::gzip(token()))).verdict);
}

// Each is small, and all together are what one may not be.
TEST_F(HeadScanInside, ManyContainersShareOneBudget) {
  const std::string bomb = base64_encoded(test::zstd(std::string(3 << 20, 'a')));
  EXPECT_EQ(Verdict::clean, scan(bomb).verdict);
  EXPECT_EQ(Verdict::over_limit, scan(bomb + "." + bomb).verdict);
  std::string value;
  for (int i = 0; i < 40; ++i) value += base64_encoded(test::gzip("text")) + ".";
  EXPECT_EQ(Verdict::over_limit, scan(value).verdict);
}

TEST_F(HeadScanInside, TheSameBehindEscapesIsOne) {
  std::string value = "%2541";
  for (int i = 0; i < 9; ++i)
    value += base64_encoded(test::gzip("text " + std::to_string(i))) + ".";
  EXPECT_EQ(Verdict::clean, scan(value).verdict);
}

// So deep as in a body, where what holds them counts too.
TEST_F(HeadScanInside, EncodingsAndContainersAreRefusedBeyondTheDepth) {
  std::string value = test::gzip("some text, of which there is enough");
  for (int i = 0; i < 3; ++i) value = base64_encoded(value);
  EXPECT_EQ(Verdict::clean, scan(value).verdict);
  EXPECT_EQ(Verdict::over_limit, scan(base64_encoded(value)).verdict);
  value = token() + ", " + token('b');
  for (int i = 0; i < 4; ++i) value = base64_encoded(value);
  EXPECT_EQ(Verdict::leak, scan(value).verdict);
  EXPECT_EQ(Verdict::over_limit, scan(base64_encoded(value)).verdict);
}

}  // namespace
}  // namespace cork::secrets
