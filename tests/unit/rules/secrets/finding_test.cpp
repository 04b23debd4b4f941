#include "rules/secrets/finding.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace cork::secrets {
namespace {

FingerprintKey key_of(unsigned char value) {
  FingerprintKey key;
  key.fill(std::byte{value});
  return key;
}

TEST(Finding, NamesEveryPartDifferently) {
  std::set<std::string_view> names;
  for (const Part part : {Part::authority, Part::method, Part::path, Part::query, Part::field,
                          Part::body, Part::message, Part::trailer}) {
    names.insert(name_of(part));
  }
  EXPECT_EQ(names.size(), 8u);
  EXPECT_EQ(name_of(Part::body), "body");
}

TEST(Finding, AVerdictOnlyRises) {
  EXPECT_EQ(worse(Verdict::leak, Verdict::clean), Verdict::leak);
  EXPECT_EQ(worse(Verdict::leak, Verdict::over_limit), Verdict::over_limit);
}

// RFC 4231, test case 1: a key of 20 bytes is padded with zeros, so 32 bytes that end in 12 zeros
// make the same code.
TEST(Finding, APrintIsTheFirst64BitsOfHmacSha256) {
  FingerprintKey key{};
  for (std::size_t i = 0; i < 20; ++i) key[i] = std::byte{0x0b};
  EXPECT_EQ(fingerprint(key, "Hi There").value, 0xb0344c61d8db3853u);
}

TEST(Finding, EqualSecretsHaveEqualPrintsUnderOneKeyOnly) {
  EXPECT_EQ(fingerprint(key_of(1), "one"), fingerprint(key_of(1), "one"));
  EXPECT_NE(fingerprint(key_of(1), "one"), fingerprint(key_of(1), "two"));
  EXPECT_NE(fingerprint(key_of(1), "one"), fingerprint(key_of(2), "one"));
  EXPECT_NE(fingerprint(key_of(1), ""), fingerprint(key_of(2), ""));
}

TEST(Finding, OneSecretIsKeptOnceAndAtOneSpotItsLongestMatch) {
  const auto found = [](std::uint64_t print, Offset begin, Offset end) {
    Finding one;
    one.print.value = print;
    one.spot = {0, begin, end};
    one.place.begin = begin;
    one.place.end = end;
    return one;
  };
  std::vector<Finding> findings;
  keep_new(findings, found(1, 5, 9), 16);
  keep_new(findings, found(1, 20, 24), 16);  // the same elsewhere
  keep_new(findings, found(2, 5, 12), 16);   // more of it
  keep_new(findings, found(3, 5, 10), 16);   // less of it
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].print.value, 2u);
  EXPECT_EQ(findings[0].place.end, 12u);
  keep_new(findings, found(4, 6, 10), 16);
  Finding recorded = found(2, 5, 12);
  recorded.blocking = false;
  keep_new(findings, recorded, 16);
  EXPECT_EQ(findings.size(), 3u);
}

TEST(Finding, WhatSomebodyVouchesForMakesNoRoom) {
  Finding excused, masked, note, blocking;
  excused.exception = "a fixture";
  masked.redacted = true;
  excused.blocking = masked.blocking = note.blocking = false;
  std::vector<Finding> findings{excused, note, masked};
  keep(findings, blocking, 3);
  ASSERT_EQ(findings.size(), 3u);
  EXPECT_TRUE(findings[1].blocking);
  findings = {excused, masked};
  keep(findings, note, 2);
  EXPECT_EQ(findings.size(), 2u);
  keep(findings, blocking, 2);
  keep(findings, blocking, 2);
  ASSERT_EQ(findings.size(), 3u);
  EXPECT_TRUE(findings[2].blocking);
}

}  // namespace
}  // namespace cork::secrets
