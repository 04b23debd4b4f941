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
  EXPECT_TRUE(seen.claim(kPlace, mine).first);
  EXPECT_FALSE(seen.foreign(kPlace, mine));
  EXPECT_EQ(seen.foreign(kPlace, other), 0U);
  const auto again = seen.claim(kPlace, mine);
  EXPECT_FALSE(again.first || again.foreign);
  EXPECT_EQ(seen.claim(kPlace, other).foreign, 0U);
}

// Otherwise somebody else's key would pass in the slot that the first request did not use.
TEST(FirstSeen, ASlotThatTheFirstRequestLeftEmptyStaysEmpty) {
  FirstSeen seen;
  EXPECT_TRUE(seen.claim(kPlace, std::vector<Presented>{one(1), one(2)}).first);
  EXPECT_EQ(seen.foreign(kPlace, std::vector<Presented>{one(2), one(1), one(3)}), 2U);
  EXPECT_FALSE(seen.foreign(kPlace, std::vector<Presented>{one(2)}));
}

TEST(FirstSeen, OfWhatACredentialMayBeTakenForTheFirstIsRememberedAndAnyFits) {
  FirstSeen seen;
  EXPECT_TRUE(seen.claim(kPlace, std::vector<Presented>{Presented{{1}, {10}}}).first);
  EXPECT_FALSE(seen.foreign(kPlace, std::vector<Presented>{Presented{{20}, {1}}}));
  EXPECT_EQ(seen.foreign(kPlace, std::vector<Presented>{Presented{{10}}}), 0U);
}

TEST(FirstSeen, PresentingNothingClaimsNothing) {
  FirstSeen seen;
  EXPECT_FALSE(seen.claim(kPlace, {}).first);
  EXPECT_FALSE(seen.knows(kPlace));
  EXPECT_TRUE(seen.claim(kPlace, std::vector<Presented>{one(1)}).first);
  EXPECT_FALSE(seen.claim(kPlace, {}).foreign) << "nobody is no stranger";
}

TEST(FirstSeen, PlacesAreApart) {
  FirstSeen seen;
  EXPECT_TRUE(seen.claim(kPlace, std::vector<Presented>{one(1)}).first);
  EXPECT_TRUE(seen.claim("https://b.example:443", std::vector<Presented>{one(2)}).first);
}

TEST(FirstSeen, WhatWasConfirmedCannotBeWithdrawn) {
  FirstSeen seen;
  EXPECT_TRUE(seen.claim(kPlace, std::vector<Presented>{one(1)}).first);
  seen.withdraw(kPlace);
  EXPECT_FALSE(seen.knows(kPlace));
  EXPECT_TRUE(seen.claim(kPlace, std::vector<Presented>{one(2)}).first);
  seen.confirm(kPlace);
  seen.withdraw(kPlace);
  EXPECT_TRUE(seen.knows(kPlace));
  seen.confirm("https://b.example:443");
  EXPECT_FALSE(seen.knows("https://b.example:443"));
}

TEST(FirstSeen, PlacesThatAreNoLongerNamedAreForgotten) {
  FirstSeen seen;
  EXPECT_TRUE(seen.claim(kPlace, std::vector<Presented>{one(1)}).first);
  EXPECT_TRUE(seen.claim("https://b.example:443", std::vector<Presented>{one(1)}).first);
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
    std::vector<std::jthread> workers;
    for (std::uint64_t value = 1; value <= 4; ++value) {
      workers.emplace_back([&, value] {
        while (!go) std::this_thread::yield();
        const auto claim = seen.claim(kPlace, std::vector<Presented>{one(value)});
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
