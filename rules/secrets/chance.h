// How often data in base64url (RFC 4648, section 5) reads like a credential, and where it does.
//
// Pure. Encrypted reasoning, cookies and attachments are such data, and the same is sent again with
// every turn of a conversation: what is found there by chance ends it.
//
//   bits_in_base64url(*parse_regex("tok_[a-z]{20}"));   // 50: once in 2^50 characters
#pragma once

#include "rules/secrets/regex_parser.h"

#include <cstddef>
#include <limits>
#include <string_view>

namespace cork::secrets {

inline constexpr double kNever = std::numeric_limits<double>::infinity();

// n, where one in 2^n places of such data, about, is where a match begins; of branches, what the
// likeliest says.
[[nodiscard]] double bits_in_base64url(const RegexNode& regex);

// What is more often there than this, is chance inside such data.
inline constexpr double kChanceBits = 40;
// So many characters of it in a row, right in front of a secret, show that it is.
inline constexpr std::size_t kTellingRun = 256;
[[nodiscard]] bool is_inside_base64url(std::string_view text, std::size_t secret_begin) noexcept;

// Whether the secret is a part of a protein's sequence, by the letters of amino acids alone (IUPAC,
// https://doi.org/10.1111/j.1432-1033.1984.tb07877.x): in it, and right in front of it, where a
// line may end. Such sequences hold any four of these letters once in 160,000.
[[nodiscard]] bool is_inside_protein(std::string_view text, std::string_view secret) noexcept;

}  // namespace cork::secrets
