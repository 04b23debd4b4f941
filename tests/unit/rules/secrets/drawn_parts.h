// Which parts of an expanded example were drawn, and what of them is left in a text: a credential
// is masked where none of its parts is.
//
//   for (const DrawnPart& part : drawn_parts(pattern, text)) EXPECT_FALSE(is_left(part, masked));
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cork::secrets::test {

struct DrawnPart {
  std::string text;
  std::string before;  // in the pattern, up to the '}' of the part before
};

// Of what expand_example(pattern) gave: each literal stands for itself, each field for as many
// characters as it says.
inline std::vector<DrawnPart> drawn_parts(std::string_view pattern, std::string_view text) {
  std::vector<DrawnPart> parts;
  std::string before;
  std::size_t at = 0;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool field = pattern[i] == '{' && pattern.substr(i, 2) != "{{";
    if (!field) {
      i += pattern[i] == '{' ? 1 : 0;
      before += pattern[i];
      ++at;
      continue;
    }
    const std::size_t colon = pattern.find(':', i), close = pattern.find('}', i);
    std::size_t count = 0;
    std::from_chars(pattern.data() + colon + 1, pattern.data() + close, count);
    parts.push_back({std::string(text.substr(at, count)), std::exchange(before, {})});
    at += count;
    i = close;
  }
  return parts;
}

// So many of its characters in a row are more than chance.
inline constexpr std::size_t kTellingPart = 12;

inline bool is_left(const DrawnPart& part, std::string_view text) {
  for (std::size_t i = 0; i + kTellingPart <= part.text.size(); ++i) {
    if (text.find(std::string_view(part.text).substr(i, kTellingPart)) != text.npos) return true;
  }
  return false;
}

// What stands beside a credential and is none: it says whose it is, or where it is used.
inline bool is_public(std::string_view rule, const DrawnPart& part) {
  struct Public {
    std::string_view rule, before;
  };
  static constexpr std::array<Public, 6> kPublic{{
      {"facebook-app-token", "access_token="},  // the application's id
      {"facebook-app-token", R"("access_token":")"},
      {"facebook-app-token", "facebook "},
      {"gcp-hmac-secret", "GOOG1E"},     // the key's id
      {"logic-app-url", "/workflows/"},  // which workflow it starts
      {"sentry-dsn", "https://"},        // the public half, which stands in every page
  }};
  return std::ranges::any_of(kPublic, [&](const Public& one) {
    return one.rule == rule && part.before.ends_with(one.before);
  });
}

}  // namespace cork::secrets::test
