#include "proxy/config/listeners.h"

#include "test_environment.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

namespace cork::config {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// Two bottles, in the lines 3 and 4; their `listen` begins in column 15.
std::string errors_of_two(std::string_view a, std::string_view b) {
  return errors_of(fmt::format("version: 1\nbottles:\n  aa: {{listen: {}, allow: [a.b]}}\n"
                               "  bb: {{listen: {}, allow: [a.b]}}\n",
                               a, b),
                   environment_of({{"HOME", "/home/kim"}, {"ONE", "x"}, {"TWO", "y"}}));
}

TEST(Listeners, ThatAreInEachOthersWayAreErrors) {
  const std::pair<std::string, std::string> clashes[] = {
      {"0.0.0.0:8888", "127.0.0.1:8888"},
      {"127.0.0.1:8888", "0.0.0.0:8888"},
      {"\"[::]:8888\"", "127.0.0.1:8888"},
      {"\"[::]:8888\"", "0.0.0.0:8888"},
      {"\"[::]:8888\"", "\"[::1]:8888\""},
      // What tells clients apart at one listener does not help where the kernel chooses it.
      {"0.0.0.0:8888, clients: [10.1.0.0/16]", "127.0.0.1:8888, clients: [10.2.0.0/16]"},
  };
  for (const auto& [a, b] : clashes) {
    EXPECT_THAT(errors_of_two(a, b),
                AllOf(HasSubstr(":4:16: error: "), HasSubstr("of bottle 'bb' is taken by"),
                      HasSubstr("of bottle 'aa' (line 3) already"),
                      HasSubstr("or the same `listen` for both")))
        << a << " " << b;
  }
}

TEST(Listeners, OfTheMetricsAreNoBottles) {
  EXPECT_THAT(
      errors_of("version: 1\nmetrics: {listen: 127.0.0.1:1}\nbottles:\n"
                "  aa: {listen: 127.0.0.1:1, allow: [a.b]}\n"),
      HasSubstr("127.0.0.1:1 of bottle 'aa' is taken by 127.0.0.1:1 of `metrics` (line 2)"));
}

TEST(Listeners, ThatOnlyLookAlikeAreApart) {
  const std::pair<std::string, std::string> apart[] = {
      {"127.0.0.1:8888", "127.0.0.1:8889"}, {"127.0.0.1:8888", "127.0.0.2:8888"},
      {"127.0.0.1:8888", "\"[::1]:8888\""}, {"0.0.0.0:8888", "\"[::1]:8888\""},
      {"127.0.0.1:0", "127.0.0.1:0"},       {"unix:/run/a.sock", "unix:/run/b.sock"},
  };
  for (const auto& [a, b] : apart) EXPECT_EQ(errors_of_two(a, b), "");
}

TEST(Listeners, MayBeSharedByBottlesThatCannotBeConfused) {
  const std::string at = "127.0.0.1:8888, ";
  const std::pair<std::string, std::string> shared[] = {
      {"clients: [10.1.0.0/16]", "clients: [10.2.0.0/16]"},
      {"proxy_auth: {user: a, password: env:ONE}", "proxy_auth: {user: b, password: env:TWO}"},
      {"clients: [10.1.0.0/16]",
       "clients: [10.2.0.0/16], proxy_auth: {user: b, password: env:TWO}"},
      {"clients: [10.1.0.0/16], proxy_auth: {user: a, password: env:ONE}",
       "clients: [10.2.0.0/16], proxy_auth: {user: a, password: env:TWO}"},
  };
  for (const auto& [a, b] : shared) EXPECT_EQ(errors_of_two(at + a, at + b), "") << a << " " << b;
  EXPECT_EQ(errors_of_two("unix:/run/a.sock, users: [1, 2]", "unix:/run/./a.sock, users: [3]"), "");
}

TEST(Listeners, OverlapIsAConfigurationErrorThatNamesBothAndWhatToWrite) {
  const std::string at = "127.0.0.1:8888, ";
  const std::string auth_a = "proxy_auth: {user: a, password: env:ONE}";
  const std::pair<std::string, std::string> open[] = {
      {"mode: enforce", "mode: enforce"},
      {"clients: [10.0.0.0/8]", "clients: [10.2.0.0/16]"},
      {"clients: [10.1.0.0/16]", "mode: enforce"},
      {auth_a, "mode: enforce"},
      {auth_a, "clients: [10.1.0.0/16]"},
      {"clients: [10.1.2.0/24], " + auth_a, "clients: [10.1.0.0/16]"},
  };
  for (const auto& [a, b] : open) {
    EXPECT_THAT(errors_of_two(at + a, at + b),
                AllOf(HasSubstr(":4:16: error: the bottles 'aa' (line 3) and 'bb' share "
                                "127.0.0.1:8888, and a client could be either's"),
                      HasSubstr("`clients`"), HasSubstr("`proxy_auth`")))
        << a << " " << b;
  }
  EXPECT_THAT(errors_of_two(at + auth_a, at + "mode: enforce"),
              HasSubstr("'bb' has no `proxy_auth`, so it would take the other's clients"));
  EXPECT_THAT(errors_of_two(at + auth_a, at + "proxy_auth: {user: a, password: env:TWO}"),
              AllOf(HasSubstr("share 127.0.0.1:8888 and the proxy user 'a'"),
                    HasSubstr("give each of them a user of its own")));
  EXPECT_THAT(errors_of_two("unix:/run/a.sock, users: [1, 2]", "unix:/run/a.sock, users: [2]"),
              HasSubstr("share unix:/run/a.sock, and a client could be either's"));
  EXPECT_THAT(errors_of_two("unix:/run/a.sock", "unix:/run/./a.sock"),
              HasSubstr("a client could be either's"));
}

}  // namespace
}  // namespace cork::config
