// How many of the samples were stopped: by part, by encoding, by pair of families, by rule.
//
// Not thread-safe.
//
//   Recall recall;
//   recall.count(cell, sample, outcome.verdict == Verdict::leak);
//   recall.print(std::cout);
#pragma once

#include "tests/detection/cells.h"
#include "tests/detection/samples.h"

#include <cstddef>
#include <iosfwd>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace cork::secrets::detection {

struct Tally {
  std::size_t tried = 0, stopped = 0;

  void count(bool was_stopped) noexcept {
    ++tried;
    if (was_stopped) ++stopped;
  }
  // 1 where nothing was tried.
  [[nodiscard]] double share() const noexcept {
    return tried == 0 ? 1 : static_cast<double>(stopped) / static_cast<double>(tried);
  }
  Tally& operator+=(const Tally& other) noexcept {
    tried += other.tried;
    stopped += other.stopped;
    return *this;
  }
};

class Recall {
 public:
  using Names = std::pair<std::string, std::string>;

  void count(const Cell& cell, const Sample& sample, bool stopped);

  // (part, encoding), and for pairs (outer family, inner family).
  [[nodiscard]] const std::map<Names, Tally>& cells() const noexcept { return cells_; }
  [[nodiscard]] const std::map<Names, Tally>& pairs() const noexcept { return pairs_; }
  [[nodiscard]] const std::map<std::string, Tally>& rules() const noexcept { return rules_; }

  // The rules of samples that were missed in single cells where at least kNearly were stopped.
  static constexpr double kNearly = 0.8;
  [[nodiscard]] std::map<std::string, std::vector<std::string>> misses() const;

  // Tables: encodings in a body, parts without an encoding, every encoding over all parts, pairs of
  // families, and the rules that are missed most.
  void print(std::ostream& out) const;
  void write_json(std::ostream& out) const;

 private:
  std::map<Names, Tally> cells_, pairs_;
  std::map<Names, Tally> inner_;  // (outer encoding, inner encoding)
  std::map<std::string, Tally> rules_;
  std::map<Names, std::vector<std::string>> missed_;
};

// "99.5%"; never rounded up to 100.
[[nodiscard]] std::string percent_text(const Tally& tally);

}  // namespace cork::secrets::detection
