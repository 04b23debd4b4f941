#include "proxy/app/environment.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace cork::app {
namespace {

TEST(ProcessEnvironment, TellsAnEmptyVariableFromOneThatIsUnset) {
  const config::Environment read = environment();
  ::setenv("CORK_TEST_VARIABLE", "x y", 1);
  EXPECT_EQ(read("CORK_TEST_VARIABLE"), "x y");
  ::setenv("CORK_TEST_VARIABLE", "", 1);
  EXPECT_EQ(read("CORK_TEST_VARIABLE"), "");
  ::unsetenv("CORK_TEST_VARIABLE");
  EXPECT_EQ(read("CORK_TEST_VARIABLE"), std::nullopt);
}

}  // namespace
}  // namespace cork::app
