// What tests share that try a promise on many random inputs.
//
//   const std::size_t iterations = from_environment("CORK_PROPERTY_ITERATIONS", 20'000);
//   Random random(seed * 1'000'003 + i);
//   const std::size_t piece = 1 + below(random, 64);
#pragma once

#include <cstddef>
#include <cstdlib>
#include <random>

namespace cork::test {

using Random = std::mt19937_64;

inline std::size_t below(Random& random, std::size_t n) {
  return static_cast<std::size_t>(random() % n);
}

// A number that whoever runs the test may change.
inline std::size_t from_environment(const char* name, std::size_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

}  // namespace cork::test
