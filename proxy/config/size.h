// A size with its unit: "512MiB".
//
// Pure.
//
//   if (auto bytes = read_size(item_of(member), {kMiB, kMost}, report)) config.max_bytes = *bytes;
#pragma once

#include "proxy/config/values.h"

#include <cstdint>
#include <optional>

namespace cork::config {

// In bytes; `range` too. A number alone is refused: nobody knows what it counts.
std::optional<std::uint64_t> read_size(const Item& item, Range range, Report& report);

}  // namespace cork::config
