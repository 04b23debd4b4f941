#include "proxy/session/credential_check.h"

#include "proxy/session/snapshot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cork::session {
namespace {

using policy::CredentialPin;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using Kind = CredentialPin::Kind;

constexpr secrets::FingerprintKey kKey{std::byte{7}};

CredentialPin listed(std::initializer_list<std::string_view> values) {
  CredentialPin pin{.kind = Kind::listed};
  for (const std::string_view value : values) {
    pin.listed.push_back({"env:KEY", secrets::fingerprint(kKey, value)});
  }
  return pin;
}

policy::Route route(CredentialPin pin, std::vector<std::string> methods = {}) {
  return {.pattern = *policy::HostPattern::parse("api.example"),
          .methods = std::move(methods),
          .addresses = {},
          .where = {"/etc/cork/cork.yaml", 12, 9},
          .credential = std::move(pin)};
}

policy::Bottle bottle(std::vector<policy::Route> routes,
                      policy::Mode mode = policy::Mode::enforce) {
  return {"dev", mode, std::move(routes), {"/etc/cork/cork.yaml", 6, 5}};
}

// A request to api.example, kept together with what it points into.
struct Asked {
  explicit Asked(std::vector<Field> with, std::string path = "/", std::string_view host = "")
      : fields(std::move(with)), target(std::move(path)) {
    head = RequestHead{"POST", Scheme::https,
                       *Endpoint::parse(std::string(host.empty() ? "api.example" : host) + ":443"),
                       *Target::parse(target), fields};
  }
  Asked(const Asked&) = delete;
  CredentialCheck under(const policy::Bottle& of, ScanLimits limits = {}) const {
    return {of, *head, limits, kKey};
  }

