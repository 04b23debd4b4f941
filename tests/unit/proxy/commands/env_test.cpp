#include "proxy/commands/env.h"

#include "proxy/commands/ca.h"
#include "world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace cork::commands {
namespace {

using testing::HasSubstr;

class Env : public testing::Test {
 protected:
  Env() {
    options_.config = world_.configure("      - a.example\n");
    world_.run(ca_init, CaOptions{options_.config, std::nullopt});
  }

  std::string bundle() {
    std::ifstream file(world_.folder / "ca/bundle.pem");
    return {std::istreambuf_iterator<char>(file), {}};
  }

  World world_;
  EnvOptions options_;
};

TEST_F(Env, PrintsTheDoorOfTheBottleAndWritesTheBundleBesideTheCa) {
  const Outcome done = world_.run(env, options_);
  EXPECT_EQ(done.code, kYes) << done.err;
  EXPECT_THAT(done.out, HasSubstr("export HTTPS_PROXY='http://127.0.0.1:8888'\n"));
  EXPECT_THAT(done.out, HasSubstr("export SSL_CERT_FILE='" +
                                  (world_.folder / "ca/bundle.pem").string() + "'\n"));
  EXPECT_THAT(bundle(), HasSubstr("BEGIN CERTIFICATE"));
  std::ifstream ca(world_.folder / "ca/ca.cert.pem");
  EXPECT_THAT(bundle(), HasSubstr(std::string(std::istreambuf_iterator<char>(ca), {})));
}

TEST_F(Env, KeepsWhatNodeTrustedBefore) {
  world_.environment["NODE_EXTRA_CA_CERTS"] = world_.folder.write("extra.pem", "# company\n");
  EXPECT_EQ(world_.run(env, options_).code, kYes);
  EXPECT_TRUE(bundle().ends_with("# company\n"));
  world_.environment["NODE_EXTRA_CA_CERTS"] = (world_.folder / "ca/bundle.pem").string();
  EXPECT_EQ(world_.run(env, options_).code, kYes);
  EXPECT_THAT(bundle(), testing::Not(HasSubstr("# company")));
}

TEST_F(Env, GivesJavaTheSameRootsAndKeepsItsOtherOptions) {
  world_.environment["JAVA_TOOL_OPTIONS"] = "-Xmx1g";
  const Outcome done = world_.run(env, options_);
  const auto store = world_.folder / "ca/truststore.jks";
  EXPECT_THAT(done.out, HasSubstr("export JAVA_TOOL_OPTIONS='-Xmx1g -Dhttp.proxyHost=127.0.0.1 "));
  EXPECT_THAT(done.out, HasSubstr("trustStore=" + store.string() + "'\n"));
  EXPECT_GT(std::filesystem::file_size(store), 100U);
  options_.shell = Shell::docker;
  EXPECT_THAT(world_.run(env, options_).out, testing::Not(HasSubstr("-Xmx1g")));
}

TEST_F(Env, GivesWgetItsRootsWhereTheUserHasNoWgetrc) {
  const auto file = world_.folder / "ca/wgetrc";
  const std::string line = "export WGETRC='" + file.string() + "'\n";
  EXPECT_THAT(world_.run(env, options_).out, HasSubstr(line));
  std::ifstream written(file);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(written), {}),
            "ca_certificate = " + (world_.folder / "ca/bundle.pem").string() + "\n");
  world_.environment["WGETRC"] = file.string();
  EXPECT_THAT(world_.run(env, options_).out, HasSubstr(line)) << "the second time";
  world_.environment["WGETRC"] = "/etc/my-wgetrc";
  EXPECT_THAT(world_.run(env, options_).out, testing::Not(HasSubstr("WGETRC")));
  world_.environment.erase("WGETRC");
  std::filesystem::create_directories(world_.folder / "home");
  world_.folder.write("home/.wgetrc", "quiet = on\n");
  EXPECT_THAT(world_.run(env, options_).out, testing::Not(HasSubstr("WGETRC")));
}

TEST_F(Env, SaysWhichCertificateIsDamaged) {
  world_.environment["NODE_EXTRA_CA_CERTS"] =
      world_.folder.write("extra.pem", "-----BEGIN CERTIFICATE-----\n!!\n");
  EXPECT_THAT(world_.run(env, options_).err, HasSubstr("is damaged"));
}

