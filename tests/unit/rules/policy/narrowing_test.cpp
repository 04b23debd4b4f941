// What narrows a route, by way of the Bottle it is a part of.
#include "rules/policy/narrowing.h"

#include "rules/policy/body_rule.h"
#include "rules/policy/bottle.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cork::policy {
namespace {

struct Entry {
  int line = 0;
  std::vector<std::string> methods = {};
  std::vector<std::string> paths = {};
  std::vector<GitVerb> git = {};
};

Bottle bottle(const std::vector<Entry>& entries, Mode mode = Mode::enforce) {
  std::vector<Route> routes;
  for (const Entry& entry : entries) {
    Route route{.pattern = HostPattern::parse("a.example").value(),
                .methods = entry.methods,
                .addresses = {},
                .where = {"/etc/cork/cork.yaml", entry.line, 9}};
    for (const std::string& path : entry.paths) {
      route.paths.push_back(PathPattern::parse(path).value());
    }
    for (const GitVerb verb : entry.git) route.git.add(verb);
    routes.push_back(std::move(route));
  }
  return {"dev", mode, std::move(routes), {"/etc/cork/cork.yaml", 7, 5}};
}

RequestHead head(std::string_view method, std::string_view target,
                 const std::vector<Field>& fields = {}) {
  return {.method = method,
          .scheme = Scheme::https,
          .authority = Endpoint::parse_authority("a.example", 443).value(),
          .target = Target::parse(target).value(),
          .fields = fields};
}

Decision ask(const Bottle& bottle, std::string_view method, std::string_view target,
             const std::vector<Field>& fields = {}) {
  return bottle.decide_request(head(method, target, fields));
}

TEST(Narrowing, ByPathsAdmitsThemAndNoOthers) {
  const Bottle dev = bottle({{8, {}, {"/repos/pypy/**", "/rate_limit"}}});
  EXPECT_EQ(ask(dev, "GET", "/repos/pypy/pypy?page=2").reason, Reason::allowed);
  EXPECT_EQ(ask(dev, "GET", "/repos/pypy/pypy").where.line, 8);
  EXPECT_EQ(ask(dev, "GET", "/rate_limit").reason, Reason::allowed);
  const Decision denied = ask(dev, "GET", "/user/keys");
  EXPECT_EQ(denied.reason, Reason::path_not_allowed);
  EXPECT_EQ(denied.route, "a.example");
  EXPECT_EQ(denied.where.line, 8);
  EXPECT_EQ(denied.detail,
            "bottle 'dev' may not ask for that path of a.example: its route 'a.example' admits "
            "/repos/pypy/**, /rate_limit only.");
  EXPECT_EQ(denied.operator_can,
            "add a pattern for that path to `paths` of the route 'a.example' of bottles.dev.allow "
            "(cork.yaml:8)");
}

// Not the whole host, and no more methods than git's own.
TEST(Narrowing, IsWhatARefusedRequestOfGitIsToldToAskFor) {
  const std::string fetch = "/pypy/pypy/info/refs?service=git-upload-pack";
  const std::string push = "/pypy/pypy/info/refs?service=git-receive-pack";
  const std::vector<Field> pack{{"Content-Type", "application/x-git-upload-pack-request"}};
  const auto advice = [](const std::string& entry) {
    return "add '- {host: " + entry + "}' under bottles.dev.allow in cork.yaml";
  };
  const Bottle nothing = bottle({});
  EXPECT_EQ(ask(nothing, "GET", fetch).reason, Reason::host_not_allowed);
  EXPECT_EQ(ask(nothing, "GET", fetch).operator_can, advice("a.example, git: fetch"));
  EXPECT_EQ(ask(nothing, "POST", "/a/git-upload-pack", pack).operator_can,
            advice("a.example, git: fetch"));
  EXPECT_EQ(ask(nothing, "GET", push).operator_can, advice("a.example, git: push"));
  EXPECT_EQ(ask(nothing, "GET", "/a/info/lfs/objects/" + std::string(64, 'a')).operator_can,
            advice("a.example, git: lfs"));
  EXPECT_EQ(ask(nothing, "GET", "/info/refs").operator_can,
            "add '- a.example' under bottles.dev.allow in cork.yaml");
  EXPECT_EQ(ask(bottle({}, Mode::observe), "GET", fetch).operator_can,
            advice("a.example, git: fetch"));

  const Decision method = ask(bottle({{8, {"GET"}}}), "POST", "/a/git-upload-pack", pack);
  EXPECT_EQ(method.reason, Reason::method_not_allowed);
  EXPECT_EQ(method.operator_can, advice("a.example, git: fetch"));
  const Decision path = ask(bottle({{8, {}, {"/b/**"}}}), "GET", fetch);
  EXPECT_EQ(path.reason, Reason::path_not_allowed);
  EXPECT_EQ(path.operator_can,
            advice("a.example, git: fetch") + ", with `paths` if it is for some repositories");
}

TEST(Narrowing, ByPathsJudgesEveryPlausibleReadingOfThePathAndNpmsScopesWork) {
  const Bottle dev = bottle({{8, {}, {"/@scope/**", "/files/*"}}});
  EXPECT_EQ(ask(dev, "GET", "/@scope%2fname").reason, Reason::allowed);
  EXPECT_EQ(ask(dev, "GET", "/@scope%2Fname").reason, Reason::allowed);
  EXPECT_EQ(ask(dev, "GET", "/@scope/name/-/name-1.0.0.tgz").reason, Reason::allowed);
  EXPECT_EQ(ask(dev, "GET", "/@other%2fname").reason, Reason::path_not_allowed);
  const Decision unclear = ask(dev, "GET", "/files/a%2fb");
  EXPECT_EQ(unclear.reason, Reason::path_not_allowed);
  EXPECT_NE(unclear.detail.find("some way to read the path leads elsewhere"), std::string::npos);
  const Decision dots = ask(dev, "GET", "/files/%2e%2e/x");
  EXPECT_EQ(dots.reason, Reason::path_not_allowed);
  EXPECT_EQ(dots.detail,
            "bottle 'dev' may not ask for that path of a.example: its route 'a.example' is "
            "narrowed by `paths`, and the path has a dot segment in a form that origins read "
            "differently.");
  EXPECT_EQ(ask(dev, "OPTIONS", "*").reason, Reason::path_not_allowed);
}

TEST(Narrowing, OneRouteAloneMustAdmitMethodAndEveryReading) {
  const Bottle dev = bottle({{8, {"GET"}, {"/a/*"}}, {9, {"POST"}, {"/a/b/*"}}, {10, {"PUT"}}});
  EXPECT_EQ(ask(dev, "GET", "/a/b").where.line, 8);
  EXPECT_EQ(ask(dev, "POST", "/a/b/c").where.line, 9);
  EXPECT_EQ(ask(dev, "PUT", "/x").where.line, 10);
  EXPECT_EQ(ask(dev, "POST", "/a/b").reason, Reason::path_not_allowed);
  EXPECT_EQ(ask(dev, "POST", "/a/b").where.line, 9);
  EXPECT_EQ(ask(dev, "GET", "/a/b%2fc").reason, Reason::path_not_allowed);
  const Decision method = ask(dev, "DELETE", "/a/b");
  EXPECT_EQ(method.reason, Reason::method_not_allowed);
  EXPECT_NE(method.detail.find("allows GET, POST, PUT only"), std::string::npos) << method.detail;
}

TEST(Narrowing, ByMethodOrPathRefusesMethodOverrideHeadersAndParameters) {
  for (const Entry& entry : {Entry{8, {"GET", "POST"}}, Entry{8, {}, {"/**"}}}) {
    const Bottle dev = bottle({entry});
    const Decision header = ask(dev, "POST", "/x", {{"X-HTTP-Method-Override", "DELETE"}});
    EXPECT_EQ(header.reason, Reason::method_not_allowed);
    EXPECT_EQ(header.where.line, 8);
    EXPECT_EQ(header.detail,
              "bottle 'dev' may not make that request to a.example: its route 'a.example' is "
              "narrowed, and one of its headers asks the origin to take it for another method.");
    EXPECT_EQ(ask(dev, "POST", "/x?_method=DELETE").reason, Reason::method_not_allowed);
  }
}

TEST(Narrowing, ByMethodOrPathRefusesXOriginalUrlAndXRewriteUrl) {
  for (const std::string_view name : {"X-Original-URL", "X-Rewrite-URL"}) {
    const Bottle dev = bottle({{8, {"GET"}}});
    EXPECT_EQ(ask(dev, "GET", "/x", {{name, "/admin"}}).reason, Reason::path_not_allowed);
    const Bottle wide = bottle({{8}});
    EXPECT_EQ(ask(wide, "GET", "/x", {{name, "/admin"}}).reason, Reason::allowed);
  }
}

TEST(Narrowing, IsOfNoConsequenceBesideARouteForTheWholePlace) {
  const Bottle dev = bottle({{8, {"GET"}, {"/a"}}, {9}, {10, {}, {}, {GitVerb::fetch}}});
  const Decision allowed = ask(dev, "DELETE", "/x?_method=y", {{"X-Original-URL", "/z"}});
  EXPECT_EQ(allowed.reason, Reason::allowed);
  EXPECT_EQ(allowed.where.line, 9);
  EXPECT_FALSE(BodyRule(dev, head("POST", "/x")).has_say());
}

TEST(Narrowing, ByGitFetchRefusesPushLfsWebDavWebFormsASecondServiceAndEverythingElse) {
  const Bottle dev = bottle({{8, {}, {}, {GitVerb::fetch}}});
  EXPECT_EQ(ask(dev, "GET", "/r/info/refs?service=git-upload-pack").reason, Reason::allowed);
  EXPECT_EQ(ask(dev, "POST", "/r/git-upload-pack",
                {{"Content-Type", "application/x-git-upload-pack-request"}})
                .reason,
            Reason::allowed);
  struct Case {
    std::string_view method, target, type, because, change;
  };
  const Case cases[] = {
      {"GET", "/r/info/refs?service=git-receive-pack", "", "it is a git push",
       "add `push` to `git`"},
      {"POST", "/r/git-receive-pack", "application/x-git-receive-pack-request", "it is a git push",
       "add `push` to `git`"},
      {"POST", "/r/info/lfs/objects/batch", "application/vnd.git-lfs+json", "it is an LFS batch",
       "add `lfs` to `git`"},
      {"PROPFIND", "/r/", "", "its method is one of WebDAV", "add an entry"},
      {"POST", "/login", "application/x-www-form-urlencoded", "it is a web form", "add an entry"},
      {"GET", "/r/info/refs?service=git-upload-pack&service=git-receive-pack", "",
       "its query names a service more than once", "add an entry"},
      {"GET", "/settings", "", "it is no request of git's smart HTTP", "add an entry"},
  };
  for (const Case& c : cases) {
    const Decision denied = ask(dev, c.method, c.target, {{"Content-Type", c.type}});
    EXPECT_EQ(denied.reason, Reason::git_not_allowed) << c.target;
    EXPECT_EQ(denied.where.line, 8);
    EXPECT_NE(denied.detail.find(c.because), std::string::npos) << denied.detail;
    EXPECT_TRUE(denied.operator_can.starts_with(c.change)) << denied.operator_can;
  }
  EXPECT_EQ(ask(dev, "GET", "/r/info/refs?service=git-receive-pack").detail,
            "bottle 'dev' may not make that request to a.example: its route 'a.example' admits git "
            "fetch only, and it is a git push.");
}

TEST(Narrowing, ByGitMayBeNarrowedFurtherByPathsAndStandsBesideOtherEntries) {
  const Bottle dev =
      bottle({{8, {}, {"/pypy/**"}, {GitVerb::fetch, GitVerb::push}}, {9, {"GET"}, {"/api/**"}}});
  EXPECT_EQ(ask(dev, "GET", "/pypy/x/info/refs?service=git-receive-pack").where.line, 8);
  EXPECT_EQ(ask(dev, "GET", "/other/x/info/refs?service=git-upload-pack").reason,
            Reason::path_not_allowed);
  EXPECT_EQ(ask(dev, "GET", "/api/v1").where.line, 9);
  EXPECT_EQ(ask(dev, "POST", "/api/v1").reason, Reason::method_not_allowed);
}

TEST(Narrowing, IsOnlyObservedWhereTheBottleObserves) {
  const Bottle dev =
      bottle({{8, {}, {"/a"}, {GitVerb::fetch}}, {9, {"GET"}, {"/b"}}}, Mode::observe);
  for (const auto& [method, target] : {std::pair("GET", "/x"), std::pair("GET", "/b?_method=x"),
                                       std::pair("POST", "/x"), std::pair("PROPFIND", "/a")}) {
    const Decision observed = ask(dev, method, target);
    EXPECT_NE(observed.reason, Reason::allowed) << target;
    EXPECT_TRUE(observed.observed && observed.allowed()) << target;
  }
}

TEST(Narrowing, NeverQuotesThePathTheQueryOrAHeadersValue) {
  const Bottle dev = bottle({{8, {"GET"}, {"/a"}, {}}});
  for (const Decision& denied :
       {ask(dev, "GET", "/hidden-text"), ask(dev, "GET", "/a?_method=hidden-text"),
        ask(dev, "GET", "/a", {{"X-Original-URL", "hidden-text"}})}) {
    EXPECT_FALSE(denied.allowed());
    EXPECT_EQ((denied.detail + denied.operator_can).find("hidden"), std::string::npos);
  }
}

}  // namespace
}  // namespace cork::policy
