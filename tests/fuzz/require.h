// What a fuzz target says of its input: an input for which it does not hold is a find.
#pragma once

#include <cstdlib>

namespace cork::fuzz {

inline void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace cork::fuzz
