// A regex with its open quantifiers closed, so that there is a bound on what it matches.
//
// Pure.
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

// With all the others closed instead, each with an even share of the bytes that are left of
// `bytes`: the most that a match takes, once decided. Longer ones are lost. nullopt: it cannot be
// read, has none of those, has one inside another one, or there is no room for them.
[[nodiscard]] std::optional<std::string> bounded_form(std::string_view regex, std::size_t bytes);

}  // namespace cork::secrets
