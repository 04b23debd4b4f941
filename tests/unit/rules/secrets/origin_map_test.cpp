#include "rules/secrets/origin_map.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>

namespace cork::secrets {
namespace {

TEST(OriginMap, MapsEveryByteOfStridedRuns) {
  OriginMap map;
  map.add(0, 3, {10, 13, 1, false});
  map.add(3, 1, {13, 19, 6, true});
  map.add(4, 2, {19, 25, 3, true});
  const Offset begins[] = {10, 11, 12, 13, 19, 22}, ends[] = {11, 12, 13, 19, 22, 25};
  for (Offset i = 0; i < 6; ++i) {
    EXPECT_EQ(begins[i], map.source(i)) << i;
    EXPECT_EQ(ends[i], map.source_end(i + 1)) << i;
  }
  EXPECT_EQ(25u, map.source(6));
  EXPECT_EQ(10u, map.first());
}

// "ab\nc\n\n", and text behind it.
TEST(OriginMap, SaysHowFarBytesCameFromAsMany) {
  OriginMap map;
  map.add(0, 4, {0, 4, 1, false});
  map.add(4, 3, {4, 9, 1, true});  // two as they came, and an escape of three
  map.add(7, 2, {9, 15, 3, true});
  map.add(9, 5, {15, 20, 1, false});
  const std::array<std::size_t, 15> same{6, 5, 4, 3, 2, 1, 0, 0, 0, 5, 4, 3, 2, 1, 0};
  for (Offset at = 0; at < same.size(); ++at) {
    // What runs one behind the other say may be told in two steps.
    EXPECT_LE(map.same_from(at), same.at(at)) << at;
    EXPECT_EQ(map.same_from(at) == 0, same.at(at) == 0) << at;
  }
  map.forget_before(11);
  EXPECT_EQ(3u, map.same_from(11));
  EXPECT_EQ(0u, map.same_from(2));
  EXPECT_EQ(0u, OriginMap().same_from(0));
}

TEST(OriginMap, MapsEveryByteOfPairs) {
  const cork::secrets::Run runs[] = {{6, {10, 19, 1, true, true}, 0b110100},
                                     {4, {19, 23, 1, false}, 0}};
  const Offset begins[] = {10, 11, 12, 14, 15, 17, 19, 20, 21, 22};
  for (Offset gone = 0; gone < 10; ++gone) {
    OriginMap map;
    map.add_all(0, runs);
    map.forget_before(gone);
    EXPECT_EQ(begins[gone], map.first()) << gone;
    for (Offset i = gone; i < 10; ++i) {
      EXPECT_EQ(begins[i], map.source(i)) << i << ", of what is left behind " << gone;
      EXPECT_EQ(i == 9 ? 23 : begins[i + 1], map.source_end(i + 1)) << i << " behind " << gone;
      EXPECT_TRUE(map.exact(i, i + 1)) << i << " behind " << gone;
    }
  }
}

TEST(OriginMap, MapsPairsAtEveryPlaceOfALongRun) {
  OriginMap map;
  const cork::secrets::Run run{64, {0, 128, 1, true, true}, ~std::uint64_t{0}};
  map.add_all(0, {&run, 1});
  for (Offset i = 0; i < 64; ++i) {
    EXPECT_EQ(2 * i, map.source(i));
    EXPECT_EQ(2 * i + 2, map.source_end(i + 1));
  }
  EXPECT_EQ(128u, map.source(64));
}

// Where there are too many, what they came from stays known as a whole.
TEST(OriginMap, JoinsShortRunsOfPairs) {
  OriginMap map(1);
  for (Offset i = 0; i < 200; ++i) {
    const cork::secrets::Run run{2, {3 * i, 3 * i + 3, 1, true, true}, 0b10};
    map.add_all(2 * i, {&run, 1});
  }
  for (Offset i = 0; i < 200; ++i) {
    EXPECT_LE(map.source(2 * i), 3 * i);
    EXPECT_GE(map.source(2 * i) + 64, 3 * i);
    EXPECT_GE(map.source_end(2 * i + 2), 3 * i + 3);
  }
}

TEST(OriginMap, ARunWithoutStrideComesFromAllOfIt) {
  OriginMap map;
  map.add(0, 100, {0, 40, 0, true});
  map.add(100, 50, {30, 60, 0, true});
  EXPECT_EQ(0u, map.source(99));
  EXPECT_EQ(40u, map.source_end(100));
  EXPECT_EQ(30u, map.source(100));
  EXPECT_EQ(60u, map.source_end(101));
  EXPECT_EQ(60u, map.source(150));
}

TEST(OriginMap, JoinsWhatFollowsOn) {
  OriginMap map;
  for (Offset i = 0; i < 1000; ++i) map.add(i, 1, {3 * i, 3 * i + 3, 3, true});
  EXPECT_EQ(1500u, map.source(500));
  // A run that goes on and on is forgotten piece by piece.
  map.forget_before(900);
  EXPECT_EQ(2700u, map.first());
  EXPECT_EQ(2700u, map.source(900));
  EXPECT_EQ(2997u, map.source(999));
}

TEST(OriginMap, ForgetsRunsThatEndBefore) {
  OriginMap map;
  for (Offset i = 0; i < 10; ++i) map.add(10 * i, 10, {100 * i, 100 * i + 10, 1, true});
  map.forget_before(35);
  EXPECT_EQ(305u, map.first());
  EXPECT_EQ(305u, map.source(35));
  EXPECT_EQ(909u, map.source(99));
}

// Never later than the truth, which is what settling rests on, and never far from it.
TEST(OriginMap, StaysCloseAndNeverLateWhereRunsAreManyAndShort) {
  OriginMap map;
  const Offset pairs = 20'000;
  for (Offset i = 0; i < pairs; ++i) {
    map.add(2 * i, 1, {7 * i, 7 * i + 1, 1, false});
    map.add(2 * i + 1, 1, {7 * i + 1, 7 * i + 7, 6, true});
  }
  for (Offset i = 0; i < pairs; ++i) {
    EXPECT_LE(map.source(2 * i), 7 * i);
    EXPECT_GE(map.source(2 * i) + 64, 7 * i);
    EXPECT_GE(map.source_end(2 * i + 2), 7 * i + 7);
  }
}

TEST(OriginMap, KnowsNothingWhileEmpty) {
  const OriginMap map;
  EXPECT_EQ(0u, map.source(5));
  EXPECT_EQ(0u, map.source_end(5));
  EXPECT_EQ(0u, map.first());
}

TEST(OriginMap, KnowsWhereItIsExact) {
  OriginMap map(2);
  map.add(0, 4, {.begin = 0, .end = 4, .stride = 1});
  map.add(4, 1, {.begin = 4, .end = 10, .stride = 6});
  map.add(5, 2, {.begin = 10, .end = 16, .stride = 0});  // two bytes of one escape
  EXPECT_TRUE(map.exact(0, 5));
  EXPECT_TRUE(map.exact(2, 7));
  EXPECT_TRUE(map.exact(5, 7));
  EXPECT_FALSE(map.exact(6, 7));
  EXPECT_FALSE(map.exact(0, 6));
  EXPECT_FALSE(map.exact(0, 8));
  // There are too many for each to be kept.
  map.add(7, 1, {.begin = 16, .end = 18, .stride = 2});
  map.add(8, 1, {.begin = 18, .end = 19, .stride = 1});
  EXPECT_FALSE(map.exact(8, 9));
}

}  // namespace
}  // namespace cork::secrets
