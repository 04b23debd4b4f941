#include "rules/secrets/lazy_regex.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace cork::secrets {
namespace {

TEST(LazyRegex, MatchesBytesInTheCaseThatWasAskedFor) {
  const LazyRegex exact("k[\\x80-\\xff]", LazyRegex::Case::exact);
  const LazyRegex ignored("k[\\x80-\\xff]", LazyRegex::Case::ignored);
  EXPECT_TRUE(re2::RE2::FullMatch("k\xC3", exact.get()));
  EXPECT_FALSE(re2::RE2::FullMatch("K\xC3", exact.get()));
  EXPECT_TRUE(re2::RE2::FullMatch("K\xC3", ignored.get()));
}

TEST(LazyRegex, SaysWhatIsWrongWithIt) {
  const LazyRegex regex("a(", LazyRegex::Case::exact);
  EXPECT_FALSE(regex.get().ok());
  EXPECT_NE(regex.get().error().find("missing )"), std::string::npos);
}

TEST(LazyRegex, IsMadeOnceWhoeverComesFirst) {
  LazyRegex first("[a-z]{40}", LazyRegex::Case::exact);
  const LazyRegex regex = std::move(first);
  std::vector<const re2::RE2*> seen(8);
  std::vector<std::thread> threads;
  for (const re2::RE2*& one : seen) threads.emplace_back([&] { one = &regex.get(); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::set(seen.begin(), seen.end()).size(), 1u);
  EXPECT_TRUE(seen.front()->ok());
}

}  // namespace
}  // namespace cork::secrets
