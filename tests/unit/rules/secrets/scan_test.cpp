#include "rules/secrets/scan.h"

#include "tests/unit/rules/secrets/test_rules.h"

#include <gtest/gtest.h>

#include <string>

namespace cork::secrets {
namespace {

using test::note;
using test::small_rules;
using test::token;

constexpr RuleIndex blocking = 0, low = 1;

Scan scan_with(ScanLimits limits = {}) {
  return Scan(small_rules(), Part::body, limits, {});
}

void hit(Scan& scan, RuleIndex rule, std::size_t end) {
  Scan::on_match(rule, 0, end, 0, &scan);
}

// What is confirmed of the hits so far, in a text that is over and begins at `begin`.
const std::vector<Scan::Secret>& confirm(Scan& scan, std::string_view text, Offset begin = 0) {
  scan.begin_search();
  scan.confirm({text, begin, begin, false});
  return scan.secrets();
}

TEST(Scan, ConfirmsWhatHyperscanReports) {
  Scan scan = scan_with();
  const std::string text = "xx" + token() + "yy";
  hit(scan, blocking, 20);  // no match ends there
  hit(scan, blocking, 26);
  const auto& secrets = confirm(scan, text, 100);
  ASSERT_EQ(1u, secrets.size());
  EXPECT_EQ(102u, secrets[0].begin);
  EXPECT_EQ(126u, secrets[0].end);
  EXPECT_EQ(token(), secrets[0].text);
  EXPECT_GT(scan.examined_bytes(), 2 * scan.rules().cost_of(blocking));
  // Of one width, and so cheaper than what RE2 finds groups in.
  EXPECT_LT(scan.examined_bytes(), 2 * text.size());
  EXPECT_TRUE(confirm(scan, text, 100).empty());  // hits are taken once
}

TEST(Scan, LeavesMatchesToTheViewTheyAreIn) {
  Scan scan = scan_with();
  const std::string text = token();
  for (const auto& [after, to] : {std::pair(24u, 30u), {0u, 23u}}) {
    scan.expect_ends(after, to);
    hit(scan, blocking, 24);
    EXPECT_TRUE(confirm(scan, text).empty());
  }
  scan.expect_ends(23, 24);
  hit(scan, blocking, 24);
  EXPECT_EQ(1u, confirm(scan, text).size());
}

TEST(Scan, BlocksOnHighConfidenceOnly) {
  Scan scan = scan_with();
  scan.record({low, 3, 13, note()}, Place{Part::body, 3, 13, "", ""}, {.spot = {}, .open = true});
  EXPECT_EQ(Verdict::clean, scan.verdict());
  scan.record({blocking, 3, 27, token()}, Place{Part::body, 3, 27, "/a", "json"},
              {.spot = {}, .open = true});
  EXPECT_EQ(Verdict::leak, scan.verdict());
  ASSERT_EQ(2u, scan.findings().size());
  EXPECT_FALSE(scan.findings()[0].blocking);
  EXPECT_TRUE(scan.findings()[1].blocking);
  EXPECT_EQ("json", scan.findings()[1].place.encoding);
  EXPECT_EQ("/a", scan.findings()[1].place.pointer);
}

TEST(Scan, RecordsASecretOnce) {
  Scan scan = scan_with();
  scan.record({low, 3, 13, note()}, Place{Part::body, 3, 13, "", ""}, {.spot = {}, .open = true});
  scan.record({low, 3, 13, note()}, Place{Part::body, 90, 99, "", "json"},
              {.spot = {}, .open = true});
  scan.record({low, 3, 14, note() + "b"}, Place{Part::body, 3, 14, "", ""},
              {.spot = {}, .open = true});
  ASSERT_EQ(1u, scan.findings().size());
  EXPECT_EQ(14u, scan.findings()[0].place.end);
  EXPECT_EQ(fingerprint({}, note() + "b"), scan.findings()[0].print);
}

// The text without escapes is looked at first.
TEST(Scan, WhatIsShorterAtASpotChangesNothingThatIsTold) {
  Scan scan = scan_with();
  const std::string more = note() + "b";
  const auto spot = [](Offset begin, Offset end) { return Spot{1, begin, end}; };
  scan.record({low, 40, 50, note()}, Place{Part::body, 40, 50, "", ""},
              {.spot = spot(40, 50), .open = true});
  // In the same place on the wire, as what is in one compressed block is.
  const Place place{Part::body, 3, 30, "", "gzip"};
  scan.record({low, 3, 14, more}, place, {.spot = spot(3, 16), .open = true});
  scan.record({low, 3, 13, note()}, place, {.spot = spot(3, 13), .open = true});
  scan.record({low, 3, 13, note('b')}, place, {.spot = spot(3, 13), .open = true});
  ASSERT_EQ(2u, scan.findings().size());
  EXPECT_EQ(30u, scan.findings()[1].place.end);
  EXPECT_EQ(fingerprint({}, more), scan.findings()[1].print);
}

TEST(Scan, KeepsTheBlockingFindingAmongTheMost) {
  ScanLimits limits;
  limits.findings = 2;
  Scan scan = scan_with(limits);
  for (char c = 'a'; c < 'f'; ++c) {
    const auto at = static_cast<Offset>(c);
    scan.record({low, at, at + 1, note(c)}, Place{Part::body, at, at + 1, "", ""},
                {.spot = {}, .open = true});
  }
  scan.record({blocking, 1, 2, token()}, Place{Part::body, 1, 2, "", ""},
              {.spot = {}, .open = true});
  ASSERT_EQ(2u, scan.findings().size());
  EXPECT_TRUE(scan.findings()[1].blocking);
}

TEST(Scan, RefusesTooManyCandidatesOfBlockingRules) {
  ScanLimits limits;
  const std::size_t cost = scan_with().rules().cost_of(blocking);
  limits.confirm_floor_bytes = 10 * cost;
  limits.wire_bytes_per_confirmed = 4;
  Scan scan = scan_with(limits);
  scan.count_wire(20 * cost);  // allows five more
  for (std::size_t i = 1; i <= 15; ++i) hit(scan, blocking, i);
  scan.refuse_surplus();
  EXPECT_EQ(Verdict::clean, scan.verdict());
  hit(scan, blocking, 16);
  scan.refuse_surplus();
  EXPECT_EQ(Verdict::over_limit, scan.verdict());
  EXPECT_EQ("too many candidates", scan.problem());
}

TEST(Scan, RefusesTooManyCandidatesInOneStretchOfText) {
  ScanLimits limits;
  const std::size_t cost = scan_with().rules().cost_of(blocking);
  limits.confirm_at_once_bytes = 3 * cost;
  Scan scan = scan_with(limits);
  const std::string text(20, 'x');
  for (const int stretch : {1, 2}) {
    for (std::size_t i = 1; i <= 3; ++i) hit(scan, blocking, i);
    if (stretch == 2) hit(scan, blocking, 4);
    confirm(scan, text);
    scan.refuse_surplus();
    EXPECT_EQ(stretch == 1 ? Verdict::clean : Verdict::over_limit, scan.verdict());
  }
}

TEST(Scan, WhereLeaksAreOnlyRecordedSurplusCandidatesAreLeftOut) {
  ScanLimits limits;
  limits.confirm_floor_bytes = 1;
  Scan scan(small_rules(), Part::body, limits, {}, Actions(Action::record));
  for (std::size_t i = 1; i <= 9; ++i) hit(scan, blocking, i);
  scan.refuse_surplus();
  EXPECT_EQ(Verdict::clean, scan.verdict());
}

TEST(Scan, RefusesMoreCompressedDataThanIsOpened) {
  ScanLimits limits;
  limits.containers_floor = 3;
  limits.wire_bytes_per_container = 100;
  Scan scan = scan_with(limits);
  scan.count_wire(250);  // allows two more
  for (int i = 0; i < 5; ++i) scan.count_container();
  EXPECT_EQ(Verdict::clean, scan.verdict());
  scan.count_container();
  EXPECT_EQ(Verdict::over_limit, scan.verdict());
  EXPECT_EQ("more compressed data than is opened", scan.problem());
}

TEST(Scan, RefusesMoreTextsThanItsSizeAllows) {
  ScanLimits limits;
  limits.texts_floor = 3;
  limits.bytes_per_text = 10;
  Scan scan = scan_with(limits);
  scan.count_wire(15);
  scan.count_decoded(5);  // with those, two more
  for (std::uint64_t number = 1; number <= 5; ++number) {
    EXPECT_EQ(number, scan.add_text());
    scan.remove_text();
  }
  EXPECT_EQ(Verdict::clean, scan.verdict());
  scan.add_text();
  EXPECT_EQ(Verdict::over_limit, scan.verdict());
  EXPECT_EQ("more encodings than are looked into", scan.problem());
}

TEST(Scan, RefusesMoreUnescapedTextThanItsSizeAllows) {
  ScanLimits limits;
  limits.unescaped_floor = 100;
  limits.unescaped_per_byte = 3;
  Scan scan = scan_with(limits);
  scan.count_wire(15);
  scan.count_decoded(5);
  scan.count_unescaped(160);
  EXPECT_EQ(Verdict::clean, scan.verdict());
  scan.count_unescaped(1);
  EXPECT_EQ(Verdict::over_limit, scan.verdict());
  EXPECT_EQ("text escaped in more ways than are looked into", scan.problem());
}

TEST(Scan, StopsLookingAtTooManyCandidatesOfLowRules) {
  ScanLimits limits;
  limits.record_floor_bytes = 100;
  Scan scan = scan_with(limits);
  const std::string text = note() + note() + token();
  for (std::size_t i = 1; i <= 300; ++i) hit(scan, low, i % 2 == 0 ? 10 : 20);
  confirm(scan, text);
  EXPECT_GE(scan.examined_bytes(), 100u);
  EXPECT_LE(scan.examined_bytes(), 100u + 11 * scan.rules().cost_of(low));
  hit(scan, low, 10);
  hit(scan, blocking, 44);
  EXPECT_EQ(1u, confirm(scan, text).size());
  EXPECT_EQ(Verdict::clean, scan.verdict());
}

TEST(Scan, BoundsWhatAllContainersTogetherDecodeTo) {
  ScanLimits limits;
  limits.decoded_floor = 1000;
  limits.decoded_ratio = 10;
  Scan scan = scan_with(limits);
  scan.count_wire(150);
  scan.count_decoded(1000);  // always allowed
  scan.count_decoded(509);   // and ten times the wire, rounded down
  EXPECT_EQ(Verdict::clean, scan.verdict());
  scan.count_decoded(1);
  EXPECT_EQ(Verdict::over_limit, scan.verdict());
  EXPECT_EQ("compressed data that expands too far", scan.problem());
}

TEST(Scan, TheFirstVerdictStays) {
  Scan scan = scan_with();
  scan.raise(Verdict::unscannable, "first");
  scan.raise(Verdict::over_limit, "second");
  EXPECT_EQ(Verdict::unscannable, scan.verdict());
  EXPECT_EQ("first", scan.problem());
}

}  // namespace
}  // namespace cork::secrets
