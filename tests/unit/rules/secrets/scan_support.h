// How a scanner uses a Ruleset, in its plainest form: for tests of the rules alone.
#pragma once

#include "rules/secrets/ruleset.h"

#include <hs/hs.h>

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cork::secrets::test {

struct Match {
  RuleIndex rule;
  std::size_t end;
  auto operator<=>(const Match&) const = default;
};
struct Found {
  RuleIndex rule;
  std::size_t begin, end;
  auto operator<=>(const Found&) const = default;
};

inline int collect(unsigned id, unsigned long long, unsigned long long to, unsigned,
                   void* context) noexcept {
  static_cast<std::vector<Match>*>(context)->push_back(
      {static_cast<RuleIndex>(id), static_cast<std::size_t>(to)});
  return 0;
}

inline std::vector<Match> block_matches(const hs_database* database, std::string_view text,
                                        const WorkerScratch& scratch) {
  std::vector<Match> matches;
  hs_scan(database, text.data(), static_cast<unsigned>(text.size()), 0, scratch.get(), &collect,
          &matches);
  return matches;
}

// Everything confirmed in `text`, seen whole.
inline std::set<Found> find_all(const Ruleset& rules, std::string_view text,
                                const WorkerScratch& scratch, bool folded = false) {
  std::set<Found> found;
  std::size_t runs = 0;
  const hs_database* database = folded ? rules.folded_database() : rules.block_database();
  for (const Match& match : block_matches(database, text, scratch)) {
    if (const auto hit = rules.confirm(match.rule, text, match.end, folded, runs)) {
      found.insert({match.rule, hit->begin, hit->end});
    }
  }
  return found;
}

inline bool finds(const Ruleset& rules, RuleIndex rule, std::string_view text,
                  const WorkerScratch& scratch, bool folded = false) {
  for (const Found& found : find_all(rules, text, scratch, folded)) {
    if (found.rule == rule) return true;
  }
  return false;
}

// The same, `text` arriving cut at `cuts` and only what retain_width() asks for being kept: each
// piece is searched together with that, and what ends with it when the next one is there.
inline std::set<Found> find_streaming(const Ruleset& rules, std::string_view text,
                                      const std::vector<std::size_t>& cuts,
                                      const WorkerScratch& scratch) {
  std::set<Found> found;
  std::size_t runs = 0, told = 0;
  for (std::size_t i = 0; i <= cuts.size(); ++i) {
    const bool last = i == cuts.size();
    const std::size_t seen = last ? text.size() : cuts[i];
    const std::size_t kept = told > rules.retain_width() + 1 ? told - rules.retain_width() - 1 : 0;
    const std::string_view piece = text.substr(kept, seen - kept);
    for (const Match& match : block_matches(rules.block_database(), piece, scratch)) {
      if (kept + match.end <= told || (match.end == piece.size() && !last)) continue;
      const auto hit = rules.confirm(match.rule, piece, match.end, false, runs);
      if (hit) found.insert({match.rule, hit->begin + kept, hit->end + kept});
    }
    told = last || seen == 0 ? seen : seen - 1;
  }
  return found;
}

}  // namespace cork::secrets::test
