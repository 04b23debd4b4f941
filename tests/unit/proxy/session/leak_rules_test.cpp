#include "proxy/session/leak_rules.h"

#include "tests/unit/rules/secrets/test_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace cork::session {
namespace {

using policy::Mode;
using policy::OnLeak;
using secrets::Action;
using ::testing::HasSubstr;

constexpr std::chrono::sys_days kDay{std::chrono::days(20'000)};

policy::Bottle bottle(Mode mode, OnLeak on_leak) {
  policy::Route route{.pattern = policy::HostPattern::parse("example.com").value(),
                      .methods = {},
                      .addresses = {},
                      .on_leak = on_leak,
                      .where = {}};
  return {"dev", mode, {std::move(route)}, {}};
}

policy::Exception exception(const std::string& rule, const char* host = nullptr) {
  policy::Exception made{.rule = rule,
                         .host = {},
                         .print = {},
                         .reason = "a fixture",
                         .owner = "me",
                         .expires = kDay,
                         .where = {"cork.yaml", 7, 9}};
  if (host != nullptr) made.host = *policy::HostPattern::parse(host);
  return made;
}

class LeakRulesTest : public testing::Test {
 protected:
  secrets::Actions actions(Mode mode, OnLeak on_leak, const policy::LeakWords& words = {},
                           std::chrono::system_clock::time_point now = kDay) {
    const auto made = LeakRules::make(words, *rules);
    EXPECT_TRUE(made.has_value()) << render(made.error());
    const RequestHead request{"POST",
                              Scheme::https,
                              *Endpoint::parse_authority("example.com", 443),
                              Target::parse("/").value(),
                              {}};
    return actions_for(bottle(mode, on_leak), request, made->get(), now);
  }
  std::string problem(const policy::LeakWords& words) {
    const auto made = LeakRules::make(words, *rules);
    return made ? "" : render(made.error());
  }

  std::shared_ptr<const secrets::Ruleset> rules = secrets::test::small_rules();
  const secrets::RuleIndex token = *rules->index_of("test-token"),
                           note = *rules->index_of("test-note");
};

TEST_F(LeakRulesTest, WithoutAnyTheRouteSaysWhatIsDone) {
  EXPECT_EQ(actions(Mode::enforce, OnLeak::block).of(token), Action::block);
  EXPECT_EQ(actions(Mode::enforce, OnLeak::redact).of(token), Action::redact);
  EXPECT_EQ(actions(Mode::enforce, OnLeak::warn).of(token), Action::record);
  EXPECT_EQ(actions(Mode::observe, OnLeak::block).of(token), Action::record);
  EXPECT_TRUE(actions(Mode::observe, OnLeak::block).would_stop(token));
  EXPECT_TRUE(actions(Mode::observe, OnLeak::redact).would_stop_known());
  EXPECT_FALSE(actions(Mode::observe, OnLeak::warn).would_stop(token));
  EXPECT_FALSE(actions(Mode::enforce, OnLeak::block).would_stop(token));
  EXPECT_TRUE(actions(Mode::enforce, OnLeak::block).is_leak(*rules, token));
  EXPECT_FALSE(actions(Mode::enforce, OnLeak::block).is_leak(*rules, note));
  EXPECT_FALSE(actions(Mode::enforce, OnLeak::warn).stop());
  EXPECT_TRUE(actions(Mode::enforce, OnLeak::redact).mask());
}

TEST_F(LeakRulesTest, ARulesWordGoesBeforeTheRoutes) {
  const policy::LeakWords words{
      {{"test-token", OnLeak::warn, {}}, {"test-note", OnLeak::block, {}}}, {}};
  for (const OnLeak word : {OnLeak::block, OnLeak::redact, OnLeak::warn}) {
    const auto said = actions(Mode::enforce, word, words);
    EXPECT_FALSE(said.is_leak(*rules, token));
    EXPECT_TRUE(said.is_leak(*rules, note));
    EXPECT_EQ(said.of(note), Action::block);
    EXPECT_TRUE(said.stop());
    EXPECT_GE(said.hold(*rules).width(), 45U);  // what the note may take
  }
  EXPECT_FALSE(actions(Mode::observe, OnLeak::block, words).stop());
  EXPECT_EQ(actions(Mode::observe, OnLeak::block, words).of(note), Action::record);
}

TEST_F(LeakRulesTest, ARuleThatIsNotThereIsAnErrorWithAGuess) {
  EXPECT_THAT(problem({{{"test-tokn", OnLeak::warn, {"cork.yaml", 3, 5}}}, {}}),
              testing::AllOf(HasSubstr("cork.yaml:3:5"), HasSubstr("did you mean 'test-token'?")));
  EXPECT_THAT(problem({{}, {exception("test-nots")}}),
              testing::AllOf(HasSubstr("cork.yaml:7:9"), HasSubstr("did you mean 'test-note'?")));
}

TEST_F(LeakRulesTest, WhatHasNoBoundCannotStopAnything) {
  secrets::Rule open;
  open.id = "open";
  open.description = "no bound";
  open.regex = "a[a-z]+b[0-9]";
  open.confidence = secrets::Confidence::low;
  rules = *secrets::Ruleset::compile({open});
  EXPECT_THAT(problem({{{"open", OnLeak::block, {}}}, {}}), HasSubstr("no bound"));
  EXPECT_THAT(problem({{{"open", OnLeak::redact, {}}}, {}}), HasSubstr("no bound"));
  EXPECT_EQ(problem({{{"open", OnLeak::warn, {}}}, {}}), "");
}

TEST_F(LeakRulesTest, AnExceptionHoldsForItsHostToTheEndOfItsDay) {
  using std::chrono::hours;
  const auto excused = [&](const char* host, std::chrono::system_clock::time_point now) {
    const auto said =
        actions(Mode::enforce, OnLeak::block, {{}, {exception("test-token", host)}}, now);
    return said.excuse(token, {}) != nullptr;
  };
  EXPECT_TRUE(excused(nullptr, kDay));
  EXPECT_TRUE(excused("example.com", kDay + hours(23)));
  EXPECT_FALSE(excused("example.com", kDay + hours(24)));
  EXPECT_FALSE(excused("*.example.com", kDay));
}

TEST_F(LeakRulesTest, AnExceptionForOneSecretIsForNoOther) {
  policy::Exception one = exception("test-token");
  one.print = Fingerprint{7};
  const auto said = actions(Mode::enforce, OnLeak::block, {{}, {one}});
  ASSERT_NE(said.excuse(token, {7}), nullptr);
  EXPECT_EQ(said.excuse(token, {7})->reason, "a fixture");
  EXPECT_EQ(said.excuse(token, {8}), nullptr);
  EXPECT_EQ(said.excuse(note, {7}), nullptr);
}

TEST_F(LeakRulesTest, WhatIsStricterIsToldApart) {
  const policy::LeakWords notes{{{"test-note", OnLeak::block, {}}}, {}};
  const auto block = actions(Mode::enforce, OnLeak::block);
  const auto redact = actions(Mode::enforce, OnLeak::redact);
  const auto warn = actions(Mode::enforce, OnLeak::warn);
  const auto more = actions(Mode::enforce, OnLeak::block, notes);
  EXPECT_TRUE(block.no_stricter_than(redact, *rules));
  EXPECT_TRUE(warn.no_stricter_than(block, *rules));
  EXPECT_FALSE(block.no_stricter_than(warn, *rules));
  EXPECT_FALSE(more.no_stricter_than(block, *rules));
  EXPECT_TRUE(block.no_stricter_than(more, *rules));
}

}  // namespace
}  // namespace cork::session
