#include "rules/policy/body_rule.h"

#include "rules/policy/bottle.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cork::policy {
namespace {

constexpr std::string_view kForm = "application/x-www-form-urlencoded";

Route route() {
  return {.pattern = HostPattern::parse("a.example").value(),
          .methods = {},
          .addresses = {},
          .where = {"/etc/cork/cork.yaml", 8, 9}};
}

Route for_git(GitVerb verb) {
  Route narrowed = route();
  narrowed.git.add(verb);
  return narrowed;
}

Route for_posts() {
  Route narrowed = route();
  narrowed.methods = {"POST"};
  return narrowed;
}

BodyRule rule(Route route, std::string_view method, std::string_view target, std::string_view type,
              Mode mode = Mode::enforce) {
  const Bottle dev("dev", mode, {std::move(route)}, {"/etc/cork/cork.yaml", 7, 5});
  const std::vector<Field> fields{{"Content-Type", type}};
  return {dev,
          {.method = method,
           .scheme = Scheme::https,
           .authority = Endpoint::parse_authority("a.example", 443).value(),
           .target = Target::parse(target).value(),
           .fields = fields}};
}

TEST(BodyRule, SaysNothingWhereTheRouteSaysNothing) {
  EXPECT_FALSE(BodyRule().has_say());
  EXPECT_FALSE(BodyRule().finish());
  EXPECT_FALSE(rule(route(), "POST", "/", kForm).has_say());
  EXPECT_FALSE(rule(for_posts(), "POST", "/", "application/json").has_say());
  EXPECT_FALSE(rule(for_posts(), "PUT", "/", kForm).has_say()) << "which is refused already";
}

TEST(BodyRule, RefusesAGitBodyThatIsNotWhatTheVerbSays) {
  BodyRule fetch = rule(for_git(GitVerb::fetch), "POST", "/r/git-upload-pack",
                        "application/x-git-upload-pack-request");
  ASSERT_TRUE(fetch.has_say());
  EXPECT_FALSE(fetch.feed("00"));
  const auto denied = fetch.feed("0bhello!\n");
  ASSERT_TRUE(denied);
  EXPECT_EQ(denied->reason, Reason::git_not_allowed);
  EXPECT_EQ(denied->where.line, 8);
  EXPECT_FALSE(denied->allowed());
  EXPECT_EQ(denied->detail,
            "bottle 'dev' may not send that body to a.example: its route 'a.example' admits git "
            "fetch only, and the body does not begin as a git fetch does.");
  EXPECT_FALSE(fetch.has_say());
  EXPECT_FALSE(fetch.feed("more"));
  EXPECT_FALSE(fetch.finish());
}

TEST(BodyRule, AdmitsAWholeGitBodyAndNotAHalfOne) {
  BodyRule fetch = rule(for_git(GitVerb::fetch), "POST", "/r/git-upload-pack",
                        "application/x-git-upload-pack-request");
  EXPECT_FALSE(fetch.feed("0000"));
  EXPECT_FALSE(fetch.finish());
  BodyRule push = rule(for_git(GitVerb::push), "POST", "/r/git-receive-pack",
                       "application/x-git-receive-pack-request");
  EXPECT_FALSE(push.feed("000"));
  ASSERT_TRUE(push.finish());
}

TEST(BodyRule, RefusesABodyWhereGitSendsNone) {
  BodyRule refs =
      rule(for_git(GitVerb::fetch), "GET", "/r/info/refs?service=git-upload-pack", "text/plain");
  ASSERT_TRUE(refs.has_say());
  EXPECT_EQ(refs.feed("x")->reason, Reason::git_not_allowed);
}

TEST(BodyRule, RefusesAnLfsUpload) {
  const auto batch = [] {
    return rule(for_git(GitVerb::lfs), "POST", "/r/info/lfs/objects/batch",
                "application/vnd.git-lfs+json");
  };
  BodyRule download = batch(), upload = batch();
  EXPECT_FALSE(download.feed(R"({"operation":"download"})"));
  EXPECT_FALSE(download.finish());
  EXPECT_EQ(upload.feed(R"({"operation":"upload"})")->reason, Reason::git_not_allowed);
}

TEST(BodyRule, RefusesAFormThatAsksForAnotherMethod) {
  for (const std::string_view type : {kForm, std::string_view()}) {
    BodyRule form = rule(for_posts(), "POST", "/", type);
    EXPECT_FALSE(form.feed("a=b&_met"));
    const auto denied = form.feed("hod=DELETE");
    ASSERT_TRUE(denied);
    EXPECT_EQ(denied->reason, Reason::method_not_allowed);
    EXPECT_EQ(denied->detail.find("DELETE"), std::string::npos);
  }
  BodyRule multipart = rule(for_posts(), "POST", "/", "multipart/form-data; boundary=b");
  EXPECT_TRUE(multipart.feed("Content-Disposition: form-data; name=\"_method\"\r\n"));
}

TEST(BodyRule, RefusesAFormInACharacterSetThatMaySpellItsNamesOtherwise) {
  for (const std::string_view type : {"application/x-www-form-urlencoded; charset=ibm037",
                                      "multipart/form-data; boundary=b; charset=UTF-16"}) {
    BodyRule form = rule(for_posts(), "POST", "/", type);
    ASSERT_TRUE(form.has_say()) << type;
    ASSERT_TRUE(form.feed("a=b")) << type;
  }
  BodyRule plain =
      rule(for_posts(), "POST", "/", "application/x-www-form-urlencoded; charset=\"UTF-8\"");
  EXPECT_FALSE(plain.feed("a=b"));
}

TEST(BodyRule, OnlyObservesWhereTheBottleDoes) {
  BodyRule form = rule(for_posts(), "POST", "/", kForm, Mode::observe);
  const auto observed = form.feed("_method=DELETE&");
  ASSERT_TRUE(observed);
  EXPECT_TRUE(observed->observed && observed->allowed());
}

TEST(BodyRule, CoversAnotherThatAsksTheSameOrNothing) {
  BodyRule none;
  BodyRule fetch = rule(for_git(GitVerb::fetch), "POST", "/r/git-upload-pack",
                        "application/x-git-upload-pack-request");
  BodyRule form = rule(for_posts(), "POST", "/", kForm);
  EXPECT_TRUE(none.covers(none));
  EXPECT_FALSE(none.covers(fetch));
  EXPECT_TRUE(fetch.covers(none));
  EXPECT_TRUE(fetch.covers(fetch));
  EXPECT_FALSE(form.covers(fetch));
}

TEST(BodyRule, RefusesWhatCannotBeDecoded) {
  BodyRule form = rule(for_posts(), "POST", "/", kForm);
  const Decision denied = form.undecodable("gzip data ends early");
  EXPECT_NE(denied.detail.find("the body cannot be decoded: gzip data ends early."),
            std::string::npos);
}

}  // namespace
}  // namespace cork::policy
