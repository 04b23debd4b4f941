// One pass over the texts of a head: for the sources of head_scanner.h alone.
//
// Not thread-safe; used once.
#pragma once

#include "rules/known/known_values.h"
#include "rules/secrets/head_scanner.h"
#include "rules/secrets/head_text.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

namespace cork::secrets {

// A field's name goes into findings only below this length, so that no secret can be one.
inline constexpr std::size_t kLongestName = 24;

class HeadScan {
 public:
  HeadScan(const Ruleset& rules, const ScanLimits& limits, const FingerprintKey& key,
           WorkerScratch& scratch, const known::KnownValues* known, const Actions& actions,
           std::span<const AtHome> pinned = {})
      : rules_(rules),
        limits_(limits),
        key_(key),
        scratch_(scratch),
        known_(known),
        actions_(actions.without_masks()),
        pinned_(pinned) {}

  // `home`: the host the request goes to; nullptr where no credential belongs.
  HeadReport scan(HeadText& text, const Host* home) &&;
  HeadReport scan_folded(std::string_view authority) &&;

 private:
  struct Hit {
    RuleIndex rule;
    std::size_t end;
  };
  struct Secret {
    RuleIndex rule;
    std::size_t begin, end;  // in the line's text
    std::string_view text;
    bool at_home;
  };
  // In bytes looked at. Rules that only record have one of their own: exhausted, they are no longer
  // evaluated, while that of the others refuses.
  struct Budget {
    std::uint64_t spent = 0, promised = 0, allowance = 0;
  };
  [[nodiscard]] bool blocks(RuleIndex rule) const noexcept {
    return actions_.is_leak(rules_, rule);
  }
  [[nodiscard]] Budget& budget_of(RuleIndex rule) noexcept {
    return blocks(rule) ? blocking_ : low_;
  }
  static int on_match(unsigned id, unsigned long long, unsigned long long to, unsigned,
                      void* context) noexcept;
  // Where matches end in `text`; nothing where a limit is exhausted.
  std::span<const Hit> hits_in(std::string_view text, bool folded);
  template <class Visit>
  void confirm(const Hit& hit, std::string_view text, std::size_t end, bool folded, Visit visit);
  [[nodiscard]] bool is_pinned(const HeadText& text, const HeadText::Line& line,
                               const Secret& secret) const;
  [[nodiscard]] bool at_home(const HeadText& text, const HeadText::Line& line, const Secret& secret,
                             const Host& host);
  void report(const HeadText& text, const HeadText::Line& line, const Secret& secret);
  void record(const Secret& secret, Place place, std::uint64_t text);
  [[nodiscard]] bool goes_on_excused(RuleIndex rule, const Spot& spot) const;
  // Of a text that is no line: one that no other has. Lines have their own.
  [[nodiscard]] std::uint64_t next_text() noexcept { return --next_text_; }
  // What is compressed in the value of the line, or in its digits.
  void scan_container(const HeadText& text, const HeadText::Line& line,
                      const FoundContainer& found);
  // Of a container at that place of that line, the findings of its scan.
  void take_over(std::span<const Finding> findings, const HeadText::Line& line, const Place& place);
  // What a name holds in digits, as tunnels through name servers do.
  void scan_digits(std::string_view name, std::size_t authority_size);
  // In a text all by itself; `folded`: whatever its case.
  [[nodiscard]] std::vector<known::Found> known_in(std::string_view text, bool folded) const;
  void find_known(const HeadText& text, HeadText::Which which, const Host* home);
  void find_known_in_name(std::string_view text, bool folded, std::size_t authority_size);
  [[nodiscard]] bool known_at_home(const HeadText& text, const HeadText::Line& line,
                                   const known::Found& found, const Host& host) const;
  // What a rule finds in a known value goes where that may.
  [[nodiscard]] bool is_known_at_home(const HeadText& text, const HeadText::Line& line,
                                      const Secret& secret, const Host& host);
  void report_known(const HeadText& text, const HeadText::Line& line, const known::Found& found,
                    bool at_home);
  void record_known(known::ValueIndex value, Place place, bool at_home);
  void refuse(std::string_view problem) noexcept {
    report_.verdict = Verdict::over_limit;
    report_.problem = problem;
  }
  [[nodiscard]] bool within_limits() const noexcept {
    return report_.verdict != Verdict::over_limit;
  }

  const Ruleset& rules_;
  const ScanLimits& limits_;
  const FingerprintKey& key_;
  WorkerScratch& scratch_;
  const known::KnownValues* known_;
  const Actions actions_;
  std::span<const AtHome> pinned_;
  HeadReport report_;
  std::uint64_t next_text_ = std::numeric_limits<std::uint64_t>::max();
  std::vector<Hit> hits_;
  Budget blocking_, low_;
  struct Inside {
    const HeadText::Line* spelling;
    std::size_t begin;  // in its value
    std::string_view data;
    bool operator==(const Inside&) const = default;
  };
  const HeadText::Line* homes_in_ = nullptr;     // whose known values are in homes_,
  std::vector<known::Found> homes_;              // those at home
  std::vector<Inside> looked_into_;              // containers
  std::uint64_t decoded_bytes_ = 0;              // what they held
  std::vector<std::string_view> spoiled_names_;  // of fields that hold a secret in them
};

// Every credential that ends where `hit` does or, should an earlier one be reported in its place,
// on the way there: one at home must not stand for another that is not.
template <class Visit>
void HeadScan::confirm(const Hit& hit, std::string_view text, std::size_t end, bool folded,
                       Visit visit) {
  std::size_t from = 0;
  while (from < end && within_limits()) {
    Budget& budget = budget_of(hit.rule);
    if (budget.spent >= budget.allowance) {
      if (blocks(hit.rule)) refuse("too many candidates");
      return;
    }
    std::size_t examined = 0;
    const auto found = rules_.confirm(hit.rule, text.substr(from), end - from, folded, examined);
    budget.spent += examined;
    if (!found) return;
    const std::size_t begin = from + found->begin, to = from + found->end;
    visit(Secret{hit.rule, begin, to, text.substr(begin, to - begin), false});
    from = std::max(to, from + 1);
  }
}

}  // namespace cork::secrets
