#include "rules/known/plainness.h"

#include "made_values.h"

#include <gtest/gtest.h>

#include <string>

namespace cork::known {
namespace {

using test::kHex;
using test::kLetters;
using test::made_up;
using test::Random;

TEST(Plainness, OrdinaryTextIsPlain) {
  for (const char* text :
       {"correcthorsebatt", "Applicationserve", "sonnet4520250929", "claudesonnet4520",
        "internalservice1", "production", "localhost3000", "eucentral1", "gpt4omini", "summer2024",
        "0123456789abcdef", "aaaaaaaabbbbbbbb", "0000000012345678", "development", "password",
        "typeserviceaccou", "authenticationre"}) {
    EXPECT_TRUE(is_plain(text)) << text;
  }
}

TEST(Plainness, WhatIsDrawnAtRandomIsHardlyEver) {
  Random random(2);
  for (const std::string_view alphabet :
       {kLetters, kHex, kLetters.substr(0, 26), kLetters.substr(26, 26)}) {
    int plain = 0;
    for (int i = 0; i < 10'000; ++i) plain += is_plain(made_up(kWindow, random, alphabet));
    EXPECT_LT(plain, 200) << alphabet;
  }
}

TEST(Plainness, AWeakValueSaysWhy) {
  const auto why = [](std::string_view value) {
    return std::string(weakness_of(value).value_or("nothing"));
  };
  EXPECT_EQ(why("a1B2c3!"), "has fewer than 8 bytes");
  EXPECT_EQ(why(std::string_view("a1B2c3!\0x", 9)), "holds a NUL byte");
  EXPECT_EQ(why("abababababababab"), "has too few different characters");
  EXPECT_EQ(why("2918374650"), "is too easily guessed");
  EXPECT_EQ(why("7f3a9c1e"), "is too easily guessed");
  EXPECT_EQ(why("1234567890123456789"), "is a row of keys");
  EXPECT_EQ(why("changeme"), "reads like ordinary text");
  EXPECT_EQ(why("summer2024"), "reads like ordinary text");
  Random random(3);
  EXPECT_EQ(why(made_up(9, random)), "nothing");
  EXPECT_EQ(why("correct horse battery staple"), "nothing");
}

TEST(Plainness, StructureIsWhatSaysHowASecretIsUsed) {
  EXPECT_EQ(structure_of("pg://app:Xy7@db:1/app"), "sssssssss...sssss....");
  EXPECT_EQ(structure_of("https://Xy7@db/app"), "ssssssss...sss....");
  EXPECT_EQ(structure_of("https://hooks.example/T0/Xy7"), "sssssssssssssssssssss.......");
  EXPECT_EQ(structure_of("eyJhbGci.eyJzdWIi.c2ln"), "sssssssssssssssss.....");
  EXPECT_EQ(structure_of("eyJhbGci.c2ln"), ".............");
  EXPECT_EQ(structure_of("-----BEGIN X-----\nMIIE\nAbCd\n-----END X-----"),
            "sssssssssssssssss.ssss......sssssssssssssss");
  EXPECT_EQ(structure_of("Xy7 and http://x"), "................");
}

TEST(Plainness, AWindowOfStructureOrOfAKnownHeaderTellsNothing) {
  Random random(4);
  const std::string window = "a1" + made_up(14, random);
  EXPECT_TRUE(is_telling(window, std::string(kWindow, '.')));
  EXPECT_TRUE(is_telling(window, "ssssssss........"));
  EXPECT_FALSE(is_telling(window, "sssssssss......."));
  EXPECT_FALSE(is_telling("eyJhbGciOiJIUzI1", std::string(kWindow, '.')));
  EXPECT_FALSE(is_telling("correcthorsebatt", std::string(kWindow, '.')));
}

TEST(Plainness, APasswordIsFoundInItsUrl) {
  EXPECT_EQ(password_in("postgres://app:p%40ss@db:5432/app?x=y:z@q"), "p%40ss");
  EXPECT_EQ(password_in("postgres://app@db/x"), "");
  EXPECT_EQ(password_in("https://a.example:80/x"), "");
  EXPECT_EQ(password_in("no url"), "");
}

}  // namespace
}  // namespace cork::known
