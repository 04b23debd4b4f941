#include "rules/secrets/view.h"

#include "tests/unit/rules/secrets/test_rules.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

namespace cork::secrets {
namespace {

using test::token;

void append(View& view, std::string_view text, bool altered = false) {
  const Offset at = view.end();
  const Run run{text.size(), {at, at + text.size(), 1, altered}};
  view.append(as_bytes(text), {&run, 1});
}

class ViewTest : public testing::Test {
 protected:
  ViewTest() { scan_.use(scratch_.get()); }

  std::shared_ptr<const Ruleset> rules_ = test::small_rules();
  WorkerScratch scratch_{*rules_};
  Scan scan_{rules_, Part::body, ScanLimits{}, FingerprintKey{}};
};

TEST_F(ViewTest, FindsASecretCutAtEveryByte) {
  const std::string secret = token();
  for (std::size_t cut = 0; cut <= secret.size(); ++cut) {
    View view(scan_);
    append(view, "before " + secret.substr(0, cut));
    EXPECT_EQ(cut == secret.size() ? 1u : 0u, view.scan(false).size()) << cut;
    append(view, secret.substr(cut) + " after");
    // One that ended with the text is told again.
    const auto& seen = view.scan(true);
    ASSERT_EQ(1u, seen.size()) << cut;
    EXPECT_EQ(7u, seen[0].begin);
    EXPECT_EQ(31u, seen[0].end);
  }
}

TEST_F(ViewTest, HoldsBackTheWidthOfTheWidestBlockingRule) {
  View view(scan_);
  append(view, std::string(10'000, '.'));
  EXPECT_EQ(0u, view.held_from());  // not scanned yet
  view.scan(false);
  EXPECT_EQ(10'000 - rules_->hold_width(), view.held_from());
  EXPECT_EQ(10'000u, view.open_from());
}

TEST_F(ViewTest, APartOfASecretIsOpen) {
  for (std::size_t part = 1; part < 24; ++part) {
    View view(scan_);
    append(view, std::string(500, '.') + token().substr(0, part));
    view.scan(false);
    EXPECT_EQ(500u, view.open_from()) << part;
    EXPECT_LE(view.held_from(), 500u);
  }
}

TEST_F(ViewTest, KeepsAWindowOfTextAndNoMore) {
  View view(scan_);
  for (int i = 0; i < 100; ++i) {
    append(view, std::string(1000, '.'));
    view.scan(false);
    if (const std::size_t surplus = view.surplus(); surplus > 0) view.drop_front(surplus);
    EXPECT_LE(view.text().size(), scan_.window() + 4096 + 1000);
    EXPECT_GE(view.text().size(), std::min<std::size_t>(1000, scan_.window()));
  }
  EXPECT_EQ(100'000u, view.end());
  append(view, token());
  ASSERT_EQ(1u, view.scan(false).size());
}

TEST_F(ViewTest, LeavesTextItWasPassedToTheOther) {
  View above(scan_), view(scan_);
  append(above, std::string(1000, '.') + token() + "!");
  EXPECT_EQ(scan_.window(), view.begin_behind(above, above.end(), true));
  append(view, token());
  EXPECT_EQ(0u, view.scan(false).size());
  EXPECT_EQ(above.end() - scan_.window(), view.origins().source(0));
  EXPECT_EQ(0u, scan_.scanned_bytes());
}

TEST_F(ViewTest, LooksBackAWindowFromWhatWasAltered) {
  const std::string secret = token();
  View above(scan_), view(scan_);
  append(above, std::string(600, '.') + secret.substr(0, 10));
  const std::size_t before = view.begin_behind(above, above.end(), true);
  append(view, secret.substr(10, 5), true);
  append(view, secret.substr(15));
  const auto& found = view.scan(false);
  ASSERT_EQ(1u, found.size());
  EXPECT_EQ(before - 10, found[0].begin);
  EXPECT_LT(scan_.scanned_bytes(), scan_.window() + secret.size());
}

// What is left to another view is not searched here, but for what is kept of it.
TEST_F(ViewTest, LeavesWhatIsToldElsewhereUntilItIsTakenBack) {
  // Of small_rules(), one is too short to be left.
  auto parsed = parse_rules("[[rules]]\nid = \"t\"\nregex = '''tok_[a-z0-9]{20}'''\n", "test.toml");
  ASSERT_TRUE(parsed);
  const auto rules = *Ruleset::compile(std::move(*parsed));
  ASSERT_EQ(rules->spelled_database(), nullptr);
  WorkerScratch scratch(*rules);
  Scan scan(rules, Part::body, {}, {});
  scan.use(scratch.get());
  const std::string secret = token(), gap(2000, '.');
  View view(scan);
  append(view, secret + gap);
  view.leave_from(1000);
  EXPECT_EQ(1u, view.scan(false).size());
  const auto searched = scan.scanned_bytes();
  EXPECT_LT(searched, 1000 + scan.window());
  const Offset at = view.end();
  append(view, secret + gap + secret + gap + secret + gap);
  view.keep({at + 2030, at + 2031});  // in the second
  const auto& kept = view.scan(false);
  ASSERT_EQ(1u, kept.size());
  EXPECT_EQ(at + secret.size() + gap.size(), kept[0].begin);
  EXPECT_LT(scan.scanned_bytes() - searched, 3 * scan.window());
  append(view, secret + gap + secret + gap);
  view.take_back(view.end() - gap.size() - secret.size());
  EXPECT_EQ(1u, view.scan(false).size());
  append(view, secret);
  EXPECT_EQ(1u, view.scan(true).size());
}

TEST_F(ViewTest, SaysWhatMatchesOtherwiseThanInTheTextItCameFrom) {
  View above(scan_), view(scan_);
  append(above, std::string(5, '.'));
  view.begin_behind(above, 5, true);
  EXPECT_FALSE(view.tells_from());
  const std::string text = "ab\"cd-";
  const cork::secrets::Run runs[] = {{3, {5, 9, 1, true, true}}, {3, {9, 13, 1, true, false}}};
  view.append(as_bytes(text), runs);
  EXPECT_EQ(7u, view.tells_from());
  const auto unlike = view.take_unlike();
  ASSERT_EQ(1u, unlike.size());
  EXPECT_EQ(11u, unlike[0].begin);
  EXPECT_EQ(13u, unlike[0].end);
  EXPECT_TRUE(view.take_unlike().empty());
  View untold(scan_);
  untold.begin_behind(above, 5, false);
  untold.append(as_bytes(text), runs);
  EXPECT_TRUE(untold.take_unlike().empty());
}

TEST_F(ViewTest, KnowsBehindWhatAllIsAsInTheTextItCameFrom) {
  View above(scan_), view(scan_);
  append(above, "abc");
  view.begin_behind(above, 3, true);
  append(view, "x", true);
  EXPECT_EQ(4u, view.altered_to());
  append(view, "...");
  EXPECT_EQ(4u, view.altered_to());
}

// What it came from is one run with the text before it: \n is one byte of two.
TEST_F(ViewTest, MapsTextAndTheEscapeItEndsIn) {
  View view(scan_);
  const cork::secrets::Run runs[] = {
      {6, {0, 7, 1, true}}, {3, {7, 10, 1, false}}, {1, {10, 16, 1, true}}};
  view.append(as_bytes("value\nabc/"), runs);
  EXPECT_EQ(5u, view.origins().source(5));
  EXPECT_EQ(5u, view.origins().source_end(5));
  EXPECT_EQ(7u, view.origins().source_end(6));
  EXPECT_EQ(7u, view.origins().source(6));
  EXPECT_EQ(10u, view.origins().source(9));
  EXPECT_EQ(16u, view.origins().source_end(10));
}

// The first and the last of its pairs say where it is unlike the text that it came from.
TEST_F(ViewTest, TakesPairsForSoManyEscapesThatSeparate) {
  View above(scan_), view(scan_);
  append(above, std::string(5, '.'));
  view.begin_behind(above, 5, true);
  const std::string text = "ab\"cd\nxy";
  const cork::secrets::Run run{8, {5, 15, 1, true, true}, 0b100100};
  view.append(as_bytes(text), {&run, 1});
  EXPECT_TRUE(view.loud());
  EXPECT_EQ(7u, view.tells_from());
  EXPECT_EQ(5 + 6u, view.altered_to());
  EXPECT_TRUE(view.take_unlike().empty());
  EXPECT_EQ(view.end(), view.take_joint());
  EXPECT_EQ(15u, view.origins().source(view.end()));
  // The second pair ends a line that the next one may go on with.
  const std::string line = "x\"" + std::string(16, 'Q') + "\n";
  const cork::secrets::Run pairs{19, {15, 36, 1, true, true}, 1u << 1 | 1u << 18};
  view.append(as_bytes(line), {&pairs, 1});
  EXPECT_EQ(view.end() - 1, view.take_joint());
}

TEST_F(ViewTest, SaysWhereAnEscapeMayJoinDigits) {
  const auto joint = [&](std::string_view text, Offset taken) {
    View view(scan_);
    const cork::secrets::Run run{text.size(), {0, text.size() - 1 + taken, 1, true}};
    view.append(as_bytes(text), {&run, 1});
    return view.take_joint() < view.end();
  };
  const std::string digits(16, 'Q');
  EXPECT_FALSE(joint("a value\"", 2));
  EXPECT_FALSE(joint("the end;\n", 2));
  EXPECT_FALSE(joint("." + digits.substr(1) + "\n", 2));
  EXPECT_TRUE(joint(digits + "\n", 2));
  EXPECT_TRUE(joint("x\nQUJD\n", 2));
  EXPECT_FALSE(joint("x\nQUJ\n", 2));
  EXPECT_TRUE(joint(digits + "\r\n  \t", 2));
  EXPECT_TRUE(joint("a/", 2));
  EXPECT_TRUE(joint("a\"", 6)) << "any character may stand there, and tell two runs apart";
}

TEST_F(ViewTest, SaysOfPairsWhereTheyMayJoinWhatItSaysOfEach) {
  std::mt19937_64 random(4);
  std::size_t joined = 0;
  for (int round = 0; round < 4000; ++round) {
    std::string text;
    std::vector<cork::secrets::Run> each, pairs;
    Offset at = 0;
    const auto add = [&](std::string_view plain, char meaning) {
      const std::size_t size = plain.size() + 1;
      text += plain;
      text += meaning;
      each.push_back({size, {at, at + size + 1, 1, true, true}, 0});
      if (pairs.empty() || pairs.back().size + size > 64) {
        pairs.push_back({0, {at, at, 1, true, true}, 0});
      }
      cork::secrets::Run& run = pairs.back();
      run.size += size;
      run.pairs |= std::uint64_t{1} << (run.size - 1);
      at += size + 1;
      run.origin.end = at;
    };
    while (random() % 12 != 0) {
      std::string plain = random() % 2 == 0 ? "." : "";
      if (random() % 2 == 0) plain.append(std::size_t{1} << random() % 5, 'Q');
      if (random() % 4 == 0) plain += ' ';
      add(plain, "\n\"\t\r"[random() % 4]);
    }
    View one(scan_), other(scan_);
    one.append(as_bytes(text), each);
    other.append(as_bytes(text), pairs);
    const Offset joint = one.take_joint();
    joined += joint < one.end() ? 1 : 0;
    ASSERT_EQ(joint, other.take_joint()) << text;
  }
  EXPECT_GT(joined, 400u);
  EXPECT_LT(joined, 3600u);
}

// Both halves of the promise: of a whole text the end is seen, of one that may go on it is not.
TEST_F(ViewTest, SeesWhatOnlyTheEndDecides) {
  const std::string text = R"(
[[rules]]
id = "at-end"
description = "decided by what follows"
why = "for tests"
regex = '''end_[a-z]{8}(?:[^a-z]|$)'''
keywords = []
confidence = "high"
examples = ["end_{lower:8}"]
)";
  auto rules = parse_rules(text, "test.toml");
  ASSERT_TRUE(rules);
  auto set = Ruleset::compile(std::move(*rules));
  ASSERT_TRUE(set);
  WorkerScratch scratch(**set);
  for (const bool streamed : {false, true}) {
    Scan scan(*set, Part::body, {}, {});
    scan.use(scratch.get());
    View view(scan);
    append(view, "x end_abcd");
    if (streamed) EXPECT_EQ(0u, view.scan(false).size());
    append(view, "efgh");
    if (streamed) EXPECT_EQ(0u, view.scan(false).size());
    EXPECT_EQ(1u, view.scan(true).size()) << streamed;
  }
}

}  // namespace
}  // namespace cork::secrets
