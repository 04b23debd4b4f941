#include "rules/known/lane.h"

#include "made_values.h"
#include "rules/known/plainness.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace cork::known {
namespace {

using test::made_up;
using test::Random;

const HashKeys kKeys = HashKeys::from(FingerprintKey{std::byte{9}});

Lane lane_with(Lane::Reads reads, const std::vector<std::string>& values) {
  Lane lane(reads, kKeys);
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_TRUE(lane.add(static_cast<ValueIndex>(i), values[i])) << values[i];
  }
  lane.seal();
  return lane;
}

std::vector<Found> find(const Lane& lane, std::string_view text) {
  std::vector<Found> found;
  Lane::Cursor at;
  lane.find(at, text, 0, found);
  return found;
}

TEST(Lane, GivesTheBytesThatAValueTakes) {
  Random random(1);
  const std::string value = made_up(40, random);
  const Lane lane = lane_with(Lane::Reads::letters_and_digits, {value});
  const auto found = find(lane, "before " + value + " behind");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].begin, 7U);
  EXPECT_EQ(found[0].end, 47U);
}

TEST(Lane, TwoThatTouchAreOneAndTwoApartAreTwo) {
  Random random(2);
  const std::string value = made_up(30, random);
  const Lane lane = lane_with(Lane::Reads::letters_and_digits, {value});
  EXPECT_EQ(find(lane, value + value).size(), 1U);
  EXPECT_EQ(find(lane, value + " and " + value).size(), 2U);
}

TEST(Lane, ReadsEverythingOrLettersAndDigitsOrFoldsThem) {
  Random random(3);
  const std::string value = made_up(30, random);
  std::string apart, lower;
  for (const char c : value) {
    apart += c;
    apart += '-';
    lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  EXPECT_TRUE(find(lane_with(Lane::Reads::everything, {value}), apart).empty());
  EXPECT_FALSE(find(lane_with(Lane::Reads::everything, {value}), value).empty());
  EXPECT_FALSE(find(lane_with(Lane::Reads::letters_and_digits, {value}), apart).empty());
  EXPECT_TRUE(find(lane_with(Lane::Reads::letters_and_digits, {value}), lower).empty());
  EXPECT_FALSE(find(lane_with(Lane::Reads::folded, {value}), lower).empty());
}

TEST(Lane, TakesNoValueThatIsWeakAsItReadsIt) {
  Lane lane(Lane::Reads::letters_and_digits, kKeys);
  EXPECT_FALSE(lane.add(0, "p@$$w0!-&%x~{]"));
  EXPECT_FALSE(lane.add(0, "aaaaaaaa-#$%^&*("));
  lane.seal();
  EXPECT_TRUE(lane.empty());
}

TEST(Lane, WhatTwoValuesHaveInCommonTellsOfNeither) {
  Random random(4);
  const std::string common = made_up(24, random);
  const std::string one = common + made_up(24, random), other = common + made_up(24, random);
  const Lane lane = lane_with(Lane::Reads::letters_and_digits, {one, other});
  EXPECT_TRUE(find(lane, common).empty());
  const auto found = find(lane, other);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].value, 1U);
}

// A password beside the URL that holds it: any sixteen characters of it tell, as of any other.
TEST(Lane, AValueThatAnotherHoldsIsFoundInPartToo) {
  Random random(6);
  const std::string password = made_up(32, random);
  const std::string url = made_up(20, random) + password + made_up(20, random);
  for (const bool first : {false, true}) {
    const Lane lane = lane_with(Lane::Reads::letters_and_digits,
                                first ? std::vector{password, url} : std::vector{url, password});
    EXPECT_FALSE(find(lane, password.substr(1)).empty());
    EXPECT_FALSE(find(lane, password.substr(0, 16)).empty());
    EXPECT_FALSE(find(lane, url.substr(0, 20)).empty());
  }
  const Lane lane = lane_with(Lane::Reads::letters_and_digits, {password, password});
  EXPECT_FALSE(find(lane, password.substr(3, 20)).empty()) << "two names of one value";
}

TEST(Lane, AShortValueIsFoundAsAWholeWithinItsSpread) {
  Random random(5);
  const std::string value = "a1" + made_up(8, random);
  const Lane lane = lane_with(Lane::Reads::letters_and_digits, {value});
  EXPECT_FALSE(find(lane, "x " + value).empty());
  EXPECT_TRUE(find(lane, value.substr(1)).empty());
  std::string single, wide;
  for (const char c : value) {
    single += std::string(1, c) + ".";
    wide += std::string(1, c) + "    ";
  }
  EXPECT_FALSE(find(lane, single).empty());
  EXPECT_TRUE(find(lane, wide).empty());
  EXPECT_LE(lane.widest_whole(), 2 * value.size());
}

TEST(Lane, ALongValueThatReadsLikeOrdinaryTextIsFoundAsAWhole) {
  const std::string value = "correct horse battery staple";
  const Lane lane = lane_with(Lane::Reads::letters_and_digits, {value});
  EXPECT_FALSE(find(lane, "it is: correct-horse-battery-staple.").empty());
  EXPECT_TRUE(find(lane, "correct horse battery").empty());
  EXPECT_GE(lane.widest_whole(), value.size());
}

