#include "proxy/session/unidentified.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cork::session {
namespace {

using ::testing::HasSubstr;

TEST(Stranger, IsToldWhereHeComesFromAndTheOperatorWhatToWrite) {
  const policy::Peer tcp{IpAddress::parse("::ffff:10.9.0.1").value(), {}, {}};
  auto decision = stranger(tcp, false);
  EXPECT_EQ(decision.reason, policy::Reason::unknown_client);
  EXPECT_FALSE(decision.allowed());
  EXPECT_EQ(decision.detail, "no bottle takes clients from 10.9.0.1 here.");
  EXPECT_EQ(decision.operator_can, "add 10.9.0.1 to `clients` of the bottle it belongs to");
  decision = stranger({{}, {}, 1002}, false);
  EXPECT_EQ(decision.detail, "no bottle takes clients from user 1002 here.");
  EXPECT_EQ(decision.operator_can, "add 1002 to `users` of the bottle it belongs to");
}

TEST(Stranger, WithWrongCredentialsIsToldThatAlone) {
  const policy::Peer tcp{IpAddress::parse("10.9.0.1").value(), {}, {}};
  const auto decision = stranger(tcp, true);
  EXPECT_EQ(decision.detail,
            "these proxy credentials are no bottle's that takes clients from 10.9.0.1 here.");
  EXPECT_THAT(decision.operator_can, HasSubstr("`cork env --bottle NAME`"));
}

}  // namespace
}  // namespace cork::session
