#include "proxy/commands/doctor.h"

#include "certs/authority.h"
#include "world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

namespace cork::commands {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

class DoctorCommand : public testing::Test {
 protected:
  DoctorCommand() { world_.environment["PATH"] = (world_.folder / "bin").string(); }

  void install(const std::string& name, const std::string& text = "exit 1") {
    ::chmod(world_.folder.write("bin/" + name, "#!/bin/sh\n" + text + "\n").c_str(), 0700);
  }
  Outcome doctor(bool configured = true) {
    DoctorOptions options;
    // Port 1 of loopback: nobody listens there.
    if (configured) {
      options.config = world_.folder.write(
          "cork.yaml",
          "version: 1\nca: {directory: ca}\naudit: {path: a}\nbottles:\n  dev:\n"
          "    listen: 127.0.0.1:1\n    allow: [a.example]\n");
    }
    return world_.run(commands::doctor, options);
  }

  World world_;
};

TEST_F(DoctorCommand, SaysWhatIsMissingAndWhatToDo) {
  install("curl");
  const Outcome done = doctor();
  EXPECT_EQ(done.code, kNo) << done.err;
  EXPECT_THAT(done.out, ContainsRegex("wrong  CA .*`cork ca init` makes one"));
  EXPECT_THAT(done.out, ContainsRegex("wrong  proxy .*HTTPS_PROXY is not set; eval "));
  EXPECT_THAT(done.out,
              ContainsRegex("wrong  door .*127.0.0.1:1: Connection refused; is `cork run`"));
  EXPECT_THAT(done.out, ContainsRegex("wrong  curl .*none of https_proxy"));
  EXPECT_THAT(done.out, HasSubstr("Not installed here: git, node, npm, python"));
  EXPECT_THAT(done.out, HasSubstr("\n4 of 4 checks failed.\n"));
}

TEST_F(DoctorCommand, LooksForTheCaInTheBundlesWhereNobodyAnswers) {
  const auto now = std::chrono::system_clock::now();
  const auto ca = certs::Authority::create(world_.folder / "ca", now);
  ASSERT_TRUE(ca);
  install("curl");
  world_.environment["HTTPS_PROXY"] = "http://127.0.0.1:1";
  world_.environment["CURL_CA_BUNDLE"] =
      world_.folder.write("good", ca->certificate_pem()).string();
  EXPECT_THAT(doctor().out, ContainsRegex("ok     curl .*trusts cork by CURL_CA_BUNDLE"));
  const auto other = certs::Authority::create(world_.folder / "other", now);
  ASSERT_TRUE(other);
  world_.environment["CURL_CA_BUNDLE"] =
      world_.folder.write("bad", other->certificate_pem()).string();
  EXPECT_THAT(doctor().out, HasSubstr("/bad: does not hold this CA"));
  world_.environment["CURL_CA_BUNDLE"] = world_.folder.write("empty", "text").string();
  EXPECT_THAT(doctor().out, HasSubstr("/empty: holds no certificate"));
  world_.environment["CURL_CA_BUNDLE"] = (world_.folder / "absent").string();
  EXPECT_THAT(doctor().out, ContainsRegex("/absent: .*No such file"));
}

TEST_F(DoctorCommand, WarnsOfACaThatEndsSoon) {
  const auto now = std::chrono::system_clock::now();
  ASSERT_TRUE(certs::Authority::create(world_.folder / "ca", now - std::chrono::days(3650 - 10)));
  EXPECT_THAT(doctor().out, ContainsRegex("\\?      CA .*valid for [0-9]+ days; "));
}

TEST_F(DoctorCommand, NamesProxyVariablesThatMislead) {
  world_.environment["HTTPS_PROXY"] = "https://127.0.0.1:1";
  EXPECT_THAT(doctor().out, HasSubstr("HTTPS_PROXY begins with https://; write http://"));
  world_.environment["HTTPS_PROXY"] = "http://127.0.0.1:1";
  world_.environment["https_proxy"] = "http://127.0.0.1:2";
  EXPECT_THAT(doctor().out, HasSubstr("HTTPS_PROXY and https_proxy differ"));
  world_.environment["NO_PROXY"] = "*";
  EXPECT_THAT(doctor().out, HasSubstr("NO_PROXY has a *"));
}

TEST_F(DoctorCommand, AsksToolsForWhatOnlyTheyKnow) {
  install("node", "echo v20.1.0");
  install("git", "case \"$*\" in *sslVerify*) echo false;; esac");
  world_.environment["NODE_USE_ENV_PROXY"] = "1";
  const Outcome done = doctor(false);
  EXPECT_THAT(done.out, HasSubstr("the fetch of v20.1.0 ignores proxy variables"));
  EXPECT_THAT(done.out, HasSubstr("http.sslVerify is false"));
}

TEST_F(DoctorCommand, NeedsNoConfiguration) {
  const Outcome done = doctor(false);
  EXPECT_EQ(done.code, kNo);
  EXPECT_THAT(done.out, Not(HasSubstr("CA ")));
  EXPECT_THAT(done.out, HasSubstr("HTTPS_PROXY is not set"));
}

TEST_F(DoctorCommand, OfABrokenConfigurationIsAUsageError) {
  DoctorOptions options;
  options.config = world_.folder.write("cork.yaml", "version: 2\n");
  EXPECT_EQ(world_.run(commands::doctor, options).code, kUsage);
}

}  // namespace
}  // namespace cork::commands
