#include "proxy/commands/scan.h"

#include "git_repository.h"
#include "world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace cork::commands {
namespace {

using testing::HasSubstr;
using testing::Not;

class ScanCommand : public testing::Test {
 protected:
  ScanCommand() {
    options_.config = world_.folder.write(
        "rules.toml", "[[rules]]\nid = 'tok'\ndescription = 'Token'\nregex = 'tok_[0-9a-f]{16}'\n");
    std::filesystem::create_directory(world_.folder / "src");
    options_.paths = {(world_.folder / "src").native()};
    options_.ignore_path = world_.folder / "src";
  }
  Outcome run() { return world_.run(scan, options_); }

  const std::string secret_ = "tok_" + std::string(16, '7');
  World world_;
  ScanOptions options_;
};

TEST_F(ScanCommand, SaysNothingWhereThereIsNothing) {
  world_.folder.write("src/a.py", "x = 1\n");
  const Outcome outcome = run();
  EXPECT_EQ(outcome.code, kYes);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, HasSubstr("cork scan: 0 findings in 1 file, 6 B"));
  EXPECT_THAT(outcome.err, HasSubstr("; the rules are those of " + options_.config->native()));
}

TEST_F(ScanCommand, SaysWhereASecretIsAndNotTheSecret) {
  world_.folder.write("src/a.py", "x = 1\ny = \"" + secret_ + "\"\n");
  const Outcome outcome = run();
  EXPECT_EQ(outcome.code, kNo);
  EXPECT_THAT(outcome.out, HasSubstr("src/a.py:2:6: tok\n"));
  EXPECT_THAT(outcome.out, HasSubstr("tok_... (20 characters)"));
  EXPECT_THAT(outcome.out, Not(HasSubstr(secret_)));
  options_.show_secrets = true;
  EXPECT_THAT(run().out, HasSubstr(secret_));
}

TEST_F(ScanCommand, LooksOnceIntoAFileThatIsNamedTwice) {
  const auto file = world_.folder.write("src/a.py", secret_ + "\n");
  const auto folder = world_.folder / "src";
  options_.paths = {folder.native(), file, (folder / ".." / "src" / "a.py").native()};
  EXPECT_THAT(run().err, HasSubstr("1 finding in 1 file"));
}

TEST_F(ScanCommand, WritesAReportByTheNameOfItsFile) {
  world_.folder.write("src/a.py", secret_ + "\n");
  options_.report_path = world_.folder / "leaks.sarif";
  const Outcome outcome = run();
  EXPECT_EQ(outcome.code, kNo);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(world_.folder.read("leaks.sarif"), HasSubstr("\"2.1.0\""));
  options_.report_path = world_.folder / "no/such/folder.json";
  EXPECT_EQ(run().code, kFailed);
}

TEST_F(ScanCommand, LeavesKnownFindingsOut) {
  world_.folder.write("src/a.py", secret_ + "\n");
  options_.report_path = world_.folder / "base.json";
  EXPECT_EQ(run().code, kNo);
  options_.baseline = options_.report_path;
  options_.report_path.reset();
  const Outcome again = run();
  EXPECT_EQ(again.code, kYes) << again.out;
  EXPECT_THAT(again.err, HasSubstr("1 known one is not told"));
  options_.baseline.reset();
  world_.folder.write("src/.gitleaksignore", (world_.folder / "src/a.py").native() + ":tok:1\n");
  EXPECT_EQ(run().code, kYes);
}

TEST_F(ScanCommand, WarnsOnceOfWhatIsNoFingerprint) {
  world_.folder.write("src/.gitleaksignore", "no fingerprint\n");
  const std::string said = run().err;
  const std::size_t first = said.find("this is no fingerprint");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(said.find("this is no fingerprint", first + 1), std::string::npos);
}

TEST_F(ScanCommand, SaysHowMuchGitIgnoresAndWhereItCannotTell) {
  test::make_git_folder(world_.folder, "src/.git");
  std::filesystem::create_directories(world_.folder / "src/build");
  world_.folder.write("src/.gitignore", "*.log\nbuild/\n");
  world_.folder.write("src/a.log", secret_ + "\n");
  const Outcome outcome = run();
  EXPECT_EQ(outcome.code, kYes);
  EXPECT_THAT(outcome.err, HasSubstr("; 1 file that git ignores left out; "
                                     "1 folder that git ignores not entered; 1 folder of git's"));
  world_.folder.write("src/.git/index", "?");
  const Outcome unsure = run();
  EXPECT_EQ(unsure.code, kNo);
  EXPECT_THAT(unsure.err, HasSubstr("cork: warning: "));
}

TEST_F(ScanCommand, SaysWhatIsWrongWithItsOptions) {
  options_.paths = {"no-such-file"};
  EXPECT_EQ(run().code, kUsage);
  options_.paths = {(world_.folder / "src").native()};
  options_.config = world_.folder.write("bad.toml", "[[rules]]\nid = 'a'\nregex = '('\n");
  const Outcome outcome = run();
  EXPECT_EQ(outcome.code, kUsage);
  EXPECT_THAT(outcome.err, HasSubstr("bad.toml:3:9: error: 'regex'"));
  options_.config =
      world_.folder.write("old.toml", "[allowlist]\npaths=['x']\n[[rules]]\nid='a'\nregex='b'\n");
  EXPECT_THAT(run().err, HasSubstr("warning: 'allowlist' is the old spelling"));
  options_.baseline = world_.folder.write("b.json", "{}");
  EXPECT_EQ(run().code, kUsage);
}

TEST_F(ScanCommand, FailsWhereAFileCannotBeReadAndNothingElseIsFound) {
  if (::geteuid() == 0) GTEST_SKIP() << "root reads everything";
  std::filesystem::permissions(world_.folder.write("src/a.py", "x"), std::filesystem::perms::none);
  EXPECT_EQ(run().code, kFailed);
}

}  // namespace
}  // namespace cork::commands
