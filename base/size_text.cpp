#include "base/size_text.h"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <string_view>

namespace cork {

std::string size_text(std::uint64_t bytes) {
  static constexpr std::array<std::string_view, 5> units{"bytes", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  for (; bytes > 0 && bytes % 1024 == 0 && unit + 1 < units.size(); ++unit) bytes /= 1024;
  return fmt::format("{} {}", bytes, units[unit]);
}

}  // namespace cork
