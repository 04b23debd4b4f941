// Turns a rule's example templates into text, so that no file holds what looks like a credential.
//
// Pure: randomness is an argument.
//
//   std::string token = expand_example("ghp_{alnum:36}", random);
//
// In braces: {alnum:N} {lower:N} {upper:N} {digit:N} {hex:N} {HEX:N} {base64:N} {base64url:N}
// {base32:N} {lalnum:N} (lower-case letters and digits), {ualnum:N} (upper-case and digits),
// {words:N} (N of three to eight lower-case letters), {bytes:N} (as decimal numbers, commas between
// them), and what checksum.h has: {crc32:N} (of the random part made so far, N characters, as
// GitHub and npm append it), {luhn:1} (the digit that a card's number ends in), {mod97:2} (the two
// behind an IBAN's country, for all that follows), {wif:51} or {wif:52} and {xprv:111} (keys of a
// wallet, whole).
// "{{" is a brace; {lower:0} is nothing, and keeps what it stands in from looking live.
#pragma once

#include "base/result.h"
#include "rules/secrets/ruleset.h"

#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace cork::secrets {

Result<std::string> expand_example(std::string_view pattern, std::mt19937_64& random);

// An example that its rule does not find, in none of three draws, or a non-example that it does.
struct FailedExample {
  RuleIndex rule;
  std::string what;  // "does not find tok_{hex:8}, such as tok_0badf00d"
};
// Of the rules whose id holds `part`. Empty: all is well.
std::vector<FailedExample> run_examples(const Ruleset& rules, std::mt19937_64& random,
                                        std::string_view part = "");

}  // namespace cork::secrets
