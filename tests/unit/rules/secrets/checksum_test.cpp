#include "rules/secrets/checksum.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace cork::secrets {
namespace {

class Drawn {
 public:
  std::string of(std::string_view letters, std::size_t count) {
    std::uniform_int_distribution<std::size_t> pick(0, letters.size() - 1);
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text.push_back(letters[pick(random_)]);
    return text;
  }
  std::string digits(std::size_t count) { return of("0123456789", count); }
  std::string bytes(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text.push_back(static_cast<char>(random_()));
    return text;
  }

 private:
  std::mt19937_64 random_{20240611};
};

// In groups of four.
std::string apart(const std::string& text, char separator) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i > 0 && i % 4 == 0) out.push_back(separator);
    out.push_back(text[i]);
  }
  return out;
}

std::string iban(const std::string& country, const std::string& account) {
  return country + mod97_digits(country + "00" + account) + account;
}

// The CRC-32 of these nine digits is 0xcbf43926 (its "check" value).
TEST(Checksum, IsTheCrc32InBase62) {
  EXPECT_EQ(crc32_in_base62("123456789", 6), "3jZRME");
  EXPECT_EQ(crc32_in_base62("", 6), "000000");
  EXPECT_EQ(crc32_in_base62("123456789", 2), std::string("3jZRME").substr(4));
}

TEST(Checksum, IsOfWhatStandsBehindThePrefix) {
  const auto is = [](std::string_view token) { return is_right(Checksum::crc32, token); };
  const std::string token = "ghp_123456789" + crc32_in_base62("123456789", 6);
  EXPECT_TRUE(is(token));
  EXPECT_TRUE(is("a_b_" + token.substr(4)));
  EXPECT_FALSE(is(token.substr(0, token.size() - 1)));
  for (std::size_t i = 4; i < token.size(); ++i) {
    std::string other = token;
    other[i] = other[i] == 'x' ? 'y' : 'x';
    EXPECT_FALSE(is(other)) << i;
  }
  EXPECT_FALSE(is("ghp_12345"));
  EXPECT_FALSE(is(""));
}

TEST(Checksum, OfACardTellsEachWrongDigit) {
  const auto is = [](std::string_view number) { return is_right(Checksum::luhn, number); };
  EXPECT_TRUE(is("79927398713")) << "the example of ISO/IEC 7812-1 as it is commonly given";
  Drawn drawn;
  for (const std::size_t size : {12U, 13U, 14U, 15U, 18U}) {
    std::string number = drawn.digits(size);
    number += luhn_digit(number);
    EXPECT_TRUE(is(number)) << number;
    for (const char separator : {' ', '-', '+'}) EXPECT_TRUE(is(apart(number, separator)));
    for (std::size_t i = 0; i < number.size(); ++i) {
      for (char digit = '0'; digit <= '9'; ++digit) {
        std::string other = number;
        other[i] = digit;
        EXPECT_EQ(is(other), digit == number[i]) << number << " " << i << digit;
      }
    }
  }
}

TEST(Checksum, OfACardHoldsDigitsAlone) {
  const std::string number = "7992739871" + std::string(1, luhn_digit("7992739871"));
  for (const std::string& other : {"", " ", "- -"}) EXPECT_FALSE(is_right(Checksum::luhn, other));
  EXPECT_FALSE(is_right(Checksum::luhn, " " + number));
  EXPECT_FALSE(is_right(Checksum::luhn, number + "-"));
  EXPECT_FALSE(is_right(Checksum::luhn, "a" + number));
  EXPECT_FALSE(is_right(Checksum::luhn, number.substr(0, 4) + "." + number.substr(4)));
}

TEST(Checksum, OfAnIbanTellsEachWrongCharacterAndTwoThatChangedPlaces) {
  const auto is = [](std::string_view number) { return is_right(Checksum::mod97, number); };
  EXPECT_TRUE(is("GB82 WEST 1234 5698 7654 32")) << "everybody's example";
  Drawn drawn;
  for (const std::string& number : {iban("NO", drawn.digits(11)), iban("DE", drawn.digits(18)),
                                    iban("GB", drawn.of("ABCXYZ", 4) + drawn.digits(14)),
                                    iban("MT", drawn.of("ABCXYZ", 4) + drawn.digits(23))}) {
    EXPECT_TRUE(is(number)) << number;
    for (const char separator : {' ', '-', '+'}) EXPECT_TRUE(is(apart(number, separator)));
    for (std::size_t i = 0; i < number.size(); ++i) {
      std::string other = number;
      other[i] = other[i] == '9' ? '0' : other[i] == 'Z' ? 'A' : static_cast<char>(other[i] + 1);
      EXPECT_FALSE(is(other)) << number << " " << i;
      if (i < 5 || number[i] == number[i - 1]) continue;
      other = number;
      std::swap(other[i], other[i - 1]);
      EXPECT_FALSE(is(other)) << number << " " << i;
    }
  }
}

