// A ruleset of one rule, and credentials that it finds: for tests of what becomes of findings.
#pragma once

#include "rules/secrets/ruleset.h"

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace cork::test {

// 24 bytes: "tok_" and twenty of a-z and 0-9.
inline std::string made_up_credential(char filler = 'q') {
  std::string credential = "tok_";
  for (int i = 0; i < 10; ++i) credential += {static_cast<char>('0' + i), filler};
  return credential;
}

inline std::shared_ptr<const secrets::Ruleset> one_rule() {
  secrets::Rule rule;
  rule.id = "test-token";
  rule.description = "a token of the tests";
  rule.regex = R"(\btok_[a-z0-9]{20}\b)";
  rule.keywords = {"tok_"};
  auto rules = secrets::Ruleset::compile({std::move(rule)});
  if (!rules) throw std::runtime_error(render(rules.error()));
  return std::move(*rules);
}

}  // namespace cork::test
