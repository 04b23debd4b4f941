#include "proxy/commands/audit_file.h"

#include "world.h"

#include <gtest/gtest.h>

namespace cork::commands {
namespace {

TEST(AuditFile, IsTheOneNamedOrTheConfigurations) {
  World world;
  Captured out, err;
  const Context context = world.context(out, err);
  EXPECT_EQ(audit_file("/x/log", std::nullopt, context), "/x/log");
  EXPECT_EQ(audit_file(std::nullopt, world.configure("      - a.example\n"), context),
            world.folder / "audit.jsonl");
  EXPECT_FALSE(audit_file(std::nullopt, "/nonexistent.yaml", context));
}

TEST(AuditFile, ThatIsNotThereIsTheMistakeOfWhoNamedIt) {
  World world;
  Captured out, err;
  const Context context = world.context(out, err);
  EXPECT_EQ(no_log(world.folder / "none", {"none: No such file"}, context), kUsage);
  EXPECT_EQ(no_log(world.folder.path(), {"this is a folder"}, context), kUsage);
  EXPECT_EQ(err.text(), "cork: error: none: No such file\ncork: error: this is a folder\n");
  EXPECT_EQ(no_log(world.folder.write("log", ""), {"Permission denied"}, context), kFailed);
  EXPECT_EQ(no_log(std::nullopt, {"none: No such file"}, context), kFailed);
  EXPECT_NE(err.text().find("`cork run` writes it"), std::string::npos);
}

TEST(AuditFile, CountsWhatWasSkippedOnlyWhereSomethingWas) {
  World world;
  Captured out, err;
  report_skipped(0, "/x/log", world.context(out, err));
  EXPECT_EQ(err.text(), "");
  report_skipped(2, "/x/log", world.context(out, err));
  EXPECT_EQ(err.text(), "cork: /x/log: 2 lines are no record and were skipped\n");
}

}  // namespace
}  // namespace cork::commands
