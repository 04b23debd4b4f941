// What Hyperscan searches for in the place of a regex that it does not take as it is written.
//
// Pure.
//
//   searched_form(*parse_regex("tok_[0-9]{4}"));         // nothing: it is taken
//   searched_form(*parse_regex("(?m)key:$\\n^[0-9]+"));  // "key\\x3a\\x0a[0-9]{1,}"
#pragma once

#include "rules/secrets/regex_parser.h"

#include <optional>
#include <string>
#include <string_view>

namespace cork::secrets {

// A wider regex: each match of the one that `root` is the tree of is one of it, which RE2 is then
// asked about. It has no assertions, of which Hyperscan takes some at the ends of a regex alone,
// and nothing that is repeated 0 times. nullopt: Hyperscan takes the regex itself, as far as its
// form tells.
[[nodiscard]] std::optional<std::string> searched_form(const RegexNode& root);

// False: RE2 decides more often about it than about others. True also where it cannot be read.
[[nodiscard]] bool is_searched_as_written(std::string_view regex);

}  // namespace cork::secrets