// NBSP, a middle dot, an em space, a bullet, an ideographic comma, a picture.
TEST(Lane, WhatSeparatesHidesNothingBeyondAscii) {
  Random random(11);
  const std::string value = made_up(24, random);
  const Lane lane = lane_with(Lane::Reads::letters_and_digits, {value});
  for (const std::string separator :
       {"\xC2\xA0", "\xC2\xB7", "\xE2\x80\x83", "\xE2\x80\xA2", "\xE3\x80\x81", "\xF0\x9F\x98\x80",
        " \xE2\x80\xA2 ", "\xC2\x80", "\xCC\x81", "\xEF\xBF\xBC"}) {
    std::string text = "before ";
    for (const char c : value) text += c + separator;
    const auto found = find(lane, text);
    ASSERT_EQ(found.size(), 1U) << separator;
    EXPECT_EQ(found[0].begin, 7U);
    EXPECT_EQ(found[0].end, text.size() - separator.size());
    // In whatever pieces it comes.
    for (std::size_t at_once = 1; at_once < 6; ++at_once) {
      std::vector<Found> pieces;
      Lane::Cursor at;
      for (std::size_t from = 0; from < text.size(); from += at_once) {
        lane.find(at, std::string_view(text).substr(0, from + at_once), from, pieces);
      }
      ASSERT_EQ(pieces.size(), 1U) << separator << ' ' << at_once;
      EXPECT_EQ(pieces[0].begin, found[0].begin);
      EXPECT_EQ(pieces[0].end, found[0].end);
    }
  }
}

TEST(Lane, LettersOfOtherScriptsArePartOfAValue) {
  std::string value;
  Random random(12);
  for (const char c : made_up(24, random)) value += std::string(1, c) + "\xD0\xB6";
  const Lane lane = lane_with(Lane::Reads::letters_and_digits, {value});
  EXPECT_EQ(find(lane, value).size(), 1U);
  std::string without;
  for (std::size_t i = 0; i < value.size(); i += 3) without += value[i];
  EXPECT_EQ(find(lane, without).size(), 0U);
}

// Wherever it stands, however the text is cut, and whatever single bytes are put in between.
TEST(Lane, FindsEachPieceOfSixteenCharactersAndNoShorterOne) {
  Random random(11);
  const auto below = [&](std::size_t n) { return random() % n; };
  const std::string value = made_up(60, random);
  const Lane lanes[] = {lane_with(Lane::Reads::letters_and_digits, {value}),
                        lane_with(Lane::Reads::everything, {value})};
  std::size_t hidden = 0;
  for (int round = 0; round < 20'000; ++round) {
    const bool everything = round % 2 == 1;
    const std::size_t size = 8 + below(16);
    std::string piece = value.substr(below(value.size() - size), size);
    if (below(3) == 0) std::ranges::reverse(piece);
    // No letter or digit beside it that might be one more of the value.
    std::string text = made_up(below(1200), random) + (below(2) == 0 ? " \x80" : "\x80");
    for (const char c : piece) {
      text += c;
      if (everything) continue;
      while (below(4) == 0) text += " -_.:/\n"[below(7)];
      if (below(60) == 0) text.append(700, '*');
    }
    text += "\x80" + made_up(below(1200), random);
    std::vector<Found> found;
    Lane::Cursor at;
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = std::min(text.size(), begin + 1 + below(900));
      lanes[everything].find(at, std::string_view(text).substr(0, end), begin, found);
      begin = end;
    }
    ASSERT_EQ(size >= kWindow ? 1U : 0U, found.size()) << round << ": " << piece;
    hidden += found.size();
  }
  EXPECT_GT(hidden, 5000U);
}

// Short values have no sixteen characters.
TEST(Lane, FindsAShortValueWhereverItStands) {
  Random random(12);
  const auto below = [&](std::size_t n) { return random() % n; };
  std::vector<std::string> values;
  while (values.size() < 8) {
    const std::string value = made_up(8 + values.size(), random);
    if (!weakness_of(value)) values.push_back(value);
  }
  values.push_back(made_up(40, random));
  const Lane lane = lane_with(Lane::Reads::letters_and_digits, values);
  for (int round = 0; round < 20'000; ++round) {
    const std::size_t index = below(values.size());
    std::string value = values[index];
    if (below(3) == 0) std::ranges::reverse(value);
    const std::string text = made_up(below(1200), random) + value + made_up(below(1200), random);
    std::vector<Found> found;
    Lane::Cursor at;
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = std::min(text.size(), begin + 1 + below(900));
      lane.find(at, std::string_view(text).substr(0, end), begin, found);
      begin = end;
    }
    ASSERT_EQ(1U, found.size()) << round << ": " << value;
    ASSERT_EQ(index, found[0].value);
  }
}

}  // namespace
}  // namespace cork::known
