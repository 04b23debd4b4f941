// Carries samples through cells and counts what the default action stops.
//
// Pure but for the judge's scratch and times(): the same seed gives the same requests.
//
//   Recall recall = sweep(judge, single_cells(), samples, {.per_cell = 40, .seed = 1});
#pragma once

#include "tests/detection/judge.h"
#include "tests/detection/recall.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace cork::secrets::detection {

struct SweepSize {
  std::size_t per_cell = 0;  // samples; 0: all of them
  std::uint64_t seed = 1;
  bool whole_headlines = false;  // all samples where there is no encoding, or a plain text body
};

// How many times the samples are taken that a test takes by itself: CORK_DETECTION_SAMPLES, or 1.
[[nodiscard]] std::size_t times();

// Cells take samples in turn, so that few a cell still means many a rule. A sample that cannot be
// sent that way is not counted, and the next one is taken instead.
[[nodiscard]] Recall sweep(Judge& judge, std::span<const Cell> cells,
                           std::span<const Sample> samples, SweepSize size);

// Requests whose verdict depends on where the body was cut; empty: all is well.
[[nodiscard]] std::vector<std::string> split_differences(Judge& judge, std::span<const Cell> cells,
                                                         std::span<const Sample> samples,
                                                         SweepSize size);

}  // namespace cork::secrets::detection
