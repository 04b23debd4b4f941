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

// The same, `text` arriving cut at `cuts` and only what retain_width() asks for being kept.
inline std::set<Found> find_streaming(const Ruleset& rules, std::string_view text,
                                      const std::vector<std::size_t>& cuts,
                                      const WorkerScratch& scratch) {
  std::set<Found> found;
  std::vector<Match> matches;
  std::size_t runs = 0, at = 0;
  hs_stream_t* stream = nullptr;
  hs_open_stream(rules.stream_database(), 0, &stream);
  const auto confirm = [&](std::size_t begin, std::size_t seen) {
    const std::size_t kept = begin > rules.retain_width() ? begin - rules.retain_width() : 0;
    for (const Match& match : std::exchange(matches, {})) {
      const auto hit =
          rules.confirm(match.rule, text.substr(kept, seen - kept), match.end - kept, false, runs);
      if (hit) found.insert({match.rule, hit->begin + kept, hit->end + kept});
    }
  };
  for (std::size_t i = 0; i <= cuts.size(); ++i) {
    const std::size_t next = i < cuts.size() ? cuts[i] : text.size();
    hs_scan_stream(stream, text.data() + at, static_cast<unsigned>(next - at), 0, scratch.get(),
                   &collect, &matches);
    confirm(at, next);
    at = next;
  }
  hs_close_stream(stream, scratch.get(), &collect, &matches);
  confirm(at, at);
  return found;
}

}  // namespace cork::secrets::test
