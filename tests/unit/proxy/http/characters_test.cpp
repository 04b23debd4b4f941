#include "proxy/http/characters.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace cork::http {
namespace {

TEST(Characters, WhiteSpaceIsTrimmedOnBothSidesAndOnlyThere) {
  EXPECT_EQ(trim_ows("\t a b \t"), "a b");
  EXPECT_EQ(trim_ows(" \t "), "");
  EXPECT_EQ(trim_ows(""), "");
  EXPECT_EQ(trim_ows("\x0b"
                     "a"),
            "\x0b"
            "a");
}

TEST(Characters, ListElementsAreCutOneByOne) {
  std::string_view list = " a ,, b\t,c";
  EXPECT_EQ(take_list_element(list), "a");
  EXPECT_EQ(take_list_element(list), "");
  EXPECT_EQ(take_list_element(list), "b");
  EXPECT_EQ(take_list_element(list), "c");
  EXPECT_EQ(list, "");
}

TEST(Characters, PrintableAsciiIsSpaceToTilde) {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    EXPECT_EQ(is_printable_ascii({&c, 1}), byte >= 0x20 && byte < 0x7f) << byte;
  }
}

TEST(Characters, AControlCharacterIsSeenAnywhereInAValue) {
  const std::string_view plain = "0123456789abcdef0123456789abcdef0123456789abcdef";
  EXPECT_TRUE(is_field_value(plain));
  for (std::size_t i = 0; i < plain.size(); ++i) {
    std::string value(plain);
    value[i] = '\n';
    EXPECT_FALSE(is_field_value(value)) << i;
  }
}

}  // namespace
}  // namespace cork::http
