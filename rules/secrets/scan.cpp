#include "rules/secrets/scan.h"

#include "rules/secrets/known_finding.h"

#include <algorithm>
#include <utility>

namespace cork::secrets {

namespace {

// What confirming a match costs beside scanning the same bytes, and opening compressed data beside
// scanning so many.
constexpr std::size_t kConfirmingCosts = 24;
constexpr std::size_t kOpeningCosts = 1024;

}  // namespace

Scan::Scan(std::shared_ptr<const Ruleset> rules, Part part, const ScanLimits& limits,
           const FingerprintKey& key, std::optional<Destination> destination, MemoryBudget* memory)
    : rules_(std::move(rules)),
      part_(part),
      limits_(limits),
      key_(key),
      // One byte more, so that \b and ^ see what stands before the widest match.
      window_(std::max(rules_->retain_width(), rules_->hold_width()) + 1),
      hold_width_(rules_->hold_width()),
      destination_(std::move(destination)),
      memory_(memory) {}

void Scan::look_for(std::shared_ptr<const known::KnownValues> known, bool canaries_alone) noexcept {
  known_ = std::move(known);
  canaries_alone_ = canaries_alone;
  if (!known_) return;
  hold_width_ = std::max(hold_width_, known_->whole_width());
  window_ = std::max(window_, known_->whole_width() + 1);
}

void Scan::find_known(known::KnownValues::Cursor& at, std::string_view text, std::size_t from) {
  if (known_) known_->find(at, text, from, found_);
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

void Scan::count_container() noexcept {
  worked_ += kOpeningCosts;
  const std::uint64_t per = std::max<std::uint64_t>(limits_.wire_bytes_per_container, 1);
  if (++containers_ > limits_.containers_floor + wire_bytes_ / per) {
    raise(Verdict::over_limit, "more compressed data than is opened");
  }
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
  return rules_->rules()[rule].confidence == Confidence::high;
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
  surplus_ = surplus_ || (blocks(rule) && !canaries_alone_);
  return true;
}

void Scan::refuse_surplus() noexcept {
  if (surplus_) raise(Verdict::over_limit, "too many candidates");
}

int Scan::on_match(unsigned id, unsigned long long, unsigned long long to, unsigned,
                   void* context) noexcept {
  auto& scan = *static_cast<Scan*>(context);
  const Hit hit{static_cast<RuleIndex>(id), to};
  if (to <= scan.told_to_) return 0;
  if (!scan.hits_.empty() && scan.hits_.back() == hit) return 0;
  if (scan.exhausted(hit.rule)) return 0;
  scan.budget_of(hit.rule).promised += scan.rules_->cost_of(hit.rule);
  scan.hits_.push_back(hit);
  return 0;
}

const std::vector<Scan::Secret>& Scan::confirm(const Searched& searched) {
  secrets_.clear();
  blocking_.promised = recorded_.promised = 0;
  for (const Hit& hit : hits_) {
    const Offset end = searched.counted_from + hit.end;
    if (end <= searched.reported_to || exhausted(hit.rule)) continue;
    const auto found = confirm_one(hit, searched);
    if (!found) continue;
    secrets_.push_back({hit.rule, searched.begin + found->begin, searched.begin + found->end,
                        searched.text.substr(found->begin, found->end - found->begin)});
  }
  for (const known::Found& one : found_) {
    const Offset end = searched.begin + one.end;
    if (end > searched.reported_to) {
      secrets_.push_back({one.value, searched.begin + one.begin, end, {}, Kind::known_value});
    }
  }
  hits_.clear();
  found_.clear();
  blocking_.before = blocking_.spent;
  recorded_.before = recorded_.spent;
  return secrets_;
}

std::optional<Ruleset::Confirmed> Scan::confirm_one(const Hit& hit, const Searched& searched) {
  std::size_t examined = 0;
  const std::size_t end = searched.counted_from + hit.end - searched.begin;
  std::optional<Ruleset::Confirmed> found;
  if (!searched.open || end < searched.text.size()) {
    found = rules_->confirm(hit.rule, searched.text, end, false, examined);
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
bool Scan::at_home(const Secret& secret, const Place& place) const {
  if (!destination_ || part_ != Part::body || !place.pointer.starts_with('/')) return false;
  return rules_->at_home(secret.rule, destination_->host, "field:" + place.pointer.substr(1),
                         destination_->path);
}

void Scan::record(const Secret& secret, Place place, bool open) {
  if (secret.kind != Kind::rule) return record_known(secret, std::move(place));
  const bool blocking = blocks(secret.rule) && !(open && at_home(secret, place));
  if (blocking && !canaries_alone_) raise(Verdict::leak, {});
  if (spoiled_names_) place.pointer.clear();
  const Fingerprint print = fingerprint(key_, secret.text);
  for (Finding& known : findings_) {
    if (known.kind != Kind::rule || known.rule != secret.rule || known.blocking != blocking)
      continue;
    if (known.print == print) return;
    if (known.place.begin == place.begin && known.place.encoding == place.encoding) {
      known.print = print;  // the same secret, of which more has come
      known.place.end = std::max(known.place.end, place.end);
      return;
    }
  }
  Finding finding{secret.rule, rules_->rules()[secret.rule].confidence, blocking, print,
                  std::move(place)};
  keep(findings_, std::move(finding), limits_.findings);
}

// Nothing of a body is a known value's home.
void Scan::record_known(const Secret& secret, Place place) {
  // Names are the sender's, and so may be the value.
  spoiled_names_ = true;
  place.pointer.clear();
  for (Finding& other : findings_) other.place.pointer.clear();
  Finding finding = finding_of(known_->secrets()[secret.rule], std::move(place), false);
  if (finding.kind == Kind::canary || !canaries_alone_) raise(Verdict::leak, {});
  keep_known(findings_, std::move(finding), limits_.findings);
}

}  // namespace cork::secrets
