#include "proxy/config/presets.h"

#include "test_environment.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace cork::config {
namespace {

using policy::Reason;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;

std::string with_use(const std::string& use, const std::string& allow = {}) {
  return "version: 1\nbottles:\n  dev:\n    listen: 127.0.0.1:8888\n    use: " + use + "\n" +
         (allow.empty() ? "" : "    allow:\n" + allow);
}

BottleConfig bottle(const std::string& use, const std::string& allow = {}) {
  auto config = parse(with_use(use, allow), "/etc/cork/cork.yaml", at_home());
  EXPECT_TRUE(config) << render(config.error());
  return std::move(config->bottles.at(0));
}

policy::Decision decide(const BottleConfig& bottle, const std::string& method,
                        const std::string& host, Scheme scheme = Scheme::https,
                        const std::string& target = "/") {
  const RequestHead head{method,
                         scheme,
                         {Host::parse(host).value(), default_port(scheme)},
                         Target::parse(target).value(),
                         {}};
  return bottle.bottle.decide_request(head);
}

std::vector<std::string> ids() {
  std::vector<std::string> all;
  for (const Preset& one : all_presets()) all.push_back(one.id());
  return all;
}

TEST(Presets, AreThereForTheAgentsAndPackageManagersPeopleRun) {
  EXPECT_THAT(ids(), IsSupersetOf({"claude-code@1", "codex@1", "gemini-cli@1", "aider@1", "npm@1",
                                   "pypi@1", "cargo@1", "go@1", "debian@1", "github@1"}));
}

TEST(Presets, AreAllInOrderAndSayWhatTheyAreForAndWhereTheyHaveItFrom) {
  for (const Preset& preset : all_presets()) {
    const BottleConfig read = bottle("[" + preset.id() + "]");
    EXPECT_FALSE(read.bottle.routes().empty()) << preset.id();
    EXPECT_FALSE(read.presets.at(0).what.empty()) << preset.id();
    EXPECT_THAT(std::string(preset.text), HasSubstr("# Source: https://")) << preset.id();
    EXPECT_TRUE(preset.text.starts_with("# ")) << preset.id();
  }
}

TEST(Presets, OpenNoPrivateAddressNoWildcardAndNoOtherPort) {
  for (const Preset& preset : all_presets()) {
    for (const policy::Route& route : bottle("[" + preset.id() + "]").bottle.routes()) {
      EXPECT_TRUE(route.addresses.empty()) << preset.id();
      EXPECT_EQ(route.port, default_port(route.scheme)) << preset.id();
      EXPECT_EQ(route.pattern.text().find('*'), std::string::npos) << preset.id();
    }
  }
}

TEST(Presets, OfPackageManagersOnlyRead) {
  for (const char* name : {"npm", "pypi", "cargo", "go", "debian"}) {
    for (const policy::Route& route : bottle(fmt::format("[{}]", name)).bottle.routes()) {
      EXPECT_EQ(route.methods, (std::vector<std::string>{"GET", "HEAD"})) << name;
    }
  }
}

TEST(Presets, LetGitFetchFromGitHubAndNotPush) {
  const BottleConfig github = bottle("[github]");
  const auto fetch = [&](const char* target) {
    return decide(github, "GET", "github.com", Scheme::https, target).reason;
  };
  EXPECT_EQ(fetch("/pypy/pypy.git/info/refs?service=git-upload-pack"), Reason::allowed);
  EXPECT_NE(fetch("/pypy/pypy.git/info/refs?service=git-receive-pack"), Reason::allowed);
  EXPECT_EQ(fetch("/pypy/pypy/releases/download/v1/a.tar.gz"), Reason::allowed);
  EXPECT_NE(fetch("/login"), Reason::allowed);
  EXPECT_NE(decide(github, "POST", "github.com", Scheme::https, "/session").reason,
            Reason::allowed);
}

TEST(Presets, OpenOnlyTheMirrorsOwnBucketForGo) {
  const BottleConfig go = bottle("[go]");
  const auto get = [&](const char* target) {
    return decide(go, "GET", "storage.googleapis.com", Scheme::https, target).reason;
  };
  EXPECT_EQ(get("/proxy-golang-org-prod/8e29-google.golang.org:api-v0.162.0.zip"), Reason::allowed);
  EXPECT_EQ(get("/somebodys-bucket/x"), Reason::path_not_allowed);
}

TEST(Presets, NameTheirLineAsTheOneThatDecided) {
  const BottleConfig npm = bottle("[npm]");
  const auto decision = decide(npm, "GET", "registry.npmjs.org");
  EXPECT_EQ(decision.reason, Reason::allowed);
  EXPECT_THAT(to_string(decision.where), testing::MatchesRegex("preset npm@1:[0-9]+"));
  std::ifstream file(CORK_SOURCE_DIR "/rules/data/presets/npm@1.yaml");
  std::string line;
  for (int i = 0; i < decision.where.line; ++i) std::getline(file, line);
  EXPECT_THAT(line, HasSubstr("registry.npmjs.org"));
}

TEST(Presets, TellTheOperatorToWriteAnEntryOfTheirOwnAndNotToEditThePreset) {
  const auto decision = decide(bottle("[npm]"), "PUT", "registry.npmjs.org");
  EXPECT_EQ(decision.reason, Reason::method_not_allowed);
  EXPECT_THAT(decision.operator_can,
              HasSubstr(": an entry of the bottle's own for that host replaces it)"));
}

TEST(Presets, NeedNoAllowBesideThemAndTheirLineIsNamedWhereNoRouteMatches) {
  const auto decision = decide(bottle("[npm]"), "GET", "b.example");
  EXPECT_EQ(decision.reason, Reason::host_not_allowed);
  EXPECT_EQ(decision.where, (Where{"/etc/cork/cork.yaml", 5, 5}));
}

TEST(Presets, NeverWidenWhatTheBottleItselfSaysOfTheSameHost) {
  const BottleConfig read =
      bottle("[codex, npm]", "      - {host: api.openai.com, methods: [GET]}\n");
  EXPECT_EQ(decide(read, "GET", "api.openai.com").reason, Reason::allowed);
  const auto denied = decide(read, "POST", "api.openai.com");
  EXPECT_EQ(denied.reason, Reason::method_not_allowed);
  EXPECT_EQ(denied.where, (Where{"/etc/cork/cork.yaml", 7, 9}));
  EXPECT_EQ(decide(read, "POST", "auth.openai.com").reason, Reason::allowed);
  ASSERT_EQ(read.replaced.size(), 1U);
  EXPECT_EQ(read.replaced[0].route.pattern.text(), "api.openai.com");
  EXPECT_EQ(read.replaced[0].by, (Where{"/etc/cork/cork.yaml", 7, 9}));
}

TEST(Presets, LeaveAHostToTheBottleForEverySchemeAndPortThatItDoesNotName) {
  const BottleConfig read = bottle("[debian]", "      - deb.debian.org\n");
  EXPECT_EQ(decide(read, "GET", "deb.debian.org").reason, Reason::allowed);
  EXPECT_EQ(decide(read, "GET", "deb.debian.org", Scheme::http).reason, Reason::host_not_allowed);
  EXPECT_EQ(decide(read, "GET", "security.debian.org", Scheme::http).reason, Reason::allowed);
}

TEST(Presets, DecideForTheirHostBeforeAWiderPatternOfTheBottle) {
  const BottleConfig read = bottle("[npm]", "      - \"*.npmjs.org\"\n");
  EXPECT_EQ(decide(read, "PUT", "registry.npmjs.org").reason, Reason::method_not_allowed);
  EXPECT_EQ(decide(read, "PUT", "other.npmjs.org").reason, Reason::allowed);
  EXPECT_TRUE(read.replaced.empty());
}

TEST(Presets, UniteWithEachOther) {
  const BottleConfig read = bottle("[claude-code, github]");
  const auto count = std::ranges::count(read.bottle.routes(), "raw.githubusercontent.com",
                                        [](const policy::Route& r) { return r.pattern.text(); });
  EXPECT_EQ(count, 2);
}

TEST(Presets, SayNothingOfLeaksThemselves) {
  for (const Preset& preset : all_presets()) {
    EXPECT_EQ(preset.text.find("on_leak"), std::string_view::npos) << preset.id();
  }
}

TEST(Presets, TakeTheirActionOnLeaksFromTheBottle) {
  auto config =
      parse("version: 1\nbottles: {dev: {listen: 127.0.0.1:1, use: [npm], on_leak: warn}}\n",
            "/etc/cork/cork.yaml", at_home());
  ASSERT_TRUE(config) << render(config.error());
  EXPECT_EQ(config->bottles[0].bottle.routes()[0].on_leak, policy::OnLeak::warn);
}

TEST(Presets, ArePinnedByTheirVersionAndTheNewestWithoutOne) {
  const BottleConfig read = bottle("[npm@1, pypi]");
  ASSERT_EQ(read.presets.size(), 2U);
  EXPECT_EQ(read.presets[0].name, "npm");
  EXPECT_EQ(read.presets[0].version, 1U);
  EXPECT_TRUE(read.presets[0].pinned);
  EXPECT_FALSE(read.presets[1].pinned);
}

TEST(Presets, ThatAreNoneSayWhatWasMeantAndWhichThereAre) {
  EXPECT_THAT(errors_of(with_use("[claude-cod]")),
              HasSubstr("cork.yaml:5:11: error: there is no preset 'claude-cod'\n    did you mean "
                        "'claude-code'? there are: aider, cargo, claude-code, codex, debian, "));
  EXPECT_THAT(errors_of(with_use("[xyzzy-quux]")), HasSubstr("\n    there are: aider, cargo"));
  EXPECT_THAT(errors_of(with_use("[npn@1]")), HasSubstr("did you mean 'npm'?"));
  EXPECT_THAT(errors_of(with_use("[npm@77]")),
              HasSubstr("there is no preset 'npm@77' in this cork\n    write npm@1, or npm for the "
                        "newest"));
  for (const char* wrong : {"npm@", "npm@x", "npm@0", "npm@01", "npm@1@1", "npm@99999"}) {
    EXPECT_THAT(errors_of(with_use(fmt::format("[\"{}\"]", wrong))),
                HasSubstr("is not the name of a preset"))
        << wrong;
  }
}

TEST(Presets, OfWhichOneIsUsedTwiceAreAnError) {
  EXPECT_THAT(errors_of(with_use("[npm, npm@1]")), HasSubstr("'npm' is used twice"));
  EXPECT_THAT(errors_of(with_use("npm")), HasSubstr("'use' is a list, here is a single value"));
  EXPECT_THAT(errors_of(with_use("[[npm]]")), HasSubstr("'use' is a single value"));
}

// "| npm@1 | `registry.npmjs.org` | GET, HEAD |", as docs/presets.md has it.
TEST(Presets, AreWhatTheDocumentationLists) {
  std::ifstream file(CORK_SOURCE_DIR "/docs/presets.md");
  std::set<std::string> documented, known;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("| ") && line.contains('@')) documented.insert(line);
  }
  for (const Preset& preset : all_presets()) {
    const BottleConfig read = bottle("[" + preset.id() + "]");
    known.insert(fmt::format("| `{}` | {} |", preset.id(), read.presets[0].what));
    for (const policy::Route& route : read.bottle.routes()) {
      std::string passes = route.methods.empty()
                               ? "every method"
                               : fmt::format("{}", fmt::join(route.methods, ", "));
      if (!route.git.empty()) passes = route.git.to_string();
      const char* between = "; ";
      for (const policy::PathPattern& path : route.paths) {
        passes += std::exchange(between, ", ") + path.text();
      }
      known.insert(fmt::format("| {} | `{}{}` | {} |", preset.id(),
                               route.scheme == Scheme::http ? "http://" : "", route.pattern.text(),
                               passes));
    }
  }
  EXPECT_EQ(known, documented);
}

}  // namespace
}  // namespace cork::config
