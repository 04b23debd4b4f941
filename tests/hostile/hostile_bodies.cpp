#include "tests/hostile/hostile_bodies.h"

#include <cstdint>
#include <random>

namespace cork::secrets::test {

std::vector<HostileBody> hostile_bodies(const Ruleset& rules) {
  std::vector<HostileBody> bodies;
  add_candidates(bodies);
  add_known_near_misses(bodies);
  add_bombs(bodies);
  add_containers(bodies);
  add_streams(bodies);
  add_nested(bodies);
  add_escapes(bodies);
  add_digits(bodies);
  add_structures(bodies);
  add_rule_floods(bodies, rules);
  return bodies;
}

std::string repeated(std::string_view piece, std::size_t bytes) {
  std::string out;
  out.reserve(bytes + piece.size());
  while (out.size() < bytes) out += piece;
  return out;
}

std::string noise(std::size_t bytes, unsigned seed) {
  std::mt19937 random(seed);
  std::string out(bytes, '\0');
  for (char& c : out) c = static_cast<char>(random() & 0xff);
  return out;
}

std::string words(std::size_t bytes, unsigned seed) {
  constexpr std::string_view letters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ";
  std::mt19937 random(seed);
  std::string out(bytes, '\0');
  for (char& c : out) c = letters[random() % letters.size()];
  return out;
}

std::string base64(std::string_view text, bool url) {
  const std::string_view digits =
      url ? "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
          : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve(text.size() * 4 / 3 + 4);
  std::uint32_t word = 0;
  unsigned have = 0;
  for (const char c : text) {
    word = word << 8 | static_cast<unsigned char>(c);
    for (have += 8; have >= 6; have -= 6) out += digits[word >> (have - 6) & 63];
  }
  if (have > 0) out += digits[word << (6 - have) & 63];
  return out;
}

std::string percent(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', "0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15]};
  }
  return out;
}

}  // namespace cork::secrets::test
