// Encoded stretches of a text, found and decoded as gitleaks does: percent escapes, Unicode escapes
// (U+0041, \u0041), hex and base64.
//
// Pure.
//
//   for (const EncodedStretch& one : find_encoded(text)) decode(one.encoding, text_of(one));
#pragma once

#include "rules/gitleaks/pattern.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cork::gitleaks {

// A set bit each; in this order they are tried at one place, and the lower one wins over a
// neighbour that touches it, which then waits for the next pass.
enum class Encoding : std::uint8_t { percent = 1, unicode = 2, hex = 4, base64 = 8 };

// "percent", "unicode", "hex", "base64". Static storage.
[[nodiscard]] std::string_view name_of(Encoding encoding) noexcept;

struct EncodedStretch {
  Encoding encoding;
  Span span;
};

// From left to right, none overlapping another. What is found may still not decode.
[[nodiscard]] std::vector<EncodedStretch> find_encoded(std::string_view text);

// "" where it does not decode, or (but for Unicode escapes) not to printable ASCII alone.
[[nodiscard]] std::string decode(Encoding encoding, std::string_view stretch);

}  // namespace cork::gitleaks