TEST(Checksum, OfAnIbanIsNoneWhereItIsNotAsLongAsItsCountrysAre) {
  Drawn drawn;
  for (std::size_t size = 1; size < 40; ++size) {
    EXPECT_EQ(is_right(Checksum::mod97, iban("DE", drawn.digits(size))), size == 18) << size;
    EXPECT_EQ(is_right(Checksum::mod97, iban("NO", drawn.digits(size))), size == 11) << size;
    EXPECT_FALSE(is_right(Checksum::mod97, iban("XX", drawn.digits(size)))) << size;
  }
}

TEST(Checksum, OfWhatIsSpacedUnevenlyIsNone) {
  const std::string number = "1234 5678 9012 345";
  const std::string right = number + luhn_digit(number);
  EXPECT_TRUE(is_right(Checksum::luhn, right));
  std::string other = right;
  other[9] = '-';
  EXPECT_FALSE(is_right(Checksum::luhn, other));
}

TEST(Checksum, OfAnIbanIsNeverOneOfTheThreeThatStandForOthers) {
  Drawn drawn;
  std::size_t right = 0;
  for (int round = 0; round < 20; ++round) {
    const std::string account = drawn.digits(18);
    for (int digits = 0; digits < 100; ++digits) {
      const std::string two = {static_cast<char>('0' + digits / 10),
                               static_cast<char>('0' + digits % 10)};
      if (!is_right(Checksum::mod97, "DE" + two + account)) continue;
      EXPECT_EQ(two, iban("DE", account).substr(2, 2));
      ++right;
    }
  }
  EXPECT_EQ(right, 20U);
  for (const char* other : {"", "DE89", "DE 89", "DE89.3704"}) {
    EXPECT_FALSE(is_right(Checksum::mod97, other)) << other;
  }
}

// An address, which everybody may see, and the bytes that it stands for.
TEST(Checksum, OfWhatIsInBase58IsBitcoins) {
  const std::string bytes =
      std::string(1, '\0') +
      "\x01\x09\x66\x77\x60\x06\x95\x3d\x55\x67\x43\x9e\x5e\x39\xf8\x6a\x0d\x27\x3b\xee";
  EXPECT_EQ(in_base58check(bytes), "16UwLL9Risc3QfPqBUvKofHmBQ7wMtjvM");
  EXPECT_EQ(in_base58check(""), "3QJmnh");
  EXPECT_EQ(in_base58check(std::string(3, '\0')).substr(0, 3), "111");
}

TEST(Checksum, OfWhatIsInBase58TellsEachWrongCharacter) {
  const auto is = [](std::string_view text) { return is_right(Checksum::base58check, text); };
  Drawn drawn;
  for (const std::size_t size : {1U, 20U, 33U, 34U, 78U, 120U}) {
    const std::string text = in_base58check(std::string(size % 3, '\0') + drawn.bytes(size));
    EXPECT_TRUE(is(text)) << text;
    EXPECT_FALSE(is(text.substr(1)));
    EXPECT_FALSE(is("1" + text));
    EXPECT_FALSE(is(text + "1"));
    for (std::size_t i = 0; i < text.size(); ++i) {
      std::string other = text;
      other[i] = other[i] == 'x' ? 'y' : 'x';
      EXPECT_FALSE(is(other)) << text << " " << i;
      other[i] = '0';  // none of base 58
      EXPECT_FALSE(is(other)) << text << " " << i;
    }
  }
  for (const char* other : {"", "1", "11111", "z", "0OIl"}) EXPECT_FALSE(is(other)) << other;
  EXPECT_FALSE(is(std::string(10'000, 'z')));
}

TEST(Checksum, IsCalledByAWordAndDecidesWhereItsFormIsAnybodys) {
  const struct {
    const char* word;
    Checksum kind;
    bool decides_it;
  } kinds[] = {{"crc32", Checksum::crc32, false},
               {"luhn", Checksum::luhn, true},
               {"mod97", Checksum::mod97, true},
               {"base58check", Checksum::base58check, true}};
  for (const auto& one : kinds) {
    EXPECT_EQ(checksum_named(one.word), one.kind);
    EXPECT_EQ(to_string(one.kind), one.word);
    EXPECT_EQ(decides(one.kind), one.decides_it) << one.word;
  }
  EXPECT_EQ(checksum_named("none"), std::nullopt);
  EXPECT_EQ(checksum_named(""), std::nullopt);
  EXPECT_EQ(to_string(Checksum::none), "");
  EXPECT_FALSE(decides(Checksum::none));
  EXPECT_TRUE(is_right(Checksum::none, "anything"));
}

}  // namespace
}  // namespace cork::secrets
