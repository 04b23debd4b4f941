// How far a credential goes on behind a match of one of cork's own rules, which ask for the
// shortest form that is sure: so that a report shows, counts and marks all of it.
//
// Pure.
//
//   const WholeSecret whole(*rule.own);  // once
//   match.end += whole.rest(text, secret, match.end);
#pragma once

#include "rules/secrets/byte_class.h"
#include "rules/secrets/rule.h"

#include <cstddef>
#include <optional>
#include <string_view>

namespace cork::gitleaks {

// No more is looked at than this: a longer run is no credential, and may hold many matches.
inline constexpr std::size_t kLongestRest = 16'384;

class WholeSecret {
 public:
  // Of a rule whose matches mean what they show.
  WholeSecret() = default;
  explicit WholeSecret(const secrets::Rule& own);

  // The bytes of `text` from `end`, where a match of the rule's regex ends, that belong to
  // `secret`, which is part of that match. 0 too where nothing tells: what follows the secret is
  // part of the match, or the rule's characters are those of any text and the secret is no key in
  // PEM form that ends.
  [[nodiscard]] std::size_t rest(std::string_view text, std::string_view secret,
                                 std::size_t end) const;

 private:
  std::optional<secrets::ByteSet> alphabet_;
};

}  // namespace cork::gitleaks
