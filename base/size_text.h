// Sizes as people write them: "64 MiB".
//
// Pure.
#pragma once

#include <cstdint>
#include <string>

namespace cork {

// In the largest of KiB, MiB, GiB and TiB that leaves no fraction; "1000 bytes" where none does.
[[nodiscard]] std::string size_text(std::uint64_t bytes);

}  // namespace cork
