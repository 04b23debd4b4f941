#include "proxy/config/secrets_dotenv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace cork::config {
namespace {

using testing::ElementsAre;
using testing::Pair;

std::vector<std::pair<std::string, std::string>> read(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> read;
  const auto variables = parse_dotenv(text);
  EXPECT_TRUE(variables) << variables.error().what;
  if (!variables) return read;
  for (const auto& one : *variables) read.emplace_back(one.name, one.value.view());
  return read;
}

std::string error(std::string_view text) {
  const auto variables = parse_dotenv(text);
  return variables ? "" : variables.error().what;
}

TEST(SecretsDotenv, ReadsALineEach) {
  EXPECT_THAT(read("A=1\n\n# B=2\nexport C = three four  \r\nD=\nE.x_1=a#b\nF=a #b"),
              ElementsAre(Pair("A", "1"), Pair("C", "three four"), Pair("D", ""),
                          Pair("E.x_1", "a#b"), Pair("F", "a")));
  EXPECT_THAT(read("\xEF\xBB\xBF"
                   "A=1"),
              ElementsAre(Pair("A", "1")));
  EXPECT_THAT(read("exported=1"), ElementsAre(Pair("exported", "1")));
}

TEST(SecretsDotenv, TakesQuotesOffAndEscapesInDoubleOnesAlone) {
  EXPECT_THAT(read(R"(A="x\ny\"z" # c
B='x\n#y'
C="two
lines"
D="")"),
              ElementsAre(Pair("A", "x\ny\"z"), Pair("B", "x\\n#y"), Pair("C", "two\nlines"),
                          Pair("D", "")));
}

TEST(SecretsDotenv, NamesTheLineThatIsNoneAndQuotesNothing) {
  EXPECT_EQ(error("A=1\nsecret\n"), "line 2 is no KEY=value");
  EXPECT_EQ(error("A=1\nB=\"open\nC=3"), "line 2 is no KEY=value");
  EXPECT_EQ(error("1A=1"), "line 1 is no KEY=value");
  EXPECT_EQ(error("A=\"x\" y"), "line 1 is no KEY=value");
}

}  // namespace
}  // namespace cork::config
