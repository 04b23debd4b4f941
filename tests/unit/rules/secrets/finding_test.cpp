#include "rules/secrets/finding.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

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

}  // namespace
}  // namespace cork::secrets
