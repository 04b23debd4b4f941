// How random a text looks: Shannon's entropy of its bytes.
//
// Pure.
#pragma once

#include <string_view>

namespace cork::secrets {

// Bits per byte, 0 to 8; 0 for an empty text.
[[nodiscard]] double shannon_entropy(std::string_view text) noexcept;

}  // namespace cork::secrets
