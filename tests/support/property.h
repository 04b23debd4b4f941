// What tests share that try a promise on many random inputs.
//
//   const Rounds rounds(20'000);
//   for (std::size_t i = rounds.first; i < rounds.end; ++i) {
//     Random random = rounds.random(i);
//     const std::size_t piece = 1 + below(random, 64);
#pragma once

#include <cstddef>
#include <cstdlib>
#include <random>

namespace cork::test {

using Random = std::mt19937_64;

inline std::size_t below(Random& random, std::size_t n) {
  return static_cast<std::size_t>(random() % n);
}

// How many inputs are tried, and which: whoever runs the test may say, by CORK_PROPERTY_ITERATIONS,
// CORK_PROPERTY_SEED and CORK_PROPERTY_FIRST.
struct Rounds {
  explicit Rounds(std::size_t otherwise)
      : count(from_environment("CORK_PROPERTY_ITERATIONS", otherwise)),
        first(from_environment("CORK_PROPERTY_FIRST", 0)),
        end(first + count),
        seed(from_environment("CORK_PROPERTY_SEED", 1)) {}
  // Of one input, whichever were tried before it.
  [[nodiscard]] Random random(std::size_t round) const { return Random(seed * 1'000'003 + round); }

  const std::size_t count, first, end, seed;

 private:
  static std::size_t from_environment(const char* name, std::size_t otherwise) {
    const char* value = std::getenv(name);
    return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
  }
};

}  // namespace cork::test
