#include "base/message.h"

#include <gtest/gtest.h>

namespace cork {
namespace {

TEST(Message, FindsTheFirstFieldOfANameInAnyCase) {
  const Field fields[] = {{"Accept", "a"}, {"X-A", "1"}, {"x-a", "2"}};
  ASSERT_NE(find_field(fields, "x-A"), nullptr);
  EXPECT_EQ(find_field(fields, "x-A")->value, "1");
  EXPECT_EQ(find_field(fields, "accept")->name, "Accept");
  EXPECT_EQ(find_field(fields, "x"), nullptr);
  EXPECT_EQ(find_field(fields, ""), nullptr);
  EXPECT_EQ(find_field({}, "accept"), nullptr);
}

TEST(Message, NamesTheSchemesAndTheirPorts) {
  EXPECT_EQ(name_of(Scheme::http), "http");
  EXPECT_EQ(name_of(Scheme::https), "https");
  EXPECT_EQ(default_port(Scheme::http), 80);
  EXPECT_EQ(default_port(Scheme::https), 443);
}

}  // namespace
}  // namespace cork
