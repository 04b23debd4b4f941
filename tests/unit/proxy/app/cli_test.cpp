#include "proxy/app/cli.h"

#include "base/version.h"
#include "tests/support/full_stream.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

namespace cork::app {
namespace {

using testing::HasSubstr;

struct Outcome {
  int code = -1;
  std::string out, err;
};

class Cli : public testing::Test {
 protected:
  // `onto`: where its output goes; nullptr: to what is returned.
  Outcome cork(std::vector<const char*> arguments, std::FILE* onto = nullptr) {
    arguments.insert(arguments.begin(), "cork");
    char* texts[2] = {};
    std::size_t sizes[2] = {};
    std::FILE* out = ::open_memstream(&texts[0], &sizes[0]);
    std::FILE* err = ::open_memstream(&texts[1], &sizes[1]);
    const commands::Context context{
        .environment = [this](const std::string& name) -> std::optional<std::string> {
          if (name == "HOME" && has_home_) return folder_.path().string();
          return std::nullopt;
        },
        .out = onto != nullptr ? onto : out,
        .err = err,
        .now = [] { return std::chrono::system_clock::now(); },
        .pause = [] { return false; }};
    Outcome outcome;
    outcome.code = dispatch(
        static_cast<int>(arguments.size()), arguments.data(), context,
        [this](const config::Config& config, const RunOptions& options, std::FILE*, std::FILE*) {
          served_.push_back(config.file);
          drain_ms_ = options.drain_ms;
          ca_bundle_ = options.ca_bundle;
          return 0;
        });
    std::fclose(out);
    std::fclose(err);
    outcome.out.assign(texts[0], sizes[0]);
    outcome.err.assign(texts[1], sizes[1]);
    std::free(texts[0]);
    std::free(texts[1]);
    return outcome;
  }

