// Rules compiled for scanning: Hyperscan finds where a match may end, RE2 confirms it.
//
// Immutable once compiled; shared between threads. Each thread brings its own WorkerScratch.
// Profile `wire`: the sender controls the text, so nothing in it can switch a rule off (no
// gitleaks:allow, no path, no allowlist on the line; suppressors look at the credential alone).
//
// What is decided, and when. An open quantifier at the end of a regex is read as its least count
// (up to 32 where entropy or an allowlist may drop the shortest): a credential is found when its
// shortest form is complete, and nothing appended hides it. So every blocking rule has a width, the
// most bytes between the first byte of a match and the end that Hyperscan reports, and whatever
// began longer ago than hold_width() has been decided. An open quantifier elsewhere leaves no
// width: such a rule may record but not block.
//
// Inside that width, a credential that is not complete yet is the end of what has come so far, and
// made of its alphabet alone; that is why open_from() needs no more than the trailing run over the
// alphabets. Where an alphabet holds what separates values too (spaces, quotes, newlines), the run
// says nothing, and what every match begins with is looked for instead, in any case; but for what a
// checksum ties together, which has a run of its own: see CompiledRule::has_own_run().
//
//   auto set = Ruleset::compile(std::move(*rules), &store);
//   WorkerScratch scratch(**set);
#pragma once

#include "base/diagnostic.h"
#include "base/result.h"
#include "rules/secrets/byte_class.h"
#include "rules/secrets/dropped.h"
#include "rules/secrets/finding.h"
#include "rules/secrets/hold.h"
#include "rules/secrets/rule.h"

#include <bitset>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct hs_database;
struct hs_scratch;

namespace cork::secrets {

class Openings;

class DatabaseStore;

class Ruleset {
 public:
  // Refuses a regex that RE2 or Hyperscan cannot take, an unreachable secretGroup, a blocking rule
  // without finite width whose minimum match has none either, and a blocking rule whose credential
  // may hold spaces, quotes or newlines but has neither a literal anchor to begin with nor a run of
  // its own: each with the rule's line. Takes a second or more; where `store` keeps what the same
  // rules were compiled to, a fraction of that, and else it is told to keep it.
  static Result<std::shared_ptr<const Ruleset>, Diagnostics> compile(
      std::vector<Rule> rules, DatabaseStore* store = nullptr);
  // cork's own rules, of all the files that are inside the binary.
  static std::shared_ptr<const Ruleset> builtin(DatabaseStore* store = nullptr);
  ~Ruleset();

  [[nodiscard]] const std::vector<Rule>& rules() const noexcept;
  [[nodiscard]] const Rule* find(std::string_view id) const noexcept;
  [[nodiscard]] std::optional<RuleIndex> index_of(std::string_view id) const noexcept;

  // Every pattern; a match's id is its RuleIndex.
  [[nodiscard]] const hs_database* block_database() const noexcept;
  // Ignoring case: for host names, whose case does not survive. Without the patterns that no text
  // of letters, digits, '.', '-' and '_' matches; a port's few digits are no credential.
  [[nodiscard]] const hs_database* folded_database() const noexcept;

  // For a text in whose place another one is searched, with its escapes taken off: the patterns
  // that may find more in it as it is, of which a match may go on over an escape. nullptr: there is
  // none.
  [[nodiscard]] const hs_database* spelled_database() const noexcept;
  // And where the others may find more.
  [[nodiscard]] const Openings& openings() const noexcept;

  // For the blocking rules: see Hold.
  [[nodiscard]] const Hold& hold() const noexcept;
  [[nodiscard]] std::size_t hold_width() const noexcept { return hold().width(); }
  // Adds to `hold` what that rule needs to block, where it is not one that does; or says why it
  // cannot: it was written to record only.
  [[nodiscard]] std::optional<std::string> hold_for(RuleIndex rule, Hold& hold) const;
  // The most bytes that confirming any rule looks back from a match's end.
  [[nodiscard]] std::size_t retain_width() const noexcept;

  [[nodiscard]] std::size_t open_from(std::string_view tail) const noexcept {
    return hold().open_from(tail);
  }

  // The bytes that may follow the shortest form of that rule's credential and be more of it. With
  // spaces, quotes or newlines among them they say nothing of where it ends.
  [[nodiscard]] const ByteSet& alphabet_of(RuleIndex rule) const noexcept;

  // What confirm() adds to `examined` at least, where `rule` matches.
  [[nodiscard]] std::size_t cost_of(RuleIndex rule) const noexcept;

  struct Confirmed {
    std::size_t begin, end;  // the secret, in `text`
  };
  // Is there a credential of `rule` whose match ends at exactly `end`, an end that Hyperscan
  // reported? Ask for each one: a suppressor may drop the match at one end and not at the next.
  // `text` is all that is retained, the bytes behind `end` included, so that \b and $ see what
  // surrounds the match; retain_width() bytes before `end` are enough. `folded`: ignore case, for
  // the folded database's matches. Adds to `examined` what that took: see CompiledRule. `dropped`:
  // kept from one end to the next.
  [[nodiscard]] std::optional<Confirmed> confirm(RuleIndex rule, std::string_view text,
                                                 std::size_t end, bool folded,
                                                 std::size_t& examined,
                                                 Dropped* dropped = nullptr) const;

  // Does the credential of `rule` belong in that slot of a request to `host`? `path` is asked where
  // the audience names one. `alone`: what an audience of any host asks for: that the credential is
  // all that the slot of a head holds, or that the request whose body it is asks for a token.
  [[nodiscard]] bool at_home(RuleIndex rule, const Host& host, std::string_view slot,
                             std::string_view path = {}, bool alone = true) const noexcept;

  Ruleset(const Ruleset&) = delete;
  Ruleset& operator=(const Ruleset&) = delete;

 private:
  struct Compiled;
  explicit Ruleset(std::unique_ptr<Compiled> compiled) noexcept;

  std::unique_ptr<Compiled> compiled_;
};

// What compile() would refuse of single rules, but for their databases: beside what is wrong with
// their files. A rule without a regex is passed over.
[[nodiscard]] Diagnostics regex_problems(const std::vector<Rule>& rules);

// Whether both find the same and have it at home in the same places, whatever files say so.
[[nodiscard]] bool same_rules(const Ruleset& one, const Ruleset& other);

// What one thread needs to scan. Never shared, never held across a suspension point while in use.
class WorkerScratch {
 public:
  explicit WorkerScratch(const Ruleset& rules);  // throws std::bad_alloc
  // Makes it fit those rules too, besides the ones it fits already. Throws std::bad_alloc, and then
  // is what it was.
  void fit(const Ruleset& rules);
  ~WorkerScratch();
  WorkerScratch(const WorkerScratch&) = delete;
  WorkerScratch& operator=(const WorkerScratch&) = delete;

  [[nodiscard]] hs_scratch* get() const noexcept { return scratch_; }

 private:
  hs_scratch* scratch_ = nullptr;
};

}  // namespace cork::secrets
