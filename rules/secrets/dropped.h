// What confirming one rule's matches in a text learned, for those that end behind them. A match is
// told for each length that a secret may have, and most are of names that say they are none.
//
// Not thread-safe. Of one rule, and one text as it lies there.
#pragma once

#include <cstddef>
#include <limits>

namespace cork::secrets {

// In the run of a secret's bytes that begins at `run`, the name in front of each place where one
// may begin before `end` drops it.
struct Dropped {
  std::size_t run = std::numeric_limits<std::size_t>::max(), end = 0;
};

}  // namespace cork::secrets
