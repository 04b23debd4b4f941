#include "proxy/commands/ca.h"

#include "world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace cork::commands {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

class Ca : public testing::Test {
 protected:
  Ca() { options_.config = world_.configure("      - a.example\n"); }

  World world_;
  CaOptions options_;
};

TEST_F(Ca, IsMadeOnceAndThenShownWithTheSameFingerprint) {
  const Outcome made = world_.run(ca_init, options_);
  EXPECT_EQ(made.code, kYes) << made.err;
  EXPECT_THAT(made.out, ContainsRegex("fingerprint +SHA-256 ([0-9A-F][0-9A-F]:)+"));
  EXPECT_THAT(made.out, ContainsRegex("valid until +20[0-9][0-9]-"));
  EXPECT_THAT(made.out, HasSubstr((world_.folder / "ca/ca.cert.pem").string()));
  const Outcome shown = world_.run(ca_show, options_);
  EXPECT_EQ(shown.code, kYes);
  EXPECT_EQ(shown.out, made.out);
  const Outcome again = world_.run(ca_init, options_);
  EXPECT_EQ(again.code, kFailed);
  EXPECT_EQ(again.out, "");
  EXPECT_EQ(world_.run(ca_show, options_).out, made.out);
}

TEST_F(Ca, ThatIsAbsentIsNotMadeByLooking) {
  const Outcome shown = world_.run(ca_show, options_);
  EXPECT_EQ(shown.code, kUsage);
  EXPECT_THAT(shown.err, HasSubstr("`cork ca init` makes one"));
  EXPECT_FALSE(std::filesystem::exists(world_.folder / "ca"));
}

TEST_F(Ca, IsBundledWithTheSystemsRoots) {
  world_.run(ca_init, options_);
  std::ifstream file(world_.folder / "ca/ca.cert.pem");
  const std::string certificate{std::istreambuf_iterator<char>(file), {}};
  const Outcome printed = world_.run(ca_bundle, options_);
  EXPECT_EQ(printed.code, kYes);
  EXPECT_THAT(printed.out, HasSubstr(certificate));
  options_.out = world_.folder / "bundle.pem";
  const Outcome written = world_.run(ca_bundle, options_);
  EXPECT_EQ(written.code, kYes);
  EXPECT_EQ(written.out, options_.out->string() + "\n");
  std::ifstream bundle(*options_.out);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(bundle), {}), printed.out);
}

TEST_F(Ca, NeverPrintsItsKey) {
  world_.run(ca_init, options_);
  for (auto* command : {ca_show, ca_bundle}) {
    EXPECT_THAT(world_.run(command, options_).out, testing::Not(HasSubstr("PRIVATE")));
  }
}

}  // namespace
}  // namespace cork::commands
