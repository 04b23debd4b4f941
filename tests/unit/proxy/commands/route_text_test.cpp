#include "proxy/commands/route_text.h"

#include <gtest/gtest.h>

namespace cork::commands {
namespace {

policy::Route route(std::string_view pattern) {
  return {.pattern = policy::HostPattern::parse(pattern).value(),
          .scheme = Scheme::https,
          .port = 443,
          .methods = {},
          .addresses = {},
          .on_leak = policy::OnLeak::block,
          .where = {"/etc/cork/cork.yaml", 12, 9}};
}

TEST(RouteText, NamesAPlaceAsAnEntryOfAllowDoes) {
  policy::Route one = route("*.a.example");
  EXPECT_EQ(place_text(one), "*.a.example");
  one.port = 8443;
  EXPECT_EQ(place_text(one), "*.a.example:8443");
  one.scheme = Scheme::http;
  one.port = 80;
  EXPECT_EQ(place_text(one), "http://*.a.example");
  EXPECT_EQ(place_text(route("[2001:db8::1]")), "[2001:db8::1]");
}

TEST(RouteText, SaysWhatPasses) {
  policy::Route one = route("a.example");
  EXPECT_EQ(passes_text(one), "every method");
  one.methods = {"GET", "HEAD"};
  one.addresses = {Cidr::parse("10.1.0.0/16").value()};
  one.on_leak = policy::OnLeak::warn;
  EXPECT_EQ(passes_text(one), "GET, HEAD; opens 10.1.0.0/16; records leaks");
  one.opaque = policy::Opaque::deny;
  EXPECT_EQ(passes_text(one),
            "GET, HEAD; opens 10.1.0.0/16; records leaks; nothing that cannot be read");
  one.addresses = {};
  one.opaque = policy::Opaque::allow;
  one.on_leak = policy::OnLeak::redact;
  EXPECT_EQ(passes_text(one), "GET, HEAD; masks leaks");
  one.on_leak = policy::OnLeak::block;
  one.credential.kind = policy::CredentialPin::Kind::first_seen;
  EXPECT_EQ(passes_text(one), "GET, HEAD; credential: first-seen");
  one.credential = {.kind = policy::CredentialPin::Kind::listed,
                    .listed = {{"env:KEY", {1}}, {"file:/run/key", {2}}}};
  EXPECT_EQ(passes_text(one), "GET, HEAD; credential: env:KEY (set), file:/run/key (set)");
}

TEST(RouteText, SaysThatNothingIsReadWhereItIsPassedThrough) {
  policy::Route one = route("a.example");
  one.tls = policy::Tls::passthrough;
  one.on_leak = policy::OnLeak::warn;
  EXPECT_EQ(passes_text(one), "passed through unread; at most 64 MiB of upload a tunnel");
}

TEST(RouteText, NamesTheLineInShort) {
  EXPECT_EQ(line_text({"/etc/cork/cork.yaml", 12, 9}), "cork.yaml:12");
  EXPECT_EQ(line_text({"preset npm@1", 7, 0}), "preset npm@1:7");
}

}  // namespace
}  // namespace cork::commands
