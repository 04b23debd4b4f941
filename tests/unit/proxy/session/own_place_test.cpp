#include "proxy/session/own_place.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cork::session {
namespace {

using ::testing::HasSubstr;

Snapshot listening() {
  Snapshot snapshot;
  snapshot.own_listeners = {{IpAddress::parse("127.0.0.1").value(), 8888}};
  return snapshot;
}

TEST(OwnPlace, IsRefusedWithoutAProposalThatWouldNotHelp) {
  const auto no = decide_own(listening(), Endpoint::parse_authority("127.0.0.1:8888", 443).value());
  ASSERT_TRUE(no);
  EXPECT_EQ(no->reason, policy::Reason::address_not_allowed);
  EXPECT_THAT(no->detail, HasSubstr("127.0.0.1:8888 is cork itself"));
  EXPECT_EQ(no->operator_can, "");
}

TEST(OwnPlace, IsNoOtherOneAndNoName) {
  for (const char* other : {"127.0.0.1:8889", "127.0.0.2:8888", "localhost:8888"}) {
    EXPECT_FALSE(decide_own(listening(), Endpoint::parse_authority(other, 443).value())) << other;
  }
}

}  // namespace
}  // namespace cork::session
