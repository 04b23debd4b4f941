// Users of this machine by name.
//
// Asks the system's user database, which may read files.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string_view>

namespace cork::config {

// "1001", or the name of a user: which number the kernel knows it by.
Result<std::uint32_t> uid_of(std::string_view text);

}  // namespace cork::config
