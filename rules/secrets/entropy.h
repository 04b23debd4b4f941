// How random a text looks: Shannon's entropy of its bytes.
//
// Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace cork::secrets {

// Bits per byte, 0 to 8; 0 for an empty text.
[[nodiscard]] double shannon_entropy(std::string_view text) noexcept;

// Whether it is more than so many; faster than to know how many, for texts of at most
// kCountedBytes. Not for longer ones.
inline constexpr std::size_t kCountedBytes = 256;
[[nodiscard]] bool entropy_exceeds(std::string_view text, double bits) noexcept;

}  // namespace cork::secrets
