// What every match of a regex begins with.
//
// Pure.
//
//   anchors_of(*parse_regex("(?i)(?:user|db_)pass\\s*=.*"))   // {"userpass", "db_pass"}
#pragma once

#include "rules/secrets/regex_parser.h"

#include <string>
#include <vector>

namespace cork::secrets {

// In small letters, whatever its case is: every match begins with one of them. Empty: with too many
// things, or one of them is too short to be looked for.
[[nodiscard]] std::vector<std::string> anchors_of(const RegexNode& root);

}  // namespace cork::secrets
