// The version this program says it is: the one in CMakeLists.txt.
#pragma once

#include <string_view>

namespace cork {

inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace cork
