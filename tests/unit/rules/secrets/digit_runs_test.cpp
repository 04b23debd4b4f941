#include "base/base64.h"
#include "rules/secrets/digit_words.h"
#include "rules/secrets/encoded_runs.h"
#include "tests/support/mask_way.h"
#include "tests/unit/rules/secrets/encoders.h"
#include "tests/unit/rules/secrets/stretches.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace cork::secrets {
namespace {

using test::Stretches;

using Make = std::unique_ptr<Decoder> (*)();

Stretches look(Make make, std::string_view text, std::size_t piece) {
  Stretches out;
  const auto decoder = make();
  EXPECT_EQ(Verdict::clean, test::decode(*decoder, text, piece, out));
  EXPECT_EQ(text.size(), decoder->pending_from());
  EXPECT_EQ("", out.open.text) << "a stretch without its end";
  return out;
}

Stretches look_in_two(Make make, std::string_view text, std::size_t cut) {
  Stretches out;
  const auto decoder = make();
  decoder->push(as_bytes(text.substr(0, cut)), 0, out);
  decoder->push(as_bytes(text.substr(cut)), cut, out);
  decoder->finish(out);
  return out;
}

bool found(const Stretches& out, std::string_view text) {
  return std::ranges::any_of(
      out.texts, [&](const std::string& each) { return each.find(text) != std::string::npos; });
}

std::string hex(std::string_view text, bool upper = false) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const char* digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    out += {digits[byte >> 4], digits[byte & 15]};
  }
  return out;
}

const std::string kText = "the words that are looked for, and 1 more";

template <class Code, std::size_t kGroups>
std::size_t end_of_first_word(std::string_view text) {
  return by_masks([&](auto masks) { return end_of_empty_digits<Code, kGroups>(text, 0, masks); });
}

