// Which encodings in which parts of a request are tried, and requests made of samples that way.
//
// Pure: randomness is an argument.
//
//   for (const Cell& cell : single_cells()) {
//     Request request = carry(cell, sample, random);
//   }
#pragma once

#include "tests/detection/parts.h"

#include <string>
#include <string_view>
#include <vector>

namespace cork::secrets::detection {

struct Cell {
  const RequestPart* part;
  const Encoding* outer;
  const Encoding* inner = nullptr;  // taken first; nullptr: one encoding alone

  [[nodiscard]] std::string name() const;  // "JSON value: base64 of hex"
};

// Every encoding in every part that takes it.
[[nodiscard]] std::vector<Cell> single_cells();
// Every ordered pair of encodings, the outer one in a body of its own.
[[nodiscard]] std::vector<Cell> pair_cells();

// `text`, with something before and behind it where the part has room, encoded and put in place.
[[nodiscard]] Request carry(const Cell& cell, std::string_view text, Random& random);

// Whether a client can send a short token that way at all.
[[nodiscard]] bool is_possible(const Cell& cell);

}  // namespace cork::secrets::detection
