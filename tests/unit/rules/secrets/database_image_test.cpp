#include "rules/secrets/database_image.h"

#include <gtest/gtest.h>
#include <hs/hs.h>

#include <set>
#include <string>
#include <vector>

namespace cork::secrets {
namespace {

class DatabaseImage : public testing::Test {
 protected:
  DatabaseImage() {
    rules_.resize(2);
    rules_[0].regex = "tok_[a-z]{20}";
    rules_[1].regex = "note_[a-z]{5,}";
    rules_[1].confidence = Confidence::low;
    patterns_ = {{"tok_[a-z]{20}"}, {"note_[a-z]{5}", true, false}};
    key_ = image_key(rules_, patterns_);
    auto databases = compile_databases(patterns_);
    EXPECT_TRUE(databases);
    databases_ = std::move(*databases);
    image_ = write_image(key_, databases_, widths_);
  }

  std::vector<Rule> rules_;
  std::vector<Pattern> patterns_;
  const std::vector<Widths> widths_ = {{24, 24}, {10, 10}};
  ImageKey key_{};
  Databases databases_;
  std::string image_;
};

std::size_t size_of(const Database& database) {
  std::size_t size = 0;
  EXPECT_EQ(hs_database_size(database.get(), &size), HS_SUCCESS);
  return size;
}

TEST_F(DatabaseImage, ComesBackAsItWas) {
  const auto image = read_image(image_, key_);
  ASSERT_TRUE(image);
  EXPECT_EQ(image->widths, widths_);
  EXPECT_EQ(size_of(image->databases.block), size_of(databases_.block));
  EXPECT_EQ(size_of(image->databases.folded), size_of(databases_.folded));
  EXPECT_EQ(size_of(image->databases.spelled), size_of(databases_.spelled));
  EXPECT_EQ(write_image(key_, image->databases, image->widths), image_);
}

TEST_F(DatabaseImage, NeedsNoneOfPatternsThatSpellNothing) {
  for (Pattern& pattern : patterns_) pattern.spells = false;
  const auto databases = compile_databases(patterns_);
  ASSERT_TRUE(databases);
  EXPECT_FALSE(databases->spelled);
  const ImageKey key = image_key(rules_, patterns_);
  const auto image = read_image(write_image(key, *databases, widths_), key);
  ASSERT_TRUE(image);
  EXPECT_FALSE(image->databases.spelled);
}

TEST_F(DatabaseImage, OfOtherRulesIsNotTaken) {
  std::set<ImageKey> keys = {key_};
  const auto differs = [&](auto change) {
    auto rules = rules_;
    auto patterns = patterns_;
    change(rules, patterns);
    const ImageKey key = image_key(rules, patterns);
    EXPECT_FALSE(read_image(image_, key));
    keys.insert(key);
  };
  using Rules = std::vector<Rule>;
  using Patterns = std::vector<Pattern>;
  differs([](Rules& rules, Patterns&) { rules[0].regex += "x"; });
  differs([](Rules& rules, Patterns&) { rules[0].secret_group = 1; });
  differs([](Rules& rules, Patterns&) { rules[0].confidence = Confidence::low; });
  differs([](Rules& rules, Patterns&) { rules[0].allowlists = {{{"a"}, {}}}; });
  differs([](Rules& rules, Patterns&) { rules[0].allowlists = {{{"a", "b"}, {}}}; });
  differs([](Rules& rules, Patterns&) { rules[0].allowlists = {{{"a"}, {}}, {{"b"}, {}}}; });
  differs([](Rules&, Patterns& patterns) { patterns[0].text += "x"; });
  differs([](Rules&, Patterns& patterns) { patterns[0].in_host_name = false; });
  differs([](Rules&, Patterns& patterns) { patterns[0].spells = false; });
  differs([](Rules& rules, Patterns& patterns) {
    rules.push_back(rules[1]);
    patterns.push_back(patterns[1]);
  });
  differs([](Rules& rules, Patterns& patterns) {
    std::swap(rules[0], rules[1]);
    std::swap(patterns[0], patterns[1]);
  });
  EXPECT_EQ(keys.size(), 12u);
}

TEST_F(DatabaseImage, OfRulesThatAreSearchedAlikeIsTaken) {
  rules_[0].entropy = 4;
  rules_[0].description = "for people";
  rules_[0].allowlists.clear();
  EXPECT_TRUE(read_image(image_, image_key(rules_, patterns_)));
}

TEST_F(DatabaseImage, WithOneByteChangedAnywhereIsNotTaken) {
  // All of the header, and the sections in steps that meet each of them.
  for (std::size_t at = 0; at < image_.size(); at += at < 256 ? 1 : 61) {
    std::string damaged = image_;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    ASSERT_FALSE(read_image(damaged, key_)) << at;
  }
}

TEST_F(DatabaseImage, CutShortOrLengthenedIsNotTaken) {
  for (std::size_t size = 0; size < image_.size(); size += size < 256 ? 1 : 509) {
    ASSERT_FALSE(read_image(image_.substr(0, size), key_)) << size;
  }
  EXPECT_FALSE(read_image(image_ + '\0', key_));
  EXPECT_FALSE(read_image(std::string(4096, '\0'), key_));
  EXPECT_TRUE(read_image(image_, key_));
}

}  // namespace
}  // namespace cork::secrets
