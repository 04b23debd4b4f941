#include "rules/known/known_values.h"

#include "base/descriptor.h"
#include "made_values.h"
#include "rules/known/plainness.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace cork::known {
namespace {

using test::find_all;
using test::finds;
using test::kHex;
using test::known;
using test::made_up;
using test::Random;
using test::value_of;
using testing::HasSubstr;
using testing::Not;

std::string joined(std::string_view value, std::string_view by) {
  std::string out;
  for (const char c : value) {
    if (!out.empty()) out += by;
    out += c;
  }
  return out;
}

TEST(KnownValues, AreFoundWholeBackwardsAndSplit) {
  Random random(1);
  for (const std::size_t size : {9U, 12U, 16U, 20U, 24U, 40U, 200U}) {
    std::string value = "q7" + made_up(size - 2, random);
    const auto values = known({value});
    ASSERT_TRUE(values);
    EXPECT_TRUE(finds(*values, value)) << size;
    EXPECT_TRUE(finds(*values, "x=" + value + "&y")) << size;
    for (const char* by : {" ", "\n", "-", "_", ".", ","}) {
      EXPECT_TRUE(finds(*values, joined(value, by))) << size << by;
    }
    if (size >= kWindow) EXPECT_TRUE(finds(*values, joined(value, "\"+\"")));
    std::ranges::reverse(value);
    EXPECT_TRUE(finds(*values, value)) << size;
  }
}

TEST(KnownValues, AreFoundByAnySixteenOfTheirCharactersThatTell) {
  Random random(2);
  const std::string value = made_up(48, random);
  const auto values = known({value});
  for (std::size_t i = 0; i + kWindow <= value.size(); ++i) {
    const std::string window = value.substr(i, kWindow);
    if (!is_telling(window, std::string(kWindow, '.'))) continue;
    EXPECT_TRUE(finds(*values, "#" + window + "#")) << i;
    EXPECT_FALSE(finds(*values, "#" + window.substr(1) + "#")) << i;
  }
}

TEST(KnownValues, AreFoundHoweverTheTextIsCut) {
  Random random(3);
  const std::string value = made_up(40, random);
  const auto values = known({value, "a1" + made_up(9, random)});
  const std::string text = made_up(50, random) + " " + value + " " + made_up(50, random);
  for (std::size_t piece = 1; piece < text.size(); ++piece) {
    const auto found = find_all(*values, text, piece);
    ASSERT_EQ(found.size(), 1U) << piece;
    EXPECT_EQ(text.substr(found[0].begin, found[0].end - found[0].begin), value);
  }
}

TEST(KnownValues, OfSignsAreFoundAsTheyAre) {
  const std::string value = "p@$$w0!-&%x~{]";
  const auto values = known({value});
  EXPECT_TRUE(finds(*values, "x" + value + "y"));
  EXPECT_FALSE(finds(*values, "pw0x"));
}

TEST(KnownValues, AreFoundInAHostNameWhateverTheCase) {
  Random random(4);
  const std::string value = made_up(30, random);
  std::string lower;
  for (const char c : value) {
    lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  const auto values = known({value});
  std::vector<Found> found;
  values->find_folded(lower.substr(0, 10) + "." + lower.substr(10) + ".example.com:443", found);
  EXPECT_EQ(found.size(), 1U);
  EXPECT_FALSE(finds(*values, lower));
}

TEST(KnownValues, OfAUrlAreItsPasswordAndNotItsHost) {
  Random random(5);
  const std::string password = "x4" + made_up(12, random);
  const auto values = known({"postgres://app:" + password + "@db.prod.internal:5432/orders"});
  EXPECT_TRUE(finds(*values, "PGPASSWORD=" + password));
  EXPECT_FALSE(finds(*values, "postgres://app:other@db.prod.internal:5432/orders"));
  EXPECT_FALSE(finds(*values, "db.prod.internal:5432/orders is down"));
}

TEST(KnownValues, OfAJwtAreItsSignatureAndNotItsClaims) {
  Random random(6);
  const std::string claims = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ" + made_up(60, random);
  const std::string signature = made_up(43, random);
  const auto values = known({claims + "." + signature});
  EXPECT_FALSE(finds(*values, claims));
  EXPECT_TRUE(finds(*values, signature.substr(9, 20)));
}

TEST(KnownValues, AreAtHomeInTheFieldsOfTheirHostsUnlessTheyAreCanaries) {
  Random random(7);
  const Host home = *Host::parse("api.github.com");
  std::vector<Value> given;
  given.push_back(value_of("a", made_up(30, random), {home}));
  given.push_back(value_of("b", made_up(30, random), {home}, true));
  given[1].secret.homes = {home};
  const auto values = *KnownValues::make(std::move(given), {});
  EXPECT_TRUE(values->at_home(0, home, "Authorization"));
  EXPECT_FALSE(values->at_home(0, home, "x-api-key"));
  EXPECT_FALSE(values->at_home(0, *Host::parse("github.com"), "authorization"));
  EXPECT_FALSE(values->at_home(1, home, "authorization"));
  EXPECT_TRUE(values->has_canary());
}

TEST(KnownValues, AreMoreWithAnotherOneOrWhereOneIsACanaryNow) {
  Random random(8);
  const std::string text = made_up(30, random), more = made_up(30, random);
  const auto made = [&](const std::vector<std::string>& texts, bool canary = false) {
    std::vector<Value> values;
    for (const std::string& one : texts) {
      values.push_back(value_of("a", one, {}, canary));
      values.back().secret.print.value = std::hash<std::string>()(one);
    }
    return *KnownValues::make(std::move(values), {});
  };
  EXPECT_TRUE(made({text})->no_more_than(*made({more, text})));
  EXPECT_TRUE(made({text})->no_more_than(*made({text}, true)));
  EXPECT_FALSE(made({text, more})->no_more_than(*made({text})));
  EXPECT_FALSE(made({more})->no_more_than(*made({text})));
  EXPECT_FALSE(made({text}, true)->no_more_than(*made({text})));
}

TEST(KnownValues, ThatAreWeakOrTooManyAreRefusedByName) {
  const auto error = [](std::vector<Value> values) {
    const auto made = KnownValues::make(std::move(values), {});
    return made ? std::string() : made.error().what;
  };
  std::vector<Value> one;
  one.push_back(value_of("env:SHORT", "abc"));
  EXPECT_EQ(error(std::move(one)), "the value of env:SHORT has fewer than 8 bytes");
  std::vector<Value> plain;
  std::string words;
  while (words.size() < 2000) words += "correct horse battery staple ";
  plain.push_back(value_of("file:/words", words));
  EXPECT_EQ(error(std::move(plain)), "the value of file:/words reads like ordinary text");
  std::vector<Value> many;
  Random random(8);
  for (int i = 0; i < 1025; ++i) many.push_back(value_of("v", made_up(20, random)));
  EXPECT_THAT(error(std::move(many)), HasSubstr("more than 1024"));
  std::vector<Value> large;
  for (int i = 0; i < 10; ++i) large.push_back(value_of("large", made_up(8000, random)));
  EXPECT_THAT(error(std::move(large)), HasSubstr("too much to look for"));
}

TEST(KnownValues, ATellingPartIsWhatOrdinaryVariablesLack) {
  Random random(9);
  for (const char* plain :
       {"us-east-1", "eu-central-1", "production", "localhost:3000", "https://api.example.com/v1",
        "claude-sonnet-4-5-20250929", "correct horse battery staple",
        "/usr/share/ca-certificates/mozilla", "gpt-4o-mini", "postgres://app@db.internal/orders"}) {
    EXPECT_FALSE(has_telling_part(plain)) << plain;
  }
  EXPECT_TRUE(has_telling_part(made_up(32, random, kHex)));
  EXPECT_TRUE(has_telling_part("k3" + made_up(9, random)));
  EXPECT_TRUE(has_telling_part("postgres://app:x4" + made_up(9, random) + "@db.internal/orders"));
}

// Ordinary and random text holds none of them, whatever their form.
TEST(KnownValues, AreNotFoundWhereTheyAreNot) {
  Random random(10);
  std::vector<std::string> texts;
  for (int i = 0; i < 32; ++i) texts.push_back(made_up(20 + random() % 60, random));
  for (int i = 0; i < 16; ++i) texts.push_back("b2" + made_up(7 + random() % 8, random));
  for (int i = 0; i < 16; ++i) texts.push_back(made_up(32, random, kHex));
  const auto values = known(texts);
  ASSERT_TRUE(values);
  std::ifstream words("/usr/share/dict/words");
  std::string ordinary{std::istreambuf_iterator<char>(words), {}};
  ordinary += "The quick brown fox jumps over the lazy dog. {\"type\": \"service_account\"}\n";
  std::vector<Found> found;
  for (const std::string_view alphabet : {test::kLetters, kHex, std::string_view("abc \n.-,1")}) {
    const std::string noise = made_up(4'000'000, random, alphabet);
    KnownValues::Cursor at;
    values->find(at, noise, 0, found);
  }
  KnownValues::Cursor at;
  values->find(at, ordinary, 0, found);
  EXPECT_TRUE(found.empty());
}

bool holds(const std::vector<char>& block, const std::vector<unsigned char>& masked) {
  const auto same = [](char c, unsigned char m) {
    return (static_cast<unsigned char>(c) ^ 0x5a) == m;
  };
  return std::search(block.begin(), block.end(), masked.begin(), masked.end(), same) != block.end();
}

// This process's memory, searched for a text of which it holds nothing but `masked`.
bool memory_holds(const std::vector<unsigned char>& masked) {
  bool found = false;
  std::vector<char> block(1 << 16);
  const Descriptor memory(::open("/proc/self/mem", O_RDONLY | O_CLOEXEC));
  std::ifstream maps("/proc/self/maps");
  for (std::string line; !found && std::getline(maps, line);) {
    if (line.find(" rw-p ") == line.npos) continue;
    std::uintptr_t begin = 0, end = 0;
    char dash = 0;
    std::istringstream(line) >> std::hex >> begin >> dash >> end;
    for (std::uintptr_t at = begin; !found && at < end; at += block.size() / 2) {
      // Nothing of an earlier block may stay where the next one looks.
      std::ranges::fill(block, '\0');
      const auto size = std::min<std::uintptr_t>(block.size(), end - at);
      if (::pread(memory.get(), block.data(), size, static_cast<off_t>(at)) <= 0) break;
      found = holds(block, masked);
    }
  }
  std::ranges::fill(block, '\0');
  return found;
}

TEST(KnownValues, AreNotKeptInClear) {
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  GTEST_SKIP() << "the sanitizer's memory is too large to be searched";
#endif
  Random random(11);
  std::vector<unsigned char> masked;
  std::vector<Value> given;
  {
    std::string text(40, ' ');
    for (char& c : text) {
      c = test::kLetters[random() % test::kLetters.size()];
      masked.push_back(static_cast<unsigned char>(c) ^ 0x5a);
    }
    Value value{{.name = "v"}, Clear(std::move(text))};
    given.push_back(std::move(value));
  }
  EXPECT_TRUE(memory_holds(masked));
  const auto values = *KnownValues::make(std::move(given), {});
  EXPECT_FALSE(memory_holds(masked));
}

}  // namespace
}  // namespace cork::known
