#include "rules/known/keyed_hash.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace cork::known {
namespace {

// The vector that the paper prints, in its appendix A.
TEST(KeyedHash, IsSipHash) {
  const HashKeys keys{0x0706050403020100, 0x0f0e0d0c0b0a0908, 0, 0};
  std::string text;
  for (char c = 0; c < 15; ++c) text += c;
  EXPECT_EQ(print_of(keys, text), 0xa129ca6149be45e5U);
}

TEST(KeyedHash, DiffersWithTheKeyAndWithEveryByteAndLength) {
  const HashKeys one = HashKeys::from(FingerprintKey{std::byte{1}});
  const HashKeys other = HashKeys::from(FingerprintKey{std::byte{2}});
  EXPECT_NE(one.mix_low, other.mix_low);
  EXPECT_NE(one.print_low, one.mix_low);
  std::set<std::uint64_t> prints;
  for (std::size_t size = 0; size < 40; ++size) {
    prints.insert(print_of(one, std::string(size, 'a')));
    prints.insert(print_of(other, std::string(size, 'a')));
  }
  EXPECT_EQ(prints.size(), 80U);
}

}  // namespace
}  // namespace cork::known
