#include "tests/detection/sweep.h"

#include <algorithm>
#include <cstdlib>

namespace cork::secrets::detection {

namespace {

std::string said(const Judge::Outcome& outcome) {
  constexpr std::string_view names[] = {"clean", "leak", "unscannable", "over_limit"};
  return std::string(names[static_cast<std::size_t>(outcome.verdict)]) + " " +
         std::string(outcome.problem);
}

// Calls `use(cell, sample, request)` for as many samples of each cell as `size` says.
template <class Use>
void for_each_request(std::span<const Cell> cells, std::span<const Sample> samples, SweepSize size,
                      Use use) {
  Random random(size.seed);
  std::size_t next = 0;
  for (const Cell& cell : cells) {
    const bool headline = cell.outer->name == "none" || cell.part->name == "text";
    const bool whole = size.per_cell == 0 || (size.whole_headlines && headline);
    const std::size_t wanted = whole ? samples.size() : size.per_cell;
    std::size_t used = 0;
    for (std::size_t tried = 0; tried < samples.size() && used < wanted; ++tried) {
      const Sample& sample = samples[next++ % samples.size()];
      const Request request = carry(cell, sample.text, random);
      if (!request.possible) continue;
      use(cell, sample, request);
      ++used;
    }
  }
}

}  // namespace

std::size_t times() {
  const char* text = std::getenv("CORK_DETECTION_SAMPLES");
  return text == nullptr ? 1 : std::max<std::size_t>(1, std::strtoul(text, nullptr, 10));
}

Recall sweep(Judge& judge, std::span<const Cell> cells, std::span<const Sample> samples,
             SweepSize size) {
  Recall recall;
  for_each_request(cells, samples, size,
                   [&](const Cell& cell, const Sample& sample, const Request& request) {
                     const auto outcome = judge.verdict(request);
                     recall.count(cell, sample, outcome.verdict == Verdict::leak);
                   });
  return recall;
}

std::vector<std::string> split_differences(Judge& judge, std::span<const Cell> cells,
                                           std::span<const Sample> samples, SweepSize size) {
  std::vector<std::string> differences;
  Random cuts(size.seed + 1);
  for_each_request(cells, samples, size,
                   [&](const Cell& cell, const Sample& sample, const Request& request) {
                     if (request.body.empty()) return;
                     const auto whole = judge.verdict(request);
                     const auto pieces = judge.verdict_in_pieces(request, cuts);
                     if (whole.verdict == pieces.verdict) return;
                     differences.push_back(cell.name() + ": " + sample.rule + ": whole " +
                                           said(whole) + ", in pieces " + said(pieces));
                   });
  return differences;
}

}  // namespace cork::secrets::detection
