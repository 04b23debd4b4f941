// What confirming one rule's matches in a text learned, for those that end behind them. A match is
// told for each length that a secret may have, and most are of names that say they are none.
//
// Not thread-safe. Of one rule, and one text as it lies there.
#pragma once

#include <cstddef>

namespace cork::secrets {

// Before `end`, the name in front of each place where a secret may begin drops it, in the run of
// its bytes that goes on there. 0: nothing is known.
struct Dropped {
  std::size_t end = 0;
};

}  // namespace cork::secrets
