#include "base/bytes.h"

#include <gtest/gtest.h>

#include <string>

namespace cork {
namespace {

TEST(Bytes, TurnIntoTextAndBackWithoutLosingAByte) {
  std::string every;
  for (int i = 0; i < 256; ++i) every += static_cast<char>(i);
  const Bytes bytes = as_bytes(every);
  ASSERT_EQ(bytes.size(), 256u);
  EXPECT_EQ(std::to_integer<int>(bytes[200]), 200);
  EXPECT_EQ(as_text(bytes), every);
  EXPECT_EQ(as_text(Bytes{}), "");
}

}  // namespace
}  // namespace cork
