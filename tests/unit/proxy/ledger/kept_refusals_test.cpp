#include "proxy/ledger/kept_refusals.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace cork::ledger {
namespace {

TEST(KeptRefusals, AreFoundByTheirIdAlone) {
  KeptRefusals kept(4);
  kept.keep("01A", "{a}");
  kept.keep("01B", "{b}");
  EXPECT_EQ(kept.find("01A"), "{a}");
  EXPECT_EQ(kept.find("01B"), "{b}");
  for (const char* id : {"", "01", "01C", "01AA", "01a"}) EXPECT_FALSE(kept.find(id)) << id;
}

TEST(KeptRefusals, TheOldestMakesRoomForTheNewest) {
  KeptRefusals kept(2);
  for (const char* id : {"01A", "01B", "01C"}) kept.keep(id, id);
  EXPECT_FALSE(kept.find("01A"));
  EXPECT_EQ(kept.find("01B"), "01B");
  EXPECT_EQ(kept.find("01C"), "01C");
}

TEST(KeptRefusals, KeepsNothingWhereNothingMayBeKept) {
  KeptRefusals kept(0);
  kept.keep("01A", "{a}");
  EXPECT_FALSE(kept.find("01A"));
}

TEST(KeptRefusals, AreWholeWhoeverWritesAndReads) {
  KeptRefusals kept(8);
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&kept, t] {
      const std::string id(20, static_cast<char>('a' + t));
      for (int i = 0; i < 2000; ++i) {
        kept.keep(id, id + id);
        if (const auto found = kept.find(id)) {
          EXPECT_EQ(*found, id + id);
        }
      }
    });
  }
}

}  // namespace
}  // namespace cork::ledger
