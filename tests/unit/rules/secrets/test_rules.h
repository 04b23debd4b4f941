// A ruleset small enough to reason about, and credentials of it made when they are needed.
#pragma once

#include "rules/secrets/ruleset.h"

#include <memory>
#include <string>
#include <string_view>

namespace cork::secrets::test {

// "test-token" blocks: "tok_" and 20 of [a-z0-9], 24 bytes in all. "test-note" records: "note_" and
// five letters or more. The token is at home in Authorization, Basic and ?key= at api.example.com.
inline std::shared_ptr<const Ruleset> small_rules() {
  constexpr std::string_view text = R"(
[[rules]]
id = "test-token"
description = "a token of the tests"
why = "for tests"
regex = '''tok_[a-z0-9]{20}'''
keywords = []
confidence = "high"
audience = [
  { host = "api.example.com", slot = "header:authorization" },
  { host = "api.example.com", slot = "basic" },
  { host = "api.example.com", slot = "query:key" },
]
examples = ["tok_{lalnum:20}"]
non_examples = ["tok_{lalnum:19}"]

[[rules]]
id = "test-note"
description = "a note of the tests"
why = "for tests"
regex = '''note_[a-z]{5,40}'''
keywords = []
confidence = "low"
examples = ["note_{lower:5}"]
non_examples = ["note_{lower:4}"]
)";
  auto rules = parse_rules(text, "test.toml");
  if (!rules) return nullptr;
  auto set = Ruleset::compile(std::move(*rules));
  return set ? *set : nullptr;
}

// A credential of the rule that blocks.
inline std::string token(char fill = 'a') {
  return "tok" + std::string("_") + std::string(20, fill);
}
inline std::string note(char fill = 'a') {
  return "note" + std::string("_") + std::string(5, fill);
}

}  // namespace cork::secrets::test
