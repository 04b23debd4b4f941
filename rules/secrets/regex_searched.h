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

namespace cork::secrets {

// A wider regex: each match of the one that `root` is the tree of, which RE2 is then asked about,
// is one of it. It has no anchors, which Hyperscan takes at the ends of a regex alone, and nothing
// that is repeated 0 times. nullopt: Hyperscan takes the regex itself, as far as its form tells.
[[nodiscard]] std::optional<std::string> searched_form(const RegexNode& root);

}  // namespace cork::secrets
