// The checksums that issuers put into their credentials, by which one is told from random text.
//
// Pure functions. What a wrong one means differs. GitHub's tokens begin with four fixed letters and
// an underscore, so that one whose CRC-32 is wrong is no less stopped: the sender chooses what it
// ends in. Card numbers, bank accounts and the keys of wallets are digits and letters that
// anybody's text may hold by chance; of those a wrong checksum `decides` that it is none of them.
//
//   crc32        the CRC-32 (RFC 1952, section 8) of the characters between the token's prefix and
//                it, as six digits of base 62 (0-9, A-Z, a-z). Source: "Behind GitHub's new
//                authentication token formats", https://github.blog/engineering/
//                behind-githubs-new-authentication-token-formats/
//   luhn         the last digit of a card's number: ISO/IEC 7812-1, annex B
//   mod97        the third and fourth character of an IBAN, which must be as long as its country's
//                are: ISO 13616-1, by ISO/IEC 7064 MOD 97-10
//   base58check  the last four bytes of what Bitcoin writes in base 58, a doubled SHA-256 of those
//                before: private keys (WIF) and extended keys (BIP 32)
//
//   is_right(Checksum::luhn, "79927398713")                                        // true
//   is_right(Checksum::crc32, "ghp_" + drawn + crc32_in_base62(drawn, 6))          // true
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cork::secrets {

enum class Checksum : std::uint8_t { none, crc32, luhn, mod97, base58check };

// By the word that a rule has for it; "none" is no word.
[[nodiscard]] std::optional<Checksum> checksum_named(std::string_view word) noexcept;
[[nodiscard]] std::string_view to_string(Checksum kind) noexcept;  // "": none

// Whether what has a wrong one is nothing that its rule looks for.
[[nodiscard]] constexpr bool decides(Checksum kind) noexcept {
  return kind == Checksum::luhn || kind == Checksum::mod97 || kind == Checksum::base58check;
}
// `none` is always right. With luhn and mod97 blanks, or '-', or '+' (a blank in a form), may stand
// between groups, of up to six digits and up to four characters; mod97 takes letters of either
// case.
[[nodiscard]] bool is_right(Checksum kind, std::string_view token);

// For making such tokens up. The CRC-32's last `digits` digits.
[[nodiscard]] std::string crc32_in_base62(std::string_view text, std::size_t digits);
// The digit that makes `number` right when it is put behind it.
[[nodiscard]] char luhn_digit(std::string_view number);
// The two digits for an IBAN whose third and fourth character are "00".
[[nodiscard]] std::string mod97_digits(std::string_view iban);
// `bytes` and their checksum in base 58.
[[nodiscard]] std::string in_base58check(std::string_view bytes);

}  // namespace cork::secrets
