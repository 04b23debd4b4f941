#include "proxy/config/route_narrowing.h"

#include "test_environment.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

namespace cork::config {
namespace {

using policy::GitVerb;
using testing::HasSubstr;

policy::Route route_of(const std::string& text) {
  auto config = parse(with_route(text), "/etc/cork/cork.yaml", at_home());
  EXPECT_TRUE(config) << render(config.error());
  return config.value().bottles.at(0).bottle.routes().at(0);
}

TEST(RouteNarrowing, ByPathsKeepsThePatternsAsWritten) {
  const policy::Route route =
      route_of("{host: a.example, paths: [/repos/pypy/**, \"/@scope/*\", /x%20y]}");
  ASSERT_EQ(route.paths.size(), 3U);
  EXPECT_EQ(route.paths[0].text(), "/repos/pypy/**");
  EXPECT_EQ(route.paths[1].text(), "/@scope/*");
  EXPECT_TRUE(route.paths[2].matches("/x y"));
  EXPECT_TRUE(route_of("a.example").paths.empty());
}

TEST(RouteNarrowing, ByGitTakesOneWordOrAList) {
  EXPECT_TRUE(route_of("{host: a.example, git: fetch}").git.has(GitVerb::fetch));
  EXPECT_FALSE(route_of("{host: a.example, git: push}").git.has(GitVerb::fetch));
  const auto both = route_of("{host: a.example, git: [fetch, lfs], paths: [/a/**]}").git;
  EXPECT_TRUE(both.has(GitVerb::fetch) && both.has(GitVerb::lfs) && !both.has(GitVerb::push));
  EXPECT_TRUE(route_of("a.example").git.empty());
}

TEST(RouteNarrowing, ThatIsWrongSaysWhereAndWhatToWrite) {
  const std::map<std::string, std::string> refused{
      {"{host: a.example, paths: /x}", "6:34: error: 'paths' is a list, here is a single value"},
      {"{host: a.example, paths: []}", "'paths' is empty"},
      {"{host: a.example, paths: [x/**]}", "6:35: error: 'x/**' is not a path pattern"},
      {"{host: a.example, paths: [/ok, /a**]}",
       "6:40: error: '/a**' is not a path pattern\n    '**' is a whole segment"},
      {"{host: a.example, paths: [/a, /a]}", "'/a' is listed twice"},
      {"{host: a.example, paths: [/a/../b]}", "write the path they lead to"},
      {"{host: a.example, pats: [/a]}", "did you mean 'paths'?"},
      {"{host: a.example, git: clone}", "6:32: error: 'clone' is not a word of `git`"},
      {"{host: a.example, git: clone }", "did you mean fetch?"},
      {"{host: a.example, git: write}", "did you mean [fetch, push]?"},
      {"{host: a.example, git: everything}", "write fetch (clone, pull), push, lfs"},
      {"{host: a.example, git: [fetch, lfs-upload]}", "an entry of its own"},
      {"{host: a.example, git: [fetch, fetch]}", "'fetch' is listed twice"},
      {"{host: a.example, git: []}", "'git' is empty"},
      {"{host: a.example, git: fetch, methods: [GET]}",
       "6:39: error: 'methods' says nothing beside 'git'"},
  };
  for (const auto& [text, expected] : refused) {
    EXPECT_THAT(errors_of(with_route(text)), HasSubstr(expected)) << text;
  }
}

TEST(RouteNarrowing, HasAsManyPathsAsOnePersonCanRead) {
  std::string paths;
  for (int i = 0; i < 65; ++i) paths += fmt::format("{}/p{}", i == 0 ? "" : ", ", i);
  EXPECT_THAT(errors_of(with_route("{host: a.example, paths: [" + paths + "]}")),
              HasSubstr("'paths' has more than 64 patterns"));
}

}  // namespace
}  // namespace cork::config