// What is passed over in a long text is looked at digit by digit in a short one.
template <class Code, std::size_t kGroups>
void expect_words_that_stand_for_nothing(Make make, std::string_view digits) {
  std::mt19937_64 random(11);
  const std::array<std::string, 5> parts = {
      base64_encoded(kText), base64_encoded("\x1f\x8b\x08 gzip begins so"), hex(kText),
      hex(std::string("\x1f\x8b\x08\x00\x00", 5)),
      base64_encoded(std::string("\x78\x9c\x4b\xcc\x4c\x4b\x03", 7))};
  constexpr std::array<std::string_view, 6> breaks = {" ", "\n", "\r\n", "  \t", "\n    ", "\n\n"};
  std::size_t passed = 0, joined = 0, told = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string word;
    const std::size_t kinds = 4 + random() % (digits.size() - 3);
    while (word.size() < 16 + static_cast<std::size_t>(round % 40)) {
      word += digits[random() % kinds];
    }
    if (round % 3 == 0) {
      const std::string& part = parts[random() % parts.size()];
      word.replace(random() % 8, 20, part.substr(random() % 3, 20));
    }
    std::erase_if(word, [](char c) { return Code::has(static_cast<unsigned char>(c)) == 0; });
    // It may go on in the next line, and that in another.
    const bool broken = round % 2 == 0 && word.size() > 16;
    if (broken) word.insert(16 + random() % (word.size() - 16), breaks[random() % breaks.size()]);
    const std::string text = word + (round % 5 == 0 ? "\n;" : ";") + std::string(80, '.');
    const std::size_t end = end_of_first_word<Code, kGroups>(text);
    const Stretches out = look(make, word + ";", word.size() + 1);
    if (end == word.size()) {
      ASSERT_THAT(out.texts, testing::IsEmpty()) << text;
      ASSERT_THAT(out.containers, testing::IsEmpty()) << text;
    } else {
      ASSERT_EQ(0u, end) << text;
    }
    passed += end == word.size() ? 1 : 0;
    joined += broken && end == word.size() ? 1 : 0;
    told += !out.texts.empty() || !out.containers.empty() ? 1 : 0;
  }
  EXPECT_GT(passed, 5'000u);
  EXPECT_GT(joined, 1'000u);
  EXPECT_GT(told, 100u);
}

TEST(DigitRuns, PassOverNoWordThatStandsForSomething) {
  for (const bool wide : {false, true}) {
    const cork::test::MaskWay way(wide);
    expect_words_that_stand_for_nothing<Base64, 4>(
        &make_base64_runs, "AbCdEfghijklmnopqrstuvwxyzBDGHIJKLMNOPQRSTUVWXYZ0123456789-_+/");
    expect_words_that_stand_for_nothing<Hex, 12>(&make_hex_runs, "0369abcdef124578");
  }
}

TEST(DigitRuns, ReadNothingBehindATextThatEndsWithAWord) {
  for (std::size_t size = 20; size < 100; ++size) {
    // No byte more is there to be read.
    std::vector<char> text(size, '.');
    std::ranges::copy(std::string_view("gemischte_namen_im_t"), text.begin());
    const std::string_view all(text.data(), text.size());
    const std::size_t end = end_of_first_word<Base64, 4>(all);
    EXPECT_EQ(size < kReadOfWord ? 0u : 20u, end) << size;
  }
}

TEST(DigitRuns, AreFoundBehindWordsThatArePassedOver) {
  const std::string text = "gemischte_namen_im_text(gemischte_namen_im_text, " +
                           base64_encoded(kText) + "); gemischte_namen_im_text();" +
                           std::string(80, ' ');
  EXPECT_EQ(text.find(base64_encoded(kText)), find_base64_run(text));
  EXPECT_TRUE(found(look(&make_base64_runs, text, text.size()), kText));
}

TEST(DigitRuns, PassOverAWordAndWhatFollowsItIfThatIsInSight) {
  const std::string word = "gemischte_namen_im_text";
  const auto end = [&](const std::string& behind) {
    return end_of_first_word<Base64, 4>(word + behind + std::string(80, '.'));
  };
  EXPECT_EQ(word.size(), end("("));
  EXPECT_EQ(word.size(), end(" = 1"));
  for (const std::string white : {" ", "\n", "  ", "\t\t", "\r\n", "\n    "}) {
    if (white.size() > 1) EXPECT_EQ(word.size() + white.size(), end(white)) << white;
    for (const std::size_t size : {1u, 3u, 4u, 15u, 16u, 17u, 20u}) {
      const std::string next = "noch_mehr_von_den_woertern";
      const std::string both = white + next.substr(0, size);
      EXPECT_EQ(word.size() + both.size(), end(both)) << both;
      for (const char c : {' ', '\t', '\n', '\r'}) {
        const bool goes_on = size >= 16 || (size >= 4 && (c == '\n' || c == '\r'));
        EXPECT_EQ(goes_on ? 0 : word.size() + both.size(), end(both + c)) << both << int{c};
      }
    }
  }
  EXPECT_EQ(0u, end(" " + std::string(40, 'x')));
  EXPECT_EQ(0u, end(std::string(41, ' ')));
  EXPECT_EQ(0u, (end_of_first_word<Base64, 4>(word + "("))) << "the text may go on";
}

// In one word, or in two of which the first begins with another name, at each byte of a group.
template <class Code, std::size_t kGroups>
void expect_nothing_passed(std::string_view glued, std::string_view digits) {
  const std::string behind = ";" + std::string(80, '.');
  for (std::size_t from = 0; from <= glued.size(); ++from) {
    const std::string word = std::string(glued.substr(from)) + std::string(digits);
    EXPECT_EQ(0u, (end_of_first_word<Code, kGroups>(word + behind))) << word;
    for (std::size_t cut = std::max<std::size_t>(16, glued.size() - from); cut < word.size();
         ++cut) {
      for (const std::string_view white : {" ", "\n", "\r\n  "}) {
        const std::string two = word.substr(0, cut) + std::string(white) + word.substr(cut);
        EXPECT_EQ(0u, (end_of_first_word<Code, kGroups>(two + behind))) << two;
      }
    }
  }
}

TEST(DigitRuns, PassOverNoTextOrContainerInOneWordOrTwo) {
  const std::string magics[] = {std::string("\x1f\x8b\x08\0\0\0\0\0\0", 9),
                                "\x28\xb5\x2f\xfd\x04\x58\x79\x80\x80",
                                std::string("PK\x03\x04\x14\0\0\0\x08", 9)};
  for (const bool wide : {false, true}) {
    const cork::test::MaskWay way(wide);
    expect_nothing_passed<Base64, 4>("gemischte_namen_", base64_encoded("words of 15 in."));
    expect_nothing_passed<Hex, 12>("0badcafe0badcafe", hex("words of 15 in."));
    for (const std::string& magic : magics) {
      for (std::size_t before = 0; before < 3; ++before) {
        const std::string bytes = std::string(before, '\x80') + magic;
        expect_nothing_passed<Base64, 4>("gemischte_namen_", base64_encoded(bytes));
        expect_nothing_passed<Hex, 12>("0badcafe0badcafe", hex(bytes));
      }
    }
  }
}

// Which is looked for where a line begins, and behind the letter of an escape there.
TEST(DigitRuns, PassOverNoWordThatBeginsLikeZlib) {
  const std::string packed = test::deflated("some words that are packed, and others", 15);
  const std::string behind = ";" + std::string(80, '.');
  for (const bool wide : {false, true}) {
    const cork::test::MaskWay way(wide);
    for (const std::string letter : {"", "n", "a"}) {
      const std::string digits = letter + base64_encoded(packed).substr(0, 20);
      EXPECT_EQ(0u, (end_of_first_word<Base64, 4>(digits + behind))) << digits;
      for (std::size_t cut = 16; cut < digits.size(); ++cut) {
        const std::string two = digits.substr(0, cut) + "\n" + digits.substr(cut);
        EXPECT_EQ(0u, (end_of_first_word<Base64, 4>(two + behind))) << two;
      }
      for (const std::string_view white : {" ", "\n", "\r\n"}) {
        const std::string next = "gemischte_namen_im_text" + std::string(white) + digits;
        EXPECT_EQ(0u, (end_of_first_word<Base64, 4>(next + behind))) << next;
      }
    }
    const std::string digits = "a" + hex(packed).substr(0, 30);
    EXPECT_EQ(0u, (end_of_first_word<Hex, 12>(digits + behind))) << digits;
  }
}

// Which a word in front may look like one of, as far as it has come.
TEST(DigitRuns, FindShortLinesBehindAWordWhereverTheyAreCut) {
  const auto in_lines = [](std::string digits, std::size_t width) {
    for (std::size_t at = width; at < digits.size(); at += width + 1) digits.insert(at, "\n");
    return digits;
  };
  for (const std::size_t width : {8u, 12u}) {
    for (const std::string_view front : {"my words\n", "facade\n", "(12345678)\nabc\nabcdef\n"}) {
      const std::string text =
                            std::string(front) + in_lines(base64_encoded(kText), width) + "\n...",
                        digits = std::string(front) + in_lines(hex(kText), width) + "\n...";
      for (std::size_t cut = 0; cut < front.size() + 3 * width; ++cut) {
        EXPECT_TRUE(found(look_in_two(&make_base64_runs, text, cut), kText)) << text << cut;
        EXPECT_TRUE(found(look_in_two(&make_hex_runs, digits, cut), kText)) << digits << cut;
      }
    }
  }
}

// A short line in front is the first one of several only where the next is as long, which the end
// of a piece may hide. Its last bytes are in front of the text then.
TEST(DigitRuns, TakeNoWordForTheFirstLineByWhereTheyAreCut) {
  const std::string base64 = base64_encoded(kText), digits = hex(kText);
  const std::pair<Make, std::string> texts[]{
      {&make_base64_runs, "Body\n" + base64 + "\n"},
      {&make_base64_runs, "Bodies\n" + base64.substr(0, 19) + "\n" + base64.substr(19) + "\n"},
      {&make_base64_runs, "Body\nlines\n  " + base64},
      {&make_hex_runs, "616263\n" + digits + "\n"},
      {&make_hex_runs, "6162\r\n616263\r\n" + digits + "\r\n"}};
  for (const auto& [make, text] : texts) {
    const std::vector<std::string> whole = look(make, text, text.size()).texts;
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
      EXPECT_EQ(look_in_two(make, text, cut).texts, whole) << text << cut;
    }
    EXPECT_EQ(look(make, text, 1).texts, whole) << text;
  }
}

