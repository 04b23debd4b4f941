#include "rules/secrets/character_forms.h"

#include <gtest/gtest.h>

namespace cork::secrets {
namespace {

TEST(CharacterForms, KnowWhatIsNotSeen) {
  for (const std::uint32_t code :
       {0xadu, 0x34fu, 0x200bu, 0x200fu, 0x202eu, 0x2060u, 0xfe0fu, 0xfeffu, 0xe0041u}) {
    EXPECT_TRUE(is_invisible(code)) << std::hex << code;
  }
  for (const std::uint32_t code : {0x20u, 0x41u, 0xa0u, 0x200au, 0x2010u, 0x2070u, 0x3000u}) {
    EXPECT_FALSE(is_invisible(code)) << std::hex << code;
  }
}

TEST(CharacterForms, StandForAscii) {
  EXPECT_EQ('A', compatible_ascii(0xff21));
  EXPECT_EQ('z', compatible_ascii(0xff5a));
  EXPECT_EQ('9', compatible_ascii(0xff19));
  EXPECT_EQ('_', compatible_ascii(0xff3f));
  EXPECT_EQ('-', compatible_ascii(0xff0d));
  EXPECT_EQ('A', compatible_ascii(0x1d400)) << "bold";
  EXPECT_EQ('z', compatible_ascii(0x1d6a3)) << "monospace";
  EXPECT_EQ('0', compatible_ascii(0x1d7f6)) << "monospace";
  EXPECT_EQ('h', compatible_ascii(0x210e)) << "where the italic one would be";
  for (const std::uint32_t code : {0x41u, 0xe9u, 0x2103u, 0xff1fu, 0x1d6a8u}) {
    EXPECT_EQ('\0', compatible_ascii(code)) << std::hex << code;
  }
}

}  // namespace
}  // namespace cork::secrets
