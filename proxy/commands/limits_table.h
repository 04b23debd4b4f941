// The limits of base/limits.h by name, for what prints them.
//
// Pure.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace cork::commands {

struct Limit {
  std::string_view group, name;  // "session", "hello_ms": units are in the names
  std::uint64_t value;
};

// In the order of base/limits.h, the groups one behind the other.
[[nodiscard]] std::vector<Limit> limits_table();

}  // namespace cork::commands
