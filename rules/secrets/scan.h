// What the views of one part share: the rules, the limits, what was spent and what was found.
//
// Not thread-safe; lives as long as the scan of its part.
#pragma once

#include "base/limits.h"
#include "base/memory_budget.h"
#include "rules/known/known_values.h"
#include "rules/secrets/actions.h"
#include "rules/secrets/finding.h"
#include "rules/secrets/masks.h"
#include "rules/secrets/ruleset.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cork::secrets {

// Where a body goes: some credentials are at home in one field of it.
struct Destination {
  Host host;
  std::string path;  // as spelled, without the query
};

class Scan {
 public:
  Scan(std::shared_ptr<const Ruleset> rules, Part part, const ScanLimits& limits,
       const FingerprintKey& key, const Actions& actions = Actions(),
       std::optional<Destination> destination = std::nullopt, MemoryBudget* memory = nullptr);

  // A secret confirmed in a view: positions in that view's text.
  struct Secret {
    RuleIndex rule;  // of a known value: its ValueIndex
    Offset begin, end;
    std::string_view text;  // valid until the view's text changes
    Kind kind = Kind::rule;
  };

  // More than a little that nobody can read is `unscannable`. Before anything is scanned.
  void refuse_opaque() noexcept { refuses_opaque_ = true; }
  [[nodiscard]] bool refuses_opaque() const noexcept { return refuses_opaque_; }
  // Looks for those too. Before anything is scanned.
  void look_for(std::shared_ptr<const known::KnownValues> known) noexcept;
  [[nodiscard]] const Actions& actions() const noexcept { return actions_; }

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

  // From here on this much work is done before full(), which asks whoever adds to it to stop; 0:
  // all there is.
  void begin_slice(std::size_t bytes) noexcept {
    slice_ = bytes;
    worked_ = 0;
  }
  [[nodiscard]] bool full() const noexcept { return slice_ > 0 && worked_ >= slice_; }

  // Where decoders take what they keep from; nullptr: not counted.
  [[nodiscard]] MemoryBudget* memory() const noexcept { return memory_; }

  // The scratch of the thread that scans now; nullptr between calls.
  void use(hs_scratch* scratch) noexcept { scratch_ = scratch; }
  [[nodiscard]] hs_scratch* scratch() const noexcept { return scratch_; }

  void count_wire(std::size_t bytes) noexcept { wire_bytes_ += bytes; }
  // What the containers of this part decoded to, all together, against its wire bytes: decoders
  // inside decoders must not multiply what each is allowed.
  void count_decoded(std::size_t bytes) noexcept;
  void count_scanned(std::size_t bytes) noexcept {
    scanned_bytes_ += bytes;
    worked_ += bytes;
  }
  // Text of which one level of escapes was taken off.
  void count_unescaped(std::size_t bytes) noexcept;
  // Compressed data that is about to be opened.
  void count_container() noexcept;
  // Other work than scanning, in bytes looked at.
  void count_work(std::size_t bytes) noexcept { worked_ += bytes; }
  [[nodiscard]] std::uint64_t wire_bytes() const noexcept { return wire_bytes_; }
  [[nodiscard]] std::uint64_t scanned_bytes() const noexcept { return scanned_bytes_; }
  [[nodiscard]] std::uint64_t decoded_bytes() const noexcept { return decoded_bytes_; }
  // Bytes that no text made of this part says anything of: see readability.h.
  void count_unread(std::size_t bytes) noexcept;
  [[nodiscard]] std::uint64_t unread_bytes() const noexcept { return unread_bytes_; }
  // A text begins as this does ("an image (PNG)"), which nobody reads. Static storage.
  void found_sealed(std::string_view kind) noexcept;
  // It was for what cannot be read that the part is refused.
  [[nodiscard]] bool opaque() const noexcept { return opaque_; }
  // Bytes that were looked at to confirm matches.
  [[nodiscard]] std::uint64_t examined_bytes() const noexcept {
    return blocking_.spent + recorded_.spent;
  }