TEST(Base64Runs, FindTextAtEveryAlignmentHoweverItIsCut) {
  for (const std::string_view before : {"", "k", "kk", "kkk", "key=", "\"", "path/of_it-"}) {
    const std::string text = std::string(before) + base64_encoded(kText) + " behind";
    for (const std::size_t piece : {1u, 3u, 16u, 64u, 1000u}) {
      EXPECT_TRUE(found(look(&make_base64_runs, text, piece), kText)) << before << ' ' << piece;
    }
  }
}

TEST(Base64Runs, FindTextInsideOtherData) {
  std::mt19937 random(7);
  std::string data;
  for (int i = 0; i < 3000; ++i) data += static_cast<char>(random());
  for (const std::size_t at : {0u, 1u, 2u, 500u, 2998u, 3000u}) {
    const std::string whole = data.substr(0, at) + kText + data.substr(at);
    for (const std::size_t piece : {7u, 4096u}) {
      EXPECT_TRUE(found(look(&make_base64_runs, base64_encoded(whole), piece), kText)) << at;
    }
  }
}

TEST(Base64Runs, JoinLines) {
  const std::string one = base64_encoded(kText + kText);
  for (const std::string_view end : {"\n", "\r\n", "\n    "}) {
    std::string text;
    for (std::size_t i = 0; i < one.size(); i += 20) text += one.substr(i, 20) + std::string(end);
    for (const std::size_t piece : {1u, 9u, 1000u}) {
      EXPECT_TRUE(found(look(&make_base64_runs, text, piece), kText + kText)) << piece;
    }
  }
}

