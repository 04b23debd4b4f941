#include "rules/secrets/database.h"

#include <gtest/gtest.h>
#include <hs/hs.h>

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cork::secrets {
namespace {

struct FreeScratch {
  void operator()(hs_scratch_t* scratch) const noexcept { hs_free_scratch(scratch); }
};

int collect(unsigned id, unsigned long long, unsigned long long, unsigned, void* context) {
  static_cast<std::set<unsigned>*>(context)->insert(id);
  return 0;
}

// The patterns that `database`, one for blocks, finds in `text`.
std::set<unsigned> found(const Database& database, std::string_view text) {
  hs_scratch_t* raw = nullptr;
  hs_alloc_scratch(database.get(), &raw);
  const std::unique_ptr<hs_scratch_t, FreeScratch> scratch(raw);
  std::set<unsigned> ids;
  hs_scan(database.get(), text.data(), static_cast<unsigned>(text.size()), 0, raw, &collect, &ids);
  return ids;
}

TEST(Databases, FindEachPatternByItsNumber) {
  const std::vector<Pattern> patterns = {{"a=[0-9]{4}", false}, {"B[c-e]{4}"}, {"x_[0-9]{4}"}};
  const auto databases = compile_databases(patterns);
  ASSERT_TRUE(databases) << databases.error().what;
  EXPECT_EQ(found(databases->block, "a=1234 Bcdec x_1234"), (std::set<unsigned>{0, 1, 2}));
  EXPECT_EQ(found(databases->block, "A=1234 bcdec"), (std::set<unsigned>{}));
}

TEST(Databases, OfHostNamesIgnoreCaseAndLeaveOutWhatNoneCanHold) {
  const std::vector<Pattern> patterns = {{"a=[0-9]{4}", false}, {"B[c-e]{4}"}, {"x_[0-9]{4}"}};
  const auto databases = compile_databases(patterns);
  ASSERT_TRUE(databases);
  EXPECT_EQ(found(databases->folded, "a=1234 bCDEC X_1234"), (std::set<unsigned>{1, 2}));
}

TEST(Databases, AreWholeWhereNoPatternFitsAHostName) {
  const std::vector<Pattern> patterns = {{"a=[0-9]{4}", false}};
  const auto databases = compile_databases(patterns);
  ASSERT_TRUE(databases);
  EXPECT_EQ(found(databases->folded, "A=1234"), (std::set<unsigned>{0}));
}

TEST(Databases, SayWhichPatternIsAtFault) {
  const std::vector<Pattern> patterns = {{"abc", false}, {"a("}};
  const auto databases = compile_databases(patterns);
  ASSERT_FALSE(databases);
  EXPECT_EQ(databases.error().pattern, 1u);
  EXPECT_FALSE(databases.error().what.empty());
}

}  // namespace
}  // namespace cork::secrets
