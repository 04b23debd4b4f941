#include "audit_log.h"
#include "proxy/commands/command.h"
#include "world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <CLI/CLI.hpp>

#include <string>

namespace cork::commands {
namespace {

TEST(AuditCommand, TakesItsOptionsFromTheCommandLine) {
  World world;
  const std::string file = world.folder.write("log", refused_line("01A") + refused_line("01B"));
  const auto run = [&](const std::string& line) {
    CLI::App root;
    commands::Run chosen;
    add_audit(root, chosen);
    root.parse(line);
    Captured out, err;
    const int code = chosen(world.context(out, err));
    return Outcome{code, out.text(), err.text()};
  };
  EXPECT_THAT(run("audit tail -n 1 --file " + file).out, testing::EndsWith("01B\n"));
  EXPECT_THAT(run("audit show 01A --file " + file).out, testing::HasSubstr("01A\n"));
  EXPECT_EQ(run("audit show 01C --file " + file).code, kNo);
}

}  // namespace
}  // namespace cork::commands