  test::TemporaryFolder folder_;
  bool has_home_ = true;
  std::vector<std::filesystem::path> served_;
  std::uint64_t drain_ms_ = 0;
  std::optional<std::filesystem::path> ca_bundle_;
};

TEST_F(Cli, SaysItsVersionWhichIsTheProjects) {
  const Outcome done = cork({"--version"});
  EXPECT_EQ(done.code, 0);
  EXPECT_EQ(done.out, "cork " + std::string(kVersion) + "\n");
  std::ifstream file(CORK_SOURCE_DIR "/CMakeLists.txt");
  const std::string cmake{std::istreambuf_iterator<char>(file), {}};
  EXPECT_THAT(cmake, HasSubstr("VERSION " + std::string(kVersion) + " "));
}

TEST_F(Cli, TakesTheOtherWordsForVersionAndHelp) {
  const std::string version = cork({"--version"}).out;
  EXPECT_EQ(cork({"-V"}).out, version);
  EXPECT_EQ(cork({"version"}).out, version);
  EXPECT_EQ(cork({"help"}).out, cork({"--help"}).out);
  EXPECT_EQ(cork({"help", "audit", "ls"}).out, cork({"audit", "ls", "--help"}).out);
  EXPECT_EQ(cork({"help", "audit", "ls"}).code, 0);
}

TEST_F(Cli, HelpsWithExamples) {
  const Outcome help = cork({"--help"});
  EXPECT_EQ(help.code, 0);
  for (const char* word :
       {"run", "check", "env", "ca", "rules", "audit", "health", "Examples:", "Exit codes"}) {
    EXPECT_THAT(help.out, HasSubstr(word));
  }
  const std::vector<std::vector<const char*>> commands{{"run"},   {"check"}, {"env"},   {"ca"},
                                                       {"rules"}, {"audit"}, {"health"}};
  for (std::vector<const char*> command : commands) {
    command.push_back("--help");
    const Outcome one = cork(command);
    EXPECT_EQ(one.code, 0) << command[0];
    EXPECT_THAT(one.out, HasSubstr("cork ")) << command[0];
    EXPECT_EQ(one.err, "") << command[0];
  }
  EXPECT_THAT(cork({"check", "--help"}).out, HasSubstr("cork check https://"));
}

TEST_F(Cli, EndsUsageErrorsWithTwoAndOneClearMessage) {
  const std::pair<std::vector<const char*>, const char*> mistakes[] = {
      {{"chek", "https://a.example/"}, "there is no command 'chek'\n    did you mean 'check'?"},
      {{"zzzzzz"}, "there are: run, check, plan, env, ca, rules, scan, audit"},
      {{"audit", "tial"}, "did you mean 'tail'?"},
      {{"help", "nonsense"}, "there is no command 'nonsense'"},
      {{"audit", "tial", "--help"}, "did you mean 'tail'?"},
      {{"audit"}, "`cork audit --help`"},
      {{"ca"}, "there are: init, show, bundle; `cork ca --help`"},
      {{"check"}, "`cork check --help`"},
      {{"check", "--metod", "GET", "https://a.example/"}, "did you mean '--method'?"},
      {{"plan", "--confg", "x"},
       "`cork plan` has no option '--confg'\n    did you mean '--config'?"},
      {{"scan", "--fromat=json", "."}, "has no option '--fromat'\n    did you mean '--format'?"},
      {{"audit", "ls", "--botle", "x"}, "did you mean '--bottle'?"},
      {{"audit", "ls", "--zzzzzzzz"}, "'--zzzzzzzz'\n    `cork audit ls --help` lists"},
      {{"--config", "x", "plan"},
       "'--config' stands in front of its command\n    write it behind: `cork plan --config ...`"},
      {{"audit", "--file", "x", "ls"}, "write it behind: `cork audit ls --file ...`"},
      {{"--verion"}, "did you mean '--version'?"},
      {{"plan", "-c", "x"}, "did you mean '--config'?"},
      {{"plan", "-z", "x"}, "has no option '-z'\n    `cork plan --help` lists"},
      {{"-v"}, "did you mean '--version'?"},
      {{"plan", "extra"}, "`cork plan --help`"},
      {{"run", "--drain-ms", "soon"}, "`cork run --help`"},
      {{"run", "--drain-ms", "-1"}, "`cork run --help`"},
      {{"env", "--shell", "tcsh"}, "tcsh"},
      {{"audit", "tail", "-n", "many"}, "`cork audit tail --help`"},
      {{"--nonsense"}, "`cork --help`"},
      {{}, "Examples:"},
  };
  for (const auto& [arguments, expected] : mistakes) {
    const Outcome done = cork(arguments);
    EXPECT_EQ(done.code, 2) << done.err;
    EXPECT_THAT(done.err, HasSubstr(expected));
    EXPECT_EQ(done.out, "");
  }
}

TEST_F(Cli, WritesAConfigurationOnTheFirstRun) {
  if (std::filesystem::exists("/etc/cork/cork.yaml")) GTEST_SKIP() << "this machine has one";
  const auto file = folder_ / ".config/cork/cork.yaml";
  const Outcome first = cork({"run", "--drain-ms", "5", "--ca-bundle", "/ca/bundle.pem"});
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_THAT(first.out, HasSubstr("wrote " + file.string()));
  EXPECT_EQ(served_, (std::vector{file}));
  EXPECT_EQ(drain_ms_, 5U);
  EXPECT_EQ(ca_bundle_, "/ca/bundle.pem");
  const Outcome second = cork({"run"});
  EXPECT_EQ(second.out, "");
  EXPECT_EQ(served_.size(), 2U);
  EXPECT_EQ(drain_ms_, RunOptions{}.drain_ms);
  EXPECT_EQ(ca_bundle_, std::nullopt);
}

TEST_F(Cli, RunsNothingOnAConfigurationWithAnError) {
  const std::string file = folder_.write("cork.yaml", "version: 1\n").string();
  const Outcome wrong = cork({"run", "--config", file.c_str()});
  EXPECT_EQ(wrong.code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("cork.yaml:1:1: error: "));
  const Outcome absent = cork({"run", "--config", "/nonexistent/cork.yaml"});
  EXPECT_EQ(absent.code, 2);
  EXPECT_THAT(absent.err, HasSubstr("/nonexistent/cork.yaml: error: there is no such file"));
  EXPECT_TRUE(served_.empty());
}

TEST_F(Cli, FailsWhereItsOutputCannotBeWritten) {
  test::FullStream full(ENOSPC), gone(EPIPE);
  const std::string said = "cork: error: the output cannot be written: No space left on device\n";
  const std::vector<std::vector<const char*>> commands{
      {"--version"}, {"--help"}, {"rules", "ls"}, {"scan", "/dev/null", "--format", "json"}};
  for (const auto& command : commands) {
    const Outcome lost = cork(command, full.file());
    EXPECT_EQ(lost.code, 1) << command[0];
    EXPECT_THAT(lost.err, HasSubstr(said)) << command[0];
    EXPECT_THAT(cork(command, gone.file()).err, testing::Not(HasSubstr("written")));
  }
}

TEST_F(Cli, NeedsAPlaceForItsFirstConfiguration) {
  if (std::filesystem::exists("/etc/cork/cork.yaml")) GTEST_SKIP() << "this machine has one";
  has_home_ = false;
  const Outcome done = cork({"run"});
  EXPECT_EQ(done.code, 2);
  EXPECT_THAT(done.err, HasSubstr("HOME is not set"));
}

TEST_F(Cli, PassesOptionsToTheCommands) {
  const std::string file =
      folder_
          .write("cork.yaml",
                 "version: 1\nca: {directory: ca}\naudit: {path: a}\nbottles: {dev: "
                 "{listen: 127.0.0.1:1, allow: [a.example]}}\n")
          .string();
  EXPECT_EQ(cork({"ca", "init", "--config", file.c_str()}).code, 0);
  EXPECT_THAT(cork({"env", "--shell", "fish", "--config", file.c_str()}).out,
              HasSubstr("set -gx HTTPS_PROXY 'http://127.0.0.1:1'"));
  const Outcome check = cork({"check", "--header", "X-A: 1", "--header", "X-B: 2",
                              "https://b.example/", "--method", "PUT", "--config", file.c_str()});
  EXPECT_EQ(check.code, 3) << check.err;
  EXPECT_THAT(check.out, HasSubstr("DENIED  PUT https://b.example"));
}

}  // namespace
}  // namespace cork::app
