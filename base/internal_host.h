// The one name that cork answers itself, for the bottle that asks: http://cork.internal/.
//
// Pure.
#pragma once

#include "base/host.h"

#include <string_view>

namespace cork {

inline constexpr std::string_view kInternalHost = "cork.internal";

// On every port and by either scheme: nothing of that name is ever resolved or dialled.
[[nodiscard]] inline bool is_internal(const Host& host) noexcept {
  return host.text() == kInternalHost;
}

}  // namespace cork
