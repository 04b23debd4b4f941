// What is wrong with a rule file as TOML, in words that say what to write instead: for the readers
// of either form of rules.
//
// Pure.
//
//   } catch (const toml::parse_error& problem) {
//     errors.push_back(syntax_problem(problem, text, file));
#pragma once

#include "base/diagnostic.h"

// toml++ is named here because every caller holds its tables.
#include <toml++/toml.h>

#include <string>
#include <string_view>
#include <vector>

namespace cork::secrets {

// `text`: what was parsed.
[[nodiscard]] Diagnostic syntax_problem(const toml::parse_error& problem, std::string_view text,
                                        const std::string& file);

// Whether one of the table's keys, none of `known`, was probably meant to be `key`: then it was
// told of, and that `key` is missing would be said of the same word.
[[nodiscard]] bool is_misspelled(const toml::table& table, std::string_view key,
                                 const std::vector<std::string_view>& known);

// What to do instead of a key that gitleaks knows and cork's own rule files do not; "": another
// key. Reading on without it would find other things than its author meant.
[[nodiscard]] std::string_view instead_of_gitleaks(std::string_view key);

// What to write where a value of another type stands.
[[nodiscard]] std::string number_instead(const toml::node& value, std::string_view key);
[[nodiscard]] std::string flag_instead(std::string_view key);
[[nodiscard]] std::string text_instead(std::string_view key);
[[nodiscard]] std::string list_instead(std::string_view key);

// What to write instead of that slot of an audience.
[[nodiscard]] std::string slot_instead(const std::string& slot);

}  // namespace cork::secrets
