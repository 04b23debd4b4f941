// Samples to carry: the rules' own examples, or what another program's generators printed.
//
// Pure: randomness is an argument.
#pragma once

#include "rules/secrets/ruleset.h"
#include "tests/detection/encodings.h"

#include <cstddef>
#include <iosfwd>
#include <string>
#include <vector>

namespace cork::secrets::detection {

struct Sample {
  std::string rule;  // the id that its author gave it
  std::string text;
};

// `each` samples of every rule of that confidence, its examples in turn, in random order.
[[nodiscard]] std::vector<Sample> samples_of(const Ruleset& rules, Confidence confidence,
                                             std::size_t each, Random& random);

// Lines of JSON: {"rule": "...", "sample": "..."}. Fails with the line that is none.
Result<std::vector<Sample>> read_samples(std::istream& in);

}  // namespace cork::secrets::detection
