#include "proxy/config/size.h"

#include "base/limits.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace cork::config {
namespace {

constexpr Range kRange{kMiB, std::uint64_t{1} << 50};

std::pair<std::optional<std::uint64_t>, std::string> read(const std::string& value) {
  Report report("f.yaml");
  const auto root = parse_document("max_bytes: " + value + "\n", report);
  const auto bytes = read_size(item_of(root->members.front()), kRange, report);
  return {bytes, report.empty() ? "" : render(report.take())};
}

TEST(Size, IsAWholeNumberAndItsUnit) {
  EXPECT_EQ(read("512MiB").first, 512 * kMiB);
  EXPECT_EQ(read("512 MiB").first, 512 * kMiB);
  EXPECT_EQ(read("10GiB").first, 10240 * kMiB);
  EXPECT_EQ(read("1TiB").first, std::uint64_t{1} << 40);
  EXPECT_EQ(read("2048KiB").first, 2 * kMiB);
  EXPECT_EQ(read("1048576B").first, kMiB);
}

TEST(Size, OfAnotherFormSaysWhatToWriteInstead) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"512", "write a whole number and its unit, from 1 MiB to 1024 TiB"},
      {"10GB", "did you mean '10GiB'?"},
      {"10g", "did you mean '10GiB'?"},
      {"10 mib", "did you mean '10MiB'?"},
      {"1.5GiB", "write a whole number"},
      {"0512MiB", "did you mean '512MiB'?"},
      {"MiB", "write a whole number"},
      {"99999999999999999999MiB", "write a whole number"},
      {"-1MiB", "write a whole number"},
      {"1MiB", ""},
      {"1023KiB", "write a size from 1 MiB to 1024 TiB"},
      {"1025TiB", "write a size from 1 MiB to 1024 TiB"},
  };
  for (const auto& [value, hint] : cases) {
    const auto [bytes, message] = read(value);
    EXPECT_EQ(bytes.has_value(), hint.empty()) << value;
    EXPECT_NE(message.find(hint), std::string::npos) << value << ": " << message;
  }
}

}  // namespace
}  // namespace cork::config
