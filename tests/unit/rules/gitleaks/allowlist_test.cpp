#include "rules/gitleaks/allowlist.h"

#include "rules/gitleaks/document.h"

#include <gtest/gtest.h>

namespace cork::gitleaks {
namespace {

Allowlist list_of(std::vector<std::string> paths, std::vector<std::string> regexes,
                  std::vector<std::string> stopwords, Condition condition = Condition::any) {
  Allowlist list;
  list.path = join_patterns(paths).value_or(nullptr);
  list.regex = join_patterns(regexes).value_or(nullptr);
  list.paths = std::move(paths);
  list.regexes = std::move(regexes);
  list.stopwords = std::move(stopwords);
  list.condition = condition;
  return list;
}

const Candidate kFound{.secret = "S3cret-Example",
                       .match = "key=S3cret-Example",
                       .line = "a key=S3cret-Example",
                       .path = "t/a.py"};

TEST(AllowlistJudgeTest, AllowsByTheSecretsRegexOrAWordInIt) {
  EXPECT_TRUE(AllowlistJudge(list_of({}, {"^S3"}, {})).allows(kFound));
  EXPECT_FALSE(AllowlistJudge(list_of({}, {"^key"}, {})).allows(kFound));
  EXPECT_TRUE(AllowlistJudge(list_of({}, {"^key"}, {"example"})).allows(kFound));
  EXPECT_FALSE(AllowlistJudge(list_of({"a.py"}, {}, {})).allows(kFound)) << "a path is the file's";
}

TEST(AllowlistJudgeTest, AsksTheMatchOrTheLineWhereItIsTold) {
  Allowlist list = list_of({}, {"^key"}, {});
  list.target = RegexTarget::match;
  EXPECT_TRUE(AllowlistJudge(list).allows(kFound));
  list = list_of({}, {"^a key"}, {"a key"});
  list.target = RegexTarget::line;
  EXPECT_TRUE(AllowlistJudge(list).allows(kFound));
  list.regex = Pattern::compile("^nothing").value();
  EXPECT_FALSE(AllowlistJudge(list).allows(kFound)) << "stopwords are the secret's, whatever else";
}

TEST(AllowlistJudgeTest, WantsAllOfItWithConditionAnd) {
  const auto all = Condition::all;
  EXPECT_TRUE(AllowlistJudge(list_of({"a.py"}, {"^S3"}, {"example"}, all)).allows(kFound));
  EXPECT_FALSE(AllowlistJudge(list_of({"b.py"}, {"^S3"}, {"example"}, all)).allows(kFound));
  EXPECT_FALSE(AllowlistJudge(list_of({"a.py"}, {"^x"}, {"example"}, all)).allows(kFound));
  EXPECT_FALSE(AllowlistJudge(list_of({"a.py"}, {"^S3"}, {"other"}, all)).allows(kFound));
  Allowlist commits = list_of({}, {"^S3"}, {}, all);
  commits.commits = {"abc"};
  EXPECT_FALSE(AllowlistJudge(commits).allows(kFound)) << "a file has no commit";
}

TEST(AllowlistJudgeTest, AllowsAFileByItsPathUnlessMoreIsAsked) {
  EXPECT_TRUE(AllowlistJudge(list_of({"a.py"}, {"^S3"}, {})).allows_file("t/a.py"));
  EXPECT_TRUE(AllowlistJudge(list_of({"a.py"}, {}, {}, Condition::all)).allows_file("t/a.py"));
  const AllowlistJudge more(list_of({"a.py"}, {"^S3"}, {}, Condition::all));
  EXPECT_FALSE(more.allows_file("t/a.py"));
  EXPECT_TRUE(more.names_path("t/a.py"));
  EXPECT_FALSE(AllowlistJudge(list_of({".*"}, {}, {})).allows_file("")) << "standard input";
}

// The regexes are searched as one, so that a flag in the first holds for all.
TEST(AllowlistJudgeTest, JoinsItsRegexesAsGitleaksDoes) {
  const AllowlistJudge judge(list_of({}, {"(?i)^true", "false", "null$"}, {}));
  EXPECT_TRUE(judge.allows({.secret = "xFALSEx", .match = "", .line = "", .path = ""}));
}

}  // namespace
}  // namespace cork::gitleaks
