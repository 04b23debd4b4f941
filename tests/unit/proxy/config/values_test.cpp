#include "proxy/config/values.h"

#include "test_environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

namespace cork::config {
namespace {

using testing::HasSubstr;

// The one value of `key: <text>`.
class Value {
 public:
  explicit Value(const std::string& text) {
    root_ = parse_document("key: " + text + "\n", report_);
  }
  Item item() { return item_of(root_.value().members.front()); }
  Report& report() { return report_; }
  std::string errors() { return render(report_.take()); }

 private:
  Report report_{"f.yaml"};
  std::optional<YamlNode> root_;
};

TEST(Values, NumbersAreDecimalAndNothingElse) {
  Value good("8");
  EXPECT_EQ(read_number(good.item(), {0, 9}, good.report()), 8U);
  EXPECT_EQ(good.errors(), "");
  const std::map<std::string, std::string> refused{
      {"010", "write 10 if you mean that decimal number"},
      {"0x10", "write a decimal number from 0 to 9"},
      {"\"8\"", "write 8 without quotes"},
      {"1e1", "digits alone"},
      {"-1", "digits alone"},
      {"1.0", "digits alone"},
      {"1_0", "digits alone"},
      {"10", "from 0 to 9"},
      {"99999999999999999999999", "from 0 to 9"},
      {"", "'key' has no value"},
      {"~", "'key' has no value"},
      {"[1]", "'key' is a single value, here is a list"},
  };
  for (const auto& [text, expected] : refused) {
    Value value(text);
    EXPECT_EQ(read_number(value.item(), {0, 9}, value.report()), std::nullopt) << text;
    EXPECT_THAT(value.errors(), HasSubstr(expected)) << text;
  }
}

TEST(Values, BooleansAreTrueAndFalseAlone) {
  Value good("false");
  EXPECT_EQ(read_bool(good.item(), good.report()), false);
  for (const char* text : {"yes", "on", "True", "\"true\"", "1"}) {
    Value value(text);
    EXPECT_EQ(read_bool(value.item(), value.report()), std::nullopt) << text;
    EXPECT_THAT(value.errors(), HasSubstr("write true, without quotes")) << text;
  }
  Value no("off");
  EXPECT_EQ(read_bool(no.item(), no.report()), std::nullopt);
  EXPECT_THAT(no.errors(), HasSubstr("write false"));
}

TEST(Values, ChoicesNameTheWordThatWasMeant) {
  Value typo("enforc");
  EXPECT_EQ(read_choice(typo.item(), {"enforce", "observe"}, {}, typo.report()), std::nullopt);
  EXPECT_THAT(typo.errors(), HasSubstr("did you mean 'enforce'?"));
  Value later("redact");
  EXPECT_EQ(read_choice(later.item(), {"block", "warn"}, {"redact"}, later.report()), std::nullopt);
  EXPECT_THAT(later.errors(), HasSubstr("not supported by this version of cork yet"));
}

TEST(Values, PathsAreRelativeToTheConfigurationAndBeginAtHomeWithATilde) {
  const Environment environment = environment_of({{"HOME", "/home/kim"}, {"WHERE", "here/x"}});
  const Surroundings surroundings{environment, "/etc/cork"};
  const std::map<std::string, std::string> paths{
      {"ca.pem", "/etc/cork/ca.pem"}, {"../ca.pem", "/etc/ca.pem"},      {"/a//b/./c", "/a/b/c"},
      {"~/x", "/home/kim/x"},         {"env:WHERE", "/etc/cork/here/x"},
  };
  for (const auto& [text, expected] : paths) {
    Value value(text);
    EXPECT_EQ(read_path(value.item(), surroundings, value.report()), expected) << text;
    EXPECT_EQ(value.errors(), "") << text;
  }
}

TEST(Values, APathThatCannotBeResolvedSaysWhy) {
  const Environment environment = environment_of({{"EMPTY", ""}});
  const Surroundings surroundings{environment, "/etc/cork"};
  const std::map<std::string, std::string> refused{
      {"env:ABSENT", "the environment variable ABSENT is not set"},
      {"env:EMPTY", "the environment variable EMPTY is empty"},
      {"\"env:\"", "'' is not the name of an environment variable"},
      {"env:a-b", "'a-b' is not the name"},
      {"~/x", "HOME is not set"},
      {"~kim/x", "whose home that is"},
      {"$HOME/x", "variables are not expanded"},
      {"${HOME}/x", "variables are not expanded"},
      {"\"\"", "'key' has no value"},
  };
  for (const auto& [text, expected] : refused) {
    Value value(text);
    EXPECT_EQ(read_path(value.item(), surroundings, value.report()), std::nullopt) << text;
    EXPECT_THAT(value.errors(), HasSubstr(expected)) << text;
  }
}

TEST(Values, ListenersAreAnAddressAndAPortOrAUnixSocket) {
  const Environment environment = at_home();
  const Surroundings surroundings{environment, "/etc/cork"};
  const std::map<std::string, std::string> listeners{
      {"127.0.0.1:8888", "127.0.0.1:8888"},
      {"0.0.0.0:0", "0.0.0.0:0"},
      {"\"[::1]:65535\"", "[::1]:65535"},
      {"unix:/run/cork/dev.sock", "unix:/run/cork/dev.sock"},
      {"unix:dev.sock", "unix:/etc/cork/dev.sock"},
  };
  for (const auto& [text, expected] : listeners) {
    Value value(text);
    const auto listen = read_listen(value.item(), surroundings, value.report());
    ASSERT_TRUE(listen) << text << value.errors();
    EXPECT_EQ(to_string(*listen), expected);
    EXPECT_EQ(listen->where, (Where{"f.yaml", 1, 6}));
  }
}

TEST(Values, AListenerThatIsNoneSaysWhatToWrite) {
  const Environment environment = at_home();
  const Surroundings surroundings{environment, "/etc/cork"};
  const std::map<std::string, std::string> refused{
      {"8888", "write an address too: 127.0.0.1:8888"},
      {"localhost:8888", "write 127.0.0.1:8888"},
      {"\":8888\"", "write 127.0.0.1:8888"},
      {"\"*:8888\"", "write 0.0.0.0:8888"},
      {"127.0.0.1", "as in 127.0.0.1:8888"},
      {"127.0.0.1:08888", "as in 127.0.0.1:8888"},
      {"127.0.0.1:65536", "as in 127.0.0.1:8888"},
      {"127.1:8888", "as in 127.0.0.1:8888"},
      {"proxy.example:8888", "as in 127.0.0.1:8888"},
      {"\"unix:\"", "as in 127.0.0.1:8888"},
      {"[\"::1\"]", "written in quotes: \"[::1]:8888\""},
      {"unix:/" + std::string(120, 'x'), "at most 107 bytes"},
  };
  for (const auto& [text, expected] : refused) {
    Value value(text);
    EXPECT_FALSE(read_listen(value.item(), surroundings, value.report())) << text;
    EXPECT_THAT(value.errors(), HasSubstr(expected)) << text;
  }
}

TEST(Values, ResolvesTheEnvironmentOnlyWhereItIsAskedTo) {
  const Environment environment = environment_of({{"A_1", "value"}});
  EXPECT_EQ(resolve_env("env:A_1", environment).value(), "value");
  EXPECT_EQ(resolve_env("plain", environment).value(), "plain");
  EXPECT_EQ(resolve_env("xenv:A_1", environment).value(), "xenv:A_1");
}

}  // namespace
}  // namespace cork::config
