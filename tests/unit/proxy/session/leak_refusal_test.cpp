#include "proxy/session/leak_refusal.h"

#include "tests/support/test_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <tuple>
#include <vector>

namespace cork::session {
namespace {

using secrets::Action;
using secrets::Finding;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(LeakDecision, NamesTheRuleAndThePlaceOfTheFindingThatStopsIt) {
  const auto rules = test::one_rule();
  secrets::Finding recorded;
  recorded.blocking = false;
  recorded.place.pointer = "/first";
  // What a route that only warns lets pass.
  secrets::Finding passing;
  passing.place.pointer = "/second";
  secrets::Finding blocking;
  blocking.place.pointer = "/third";
  blocking.stops = true;
  const std::vector findings{recorded, passing, blocking};
  const auto decision = leak_decision(*rules, findings);
  EXPECT_FALSE(decision.allowed());
  EXPECT_EQ(decision.reason, policy::Reason::leak);
  EXPECT_EQ(decision.detail,
            "the request's body /third holds what looks like a secret: a token of the tests (rule "
            "'test-token').");
  EXPECT_THAT(decision.operator_can, HasSubstr("set `on_leak: warn` on the route, "));
  EXPECT_THAT(leak_decision(*rules, findings, {}, " in my-own.yaml").operator_can,
              HasSubstr("set `on_leak: warn` on the route in my-own.yaml, "));
}

TEST(LeakDecision, OfAKnownValueSaysNothingOfItWhateverElseWasFound) {
  std::vector<secrets::Finding> findings(2);
  findings[1].kind = secrets::Kind::known_value;
  findings[1].name = "env:MINE";
  const auto decision = leak_decision(*test::one_rule(), findings);
  EXPECT_EQ(decision.reason, policy::Reason::leak);
  EXPECT_EQ(decision.detail, "the request holds a secret.");
  EXPECT_THAT(decision.operator_can, Not(HasSubstr("MINE")));
}

TEST(LeakDecision, WithoutABlockingFindingIsGeneric) {
  const auto decision = leak_decision(*test::one_rule(), {});
  EXPECT_EQ(decision.reason, policy::Reason::leak);
  EXPECT_EQ(decision.detail, "the request holds a secret.");
}

// Two that find the same, the catch-all first, and one whose finding is a part of the secret.
std::shared_ptr<const secrets::Ruleset> three_rules() {
  secrets::Rule any, issuer, part;
  any.id = "any-named";
  any.description = "something with a name";
  any.regex = "key=(tok_[0-9a-f]{16})";
  any.not_named = {"public"};
  issuer.id = "issuer-token";
  issuer.description = "a token of the issuer";
  issuer.regex = "tok_[0-9a-f]{20}";
  part.id = "part";
  part.regex = "part_[0-9a-f]{20}";
  part.partial = true;
  return secrets::Ruleset::compile({any, issuer, part}).value();
}

Finding in_body(secrets::RuleIndex rule, Offset begin, Offset end) {
  Finding finding;
  finding.rule = rule;
  finding.place.begin = begin;
  finding.place.end = end;
  return finding;
}

TEST(LeakDecision, NamesTheRuleThatKnowsTheIssuerAndAllThatRefuseTheSameBytes) {
  const auto rules = three_rules();
  std::vector findings{in_body(0, 4, 24), in_body(1, 4, 28)};
  const auto same = leak_decision(*rules, findings);
  EXPECT_THAT(same.detail, HasSubstr("(rule 'issuer-token')"));
  EXPECT_THAT(same.operator_can, HasSubstr("`any-named: warn` and `issuer-token: warn`"));
  findings[1].place = in_body(1, 24, 48).place;
  const auto behind = leak_decision(*rules, findings);
  EXPECT_THAT(behind.detail, HasSubstr("(rule 'any-named')"));
  EXPECT_THAT(behind.operator_can, Not(HasSubstr("issuer-token")));
  findings[1] = in_body(1, 4, 28);
  findings[1].blocking = false;
  EXPECT_THAT(leak_decision(*rules, findings).detail, HasSubstr("(rule 'any-named')"))
      << "what is recorded refuses nothing";
}

TEST(LeakDecision, NamesAllThatRefuseOneSecretAndThatEachNeedsAnException) {
  const auto rules = three_rules();
  std::vector findings{in_body(1, 4, 28)};
  EXPECT_THAT(leak_decision(*rules, findings).operator_can,
              ::testing::EndsWith("with an entry of its `exceptions`"));
  // The same bytes, of which another rule takes fewer, and the same ones elsewhere.
  findings.push_back(in_body(0, 4, 24));
  findings.push_back(in_body(2, 100, 124));
  findings.push_back(in_body(0, 200, 220));
  for (const std::size_t i : {0u, 2u}) findings[i].print = {1};
  findings[1].print = {2};
  findings[3].print = {3};
  EXPECT_THAT(leak_decision(*rules, findings).operator_can,
              HasSubstr("write `issuer-token: warn` and `any-named: warn` and `part: warn` under"));
  EXPECT_THAT(leak_decision(*rules, findings).operator_can,
              ::testing::EndsWith("with entries of its `exceptions`, one for each rule and `print` "
                                  "that `cork audit show` says blocked it"));
}

// The record has the print of one of them, and the next shorter one would be refused.
TEST(LeakDecision, AsksForNoPrintWhereTheRuleSeesSeveralLengths) {
  secrets::Rule drawn, fixed;
  drawn.id = "drawn";
  drawn.regex = "key=([0-9a-z]{16,})";
  drawn.random = true;
  fixed.id = "fixed";
  fixed.regex = "tok_[0-9a-f]{20}";
  const auto rules = secrets::Ruleset::compile({drawn, fixed}).value();
  std::vector findings{in_body(0, 4, 24)};
  EXPECT_THAT(leak_decision(*rules, findings).operator_can,
              ::testing::EndsWith("with an entry of its `exceptions`, for `drawn` without `print`: "
                                  "it is seen in several lengths"));
  findings.push_back(in_body(1, 4, 28));
  EXPECT_THAT(leak_decision(*rules, findings).operator_can,
              ::testing::EndsWith("says blocked it, for `drawn` without `print`: it is seen in "
                                  "several lengths"));
  findings.erase(findings.begin());
  EXPECT_THAT(leak_decision(*rules, findings).operator_can, Not(HasSubstr("without `print`")));
}

TEST(LeakDecision, OffersToPinWhatSaysWhoAsks) {
  const auto rules = three_rules();
  const auto advice = [&](const char* field, const char* encoding) {
    Finding finding = in_body(1, 7, 31);
    finding.place.part = secrets::Part::field;
    finding.place.pointer = field;
    finding.place.encoding = encoding;
    return leak_decision(*rules, std::vector{finding}, {}, " in my.yaml").operator_can;
  };
  for (const char* field : {"Authorization", "x-api-key", "Private-Token", "Cookie"}) {
    EXPECT_THAT(
        advice(field, ""),
        ::testing::StartsWith("if it says to that host who asks, set `credential: env:NAME` "
                              "on the route in my.yaml, "))
        << field;
  }
  EXPECT_THAT(advice("authorization", "basic"), HasSubstr("`credential: env:NAME`"));
  EXPECT_THAT(advice("Referer", ""), Not(HasSubstr("credential:")));
  EXPECT_THAT(leak_decision(*rules, std::vector{in_body(1, 0, 24)}).operator_can,
              Not(HasSubstr("credential:")));
}

// That is a leak all the same, and blocks nothing.
TEST(LeakDecision, LeavesOutWhatIsToWarnOnly) {
  const auto rules = three_rules();
  std::vector findings{in_body(0, 4, 24), in_body(1, 4, 28)};
  findings[0].stops = true;
  const auto decision = leak_decision(*rules, findings);
  EXPECT_THAT(decision.detail, HasSubstr("(rule 'any-named')"));
  EXPECT_THAT(decision.operator_can, HasSubstr("write `any-named: warn` under"));
  findings[1].stops = true;
  EXPECT_THAT(leak_decision(*rules, findings).detail, HasSubstr("(rule 'issuer-token')"));
}

TEST(LeakDecision, OffersAMaskWhereOneCanBeAndAnException) {
  const auto rules = three_rules();
  const std::vector findings{in_body(1, 0, 24)};
  EXPECT_THAT(leak_decision(*rules, findings).operator_can, HasSubstr("`on_leak: redact`"));
  EXPECT_THAT(leak_decision(*rules, findings).operator_can, HasSubstr("`exceptions`"));
  EXPECT_THAT(leak_decision(*rules, findings).detail, Not(HasSubstr("masked")));
  for (const char* escapes : {"json", "form percent", "entity"}) {
    Finding finding = in_body(1, 0, 24);
    finding.place.encoding = escapes;
    EXPECT_THAT(leak_decision(*rules, std::vector{finding}).operator_can,
                HasSubstr("`on_leak: redact`"))
        << escapes;
  }
  using Case = std::tuple<secrets::RuleIndex, secrets::Part, const char*>;
  for (const auto& [rule, part, encoding] :
       {Case{2, secrets::Part::body, ""}, Case{1, secrets::Part::field, ""},
        Case{1, secrets::Part::body, "base64"}, Case{1, secrets::Part::body, "json base64"}}) {
    Finding finding = in_body(rule, 0, 24);
    finding.place.part = part;
    finding.place.encoding = encoding;
    EXPECT_THAT(leak_decision(*rules, std::vector{finding}).operator_can, Not(HasSubstr("redact")));
  }
}

TEST(LeakDecision, SaysWhyWhatWasToBeMaskedWasNot) {
  const auto rules = three_rules();
  const secrets::Actions redact(Action::redact);
  const auto detail = [&](const Finding& finding) {
    return leak_decision(*rules, std::vector{finding}, redact).detail;
  };
  Finding finding = in_body(1, 0, 24);
  EXPECT_THAT(detail(finding), HasSubstr(" It is not masked: it cannot be told where it ends"));
  using secrets::Unmasked;
  for (const auto& [why, words] :
       {std::pair{Unmasked::quoted, "a quote, or"}, std::pair{Unmasked::binary, "no text stand"},
        std::pair{Unmasked::gone, "has left already"},
        std::pair{Unmasked::too_many,
                  "more different ones are in the body than are masked in one (16)."},
        std::pair{Unmasked::partial, "no more than a part of it."}}) {
    finding.unmasked = why;
    EXPECT_THAT(detail(finding), HasSubstr(words));
  }
  finding.unmasked = Unmasked::endless;
  finding.place.encoding = "json";
  EXPECT_THAT(detail(finding), HasSubstr("it cannot be told where it ends"));
  finding.place.encoding = "gzip";
  EXPECT_THAT(detail(finding), HasSubstr("it is encoded (gzip)."));
  finding.place.part = secrets::Part::field;
  EXPECT_THAT(detail(finding), HasSubstr("only what stands in a body can be."));
  EXPECT_THAT(leak_decision(*rules, std::vector{finding}, redact).operator_can,
              Not(HasSubstr("`on_leak: redact`")));
}

TEST(LeakDecision, ProposesNothingForAHostsName) {
  Finding finding = in_body(1, 0, 24);
  finding.place.part = secrets::Part::authority;
  EXPECT_THAT(leak_decision(*three_rules(), std::vector{finding}).operator_can, IsEmpty());
}

}  // namespace
}  // namespace cork::session
