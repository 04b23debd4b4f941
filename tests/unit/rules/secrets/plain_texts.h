// Texts that can be read, and data that cannot: the same for the same numbers.
#pragma once

#include <cstddef>
#include <random>
#include <string>

namespace cork::secrets::test {

inline std::string noise(std::size_t bytes, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::string out(bytes, '\0');
  for (char& c : out) c = static_cast<char>(random() & 0xff);
  return out;
}

inline std::string prose(std::size_t bytes) {
  std::string out;
  while (out.size() < bytes) out += "The parser fails on line 12, as in `a = b ? c : \"d\";`\n";
  return out.substr(0, bytes);
}

// Of letters in either case.
inline std::string words(std::size_t bytes, unsigned seed) {
  std::mt19937 random(seed);
  std::string out;
  while (out.size() < bytes) {
    for (std::size_t n = 1 + random() % 9; n > 0; --n) {
      out += static_cast<char>((random() % 8 == 0 ? 'A' : 'a') + random() % 26);
    }
    out += " \n.,"[random() % 4];
  }
  return out;
}

}  // namespace cork::secrets::test
