#include "rules/policy/decision.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace cork::policy {
namespace {

TEST(Decision, DeniesUnlessSomebodyDecided) {
  EXPECT_FALSE(Decision{}.allowed());
  EXPECT_EQ(Decision{}.reason, Reason::host_not_allowed);
}

TEST(Decision, AllowsWhatIsAllowedOrOnlyObserved) {
  Decision decision;
  decision.reason = Reason::allowed;
  EXPECT_TRUE(decision.allowed());
  decision.reason = Reason::method_not_allowed;
  EXPECT_FALSE(decision.allowed());
  decision.observed = true;
  EXPECT_TRUE(decision.allowed());
}

TEST(Decision, HasTheClosedListOfReasonsThatUsersSee) {
  const std::vector<std::string_view> documented = {"unknown_client",
                                                    "host_not_allowed",
                                                    "method_not_allowed",
                                                    "path_not_allowed",
                                                    "address_not_allowed",
                                                    "git_not_allowed",
                                                    "foreign_credential",
                                                    "leak",
                                                    "sni_mismatch",
                                                    "upgrade_not_allowed",
                                                    "bad_request",
                                                    "too_large",
                                                    "scan_limit",
                                                    "bottle_limit",
                                                    "upstream_tls",
                                                    "upstream_unreachable",
                                                    "timeout",
                                                    "audit_unavailable",
                                                    "draining"};
  std::vector<std::string_view> names;
  for (const Reason reason : all_refusals()) names.push_back(name_of(reason));
  EXPECT_EQ(names, documented);
  EXPECT_EQ(name_of(Reason::allowed), "allowed");
}

TEST(Decision, AnswersEachReasonWithItsStatus) {
  const std::map<Reason, int> unusual = {
      {Reason::bad_request, 400},       {Reason::too_large, 413},
      {Reason::upstream_tls, 502},      {Reason::upstream_unreachable, 502},
      {Reason::audit_unavailable, 503}, {Reason::draining, 503},
      {Reason::timeout, 504},
  };
  for (const Reason reason : all_refusals()) {
    const auto found = unusual.find(reason);
    EXPECT_EQ(status_of(reason), found == unusual.end() ? 403 : found->second) << name_of(reason);
  }
}

}  // namespace
}  // namespace cork::policy
