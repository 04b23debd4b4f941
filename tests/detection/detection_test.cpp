// Recall: samples of every rule, carried in every encoding through every part of a request.
//
// CORK_DETECTION_SAMPLES=N takes N times as many samples as ctest does. Tables go to the standard
// output and, as JSON, to the folder that CORK_DETECTION_OUTPUT names at build time.
#include "tests/detection/floor.h"
#include "tests/detection/sweep.h"
#include "tests/detection/views_table.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <string>
#include <utility>

namespace cork::secrets::detection {
namespace {

constexpr std::size_t kPerSplit = 2, kSamplesPerRule = 4;
constexpr std::string_view kOutput = CORK_DETECTION_OUTPUT;

std::ofstream output(std::string_view name) {
  return std::ofstream(std::string(kOutput) + "/" + std::string(name));
}

// Which samples were missed where nearly all are stopped: those are the ones to look at.
void print_misses(const Recall& recall) {
  for (const auto& [cell, rules] : recall.misses()) {
    std::cout << "  missed in " << cell << ":";
    for (const std::string& rule : rules) std::cout << " " << rule;
    std::cout << "\n";
  }
}

void report(const Recall& recall, std::string_view name) {
  recall.print(std::cout);
  print_misses(recall);
  auto json = output(name);
  recall.write_json(json);
}

class Detection : public testing::Test {
 protected:
  Random random_{20261115};
  Judge judge_{rules_at_home_nowhere()};
  std::vector<Sample> samples_ =
      samples_of(judge_.rules(), Confidence::high, kSamplesPerRule* times(), random_);
};

// Adds a cell to its row, or checks it by itself where it is not read yet.
void hold(std::span<const Floor> table, const Recall::Names& names, const Tally& tally,
          double cell_floor, Tally& row) {
  const Floor* entry = not_read_yet(table, names.first, names.second);
  const double floor = entry == nullptr ? cell_floor : entry->share;
  EXPECT_GE(tally.share(), floor) << names.first << ": " << names.second << ": " << tally.stopped
                                  << " of " << tally.tried;
  if (entry == nullptr) row += tally;
}

TEST_F(Detection, EveryEncodingInEveryPartIsStopped) {
  const Recall recall = sweep(judge_, single_cells(), samples_, {.per_cell = kPerCell * times()});
  report(recall, "parts.json");
  std::map<std::string, Tally> by_part, by_encoding;
  for (const auto& [names, tally] : recall.cells()) {
    hold(kPartsNotReadYet, names, tally, kSingleCell, by_part[names.first]);
    if (not_read_yet(kPartsNotReadYet, names.first, names.second) == nullptr) {
      by_encoding[names.second] += tally;
    }
  }
  for (const auto& rows : {by_part, by_encoding}) {
    for (const auto& [name, tally] : rows) EXPECT_GE(tally.share(), kSingle) << name;
  }
}

TEST_F(Detection, EveryEncodingInEveryOtherIsStopped) {
  const Recall recall = sweep(judge_, pair_cells(), samples_, {.per_cell = kPerPair * times()});
  report(recall, "pairs.json");
  for (const auto& [names, tally] : recall.pairs()) {
    Tally row;
    hold(kPairsNotReadYet, names, tally, kPair, row);
  }
}

TEST_F(Detection, WhereABodyIsCutChangesNothing) {
  std::vector<Cell> cells = single_cells();
  const std::vector<Cell> pairs = pair_cells();
  for (std::size_t i = 0; i < pairs.size(); i += 7) cells.push_back(pairs[i]);
  for (const std::string& difference :
       split_differences(judge_, cells, samples_, {.per_cell = kPerSplit * times(), .seed = 2})) {
    ADD_FAILURE() << difference;
  }
}

TEST_F(Detection, EveryRuleThatBlocksStopsItsOwnExamples) {
  const Cell plain{find_part("text"), find_encoding("none")};
  const Recall recall = sweep(judge_, {&plain, 1}, samples_, {});
  for (const auto& [rule, tally] : recall.rules()) {
    EXPECT_EQ(tally.stopped, tally.tried) << rule;
  }
}

TEST(DetectionDocs, TheTableOfEncodingsIsWhatTheTestsHoldTo) {
  std::ifstream file(std::string(CORK_SOURCE_DIR) + "/docs/encodings.md");
  std::stringstream text;
  text << file.rdbuf();
  for (const auto& [name, expected] : {std::pair{"encodings_legend.md", views_legend()},
                                       std::pair{"encodings_table.md", views_table()}}) {
    output(name) << expected;
    EXPECT_NE(text.str().find(expected), std::string::npos)
        << "docs/encodings.md needs what is now in " << kOutput << "/" << name
        << ": floors.py --docs puts it there";
  }
}

}  // namespace
}  // namespace cork::secrets::detection
