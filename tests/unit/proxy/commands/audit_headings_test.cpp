#include "proxy/commands/audit_headings.h"

#include "world.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace cork::commands {
namespace {

// Each as its headings, its time and its column.
std::string rows(std::size_t columns,
                 const std::vector<std::pair<std::string, std::string>>& times_and_bottles) {
  World world;
  world.columns = columns;
  Captured out, err;
  const Context context = world.context(out, err);
  AuditHeadings headings(context);
  std::string text;
  for (const auto& [time, bottle] : times_and_bottles) {
    const AuditFields fields{{"time", time}, {"bottle", bottle}};
    const std::string row = headings.show(fields) + "|" + headings.column(fields) + "|\n";
    std::fputs(row.c_str(), context.out);
  }
  return out.text();
}

TEST(AuditHeadings, ShowTheDayAndOnANarrowTerminalTheBottleWhereEitherIsAnother) {
  const std::vector<std::pair<std::string, std::string>> four{
      {"2026-01-02T03:04:05.000Z", "dev"},
      {"2026-01-02T03:04:06.000Z", "dev"},
      {"2026-01-02T03:04:07.000Z", "second-agent"},
      {"2026-01-03T03:04:08.000Z", "second-agent"}};
  EXPECT_EQ(rows(80, four),
            "2026-01-02 UTC, bottle dev\n03:04:05||\n03:04:06||\n"
            "bottle second-agent\n03:04:07||\n"
            "\n2026-01-03 UTC, bottle second-agent\n03:04:08||\n");
  EXPECT_EQ(rows(100, four),
            "2026-01-02 UTC\n03:04:05|dev         |\n03:04:06|dev         |\n"
            "03:04:07|second-ag…  |\n\n2026-01-03 UTC\n03:04:08|second-ag…  |\n");
  EXPECT_EQ(rows(120, {{"2026-01-02T03:04:05.000Z", "second-agent"}}),
            "2026-01-02 UTC\n03:04:05|second-agent      |\n");
}

// As of a client that is nobody's.
TEST(AuditHeadings, ShowNoBottleWhereThereIsNone) {
  EXPECT_EQ(rows(80, {{"2026-01-02T03:04:05.000Z", ""}, {"2026-01-02T03:04:06.000Z", "dev"}}),
            "2026-01-02 UTC\n03:04:05||\nbottle dev\n03:04:06||\n");
}

}  // namespace
}  // namespace cork::commands
