// Sets of bytes, and the classes that regexes name.
//
// Pure.
#pragma once

#include <bitset>
#include <optional>
#include <string_view>

namespace cork::secrets {

using ByteSet = std::bitset<256>;

// Both ends included; 0 <= first, last <= 255.
[[nodiscard]] ByteSet byte_range(int first, int last);
[[nodiscard]] ByteSet single_byte(char c);
// With each ASCII letter, also its other case.
[[nodiscard]] ByteSet ignoring_case(ByteSet set);

// The only byte in it, or the small letter where it holds one in both cases.
[[nodiscard]] std::optional<char> one_letter(const ByteSet& set);

// What ends a value in JSON, a form, a header or a file: with one of these in its alphabet, a
// credential could be any text.
[[nodiscard]] bool holds_separators(const ByteSet& set);

// \d \D \w \W \s \S by their letter, as Hyperscan reads them: it takes the vertical tab for space,
// which RE2 does not. What both match is what is found.
[[nodiscard]] std::optional<ByteSet> perl_class(char letter);
// "alnum" of [:alnum:].
[[nodiscard]] std::optional<ByteSet> posix_class(std::string_view name);

}  // namespace cork::secrets
