// What can be known of a regex without running it: which bytes its secret may hold, what it
// begins with, and the form of it that is decided within a finite width.
//
// Pure. Reads the RE2 syntax that rules use; what it does not read it refuses, so that nothing is
// concluded from half a regex.
//
//   auto shape = analyse_regex("tok_[a-z]{20,}", {});
//   shape->decided;     // "tok_[a-z]{20}"
//   shape->anchor;      // "tok_"
#pragma once

#include "base/result.h"
#include "rules/secrets/byte_class.h"
#include "rules/secrets/regex_openings.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cork::secrets {

struct RegexShape {
  // Every byte that can stand between the secret's first and the match's last, which it includes
  // where it is the secret's own: while a match is incomplete, no other byte has come since the
  // secret began.
  ByteSet credential;
  // What may stand right in front of the secret, where that is known, and no more than a byte of
  // the match behind it.
  std::optional<ByteSet> before_secret;
  std::string anchor;                // what every match begins with, literally; may be empty
  std::vector<std::string> anchors;  // see regex_anchors.h
  std::string decided;               // the regex with the open quantifiers at its end closed
  std::string searched;              // that, or what Hyperscan takes for it: regex_searched.h
  bool has_groups = true;            // it captures something
  bool chance = false;               // data in base64url holds matches, see chance.h
  bool in_host_name = true;          // some match has letters, digits, '.', '-' and '_' alone
  // Some match may hold an escape as it is spelled and not what that stands for: no match is
  // without one, or one goes on over backslashes and letters and not over a line's end; or nothing
  // tells where that may be.
  bool spells_escapes = true;
  // Where that is not so, where the letter of an escape may be part of a match.
  std::vector<Opening> openings;
};

struct ShapeOptions {
  int secret_group = 0;  // as in Rule
  // An open quantifier {n,} at the end becomes {n}, or {n,decide_within} where that is more. The
  // match at n is the first either way; the longer ones are further chances for a rule whose
  // entropy or allowlist drops the shortest.
  int decide_within = 0;
};

Result<RegexShape> analyse_regex(std::string_view regex, ShapeOptions options);

}  // namespace cork::secrets
