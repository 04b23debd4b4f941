// Does a text look drawn at random, or written by somebody? For what only a name gives away:
// `token = ` stands before credentials, and before identifiers, paths and sentences.
//
// Pure.
//
//   looks_random("zq7f3hv09xk2m4tb");     // true
//   looks_random("getAccessTokenV2");     // false: words
//   looks_random("0123456789abcdef");     // false: a row of keys
#pragma once

#include <string_view>

namespace cork::secrets {

// How surprising each character is behind the one before it, in bits, on average: about 4 for what
// is drawn from letters and digits, 3.7 for hexadecimal digits, 2.5 for names in code. 0 for an
// empty text.
[[nodiscard]] double surprise(std::string_view text) noexcept;

// Surprising enough, for what it is made of: letters alone have to be stranger. No UUID, since
// those name things, no type's name (PKCS7PrivateKeyTypes), and no base64 of a text that does not
// look random itself. Measured, of what is drawn, some beginning of at least 16 characters looks
// random: of 16 letters and digits in 96.8%, of 20 in 98.9%, of 24 in 99.5%, of 32 in 99.9%; of 16
// hexadecimal digits in 99.2%; of 24 letters alone in seven of ten.
[[nodiscard]] bool looks_random(std::string_view text);

}  // namespace cork::secrets
