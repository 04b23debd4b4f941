#include "rules/secrets/scan.h"

#include "rules/secrets/field_value.h"
#include "rules/secrets/known_finding.h"

#include <algorithm>
#include <utility>

namespace cork::secrets {

namespace {

// What confirming a match costs beside scanning the same bytes, and opening compressed data beside
// scanning so many.
constexpr std::size_t kConfirmingCosts = 24;
constexpr std::size_t kOpeningCosts = 1024;
// The same of making a text, with all that hangs on one.
constexpr std::size_t kMakingCosts = 512;
// A text that is opened late is read from a window back, in which so many short ones have room.
constexpr std::size_t kLastMasks = 256;

}  // namespace

Scan::Scan(std::shared_ptr<const Ruleset> rules, Part part, const ScanLimits& limits,
           const FingerprintKey& key, const Actions& actions,
           std::optional<Destination> destination, MemoryBudget* memory)
    : rules_(std::move(rules)),
      part_(part),
      limits_(limits),
      key_(key),
      actions_(actions),
      // One byte more, so that \b and ^ see what stands before the widest match; and a mask begins
      // with the escape in which a credential begins.
      window_(std::max(rules_->retain_width(), hold().width()) + 1 +
              (actions.mask() ? kTokenReach : 0)),
      hold_width_(hold().width()),
      destination_(std::move(destination)),
      memory_(memory) {}

void Scan::look_for(std::shared_ptr<const known::KnownValues> known) noexcept {
  known_ = std::move(known);
  if (!known_) return;
  hold_width_ = std::max(hold_width_, known_->whole_width());
  window_ = std::max(window_, known_->whole_width() + 1 + (actions_.mask() ? kTokenReach : 0));
}

void Scan::raise(Verdict verdict, std::string_view problem) noexcept {
  if (verdict_ != Verdict::clean) return;
  verdict_ = verdict;
  problem_ = problem;
}

void Scan::count_decoded(std::size_t bytes) noexcept {
  decoded_bytes_ += bytes;
  if (decoded_bytes_ > limits_.decoded_floor &&
      decoded_bytes_ / limits_.decoded_ratio > wire_bytes_) {
    raise(Verdict::over_limit, "compressed data that expands too far");
  }
}

void Scan::count_unescaped(std::size_t bytes) noexcept {
  unescaped_bytes_ += bytes;
  if (unescaped_bytes_ >
      limits_.unescaped_floor + (wire_bytes_ + decoded_bytes_) * limits_.unescaped_per_byte) {
    raise(Verdict::over_limit, "text escaped in more ways than are looked into");
  }
}

void Scan::count_container() noexcept {
  worked_ += kOpeningCosts;
  const std::uint64_t per = std::max<std::uint64_t>(limits_.wire_bytes_per_container, 1);
  if (++containers_ > limits_.containers_floor + wire_bytes_ / per) {
    raise(Verdict::over_limit, "more compressed data than is opened");
  }
}

std::uint64_t Scan::add_text() noexcept {
  worked_ += kMakingCosts;
  const std::uint64_t per = std::max<std::uint64_t>(limits_.bytes_per_text, 1);
  const bool many = texts_made_ >= limits_.texts_floor + (wire_bytes_ + decoded_bytes_) / per;
  if (++texts_ > limits_.view_count || many) {
    raise(Verdict::over_limit, "more encodings than are looked into");
  }
  return ++texts_made_;
}

void Scan::count_unread(std::size_t bytes) noexcept {
  unread_bytes_ += bytes;
  const std::uint64_t per = std::max<std::uint64_t>(limits_.wire_bytes_per_unread, 1);
  if (!refuses_opaque_ || unread_bytes_ <= limits_.unread_floor_bytes + wire_bytes_ / per) return;
  opaque_ = opaque_ || going();
  raise(Verdict::unscannable, "data that cannot be read");
}

void Scan::found_sealed(std::string_view kind) noexcept {
  if (!refuses_opaque_) return;
  opaque_ = opaque_ || going();
  raise(Verdict::unscannable, kind);
}

bool Scan::blocks(RuleIndex rule) const noexcept {
  return actions_.is_leak(*rules_, rule);
}

std::uint64_t Scan::allowance(RuleIndex rule) const noexcept {
  return blocks(rule)
             ? limits_.confirm_floor_bytes +
                   wire_bytes_ / std::max<std::uint64_t>(limits_.wire_bytes_per_confirmed, 1)
             : limits_.record_floor_bytes +
                   wire_bytes_ / std::max<std::uint64_t>(limits_.wire_bytes_per_recorded, 1);
}

bool Scan::exhausted(RuleIndex rule) noexcept {
  const Budget& budget = budget_of(rule);
  const std::uint64_t due = budget.spent + budget.promised;
  if (due < allowance(rule) && due - budget.before < limits_.confirm_at_once_bytes) return false;
  surplus_ = surplus_ || (blocks(rule) && actions_.of(rule) != Action::record);
  return true;
}

void Scan::refuse_surplus() noexcept {
  if (surplus_) raise(Verdict::over_limit, "too many candidates");
}

int Scan::on_match(unsigned id, unsigned long long, unsigned long long to, unsigned,
                   void* context) noexcept {
  auto& scan = *static_cast<Scan*>(context);
  const Hit hit{static_cast<RuleIndex>(id), to};
  if (to <= scan.after_ || to > scan.to_) return 0;
  if (!scan.hits_.empty() && scan.hits_.back() == hit) return 0;
  if (scan.exhausted(hit.rule)) return 0;
  scan.budget_of(hit.rule).promised += scan.rules_->cost_of(hit.rule);
  scan.hits_.push_back(hit);
  return 0;
}

void Scan::begin_search() noexcept {
  secrets_.clear();
  blocking_.before = blocking_.spent;
  recorded_.before = recorded_.spent;
}

void Scan::confirm(const Searched& searched) {
  blocking_.promised = recorded_.promised = 0;
  dropped_.fill({});
  for (const Hit& hit : hits_) {
    if (exhausted(hit.rule)) continue;
    const auto found = confirm_one(hit, searched);
    if (!found) continue;
    secrets_.push_back({hit.rule, searched.begin + found->begin, searched.begin + found->end,
                        searched.text.substr(found->begin, found->end - found->begin)});
  }
  hits_.clear();
}

void Scan::read_known(known::KnownValues::Cursor& at, std::string_view text, std::size_t from) {
  found_.clear();
  if (known_) known_->find(at, text, from, found_);
}

void Scan::find_known(known::KnownValues::Cursor& at, std::string_view text, Offset begin,
                      Offset from, Offset told) {
  read_known(at, text, from - begin);
  for (const known::Found& one : found_) {
    const Offset end = begin + one.end;
    if (end > told) {
      secrets_.push_back({one.value, begin + one.begin, end, {}, Kind::known_value});
    }
  }
}

// Matches of several rules alternate, where they end at the same places.
Dropped& Scan::dropped_by(RuleIndex rule) noexcept {
  RuleDropped& last = dropped_[rule % dropped_.size()];
  if (last.rule != rule) last = {rule, {}};
  return last.dropped;
}

std::optional<Ruleset::Confirmed> Scan::confirm_one(const Hit& hit, const Searched& searched) {
  std::size_t examined = 0;
  const std::size_t end = searched.counted_from + hit.end - searched.begin;
  std::optional<Ruleset::Confirmed> found;
  if (!searched.open || end < searched.text.size()) {
    found = rules_->confirm(hit.rule, searched.text, end, false, examined, &dropped_by(hit.rule));
  } else {
    // It must hold whether a letter follows or a space: \b and $ are not known yet.
    const std::size_t cut = end - std::min(end, window_);
    continued_ = searched.text.substr(cut);
    for (const char next : {' ', 'a'}) {
      continued_ += next;
      found = rules_->confirm(hit.rule, continued_, end - cut, false, examined);
      continued_.pop_back();
      if (!found) break;
    }
    if (found) found = {found->begin + cut, found->end + cut};
  }
  budget_of(hit.rule).spent += examined;
  worked_ += examined * kConfirmingCosts;
  return found;
}

bool Scan::wants(const Secret& secret) const noexcept {
  return secret.kind != Kind::rule || blocks(secret.rule) || findings_.size() < limits_.findings;
}

// A field of an object at the top, or of a form.
bool Scan::at_home(const Secret& secret, const Place& place, Standing standing) const {
  if (!destination_ || part_ != Part::body || !place.pointer.starts_with('/')) return false;
  if (!standing.open || !standing.whole_value) return false;
  return rules_->at_home(secret.rule, destination_->host, "field:" + place.pointer.substr(1),
                         destination_->path,
                         standing.token_request || asks_for_token(destination_->path));
}

// Each secret that is masked is in the record, or nobody would know of it.
Action Scan::possible(Finding& finding, Action action, Unmasked why) {
  if (action == Action::redact) {
    finding.blocking = false;
    finding.redacted = true;
    if (why == Unmasked::none && has_room_for(finding)) return action;
    finding.unmasked = why == Unmasked::none ? Unmasked::too_many : why;
    finding.redacted = false;
    action = Action::block;
  }
  finding.blocking = true;
  finding.stops = action == Action::block;
  if (finding.stops) raise(Verdict::leak, {});
  return action;
}

void Scan::mask(const WireRange& range) {
  masks_.push_back(range);
  masked_to_ = std::max(masked_to_, range.end);
  if (last_masks_.size() >= kLastMasks) last_masks_.erase(last_masks_.begin());
  last_masks_.push_back(range);
}

bool Scan::masks(Offset begin, Offset end) const noexcept {
  return std::ranges::any_of(last_masks_, [&](const WireRange& range) {
    return range.begin <= begin && end <= range.end;
  });
}

void Scan::mask_known(std::string_view seen) {
  const Fingerprint print = fingerprint(key_, seen);
  if (std::ranges::find(masked_known_, print) != masked_known_.end()) return;
  masked_known_.push_back(print);
  if (masked_known_.size() > limits_.findings) cannot_mask(Unmasked::too_many);
}

void Scan::cannot_mask(Unmasked why) noexcept {
  for (Finding& finding : findings_) {
    if (finding.redacted) finding.unmasked = why;
    finding.stops = finding.stops || finding.redacted;
    finding.blocking = finding.blocking || finding.redacted;
    finding.redacted = false;
  }
  raise(Verdict::leak, {});
}

bool Scan::has_room_for(const Finding& finding) {
  const bool kept = std::ranges::any_of(findings_, [&](const Finding& known) {
    return known.redacted && known.print == finding.print;
  });
  if (kept || findings_.size() < limits_.findings) return true;
  const auto note = std::ranges::find_if(findings_, &is_note);
  if (note == findings_.end()) return false;
  findings_.erase(note);
  return true;
}

Action Scan::record(const Secret& secret, Place place, Standing standing) {
  if (secret.kind != Kind::rule) return record_known(secret, std::move(place), standing.unmasked);
  const bool leak = blocks(secret.rule) && !at_home(secret, place, standing);
  Finding finding{secret.rule,
                  rules_->rules()[secret.rule].confidence,
                  leak,
                  fingerprint(key_, secret.text),
                  std::move(place),
                  standing.spot};
  const Action action = leak && !excused(finding)
                            ? possible(finding, actions_.of(secret.rule), standing.unmasked)
                            : Action::record;
  keep_rule(std::move(finding));
  return action;
}

// What begins where one began that is excused is more of the same.
bool Scan::excused(Finding& finding) {
  const Excuse* excuse = actions_.excuse(finding.rule, finding.print);
  const bool goes_on =
      last_excused_ && last_excused_->rule == finding.rule && last_excused_->spot == finding.spot;
  if (excuse == nullptr && !goes_on) return false;
  finding.blocking = false;
  finding.exception = excuse != nullptr ? excuse->reason : last_excused_->exception;
  finding.owner = excuse != nullptr ? excuse->owner : last_excused_->owner;
  last_excused_ = finding;
  return true;
}

// Of the last spots, since the text without its escapes is looked at first, and what is kept of a
// secret may stand elsewhere as well.
bool Scan::note_spot(const Finding& finding) {
  const Told now{finding.rule, finding.blocking, finding.redacted, !finding.exception.empty(),
                 finding.spot};
  const auto before = std::ranges::find(told_, now);
  if (before != told_.end()) {
    if (finding.spot.end < before->spot.end) return false;
    *before = now;
    return true;
  }
  if (told_.size() >= std::max<std::size_t>(limits_.findings, 1)) told_.erase(told_.begin());
  told_.push_back(now);
  return true;
}

// Once for each secret, however often it is there and in however many steps it came.
void Scan::keep_rule(Finding finding) {
  if (!note_spot(finding)) return;
  const auto alike = [&](const Finding& known) {
    return known.kind == Kind::rule && known.rule == finding.rule &&
           known.blocking == finding.blocking && known.redacted == finding.redacted &&
           known.exception == finding.exception;
  };
  const auto same = std::ranges::find_if(findings_, [&](const Finding& known) {
    return alike(known) && known.print == finding.print;
  });
  const auto grown = std::ranges::find_if(
      findings_, [&](const Finding& known) { return alike(known) && known.spot == finding.spot; });
  if (same != findings_.end()) {
    if (grown != findings_.end() && grown != same) findings_.erase(grown);
  } else if (grown != findings_.end()) {
    grown->print = finding.print;
    grown->spot = finding.spot;
    grown->place.end = std::max(grown->place.end, finding.place.end);
  } else {
    keep(findings_, std::move(finding), limits_.findings);
  }
}

// Nothing of a body is a known value's home.
Action Scan::record_known(const Secret& secret, Place place, Unmasked why) {
  // Names are the sender's, and so may be the value.
  spoiled_names_ = true;
  place.pointer.clear();
  for (Finding& other : findings_) other.place.pointer.clear();
  Finding finding = finding_of(known_->secrets()[secret.rule], std::move(place), false);
  const bool canary = finding.kind == Kind::canary;
  const Action action = possible(finding, canary ? Action::block : actions_.of_known(), why);
  keep_known(findings_, std::move(finding), limits_.findings);
  return action;
}

}  // namespace cork::secrets