TEST(Base64Runs, ReadBothAlphabetsWithAndWithoutPadding) {
  const std::string odd = "~~~?>?>?>> what >>>?>?~~~";
  std::string url = base64_encoded(odd);
  for (char& c : url) c = c == '+' ? '-' : c == '/' ? '_' : c;
  ASSERT_NE(url, base64_encoded(odd));
  EXPECT_TRUE(found(look(&make_base64_runs, url, 5), odd));
  for (const std::size_t size : {12u, 13u, 14u, 15u, 40u}) {
    std::string text = base64_encoded(kText.substr(0, size));
    EXPECT_TRUE(found(look(&make_base64_runs, text, 100), kText.substr(0, size))) << size;
    text.resize(std::min(text.find('='), text.size()));
    EXPECT_TRUE(found(look(&make_base64_runs, text, 100), kText.substr(0, size))) << size;
  }
}

TEST(Base64Runs, LongTextComesOutWholeAndInOrder) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += std::to_string(i) + ' ';
  for (const std::size_t piece : {100u, 4096u, 1000'000u}) {
    const Stretches out = look(&make_base64_runs, base64_encoded(text), piece);
    EXPECT_TRUE(found(out, text)) << piece;
  }
}

TEST(Base64Runs, RandomDataAndOrdinaryTextGiveNextToNothing) {
  std::mt19937 random(1);
  std::string data;
  for (int i = 0; i < 300'000; ++i) data += static_cast<char>(random());
  std::size_t bytes = 0;
  for (const std::string& text : look(&make_base64_runs, base64_encoded(data), 4096).texts) {
    bytes += text.size();
  }
  EXPECT_LT(bytes, data.size() / 50);
  EXPECT_TRUE(look(&make_base64_runs, "an ordinary sentence, short words", 100).texts.empty());
  EXPECT_TRUE(look(&make_base64_runs, std::string(500, 'A'), 100).texts.empty()) << "zeros";
  EXPECT_TRUE(look(&make_hex_runs, std::string(500, '0'), 100).texts.empty()) << "zeros";
}

TEST(Base64Runs, TieTheTextToItsDigits) {
  const std::string text = "12 " + base64_encoded(kText.substr(0, 39));
  Stretches out;
  const auto decoder = make_base64_runs();
  decoder->push(as_bytes(text), 100, out);
  ASSERT_FALSE(out.open.begins.empty());
  EXPECT_EQ(103u, out.open.begins.front());
  EXPECT_LE(out.open.ends.back(), 100 + text.size());
  EXPECT_TRUE(std::ranges::all_of(out.open.altered, [](bool altered) { return altered; }));
  EXPECT_GE(decoder->pending_from(), 100 + text.size() - 12);
}

TEST(Base64Runs, HoldNoMoreThanWhatMayStillBeText) {
  const auto decoder = make_base64_runs();
  Stretches out;
  decoder->push(as_bytes("plain words and then\x01\x02 "), 0, out);
  EXPECT_EQ(23u, decoder->pending_from());
  std::mt19937 random(3);
  std::string data;
  for (int i = 0; i < 3000; ++i) data += static_cast<char>(random() | 0x80);
  const std::string digits = base64_encoded(data);
  decoder->push(as_bytes(digits), 23, out);
  EXPECT_GE(decoder->pending_from(), 23 + digits.size() - 40);
}

TEST(Base64Runs, TellWhereAContainerBegins) {
  const std::string packed = test::gzip(kText), zlib = test::deflated(kText, 15);
  for (const std::size_t piece : {1u, 5u, 1000u}) {
    const auto at = [&](const std::string& text) {
      return look(&make_base64_runs, text, piece).containers;
    };
    EXPECT_EQ(std::vector<Offset>{4}, at("\"a\":" + base64_encoded(packed)));
    EXPECT_EQ(std::vector<Offset>{3}, at("key" + base64_encoded(packed)));
    EXPECT_EQ(std::vector<Offset>{1}, at("\"" + base64_encoded(zlib)));
    EXPECT_EQ(std::vector<Offset>{0}, at(base64_encoded(test::zstd(kText))));
  }
}

TEST(Base64Runs, LookAtTheBeginningOfEveryLine) {
  const std::string zlib = base64_encoded(test::deflated(kText, 15));
  const std::string text =
      zlib.substr(0, 20) + "\n" + std::string(20, 'A') + "\n" + zlib + "\n" + std::string(30, 'B');
  for (const std::size_t piece : {1u, 21u, 1000u}) {
    EXPECT_EQ((std::vector<Offset>{0, 42}), look(&make_base64_runs, text, piece).containers)
        << piece;
  }
}

TEST(HexRuns, FindTextInEitherCaseAndAlignment) {
  for (const bool upper : {false, true}) {
    for (const std::string_view before : {"", "0", "0x", "f00", "id:"}) {
      const std::string text = std::string(before) + hex(kText, upper) + ";";
      for (const std::size_t piece : {1u, 8u, 1000u}) {
        EXPECT_TRUE(found(look(&make_hex_runs, text, piece), kText)) << before << piece;
      }
    }
  }
  std::string lines;
  const std::string one = hex(kText + kText);
  for (std::size_t i = 0; i < one.size(); i += 60) lines += one.substr(i, 60) + "\n";
  EXPECT_TRUE(found(look(&make_hex_runs, lines, 11), kText + kText));
  EXPECT_EQ(std::vector<Offset>{2},
            look(&make_hex_runs, "x:" + hex(test::gzip(kText)), 9).containers);
}

TEST(HexRuns, FindWideCharactersAndNoZeros) {
  std::string wide;
  for (const char c : kText) wide += {c, '\0'};
  for (const std::string& text : {wide, '\0' + wide}) {
    for (const std::size_t piece : {1u, 3u, 64u, 4096u}) {
      EXPECT_TRUE(found(look(&make_hex_runs, "id " + hex(text) + ".", piece), wide)) << piece;
    }
  }
  EXPECT_TRUE(look(&make_hex_runs, hex(std::string(4000, '\0')), 4096).texts.empty());
  EXPECT_TRUE(look(&make_hex_runs, hex(std::string("a\0\0\0", 4) + std::string(96, '\0')), 4096)
                  .texts.empty());
}

TEST(Base32Runs, FindTextInEitherCase) {
  for (const std::string_view text :
       {"ORUGKIDXN5ZGI4ZAORUGC5BAMFZGKIDMN5XWWZLE", "orugkidxn5zgi4zaorugc5bamfzgkidmn5xwwzle"}) {
    EXPECT_TRUE(found(look(&make_base32_runs, text, 7), "the words that are looked"));
    EXPECT_TRUE(found(look(&make_base32_runs, "zz" + std::string(text), 7), "words that are look"));
  }
}

}  // namespace
}  // namespace cork::secrets
