// That judging what Hyperscan reports takes no memory of its own once it has been done before: with
// one exception, which is RE2's, where a regex has groups whose places it must find.
#include "rules/secrets/ruleset.h"

#include "tests/unit/rules/secrets/scan_support.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

namespace {

// By this thread.
thread_local std::size_t allocations = 0;

void* counted(std::size_t size) noexcept {
  ++allocations;
  return std::malloc(size == 0 ? 1 : size);
}

}  // namespace

void* operator new(std::size_t size) {
  void* memory = counted(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void* operator new[](std::size_t size) {
  return operator new(size);
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return counted(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return counted(size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}

namespace cork::secrets {
namespace {

Rule rule(const std::string& regex, double entropy) {
  Rule made;
  made.id = "r";
  made.regex = regex;
  made.entropy = entropy;
  return made;
}

// What judging every match in `text` allocates, the second time.
std::size_t allocated(const Rule& written, const std::string& text, bool expected) {
  const auto rules = *Ruleset::compile({written});
  const WorkerScratch scratch(*rules);
  const auto matches = test::block_matches(rules->block_database(), text, scratch);
  EXPECT_FALSE(matches.empty());
  std::size_t before = 0;
  for (int round = 0; round < 2; ++round) {
    before = allocations;
    bool found = false;
    for (const test::Match& match : matches) {
      std::size_t examined = 0;
      found = rules->confirm(match.rule, text, match.end, false, examined) || found;
    }
    EXPECT_EQ(found, expected);
  }
  return allocations - before;
}

TEST(Allocation, IsSeenByThisTest) {
  const std::size_t before = allocations;
  const std::vector<int> some(100);
  EXPECT_GE(allocations - before, 1u);
}

TEST(Allocation, IsNoneForATokenOfOneWidth) {
  EXPECT_EQ(allocated(rule("tok_[a-z]{10}", 0), "a tok_abcdefghij here", true), 0u);
  EXPECT_EQ(allocated(rule("\\btok_[a-z]{10}", 2), "a tok_abcdefghij here", true), 0u);
  EXPECT_EQ(allocated(rule("\\btok_[a-z]{10}", 0), "atok_abcdefghij tok_abcdefghij", true), 0u);
}

TEST(Allocation, IsNoneForWhatIsNotRandomEnough) {
  EXPECT_EQ(allocated(rule("tok_[a-z]{10}", 3), "a tok_aaaaaaaaaa here", false), 0u);
  EXPECT_EQ(allocated(rule("key=([a-z]{10,20})", 3), "a key=aaaaaaaaaabbbb here", false), 0u);
}

TEST(Allocation, IsNoneWhereNoKeywordIsNear) {
  Rule asking = rule("[0-9a-f]{32}", 0);
  asking.keywords = {"acme", "ACME's other name"};
  EXPECT_EQ(allocated(asking, "a hash " + std::string(32, 'f') + " of no interest", false), 0u);
}

TEST(Allocation, IsNoneForAStopword) {
  Rule stopped = rule("tok_[a-z]{10}", 0);
  stopped.allowlists = {{{}, {"example", "sample"}}};
  EXPECT_EQ(allocated(stopped, "a tok_xxexamplex here", false), 0u);
}

}  // namespace
}  // namespace cork::secrets