TEST_F(Env, SpeaksForAClientThatIsElsewhere) {
  options_.shell = Shell::docker;
  options_.proxy = "http://cork:8888/";
  options_.ca_file = "/ca/bundle.pem";
  const Outcome done = world_.run(env, options_);
  EXPECT_EQ(done.code, kYes) << done.err;
  EXPECT_THAT(done.out, HasSubstr("\nHTTPS_PROXY=http://cork:8888\n"));
  EXPECT_THAT(done.out, HasSubstr("\nCURL_CA_BUNDLE=/ca/bundle.pem\n"));
  EXPECT_THAT(done.out, HasSubstr("-Dhttp.proxyHost=cork "));
  EXPECT_THAT(done.out, HasSubstr("trustStore=/ca/truststore.jks\n"));
  EXPECT_THAT(done.out, testing::Not(HasSubstr("WGETRC"))) << "nothing wrote one there";
}

TEST_F(Env, PointsAtLoopbackWhereTheDoorIsEveryAddress) {
  options_.config =
      world_.folder.write("any.yaml",
                          "version: 1\nca: {directory: ca}\naudit: {path: a}\n"
                          "bottles: {dev: {listen: \"[::]:8888\", allow: [a.example]}}\n");
  EXPECT_THAT(world_.run(env, options_).out, HasSubstr("http_proxy='http://[::1]:8888'"));
}

TEST_F(Env, SaysWhyAClientCannotUseADoor) {
  for (const auto& [listen, expected] : {std::pair("unix:/run/a.sock", "a unix socket"),
                                         std::pair("127.0.0.1:0", "any free port")}) {
    options_.config = world_.folder.write(
        "odd.yaml", "version: 1\nca: {directory: ca}\naudit: {path: a}\nbottles: {dev: {listen: '" +
                        std::string(listen) + "', allow: [a.example]}}\n");
    const Outcome done = world_.run(env, options_);
    EXPECT_EQ(done.code, kUsage);
    EXPECT_THAT(done.err, HasSubstr(expected));
    EXPECT_EQ(done.out, "false\n");
  }
  options_.proxy = "nowhere";
  EXPECT_THAT(world_.run(env, options_).err, HasSubstr("--proxy nowhere: a port is missing"));
}

TEST_F(Env, FailsInTheShellThatEvaluatesIt) {
  std::filesystem::remove_all(world_.folder / "ca");
  for (const auto& [shell, expected] :
       {std::pair(Shell::sh, "false\n"), std::pair(Shell::fish, "false\n"),
        std::pair(Shell::docker, "")}) {
    options_.shell = shell;
    const Outcome done = world_.run(env, options_);
    EXPECT_EQ(done.code, kUsage);
    EXPECT_EQ(done.out, expected);
    EXPECT_THAT(done.err, HasSubstr("cork ca init"));
  }
}

TEST_F(Env, PrintsCredentialsOnlyWhereTheBottleIsNamed) {
  options_.config = world_.folder.write(
      "auth.yaml",
      "version: 1\nca: {directory: ca}\naudit: {path: a}\nbottles: {dev: {listen: "
      "127.0.0.1:8888, allow: [a.example], proxy_auth: {user: dev one, password: env:DEV}}}\n");
  world_.environment["DEV"] = "p@ss:w%rd/";
  Outcome done = world_.run(env, options_);
  EXPECT_EQ(done.code, kUsage);
  EXPECT_THAT(done.err, HasSubstr("`cork env --bottle dev`"));
  EXPECT_THAT(done.out + done.err, testing::Not(HasSubstr("ss:w")));
  options_.bottle = "dev";
  done = world_.run(env, options_);
  EXPECT_EQ(done.code, kYes) << done.err;
  EXPECT_THAT(done.out, HasSubstr("export HTTPS_PROXY='http://dev%20one:p%40ss%3Aw%25rd%2F@"
                                  "127.0.0.1:8888'\n"));
  EXPECT_THAT(done.out, HasSubstr("-Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=8888 "));
  world_.environment.erase("DEV");
  done = world_.run(env, options_);
  EXPECT_EQ(done.code, kUsage);
  EXPECT_THAT(done.err, HasSubstr("the environment variable DEV is not set"));
}

TEST_F(Env, NeedsACa) {
  std::filesystem::remove_all(world_.folder / "ca");
  const Outcome done = world_.run(env, options_);
  EXPECT_EQ(done.code, kUsage);
  EXPECT_THAT(done.err, HasSubstr("`cork ca init` makes the CA"));
}

}  // namespace
}  // namespace cork::commands
