// What the views of one part share: the rules, the limits, what was spent and what was found.
//
// Not thread-safe; lives as long as the scan of its part.
#pragma once

#include "base/limits.h"
#include "rules/secrets/finding.h"
#include "rules/secrets/ruleset.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cork::secrets {

class Scan {
 public:
  Scan(std::shared_ptr<const Ruleset> rules, Part part, const ScanLimits& limits,
       const FingerprintKey& key);

  // A secret confirmed in a view: positions in that view's text.
  struct Secret {
    RuleIndex rule;
    Offset begin, end;
    std::string_view text;  // valid until the view's text changes
  };

  [[nodiscard]] const Ruleset& rules() const noexcept { return *rules_; }
  [[nodiscard]] const ScanLimits& limits() const noexcept { return limits_; }
  [[nodiscard]] Part part() const noexcept { return part_; }
  // The bytes of text that a view keeps: all that confirming a match may look at.
  [[nodiscard]] std::size_t window() const noexcept { return window_; }

  [[nodiscard]] bool going() const noexcept { return verdict_ == Verdict::clean; }
  [[nodiscard]] Verdict verdict() const noexcept { return verdict_; }
  [[nodiscard]] std::string_view problem() const noexcept { return problem_; }
  // The first verdict that is not clean stays. `problem` has static storage.
  void raise(Verdict verdict, std::string_view problem) noexcept;

  // The scratch of the thread that scans now; nullptr between calls.
  void use(hs_scratch* scratch) noexcept { scratch_ = scratch; }
  [[nodiscard]] hs_scratch* scratch() const noexcept { return scratch_; }

  void count_wire(std::size_t bytes) noexcept { wire_bytes_ += bytes; }
  // What the containers of this part decoded to, all together, against its wire bytes: decoders
  // inside decoders must not multiply what each is allowed.
  void count_decoded(std::size_t bytes) noexcept;
  void count_scanned(std::size_t bytes) noexcept { scanned_bytes_ += bytes; }
  [[nodiscard]] std::uint64_t wire_bytes() const noexcept { return wire_bytes_; }
  [[nodiscard]] std::uint64_t scanned_bytes() const noexcept { return scanned_bytes_; }
  [[nodiscard]] std::uint64_t confirmations() const noexcept { return blocking_runs_ + low_runs_; }

  // Hyperscan's callback; its context is a Scan. Collects where matches end, within the budget.
  static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                      void* context) noexcept;
  // Confirms what was collected. Match ends count from `counted_from`; `text`, all that is
  // retained, begins at `text_begin`; matches that end at or before `ignore_to` are another view's.
  // Valid until the next call.
  const std::vector<Secret>& confirm(std::string_view text, Offset text_begin, Offset counted_from,
                                     Offset ignore_to);

  void record(const Secret& secret, Place place);
  [[nodiscard]] const std::vector<Finding>& findings() const noexcept { return findings_; }

  // Texts with escapes taken off that are alive. ScanLimits::view_count caps those of each
  // container apart, so that what the bytes of a container look like cannot use up what its content
  // needs; at the default limits the depth allows fewer.
  std::size_t escape_layers = 0;

 private:
  struct Hit {
    RuleIndex rule;
    unsigned long long end;
    bool operator==(const Hit&) const = default;
  };
  [[nodiscard]] bool blocks(RuleIndex rule) const noexcept;
  [[nodiscard]] std::uint64_t allowance() const noexcept;

  std::shared_ptr<const Ruleset> rules_;
  Part part_;
  ScanLimits limits_;
  FingerprintKey key_;
  std::size_t window_;
  hs_scratch* scratch_ = nullptr;
  Verdict verdict_ = Verdict::clean;
  std::string_view problem_;
  std::uint64_t wire_bytes_ = 0, decoded_bytes_ = 0, scanned_bytes_ = 0;
  // Low rules have a budget of their own: exhausted, they are no longer evaluated, while that of
  // the blocking ones refuses.
  std::uint64_t blocking_runs_ = 0, low_runs_ = 0;
  std::size_t blocking_hits_ = 0, low_hits_ = 0;
  std::vector<Hit> hits_;
  std::vector<Secret> secrets_;
  std::vector<Finding> findings_;
};

}  // namespace cork::secrets
