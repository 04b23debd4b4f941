// {assign} in a rule's regex: whatever may be between a name and the value it is given.
//
// Pure.
#pragma once

#include <string_view>

namespace cork::secrets {

inline constexpr std::string_view kAssignment = "{assign}";

// `"token": "`, `TOKEN ?= `, `<token>`, `token string = "`, `put("TOKEN", "`: what may close a
// name, a type as Go writes it, the operator, and what may open a value. A comma alone also
// separates the names of a list. '+' is a blank in a form, which other text may quote.
inline constexpr std::string_view kAssignmentRegex =
    R"re(["'`\\\])]{0,4}[\t +]{0,8}(?:string[ +])?)re"
    R"re((?:[:?.+|]{0,3}[:=>]{1,2}[\s+"'`\\(]{0,16}|,[\t +]{0,4}["'`\\]{1,3}))re";

// Does `regex`, as it is written, end in a name's last letters, {assign} and the secret's group,
// and in nothing else?
[[nodiscard]] bool is_assigned(std::string_view regex) noexcept;

}  // namespace cork::secrets
