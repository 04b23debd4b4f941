// {assign} in a rule's regex: whatever may be between a name and the value it is given.
//
// Pure.
#pragma once

#include <string_view>

namespace cork::secrets {

inline constexpr std::string_view kAssignment = "{assign}";

// What may close a name, and between it and the value:
// - `"token": "`, `TOKEN ?= `, `**token**: `, `<token>`, `token string = "`: an operator, behind a
//   type as Go writes it; the value may be on the next line, as a block of YAML's (`token: |`), or
//   a string of another kind (`token = b"`, `token = SecretStr("`).
// - `token: str = "`, `token: String = "`: a type as Python, TypeScript, Kotlin and Rust write it.
// - `put("TOKEN", "`, `["--token", "`: a comma, and quotes; alone it also separates the names of a
//   list.
// - `"name": "TOKEN", "value": "`, `key="token" value="`: a member, or an attribute, of its own,
//   also with a line's number in front.
// - `get("TOKEN") or "`, `TOKEN ?? "`, and `| TOKEN | ` in a table.
// - `name="token"`, up to two more of a part's headers, their end, and the value: RFC 7578,
//   section 4.2.
// - `<key>token</key><string>`: a property list's.
// '+' is a blank in a form, which other text may quote.
inline constexpr std::string_view kAssignmentRegex =
    R"re((?:["'`\\\])*]{0,4}[\t +]{0,24}(?:)re"
    R"re((?:string[ +])?[:?.+|]{0,3}[:=>]{1,2}(?:[\s+"'`\\(*]{0,16}|[\t +(]{0,4}(?:[bBrRfFuU]{1,2}|(?:new )?(?:Secret(?:Str(?:ing)?)?|SecureString|Some|String(?:(?:::|\.)from)?)\()["']{1,3}|[\t ]{0,4}[|>][+-]?\s{1,16}))re"
    R"re(|:[\t +]{0,2}(?:Optional\[|Final\[)?&?(?:'static )?(?:[Ss]tr(?:ing)?|bytes|Final)\]?(?: \| None)?[\t +]{0,2}=(?:[\s+"'`\\(]{0,16}|[\t +(]{0,4}[bBrRfFuU]{1,2}["']{1,3}))re"
    R"re(|,[\s+]{0,16}["'`\\]{1,3})re"
    R"re(|[,;\s][\s+0-9:|>\xe2\x86\x92]{0,31}["']{0,2}[Vv]alue["']{0,2}[\t +]{0,4}[:=][\s+"'`\\(]{0,16})re"
    R"re(|(?:\|\||\?\?|or)[\t +]{1,4}["'`]{1,3})re"
    R"re(|\|[\t +]{1,8}["'`*]{0,3})re"
    R"re(|</(?:key|name)>\s{0,16}<(?:string|value)>))re"
    R"re(|"(?:\r?\n[A-Za-z-]{4,25}: [A-Za-z0-9 ;=/.-]{1,48}){0,2}(?:\r?\n){2}))re";

// Does `regex`, as it is written, end in a name's last letters, {assign} and the secret's group,
// and in nothing else?
[[nodiscard]] bool is_assigned(std::string_view regex) noexcept;

}  // namespace cork::secrets
