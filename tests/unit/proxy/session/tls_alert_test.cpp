#include "proxy/session/tls_alert.h"

#include <gtest/gtest.h>

namespace cork::session {
namespace {

int description_of(policy::Reason reason) {
  const Bytes alert = alert_for(reason);
  EXPECT_EQ(as_text(alert).substr(0, 6), std::string_view("\x15\x03\x03\x00\x02\x02", 6));
  return std::to_integer<int>(alert.back());
}

TEST(TlsAlert, IsOneFatalAlertRecordThatFitsTheReason) {
  using enum policy::Reason;
  EXPECT_EQ(description_of(sni_mismatch), 112);
  EXPECT_EQ(description_of(address_not_allowed), 49);
  EXPECT_EQ(description_of(bottle_limit), 49);
  EXPECT_EQ(description_of(upstream_unreachable), 80);
  EXPECT_EQ(description_of(timeout), 80);
  for (const policy::Reason reason : policy::all_refusals()) {
    EXPECT_EQ(alert_for(reason).size(), 7U);
  }
}

}  // namespace
}  // namespace cork::session
