// Values made up at run time, and what is looked for in them.
#pragma once

#include "rules/known/known_values.h"

#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cork::known::test {

using Random = std::mt19937_64;

inline constexpr std::string_view kLetters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
inline constexpr std::string_view kHex = "0123456789abcdef";

inline std::string made_up(std::size_t size, Random& random, std::string_view of = kLetters) {
  std::string text;
  while (text.size() < size) text += of[random() % of.size()];
  return text;
}

inline Value value_of(const std::string& name, const std::string& text,
                      std::vector<Host> homes = {}, bool canary = false) {
  return {{.name = name, .homes = std::move(homes), .canary = canary}, Clear(std::string(text))};
}

inline std::shared_ptr<const KnownValues> known(const std::vector<std::string>& texts) {
  std::vector<Value> values;
  for (const std::string& text : texts) {
    values.push_back(value_of("value-" + std::to_string(values.size()), text));
  }
  auto made = KnownValues::make(std::move(values), FingerprintKey{std::byte{7}});
  return made ? *made : nullptr;
}

// All that is found in `text` as it comes in pieces of `piece` bytes; 0: at once.
inline std::vector<Found> find_all(const KnownValues& values, std::string_view text,
                                   std::size_t piece = 0) {
  std::vector<Found> found;
  KnownValues::Cursor at;
  if (piece == 0) piece = text.size();
  for (std::size_t from = 0; from < text.size(); from += piece) {
    values.find(at, text.substr(0, from + piece), from, found);
  }
  return found;
}

inline bool finds(const KnownValues& values, std::string_view text) {
  return !find_all(values, text).empty();
}

}  // namespace cork::known::test
