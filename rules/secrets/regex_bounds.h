// A regex with its open quantifiers closed, so that there is a bound on what it matches.
//
// Pure.
//
//   bounded_form("key\\s*=[a-z]{20}", 1000);   // "key\\s{0,976}=[a-z]{20}"
#pragma once

#include "rules/secrets/regex_parser.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cork::secrets {

// `regex`, which `root` is the tree of, with those closed that a match can end in: {n,} becomes
// {n}, or {n,within} where that is more. Each match of `regex` begins with one of it.
[[nodiscard]] std::string decided_form(std::string_view regex, const RegexNode& root, int within);

// `regex` with its open quantifiers closed, but for those that a match can end in: each of them
// gets an even share of what is left of `bytes`, the most that a match takes then, once decided.
// Longer matches are lost. nullopt: it cannot be read, has none of those, has one inside another
// one, or there is no room for them. RE2 takes it where `bytes` are at most 1,000.
[[nodiscard]] std::optional<std::string> bounded_form(std::string_view regex, std::size_t bytes);

}  // namespace cork::secrets
