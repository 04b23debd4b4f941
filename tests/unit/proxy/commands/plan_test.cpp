#include "proxy/commands/plan.h"

#include "certs/authority.h"
#include "proxy/commands/warnings.h"
#include "world.h"

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netdb.h>

#include <boost/json.hpp>

#include <atomic>
#include <filesystem>
#include <map>
#include <string>

namespace {

std::atomic<int> lookups = 0;

}  // namespace

// Before the C library's, and counted: nothing that a plan does may come here.
extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints,
                           addrinfo** found) {
  ++lookups;
  void* next = ::dlsym(RTLD_NEXT, "getaddrinfo");
  return reinterpret_cast<decltype(&::getaddrinfo)>(next)(node, service, hints, found);
}

namespace cork::commands {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

class PlanCommand : public testing::Test {
 protected:
  Outcome plan(const std::string& allow, const std::string& more = {},
               PlanFormat format = PlanFormat::text) {
    return world_.run(commands::plan, PlanOptions{world_.configure(allow, more), format});
  }
  boost::json::object json(const std::string& allow, const std::string& more = {}) {
    const Outcome done = plan(allow, more, PlanFormat::json);
    EXPECT_EQ(done.code, kYes) << done.err;
    return boost::json::parse(done.out).as_object();
  }
  // Every file and folder there is, with its size and the time of its last change.
  std::map<std::string, std::pair<std::uintmax_t, std::filesystem::file_time_type>> files() {
    std::map<std::string, std::pair<std::uintmax_t, std::filesystem::file_time_type>> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(world_.folder.path())) {
      found[entry.path().string()] = {entry.is_regular_file() ? entry.file_size() : 0,
                                      entry.last_write_time()};
    }
    return found;
  }

  World world_;
};

TEST_F(PlanCommand, HasTheFingerprintOfACaThatIsThere) {
  const auto authority =
      certs::Authority::create(world_.folder / "ca", std::chrono::system_clock::now());
  ASSERT_TRUE(authority);
  EXPECT_THAT(plan("      - a.example\n").out, HasSubstr(authority->fingerprint()));
  const auto ca = json("      - a.example\n").at("ca").as_object();
  EXPECT_EQ(ca.at("state"), "ready");
  EXPECT_EQ(ca.at("fingerprint").as_string(), authority->fingerprint());
}

TEST_F(PlanCommand, SaysWhyACaCannotBeUsed) {
  world_.folder.write("ca/ca.key.pem", "no key");
  world_.folder.write("ca/ca.cert.pem", "no certificate");
  EXPECT_THAT(plan("      - a.example\n").out, HasSubstr("cannot be used: "));
  EXPECT_EQ(json("      - a.example\n").at("ca").at("state"), "unusable");
}

TEST_F(PlanCommand, CreatesNothingAndLooksNoNameUp) {
  world_.configure("      - a.example\n", "metrics: {listen: 127.0.0.1:1}\n");
  const PlanOptions options{world_.folder / "cork.yaml", PlanFormat::text};
  const auto before = files();
  ASSERT_FALSE(before.empty());
  lookups = 0;
  EXPECT_EQ(world_.run(commands::plan, options).code, kYes);
  EXPECT_EQ(world_.run(commands::plan, PlanOptions{options.config, PlanFormat::json}).code, kYes);
  EXPECT_EQ(files(), before);
  EXPECT_EQ(lookups, 0);
  addrinfo* found = nullptr;
  EXPECT_EQ(::getaddrinfo("127.0.0.1", nullptr, nullptr, &found), 0);
  ::freeaddrinfo(found);
  EXPECT_EQ(lookups, 1) << "the look-ups of this program do not come here, and were not counted";
}

TEST_F(PlanCommand, OfAConfigurationWithErrorsIsTheirList) {
  const Outcome done = plan("      - a.*.example\n");
  EXPECT_EQ(done.code, kUsage);
  EXPECT_EQ(done.out, "");
  EXPECT_THAT(done.err, HasSubstr("cork.yaml:9:9: error: "));
}

TEST_F(PlanCommand, WarnsOfRoutesToMetadataServices) {
  const std::string danger = " is a metadata service: it hands this machine's credentials to ";
  const Outcome done = plan(
      "      - {host: http://169.254.169.254, addresses: [169.254.169.254]}\n"
      "      - {host: a.example, addresses: [\"fd00:ec2::254\", 10.0.0.0/8]}\n"
      "      - http://169.254.170.2\n");
  ASSERT_EQ(done.code, kYes) << done.err;
  EXPECT_THAT(done.out, HasSubstr("169.254.169.254" + danger));
  EXPECT_THAT(done.out, HasSubstr("fd00:ec2::254" + danger));
  EXPECT_THAT(done.out, HasSubstr("take the route to a.example out"));
  EXPECT_THAT(done.out, HasSubstr("169.254.170.2" + danger));
  EXPECT_THAT(done.out, HasSubstr("this route opens no address, so that nothing passes"));
  EXPECT_THAT(plan("      - {host: a.example, addresses: [169.254.0.0/16, 10.0.0.0/8]}\n").out,
              Not(HasSubstr("metadata")))
      << "a wider block opens none of them";
  const auto warnings = json("      - http://169.254.169.254\n")
                            .at("bottles")
                            .as_array()
                            .at(0)
                            .as_object()
                            .at("warnings")
                            .as_array();
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_EQ(warnings.at(0).as_object().at("kind"), "metadata");
}

TEST_F(PlanCommand, WarnsOfRulesThatStopLessThanWasMeant) {
  const auto file = world_.configure("      - a.example\n");
  world_.folder.write("own.toml",
                      "[[rules]]\nid = \"open\"\ndescription = \"Without an end\"\n"
                      "regex = '''own_(?:[a-z]+-)+x'''\nkeywords = [\"own_\"]\n");
  const Outcome done = world_.run(commands::plan, PlanOptions{file, PlanFormat::text});
  EXPECT_EQ(done.code, kYes) << done.err;
  EXPECT_THAT(done.err, HasSubstr("own.toml:1:1: warning: rule 'open'"));
}

}  // namespace
}  // namespace cork::commands
