#include "rules/gitleaks/toml_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cork::gitleaks {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(TomlReaderTest, ReadsWhatIsThereAndTakesWhatIsAbsentForEmpty) {
  TomlReader reader("f.toml");
  const toml::table table = toml::parse("a = 'x'\nB = [1, 'y']\nn = 3\nf = true\nt.u = 1\n");
  EXPECT_EQ(reader.text(table, "a"), "x");
  EXPECT_EQ(reader.text(table, "none"), "");
  EXPECT_EQ(reader.integer(table, "n"), 3);
  EXPECT_EQ(reader.number(table, "n"), 3);
  EXPECT_TRUE(reader.flag(table, "f"));
  EXPECT_NE(reader.only_table(table, "t"), nullptr);
  EXPECT_THAT(reader.errors, IsEmpty());
  EXPECT_THAT(reader.texts(table, "b"), ElementsAre("y"));
  ASSERT_EQ(reader.errors.size(), 1U);
  EXPECT_EQ(reader.errors[0].where, (Where{"f.toml", 2, 6}));
}

TEST(TomlReaderTest, KnowsWhereThingsAre) {
  const TomlReader reader("f.toml");
  const toml::table table = toml::parse("\nlist = ['a',\n  'b']\n");
  EXPECT_EQ(reader.where_item(table, "list", 1), (Where{"f.toml", 3, 3}));
  EXPECT_EQ(reader.where_item(table, "list", 2), (Where{"f.toml", 2, 8}));
  EXPECT_EQ(reader.where(table, "list"), (Where{"f.toml", 2, 8}));
}

}  // namespace
}  // namespace cork::gitleaks
