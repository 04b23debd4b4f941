#include "base/internal_host.h"

#include <gtest/gtest.h>

namespace cork {
namespace {

TEST(InternalHost, IsOneNameInEverySpellingThatAHostHas) {
  for (const char* text : {"cork.internal", "CORK.Internal", "cork.internal."}) {
    EXPECT_TRUE(is_internal(*Host::parse(text))) << text;
  }
  for (const char* text : {"a.cork.internal", "cork.internal.example.com", "xcork.internal",
                           "internal", "127.0.0.1"}) {
    EXPECT_FALSE(is_internal(*Host::parse(text))) << text;
  }
}

}  // namespace
}  // namespace cork
