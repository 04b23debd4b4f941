#include "proxy/commands/limits_table.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <string>
#include <vector>

namespace cork::commands {
namespace {

// "session.hello_ms" for each field of a struct of base/limits.h that plans show.
std::vector<std::string> declared() {
  std::ifstream file(CORK_SOURCE_DIR "/base/limits.h");
  std::vector<std::string> found;
  std::string group;
  const std::regex field(R"(^  std::(?:size_t|uint64_t) (\w+) =.*)");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("struct HttpLimits")) group = "http";
    if (line.starts_with("struct ScanLimits")) group = "scan";
    if (line.starts_with("struct BottleLimits")) group = "bottle";
    if (line.starts_with("struct AuditLimits")) group = "audit";
    if (line.starts_with("struct SessionLimits")) group = "session";
    if (line.starts_with("}")) group.clear();
    std::smatch match;
    if (!group.empty() && std::regex_match(line, match, field)) {
      found.push_back(fmt::format("{}.{}", group, match[1].str()));
    }
  }
  return found;
}

TEST(LimitsTable, HasEveryLimitOfAnExchangeInTheirOrder) {
  std::vector<std::string> shown;
  for (const Limit& limit : limits_table()) {
    shown.push_back(fmt::format("{}.{}", limit.group, limit.name));
  }
  EXPECT_EQ(shown, declared());
  EXPECT_GT(shown.size(), 30U);
}

}  // namespace
}  // namespace cork::commands
