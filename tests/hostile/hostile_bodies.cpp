#include "tests/hostile/hostile_bodies.h"

#include "base/base64.h"

#include <algorithm>
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
  std::string out = base64_encoded(text);
  out.resize(out.find_last_not_of('=') + 1);
  if (url)
    std::ranges::transform(out, out.begin(), [](char c) {
      return c == '+' ? '-' : c == '/' ? '_' : c;
    });
  return out;
}

}  // namespace cork::secrets::test
