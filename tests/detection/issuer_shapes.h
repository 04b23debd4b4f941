// What issuers make credentials of: alphabets, identifiers, and the checksums that they publish.
//
// Pure: randomness is an argument.
//
//   std::string token = with_crc("ghp_", 30, random);
#pragma once

#include "tests/detection/encodings.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace cork::secrets::detection {

inline constexpr std::string_view kDigits = "0123456789";
inline constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz";
inline constexpr std::string_view kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
inline constexpr std::string_view kHex = "0123456789abcdef";
inline constexpr std::string_view kLowerAlnum = "0123456789abcdefghijklmnopqrstuvwxyz";
inline constexpr std::string_view kUpperAlnum = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
inline constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
inline constexpr std::string_view kUrlSafe =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
inline constexpr std::string_view kBase64 =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+/";

[[nodiscard]] std::string hex(Random& random, std::size_t length);
[[nodiscard]] std::string alnum(Random& random, std::size_t length);
[[nodiscard]] std::string url_safe(Random& random, std::size_t length);
[[nodiscard]] std::string digits(Random& random, std::size_t length);  // the first is not 0
[[nodiscard]] std::string random_bytes(Random& random, std::size_t length);
[[nodiscard]] std::string uuid(Random& random);  // version 4
[[nodiscard]] std::string unpadded_base64url(std::string_view bytes);
// `bytes` in base64, lines of `width` digits, each ended.
[[nodiscard]] std::string base64_lines(std::string_view bytes, std::size_t width);
[[nodiscard]] std::string pem(std::string_view label, std::string_view bytes,
                              std::size_t width = 64);

// GitHub and npm: the CRC-32 of what is drawn, in six digits of base 62, ends the token.
// https://github.blog/engineering/behind-githubs-new-authentication-token-formats/
[[nodiscard]] std::string with_crc(std::string_view prefix, std::size_t drawn, Random& random);
// GitLab: payload, version, the payload's length and the CRC-32 of all before it in base 36.
// https://handbook.gitlab.com/handbook/engineering/architecture/design-documents/cells/routable_tokens/
[[nodiscard]] std::string routable(std::string_view prefix, Random& random);
// Grafana: the CRC-32 of all before it in hexadecimal, the least byte first.
[[nodiscard]] std::string grafana_token(Random& random);
// BIP 173, as age uses it.
[[nodiscard]] std::string bech32(std::string_view human, std::string_view bytes);

}  // namespace cork::secrets::detection
