// The checksum that some issuers end their tokens with, by which one is told from random text.
//
// Pure functions. The CRC-32 (RFC 1952, section 8) of the characters between the token's prefix and
// it, as six digits of base 62 (0-9, A-Z, a-z). Source: "Behind GitHub's new authentication token
// formats", https://github.blog/engineering/behind-githubs-new-authentication-token-formats/
//
//   ends_in_crc32("ghp_" + drawn + crc32_in_base62(drawn, 6))    // true
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cork::secrets {

// Its last `digits` digits.
[[nodiscard]] std::string crc32_in_base62(std::string_view text, std::size_t digits);
// The prefix goes up to the last underscore.
[[nodiscard]] bool ends_in_crc32(std::string_view token);

}  // namespace cork::secrets
