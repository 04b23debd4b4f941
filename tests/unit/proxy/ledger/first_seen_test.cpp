#include "proxy/ledger/first_seen.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace cork::ledger {
namespace {

constexpr std::string_view kPlace = "https://a.example:443";

Presented one(std::uint64_t value) {
  return {Fingerprint{value}};
}

TEST(FirstSeen, WhateverCameFirstStaysAndEverythingElseIsForeign) {
  FirstSeen seen;
  const std::vector<Presented> mine{one(1)}, other{one(2)};
  EXPECT_FALSE(seen.foreign(kPlace, mine));
  const auto first = seen.claim(kPlace, mine);
  EXPECT_TRUE(first.first);
  EXPECT_FALSE(seen.foreign(kPlace, mine));
  EXPECT_EQ(seen.foreign(kPlace, other), 0U);
  const auto again = seen.claim(kPlace, mine);
  EXPECT_FALSE(again.first || again.foreign);
  EXPECT_EQ(seen.claim(kPlace, other).foreign, 0U);
}

// Otherwise somebody else's key would pass in the slot that the first request did not use.
TEST(FirstSeen, ASlotThatTheFirstRequestLeftEmptyStaysEmpty) {
  FirstSeen seen;
  const auto first = seen.claim(kPlace, std::vector<Presented>{one(1), one(2)});
  EXPECT_EQ(seen.foreign(kPlace, std::vector<Presented>{one(2), one(1), one(3)}), 2U);
  EXPECT_FALSE(seen.foreign(kPlace, std::vector<Presented>{one(2)}));
}

TEST(FirstSeen, OfWhatACredentialMayBeTakenForTheFirstIsRememberedAndAnyFits) {
  FirstSeen seen;
  const auto first = seen.claim(kPlace, std::vector<Presented>{Presented{{1}, {10}}});
  EXPECT_FALSE(seen.foreign(kPlace, std::vector<Presented>{Presented{{20}, {1}}}));
  EXPECT_EQ(seen.foreign(kPlace, std::vector<Presented>{Presented{{10}}}), 0U);
}

TEST(FirstSeen, PresentingNothingClaimsNothing) {
  FirstSeen seen;
  EXPECT_FALSE(seen.claim(kPlace, {}).first);
  EXPECT_FALSE(seen.knows(kPlace));
  const auto first = seen.claim(kPlace, std::vector<Presented>{one(1)});
  EXPECT_TRUE(first.first);
  EXPECT_FALSE(seen.claim(kPlace, {}).foreign) << "nobody is no stranger";
}

TEST(FirstSeen, PlacesAreApart) {
  FirstSeen seen;
  const auto one_place = seen.claim(kPlace, std::vector<Presented>{one(1)});
  EXPECT_TRUE(seen.claim("https://b.example:443", std::vector<Presented>{one(2)}).first);
}

TEST(FirstSeen, WhatNeverLeftIsNotTheFirst) {
  FirstSeen seen;
  const std::vector<Presented> mistyped{one(1)}, mine{one(2)};
  seen.claim(kPlace, mistyped).hold.let_go();
  EXPECT_FALSE(seen.knows(kPlace));
  {
    const auto dropped = seen.claim(kPlace, mistyped);
    EXPECT_TRUE(seen.knows(kPlace));
  }
  EXPECT_FALSE(seen.knows(kPlace));
  // Of two, the last one that turns out to have been for nothing.
  auto first = seen.claim(kPlace, mistyped), second = seen.claim(kPlace, mistyped);
  first.hold.let_go();
  EXPECT_TRUE(seen.knows(kPlace));
  second.hold.let_go();
  EXPECT_FALSE(seen.knows(kPlace));
}

TEST(FirstSeen, WhatLeftAndHadNoAnswerStaysUntilAnyExchangeWithItHearsThatNobodyKnowsIt) {
  FirstSeen seen;
  const std::vector<Presented> mistyped{one(1)};
  auto silent = seen.claim(kPlace, mistyped);
  silent.hold.leaves();
  silent.hold.let_go();
  EXPECT_TRUE(seen.knows(kPlace));
  seen.claim(kPlace, mistyped).hold.let_go();
  EXPECT_TRUE(seen.knows(kPlace)) << "that another one never left says nothing of it";
  auto again = seen.claim(kPlace, mistyped);
  EXPECT_FALSE(again.first);
  again.hold.leaves();
  again.hold.answered(false);
  EXPECT_FALSE(seen.knows(kPlace));
}

TEST(FirstSeen, WhatWasConfirmedStays) {
  FirstSeen seen;
  const std::vector<Presented> mine{one(1)};
  auto slow = seen.claim(kPlace, mine), quick = seen.claim(kPlace, mine);
  quick.hold.answered(true);
  slow.hold.answered(false);
  seen.claim(kPlace, mine).hold.answered(false);
  seen.claim(kPlace, mine).hold.let_go();
  EXPECT_TRUE(seen.knows(kPlace));
}

// Otherwise whoever knows it and a path that answers 401 to everybody would free the place.
TEST(FirstSeen, WhatIsStillUnderWayElsewhereIsNotTakenBack) {
  FirstSeen seen;
  const std::vector<Presented> mine{one(1)}, other{one(2)};
  auto under_way = seen.claim(kPlace, mine);
  under_way.hold.leaves();
  seen.claim(kPlace, mine).hold.answered(false);
  seen.claim(kPlace, mine).hold.let_go();
  EXPECT_EQ(seen.claim(kPlace, other).foreign, 0U);
  under_way.hold.answered(true);
  EXPECT_EQ(seen.claim(kPlace, other).foreign, 0U);
}

TEST(FirstSeen, AHoldOnWhatWasForgottenMeansNobodyElse) {
  FirstSeen seen;
  auto old = seen.claim(kPlace, std::vector<Presented>{one(1)});
  seen.keep_only({});
  auto now = seen.claim(kPlace, std::vector<Presented>{one(2)});
  EXPECT_TRUE(now.first);
  old.hold.answered(true);
  now.hold.answered(false);
  EXPECT_FALSE(seen.knows(kPlace)) << "the old one's answer confirmed nothing";
}

TEST(FirstSeen, PlacesThatAreNoLongerNamedAreForgotten) {
  FirstSeen seen;
  const auto here = seen.claim(kPlace, std::vector<Presented>{one(1)});
  const auto there = seen.claim("https://b.example:443", std::vector<Presented>{one(1)});
  const std::array kept{std::string(kPlace)};
  seen.keep_only(kept);
  EXPECT_TRUE(seen.knows(kPlace));
  EXPECT_FALSE(seen.knows("https://b.example:443"));
}

TEST(FirstSeen, WhereFirstRequestsMeetOneOfThemIsTheFirst) {
  for (int round = 0; round < 50; ++round) {
    FirstSeen seen;
    std::atomic<int> first = 0, foreign = 0;
    std::atomic<bool> go = false;
    std::array<FirstSeen::Claim, 4> claims;
    std::vector<std::jthread> workers;
    for (std::uint64_t value = 1; value <= 4; ++value) {
      workers.emplace_back([&, value] {
        while (!go) std::this_thread::yield();
        FirstSeen::Claim& claim = claims[value - 1];
        claim = seen.claim(kPlace, std::vector<Presented>{one(value)});
        first += claim.first ? 1 : 0;
        foreign += claim.foreign ? 1 : 0;
      });
    }
    go = true;
    workers.clear();
    EXPECT_EQ(first, 1);
    EXPECT_EQ(foreign, 3);
  }
}

}  // namespace
}  // namespace cork::ledger