  // Forgets what the search before found.
  void begin_search() noexcept;
  // Matches that end at or before `after`, or behind `to`, in what is searched next, are another's
  // to tell.
  void expect_ends(std::uint64_t after, std::uint64_t to) noexcept {
    after_ = after;
    to_ = to;
  }
  // Hyperscan's callback; its context is a Scan. Collects where matches end, within the budget.
  static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                      void* context) noexcept;
  // What was searched.
  struct Searched {
    std::string_view text;  // all that is retained
    Offset begin;           // of that
    Offset counted_from;    // where the search began, and matches' ends count from
    bool open;              // more may follow
  };
  // Confirms what was collected. A match that ends where the text does, and may not be one when
  // more follows, is left to the next search.
  void confirm(const Searched& searched);
  // Looks for known values in text[from, end), which follows what `at` has seen and begins at
  // `begin`. What ends at or before `told` is told already.
  void find_known(known::KnownValues::Cursor& at, std::string_view text, Offset begin, Offset from,
                  Offset told);
  // Reads it without telling.
  void read_known(known::KnownValues::Cursor& at, std::string_view text, std::size_t from);
  // What was found since begin_search(). What there were too many candidates to look at is for
  // refuse_surplus(). Valid until the next call.
  [[nodiscard]] const std::vector<Secret>& secrets() const noexcept { return secrets_; }

  // Once what confirm() found is recorded: refuses where blocking rules had more candidates than
  // were looked at. A leak among those that were says more.
  void refuse_surplus() noexcept;

  // Bytes of each text that are held back even where nothing open is to be seen: what is found as a
  // whole looks like any other text before.
  [[nodiscard]] std::size_t known_width() const noexcept {
    return known_ ? known_->whole_width() : 0;
  }
  // For the rules that stop what they find.
  [[nodiscard]] const Hold& hold() const noexcept { return actions_.hold(*rules_); }
  // Bytes of each text that are held back whatever they are.
  [[nodiscard]] std::size_t hold_width() const noexcept { return hold_width_; }

  // Whether record() would do anything: asked first, since a place costs work.
  [[nodiscard]] bool wants(const Secret& secret) const noexcept;
  // How a secret stands in the part.
  struct Standing {
    Spot spot;          // in texts that add_text() numbered
    bool open = false;  // in the open: with nothing but escapes and declared codings around it
    Unmasked unmasked = Unmasked::encoded;  // none: where it stands is known to the byte
    // Of a body's field: it is all of the value; and the request is one for a token (OAuth 2.0).
    bool whole_value = false, token_request = false;
  };
  // What is done about it. `place.pointer` names a field: a credential in the field of its audience
  // is recorded where it stands there in the open.
  Action record(const Secret& secret, Place place, Standing standing);
  [[nodiscard]] const std::vector<Finding>& findings() const noexcept { return findings_; }

  // What is masked, in the order in which its end was found; what is there to be taken.
  void mask(const WireRange& range);
  // Whether all of these bytes are, in one range of the last ones.
  [[nodiscard]] bool masks(Offset begin, Offset end) const noexcept;
  // The end of what was masked so far.
  [[nodiscard]] Offset masked_to() const noexcept { return masked_to_; }
  // A known value is masked of which this was seen. So many that differ are guesses: a leak.
  void mask_known(std::string_view seen);
  [[nodiscard]] const std::vector<Fingerprint>& masked_known() const noexcept {
    return masked_known_;
  }
  // What record() said would be redacted cannot be after all.
  void cannot_mask(Unmasked why) noexcept;
  [[nodiscard]] std::vector<WireRange> take_masks() noexcept { return std::exchange(masks_, {}); }
  // Wire bytes before this have left, and are masked no more.
  void released(Offset settled) noexcept { released_ = settled; }
  [[nodiscard]] Offset released() const noexcept { return released_; }

  // Texts that are made of this part at the moment; more than ScanLimits::view_count are
  // `over_limit`, and so are more than its size allows, one after the other. Its number, which no
  // other has.
  std::uint64_t add_text() noexcept;
  void remove_text() noexcept { --texts_; }
  [[nodiscard]] std::size_t texts() const noexcept { return texts_; }
  [[nodiscard]] std::uint64_t texts_made() const noexcept { return texts_made_; }

 private:
  struct Hit {
    RuleIndex rule;
    unsigned long long end;
    bool operator==(const Hit&) const = default;
  };
  // In bytes looked at. Rules that only record have one of their own: exhausted, they are no longer
  // evaluated, while that of the blocking ones refuses.
  struct Budget {
    std::uint64_t spent = 0, promised = 0, before = 0;  // before: when this search began
  };
  // Where a finding was seen, kept or not, and how much of it.
  struct Told {
    RuleIndex rule;
    bool blocking, redacted, excused;
    Spot spot;
    bool operator==(const Told&) const = default;
  };
  struct RuleDropped {
    RuleIndex rule = 0;
    Dropped dropped;
  };
  [[nodiscard]] bool blocks(RuleIndex rule) const noexcept;
  [[nodiscard]] Dropped& dropped_by(RuleIndex rule) noexcept;
  [[nodiscard]] std::optional<Ruleset::Confirmed> confirm_one(const Hit& hit,
                                                              const Searched& searched);
  [[nodiscard]] bool at_home(const Secret& secret, const Place& place, Standing standing) const;
  // Remembers how much was told at its spot; false: more of it was.
  [[nodiscard]] bool note_spot(const Finding& finding);
  void keep_rule(Finding finding);
  Action record_known(const Secret& secret, Place place, Unmasked why);
  // What can be done about a leak, which the finding then says: what is to be redacted and cannot
  // be is blocked.
  Action possible(Finding& finding, Action action, Unmasked why);
  // Whether an exception says that it may leave; then the finding says so as well.
  [[nodiscard]] bool excused(Finding& finding);
  [[nodiscard]] bool has_room_for(const Finding& finding);
  [[nodiscard]] Budget& budget_of(RuleIndex rule) noexcept {
    return blocks(rule) ? blocking_ : recorded_;
  }
  [[nodiscard]] std::uint64_t allowance(RuleIndex rule) const noexcept;
  // Is there nothing left for a candidate of it? Then it is one of a surplus, or left out.
  [[nodiscard]] bool exhausted(RuleIndex rule) noexcept;

  std::shared_ptr<const Ruleset> rules_;
  Part part_;
  ScanLimits limits_;
  FingerprintKey key_;
  Actions actions_;
  std::size_t window_, hold_width_;
  std::size_t texts_ = 0;
  std::uint64_t texts_made_ = 0;
  std::shared_ptr<const known::KnownValues> known_;
  std::vector<WireRange> masks_, last_masks_;
  Offset masked_to_ = 0;
  std::vector<Fingerprint> masked_known_;
  std::optional<Finding> last_excused_;
  Offset released_ = 0;
  bool spoiled_names_ = false;  // a known value was seen, and names may hold it
  std::vector<known::Found> found_;
  hs_scratch* scratch_ = nullptr;
  Verdict verdict_ = Verdict::clean;
  std::string_view problem_;
  std::uint64_t wire_bytes_ = 0, decoded_bytes_ = 0, scanned_bytes_ = 0;
  std::uint64_t unescaped_bytes_ = 0, containers_ = 0, unread_bytes_ = 0;
  bool refuses_opaque_ = false, opaque_ = false;
  std::size_t slice_ = 0, worked_ = 0;
  bool surplus_ = false;  // candidates of blocking rules were not looked at
  std::optional<Destination> destination_;
  MemoryBudget* memory_;
  Budget blocking_, recorded_;
  std::uint64_t after_ = 0, to_ = std::numeric_limits<std::uint64_t>::max();
  std::vector<Hit> hits_;
  std::array<RuleDropped, 8> dropped_;  // in the text that is confirmed in
  std::string continued_;               // for confirm_one()
  std::vector<Secret> secrets_;
  std::vector<Finding> findings_;
  std::vector<Told> told_;
};

}  // namespace cork::secrets
