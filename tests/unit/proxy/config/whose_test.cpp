#include "proxy/config/whose.h"

#include "test_environment.h"
#include "tests/support/temporary_folder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <map>
#include <string>
#include <string_view>

namespace cork::config {
namespace {

using testing::HasSubstr;
using testing::Not;

Environment with_password() {
  return environment_of({{"HOME", "/home/kim"}, {"DEV", "opensesame"}});
}

std::string one_bottle(std::string_view keys, std::string_view listen = "127.0.0.1:8888") {
  return fmt::format("version: 1\nbottles:\n  dev:\n    listen: {}\n    {}\n    allow: [a.b]\n",
                     listen, keys);
}

TEST(Whose, ClientsAreAddressesUsersOrCredentials) {
  const auto config = parse(one_bottle("clients: [10.1.0.0/16, \"2001:db8::7\"]\n"
                                       "    proxy_auth: {user: dev, password: env:DEV}"),
                            "/etc/cork/cork.yaml", with_password());
  ASSERT_TRUE(config) << render(config.error());
  const policy::Conditions& conditions = config->bottles[0].conditions;
  ASSERT_EQ(conditions.clients.size(), 2U);
  EXPECT_EQ(conditions.clients[1].to_string(), "2001:db8::7/128");
  ASSERT_TRUE(conditions.proxy_user);
  EXPECT_EQ(conditions.proxy_user->name, "dev");
  EXPECT_TRUE(conditions.proxy_user->credentials ==
              policy::CredentialDigest::of("dev", "opensesame"));
  EXPECT_EQ(to_string(*config->bottles[0].password), "env:DEV");

  const auto unix_bottle = parse(one_bottle("users: [root, 1001]", "unix:/run/dev.sock"),
                                 "/etc/cork/cork.yaml", at_home());
  ASSERT_TRUE(unix_bottle) << render(unix_bottle.error());
  EXPECT_THAT(unix_bottle->bottles[0].conditions.users, testing::ElementsAre(0, 1001));
}

TEST(Whose, PasswordMayStandInAFileBesideTheConfiguration) {
  const test::TemporaryFolder folder;
  ::chmod(folder.write("dev.password", "opensesame\n").c_str(), 0600);
  const auto config = parse(one_bottle("proxy_auth: {user: dev, password: file:dev.password}"),
                            folder / "cork.yaml", at_home());
  ASSERT_TRUE(config) << render(config.error());
  EXPECT_TRUE(config->bottles[0].conditions.proxy_user->credentials ==
              policy::CredentialDigest::of("dev", "opensesame"));
  EXPECT_EQ(config->bottles[0].password->file, folder / "dev.password");
}

TEST(Whose, MistakesSayWhereTheyAreAndWhatToWrite) {
  const std::map<std::string, std::string> refused{
      {"clients: []", ":5:14: error: 'clients' is empty"},
      {"clients: 10.1.0.0/16", "'clients' is a list"},
      {"clients: [agent]", "'agent' is no block of source addresses"},
      {"clients: [10.1.2.3/8]", "write 10.0.0.0/8 for the block"},
      {"clients: [\"::ffff:10.1.0.0/112\"]", "write the IPv4 block: 10.1.0.0/16\n"},
      {"clients: [\"::ffff:10.1.2.3/104\"]", "write the IPv4 block: 10.0.0.0/8\n"},
      {"clients: [\"::ffff:10.1.2.3/8\"]", "write the IPv4 block: 10.1.2.3/32\n"},
      {"clients: [\"::ffff:10.1.0.1\"]", "is IPv4 written as IPv6, and no client has it"},
      {"users: [root]", ":5:5: error: who connects by TCP has an address"},
      {"proxy_auth: opensesame", "'proxy_auth' is a mapping, here is a single value"},
      {"proxy_auth: {}", "'proxy_auth' has no 'user'"},
      {"proxy_auth: {user: dev}", "'proxy_auth' has no 'password'"},
      {"proxy_auth: {user: dev, pasword: env:DEV}", "did you mean 'password'?"},
      {"proxy_auth: {user: 'a:b', password: env:DEV}", "without a colon"},
      {"proxy_auth: {user: dev, password: env:NONE}", "the environment variable NONE is not set"},
      {"proxy_auth: {user: dev, password: 'env:'}", "never the password itself"},
      {"proxy_auth: {user: dev, password: 'file:/nonexistent/dev'}",
       "/nonexistent/dev: No such file or directory"},
      {"user: dev", "'user' belongs under bottles.NAME.proxy_auth"},
  };
  for (const auto& [keys, expected] : refused) {
    EXPECT_THAT(errors_of(one_bottle(keys), with_password()), HasSubstr(expected)) << keys;
  }
  EXPECT_THAT(errors_of(one_bottle("clients: [10.1.0.0/16]", "unix:/run/dev.sock")),
              HasSubstr("a unix socket's clients have no addresses"));
  EXPECT_THAT(errors_of(one_bottle("users: [no-such-user-here]", "unix:/run/dev.sock")),
              HasSubstr("this machine has no user 'no-such-user-here'"));
}

TEST(Whose, APasswordInTheConfigurationIsRefusedAndNotQuoted) {
  for (const char* keys :
       {"proxy_auth: {user: dev, password: opensesame}", "proxy_auth: opensesame",
        "proxy_auth: [dev, opensesame]", "proxy_auth: {user: dev, password: [opensesame]}"}) {
    const std::string errors = errors_of(one_bottle(keys));
    EXPECT_NE(errors, "") << keys;
    EXPECT_THAT(errors, Not(HasSubstr("opensesame"))) << keys;
  }
  EXPECT_THAT(errors_of(one_bottle("proxy_auth: {user: dev, password: opensesame}")),
              HasSubstr("write env:NAME for an environment variable, or file:PATH"));
}

}  // namespace
}  // namespace cork::config
