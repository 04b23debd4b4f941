// Regexes and texts of few letters, so that much matches.
//
//   std::mt19937_64 random(17);
//   const std::string regex = some_regex(random, 2);   // "a(?:^b|[ab]{1,2})\\n"
//   const std::string text = some_text(random, 8);     // "abb\naaba"
#pragma once

#include <array>
#include <cstddef>
#include <random>
#include <string>

namespace cork::secrets {

// With groups in groups, up to `depth` of them.
inline std::string some_regex(std::mt19937_64& random, int depth) {
  const auto one_of = [&](const auto& texts) {
    return std::string(texts[random() % texts.size()]);
  };
  constexpr std::array parts{"a",   "b",     "[ab]",          "\\n",         "^",   "$",
                             "\\b", ".",     "(?i:b)",        "[^a]",        "\\S", "\\B",
                             "\"",  "[^b ]", "[^[:^lower:]]", "[[:^upper:]]"};
  constexpr std::array repeats{"", "", "", "?", "+", "{0}", "{1,2}", "{2}"};
  std::string regex;
  for (std::size_t count = 1 + random() % 3; count > 0; --count) {
    const bool group = depth > 0 && random() % 3 == 0;
    const std::string part =
        group ? "(?:" + some_regex(random, depth - 1) + "|" + some_regex(random, depth - 1) + ")"
              : one_of(parts);
    regex += part + one_of(repeats);
  }
  return regex;
}

inline std::string some_text(std::mt19937_64& random, std::size_t size) {
  constexpr std::array letters{'a', 'b', '\n', 'B', 'a', 'b', '"', ' '};
  std::string text;
  while (text.size() < size) text += letters[random() % letters.size()];
  return text;
}

}  // namespace cork::secrets
