// Characters that are not seen, and those that are seen as ASCII and are not.
//
// Pure functions.
//
//   compatible_ascii(0xff21);  // 'A', from its full-width form
#pragma once

#include <cstdint>

namespace cork::secrets {

// Without width and sign of its own: zero-width characters, soft hyphens, variation selectors,
// directions, tags.
[[nodiscard]] bool is_invisible(std::uint32_t code) noexcept;

// The ASCII letter, digit, '_' or '-' of which this is the full-width or a mathematical form, as
// Unicode's compatibility decomposition (UAX #15) has it; 0: of none.
[[nodiscard]] char compatible_ascii(std::uint32_t code) noexcept;

}  // namespace cork::secrets