  std::vector<Field> fields;
  std::string target;
  std::optional<RequestHead> head;
};

TEST(CredentialCheck, OfARouteThatPinsNothingIsNobodysAffair) {
  const auto open = bottle({route({})});
  EXPECT_FALSE(Asked({{"x-api-key", "any"}}).under(open).judge(nullptr));
  EXPECT_FALSE(CredentialCheck().judge(nullptr));
}

TEST(CredentialCheck, AListedCredentialPassesInWhateverSlotAndNobodyPassesToo) {
  const auto pinned = bottle({route(listed({"mine", "too"}))});
  EXPECT_FALSE(Asked({}).under(pinned).judge(nullptr));
  EXPECT_FALSE(Asked({{"x-api-key", "mine"}}).under(pinned).judge(nullptr));
  EXPECT_FALSE(Asked({{"Authorization", "Bearer too"}}).under(pinned).judge(nullptr));
  EXPECT_FALSE(Asked({{"Authorization", "Basic b2F1dGgyOm1pbmU="}}).under(pinned).judge(nullptr));
  EXPECT_FALSE(Asked({{"x-api-key", "mine"}, {"Authorization", "too"}}, "/?key=mine")
                   .under(pinned)
                   .judge(nullptr));
}

TEST(CredentialCheck, AnyOtherCredentialIsForeignAndTheRefusalNamesSlotAndRouteButNotTheValue) {
  const auto pinned = bottle({route(listed({"mine"}))});
  struct Row {
    std::vector<Field> fields;
    std::string target;
    std::string_view slot;
  };
  const Row rows[] = {
      {{{"x-api-key", "theirs"}}, "/", "its header x-api-key"},
      {{{"x-api-key", "mine"}, {"x-api-key", "theirs"}}, "/", "its header x-api-key"},
      {{{"x-api-key", "mine"}, {"Authorization", "Bearer theirs"}},
       "/",
       "its header authorization"},
      {{{"Authorization", "Basic b2F1dGgyOnRoZWlycw=="}}, "/", "its Basic credentials"},
      {{{"Cookie", "session=theirs"}}, "/", "its cookie session"},
      {{{"x-api-key", "mine"}}, "/?key=theirs", "its query parameter key"},
  };
  for (const Row& row : rows) {
    const auto no = Asked(row.fields, row.target).under(pinned).judge(nullptr);
    ASSERT_TRUE(no) << row.slot;
    EXPECT_EQ(no->reason, policy::Reason::foreign_credential);
    EXPECT_FALSE(no->allowed());
    EXPECT_THAT(no->detail,
                AllOf(HasSubstr(row.slot), HasSubstr("route 'api.example' pins another"),
                      Not(HasSubstr("theirs")), Not(HasSubstr("mine"))));
    EXPECT_THAT(no->operator_can, AllOf(HasSubstr("env:NAME or file:PATH"),
                                        HasSubstr("bottles.dev.allow (cork.yaml:12)")));
    EXPECT_EQ(no->where.line, 12);
  }
}

TEST(CredentialCheck, ObserveDoesNotRelaxIt) {
  const auto watched = bottle({route(listed({"mine"}), {"GET"})}, policy::Mode::observe);
  const auto no = Asked({{"x-api-key", "theirs"}}).under(watched).judge(nullptr);
  ASSERT_TRUE(no);
  EXPECT_FALSE(no->allowed());
}

// The configuration refuses such entries; were it to forget, the pin holds.
TEST(CredentialCheck, OneEntryThatPinsPinsTheWholePlace) {
  const auto mixed = bottle({route({}, {"GET"}), route(listed({"mine"}), {"POST"})});
  EXPECT_TRUE(Asked({{"x-api-key", "theirs"}}).under(mixed).judge(nullptr));
  const auto two = bottle({route(listed({"reads"}), {"GET"}), route(listed({"writes"}))});
  EXPECT_FALSE(
      Asked({{"x-api-key", "reads"}, {"Authorization", "writes"}}).under(two).judge(nullptr));
}

TEST(CredentialCheck, APinIsOfItsPlaceAlone) {
  auto other = route({});
  other.pattern = *policy::HostPattern::parse("other.example");
  const auto both = bottle({route(listed({"mine"})), other});
  EXPECT_FALSE(Asked({{"x-api-key", "any"}}, "/", "other.example").under(both).judge(nullptr));
}

TEST(CredentialCheck, WhatCameFirstIsHeldOnToAndRecorded) {
  const auto pinned = bottle({route({.kind = Kind::first_seen})});
  ledger::FirstSeen seen;
  audit::Record record;
  const Asked asked({{"x-api-key", "mine"}, {"Authorization", "Bearer also"}});
  auto first = asked.under(pinned);
  EXPECT_TRUE(first.would_be_first());
  EXPECT_FALSE(first.judge(&seen) || first.claim(seen, record));
  ASSERT_EQ(record.pinned.size(), 2U);
  EXPECT_EQ(record.pinned[0].slot, "header:x-api-key");
  EXPECT_EQ(record.pinned[0].print, secrets::fingerprint(kKey, "mine"));
  EXPECT_EQ(record.pinned[1].print, secrets::fingerprint(kKey, "also"));

  audit::Record later;
  auto again = asked.under(pinned);
  EXPECT_FALSE(again.judge(&seen) || again.claim(seen, later));
  EXPECT_TRUE(later.pinned.empty());
  const Asked other({{"x-api-key", "mine"}, {"Cookie", "session=theirs"}});
  const auto no = other.under(pinned).judge(&seen);
  ASSERT_TRUE(no);
  EXPECT_THAT(no->detail, AllOf(HasSubstr("its cookie session"),
                                HasSubstr("holds on to the first one it saw")));
  EXPECT_THAT(no->operator_can, HasSubstr("restart cork"));
}

TEST(CredentialCheck, AFirstCredentialThatTheOriginDoesNotKnowIsForgottenAndNoOther) {
  const auto pinned = bottle({route({.kind = Kind::first_seen})});
  ledger::FirstSeen seen;
  audit::Record record;
  const Asked wrong({{"x-api-key", "mistyped"}}), right({{"x-api-key", "mine"}});
  auto first = wrong.under(pinned);
  EXPECT_FALSE(first.claim(seen, record));
  EXPECT_TRUE(right.under(pinned).judge(&seen));
  first.answered(401);
  auto second = right.under(pinned);
  EXPECT_FALSE(second.judge(&seen) || second.claim(seen, record));
  second.answered(200);
  // Who knows a path that answers 401 to everybody frees nothing by it.
  auto third = right.under(pinned);
  EXPECT_FALSE(third.claim(seen, record));
  third.answered(401);
  second.answered(401);
  EXPECT_TRUE(wrong.under(pinned).judge(&seen));
}

// An agent that claims first and lets the answer wait must not be able to free the place later.
TEST(CredentialCheck, ALate401FreesNothingWhereAnotherExchangeWentWellMeanwhile) {
  const auto pinned = bottle({route({.kind = Kind::first_seen})});
  ledger::FirstSeen seen;
  audit::Record record;
  const Asked mine({{"x-api-key", "mine"}}), theirs({{"x-api-key", "theirs"}});
  auto slow = mine.under(pinned), honest = mine.under(pinned);
  EXPECT_FALSE(slow.claim(seen, record) || honest.claim(seen, record));
  honest.answered(200);
  slow.answered(401);
  EXPECT_TRUE(theirs.under(pinned).judge(&seen));
}

TEST(CredentialCheck, WhatNeverLeftIsNotTheFirst) {
  const auto pinned = bottle({route({.kind = Kind::first_seen})});
  ledger::FirstSeen seen;
  audit::Record record;
  const Asked mine({{"x-api-key", "mine"}}), theirs({{"x-api-key", "theirs"}});
  auto unsent = mine.under(pinned);
  EXPECT_FALSE(unsent.claim(seen, record));
  unsent.let_go();
  EXPECT_FALSE(theirs.under(pinned).judge(&seen));
}

TEST(CredentialCheck, TrailersPresentNothingNew) {
  const Field theirs{"X-Api-Key", "theirs"}, mine{"X-Api-Key", "mine"}, sum{"X-Checksum", "0"};
  ledger::FirstSeen seen;
  const Asked asked({});
  const auto one = bottle({route(listed({"mine"}))});
  EXPECT_FALSE(asked.under(one).judge_trailers({&mine, 1}, seen));
  EXPECT_FALSE(asked.under(one).judge_trailers({&sum, 1}, seen));
  const auto no = asked.under(one).judge_trailers({&theirs, 1}, seen);
  ASSERT_TRUE(no);
  EXPECT_THAT(no->detail, HasSubstr("its trailer x-api-key"));

  const auto first = bottle({route({.kind = Kind::first_seen})});
  EXPECT_TRUE(asked.under(first).judge_trailers({&mine, 1}, seen)) << "a trailer is never first";
  audit::Record record;
  const Asked honest({{"x-api-key", "mine"}});
  auto sent = honest.under(first);
  EXPECT_FALSE(sent.claim(seen, record));
  EXPECT_FALSE(asked.under(first).judge_trailers({&mine, 1}, seen));
  EXPECT_TRUE(asked.under(first).judge_trailers({&theirs, 1}, seen));
}

TEST(CredentialCheck, ListedCredentialsAreAtHomeWhereTheyStandAndFirstOnesAreNot) {
  const auto pinned = bottle({route(listed({"mine"}))});
  const Asked asked({{"Authorization", "Bearer mine"}, {"x-api-key", "theirs"}}, "/?key=mine");
  const auto check = asked.under(pinned);
  ASSERT_EQ(check.at_home().size(), 2U);
  EXPECT_EQ(check.at_home()[0].name.data(), asked.fields[0].name.data());
  EXPECT_EQ(check.at_home()[0].begin, 7U);
  EXPECT_EQ(check.at_home()[0].end, 11U);
  EXPECT_EQ(check.at_home()[1].part, secrets::Part::query);
  const auto first = bottle({route({.kind = Kind::first_seen})});
  EXPECT_TRUE(asked.under(first).at_home().empty());
}

// What stands beside it is judged on its own, be it in the same cookie or parameter.
TEST(CredentialCheck, OfWhatMatchesByAPartThatPartAloneIsAtHome) {
  const auto pinned = bottle({route(listed({"mine"}))});
  const Asked asked({{"Cookie", "secret=mine"}},
                    "/?q=1&X-Amz-Credential=mine/20260102/eu-west-1/s3/aws4_request");
  const auto check = asked.under(pinned);
  EXPECT_FALSE(check.judge(nullptr));
  ASSERT_EQ(check.at_home().size(), 2U);
  EXPECT_EQ(check.at_home()[0].begin, 7U);
  EXPECT_EQ(check.at_home()[0].end, 11U);
  EXPECT_EQ(check.at_home()[1].begin, 21U);
  EXPECT_EQ(check.at_home()[1].end, 25U);
  EXPECT_TRUE(Asked({}, "/?foo-credential=mine/theirs").under(pinned).judge(nullptr));
}

TEST(CredentialCheck, MoreCredentialsThanAreComparedAreRefused) {
  const auto pinned = bottle({route(listed({"mine"}))});
  const Asked asked({{"Cookie", "a=mine; b=mine; c=mine"}});
  EXPECT_FALSE(asked.under(pinned, {.credentials = 3}).judge(nullptr));
  const auto no = asked.under(pinned, {.credentials = 2}).judge(nullptr);
  ASSERT_TRUE(no);
  EXPECT_EQ(no->reason, policy::Reason::foreign_credential);
}

TEST(ForgetUnpinned, KeepsWhatABottleStillHoldsOnTo) {
  ledger::Account account{BottleLimits{}};
  const auto pinned = bottle({route({.kind = Kind::first_seen})});
  audit::Record record;
  const Asked asked({{"x-api-key", "mine"}}), other({{"x-api-key", "theirs"}});
  auto sent = asked.under(pinned);
  EXPECT_FALSE(sent.claim(account.first_seen(), record));
  sent.answered(200);
  Snapshot snapshot;
  snapshot.bottles = {bottle({route({}), route({.kind = Kind::first_seen})})};
  snapshot.accounts = {&account};
  forget_unpinned(snapshot);
  EXPECT_TRUE(other.under(pinned).judge(&account.first_seen()));
  snapshot.bottles = {bottle({route({})})};
  forget_unpinned(snapshot);
  EXPECT_FALSE(other.under(pinned).judge(&account.first_seen()));
}

}  // namespace
}  // namespace cork::session
