#include "rules/secrets/head_scanner.h"

#include "base/ascii.h"
#include "base/base64.h"
#include "rules/secrets/encoded_runs.h"
#include "rules/secrets/head_text.h"
#include "rules/secrets/known_finding.h"
#include "rules/secrets/layer.h"

#include <hs/hs.h>

#include <algorithm>
#include <string>
#include <utility>

namespace cork::secrets {
namespace {

// A field's name goes into findings only below this length, so that no secret can be one.
constexpr std::size_t kLongestName = 24;

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

class HeadScan {
 public:
  HeadScan(const Ruleset& rules, const ScanLimits& limits, const FingerprintKey& key,
           WorkerScratch& scratch, const known::KnownValues* known,
           std::span<const AtHome> pinned = {})
      : rules_(rules),
        limits_(limits),
        key_(key),
        scratch_(scratch),
        known_(known),
        pinned_(pinned) {}

  // `home`: the host the request goes to; nullptr where no credential belongs.
  HeadReport scan(HeadText& text, const Host* home) &&;
  HeadReport scan_folded(std::string_view authority) &&;

 private:
  // In bytes looked at. Rules that only record have one of their own: exhausted, they are no longer
  // evaluated, while that of the others refuses.
  struct Budget {
    std::uint64_t spent = 0, promised = 0, allowance = 0;
  };
  [[nodiscard]] bool blocks(RuleIndex rule) const noexcept {
    return rules_.rules()[rule].confidence == Confidence::high;
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
                             const Host& host) const;
  void report(const HeadText& text, const HeadText::Line& line, const Secret& secret);
  void record(const Secret& secret, Place place);
  // The digits from `at` in the value of the line, which stand for compressed data.
  void scan_container(const HeadText& text, const HeadText::Line& line, std::size_t at);
  // What a name holds in digits, as tunnels through name servers do.
  void scan_digits(std::string_view name, std::size_t authority_size);
  void find_known(const HeadText& text, HeadText::Which which, const Host* home);
  [[nodiscard]] bool known_at_home(const HeadText& text, const HeadText::Line& line,
                                   const known::Found& found, const Host& host) const;
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
  std::span<const AtHome> pinned_;
  HeadReport report_;
  std::vector<Hit> hits_;
  Budget blocking_, low_;
  std::vector<std::string_view> spoiled_names_;  // of fields that hold a secret in them
};

int HeadScan::on_match(unsigned id, unsigned long long, unsigned long long to, unsigned,
                       void* context) noexcept {
  auto& scan = *static_cast<HeadScan*>(context);
  const Hit hit{static_cast<RuleIndex>(id), static_cast<std::size_t>(to)};
  if (!scan.hits_.empty() && scan.hits_.back().rule == hit.rule &&
      scan.hits_.back().end == hit.end) {
    return 0;
  }
  Budget& budget = scan.budget_of(hit.rule);
  if (budget.spent + budget.promised >= budget.allowance) return scan.blocks(hit.rule) ? 1 : 0;
  budget.promised += scan.rules_.cost_of(hit.rule);
  scan.hits_.push_back(hit);
  return 0;
}

std::span<const Hit> HeadScan::hits_in(std::string_view text, bool folded) {
  hits_.clear();
  blocking_.promised = low_.promised = 0;
  if (text.empty()) return {};
  blocking_.allowance = limits_.confirm_floor_bytes + text.size() * limits_.confirm_ratio;
  low_.allowance = limits_.record_floor_bytes;
  const hs_database* database = folded ? rules_.folded_database() : rules_.block_database();
  if (hs_scan(database, text.data(), static_cast<unsigned>(text.size()), 0, scratch_.get(),
              &HeadScan::on_match, this) != HS_SUCCESS) {
    refuse("too many candidates");
    return {};
  }
  return hits_;
}

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

HeadReport HeadScan::scan(HeadText& text, const Host* home) && {
  if (!text.decode()) refuse("more encoded text in the head than is looked into");
  for (const auto which : {HeadText::spelled, HeadText::decoded}) {
    for (const Hit& hit : hits_in(text.text(which), false)) {
      const HeadText::Line& line = text.line_ending_at(which, hit.end);
      const std::string_view within = text.text_of(line);
      const std::size_t end = std::min(hit.end - line.begin, within.size());
      confirm(hit, within, end, false, [&](Secret secret) {
        secret.at_home = home != nullptr && at_home(text, line, secret, *home);
        report(text, line, secret);
      });
    }
    find_known(text, which, home);
  }
  for (const HeadText::Line& line : text.lines()) {
    for (const std::size_t at : line.containers) scan_container(text, line, at);
  }
  for (Finding& finding : report_.findings) {
    if (std::ranges::find(spoiled_names_, finding.place.pointer) != spoiled_names_.end()) {
      finding.place.pointer.clear();
    }
  }
  return std::move(report_);
}

bool HeadScan::is_pinned(const HeadText& text, const HeadText::Line& line,
                         const Secret& secret) const {
  if (pinned_.empty()) return false;
  const std::size_t value = line.value - line.begin;
  const auto range = text.spelled_range(line, {secret.begin - value, secret.end - value});
  return std::ranges::any_of(pinned_, [&](const AtHome& home) {
    const bool same_name =
        home.name.data() == line.name.data() && home.name.size() == line.name.size();
    return home.part == line.part && (home.part == Part::query || same_name) &&
           range.begin >= home.begin && range.end <= home.end;
  });
}

bool HeadScan::at_home(const HeadText& text, const HeadText::Line& line, const Secret& secret,
                       const Host& host) const {
  const std::size_t value = line.value - line.begin;
  if (secret.begin < value || secret.end > line.end - line.begin) return false;
  if (is_pinned(text, line, secret)) return true;
  if (line.basic) return rules_.at_home(secret.rule, host, "basic");
  if (line.part == Part::field) {
    return rules_.at_home(secret.rule, host, "header:" + to_lower(line.name));
  }
  if (line.part != Part::query) return false;
  // The parameter as it is spelled: a decoded '&' begins no other.
  const auto range = text.spelled_range(line, {secret.begin - value, secret.end - value});
  const std::string_view query = text.value_of(text.spelling_of(line));
  const std::size_t before = query.substr(0, range.begin).rfind('&');
  const std::string_view pair = query.substr(before == query.npos ? 0 : before + 1);
  const std::size_t equals = pair.find('=');
  if (equals == pair.npos || query.substr(0, range.end).find('&', range.begin) != query.npos) {
    return false;
  }
  const auto pair_begin = static_cast<std::size_t>(pair.data() - query.data());
  if (pair_begin + equals >= range.begin) return false;
  return rules_.at_home(secret.rule, host, "query:" + std::string(pair.substr(0, equals)));
}

void HeadScan::report(const HeadText& text, const HeadText::Line& line, const Secret& secret) {
  const HeadText::Line& spelling = text.spelling_of(line);
  const std::size_t value = line.value - line.begin;
  Place place{line.part, 0, 0, {}, line.encoding};
  if (secret.begin < value) {
    // In the name: the place is the field, without saying which.
    place.end = spelling.end - spelling.value;
    spoiled_names_.push_back(line.name);
  } else {
    const auto range = text.spelled_range(line, {secret.begin - value, secret.end - value});
    place.begin = range.begin;
    place.end = std::min(range.end, spelling.end - spelling.value);
    if (line.name.size() <= kLongestName) place.pointer = line.name;
  }
  record(secret, std::move(place));
}

void HeadScan::record(const Secret& secret, Place place) {
  const Confidence confidence = rules_.rules()[secret.rule].confidence;
  const bool blocking = confidence == Confidence::high && !secret.at_home;
  if (blocking) report_.verdict = worse(report_.verdict, Verdict::leak);
  const Fingerprint print = fingerprint(key_, secret.text);
  for (Finding& known : report_.findings) {
    if (known.rule != secret.rule || known.blocking != blocking) continue;
    const bool same_place = known.place.part == place.part && known.place.begin == place.begin &&
                            known.place.pointer == place.pointer;
    if (known.print == print) return;
    if (!same_place) continue;
    if (place.end > known.place.end) {
      known.print = print;  // the same secret, of which a longer match was reported
      known.place.end = place.end;
    }
    return;
  }
  Finding finding{secret.rule, confidence, blocking, print, std::move(place)};
  std::vector<Finding>& findings = report_.findings;
  if (findings.size() < std::max<std::size_t>(limits_.findings, 1)) {
    findings.push_back(std::move(finding));
  } else if (blocking && std::ranges::none_of(findings, &Finding::blocking)) {
    findings.back() = std::move(finding);
  }
}

// Nobody's credential is at home in there, so it is scanned as a body would be.
void HeadScan::scan_container(const HeadText& text, const HeadText::Line& line, std::size_t at) {
  if (!within_limits()) return;
  const std::string_view value = text.value_of(line);
  std::size_t end = at;
  while (end < value.size() && base64_digit(value[end]) >= 0) ++end;
  // The rules outlive the scan.
  Scan scan(std::shared_ptr<const Ruleset>(std::shared_ptr<void>(), &rules_), line.part, limits_,
            key_);
  scan.look_for({std::shared_ptr<void>(), known_}, false);
  scan.use(scratch_.get());
  Layer layer(scan, {});
  layer.append(as_bytes(value.substr(at, end - at)), Origin{at, end});
  for (layer.process(true); layer.busy();) layer.resume();
  if (scan.verdict() == Verdict::over_limit) return refuse(scan.problem());
  report_.verdict = worse(report_.verdict, scan.verdict());
  for (Finding finding : scan.findings()) {
    const auto range = text.spelled_range(line, {at + finding.place.begin, at + finding.place.end});
    finding.place.begin = range.begin;
    finding.place.end = range.end;
    finding.place.encoding =
        line.encoding + (line.encoding.empty() ? "" : " ") + finding.place.encoding;
    if (line.name.size() <= kLongestName) finding.place.pointer = line.name;
    report_.findings.push_back(std::move(finding));
  }
}

void HeadScan::scan_digits(std::string_view name, std::size_t authority_size) {
  for (const auto& make : {&make_base64_runs, &make_hex_runs, &make_base32_runs}) {
    class Joined final : public Sink {
     public:
      using Sink::append;
      void append(Bytes derived, std::span<const Run>) override { text.append(as_text(derived)); }
      void boundary() override { text += '\n'; }
      std::string text;
    } out;
    const auto decoder = make();
    decoder->push(as_bytes(name), 0, out);
    decoder->finish(out);
    for (const Hit& hit : hits_in(out.text, false)) {
      confirm(hit, out.text, hit.end, false, [&](const Secret& secret) {
        record(secret, {Part::authority, 0, authority_size, {}, std::string(decoder->name())});
      });
    }
    if (known_ == nullptr) continue;
    known::KnownValues::Cursor at;
    std::vector<known::Found> found;
    known_->find(at, out.text, 0, found);
    for (const known::Found& one : found) {
      record_known(one.value, {Part::authority, 0, authority_size, {}, {}}, false);
    }
  }
}

HeadReport HeadScan::scan_folded(std::string_view authority) && {
  // As spelled, and with its labels joined: a name is often all that a lookup carries away.
  std::string joined(authority);
  std::erase(joined, '.');
  for (const std::string_view text : {authority, std::string_view(joined)}) {
    if (text.data() == joined.data() && joined.size() == authority.size()) break;
    scan_digits(text, authority.size());
    for (const Hit& hit : hits_in(text, true)) {
      confirm(hit, text, hit.end, true, [&](const Secret& secret) {
        const bool whole = text.size() == authority.size();
        Place place{Part::authority,
                    whole ? secret.begin : 0,
                    whole ? secret.end : authority.size(),
                    {},
                    {}};
        record(secret, std::move(place));
      });
    }
    std::vector<known::Found> found;
    if (known_ != nullptr) known_->find_folded(text, found);
    for (const known::Found& one : found) {
      record_known(one.value, {Part::authority, 0, authority.size(), {}, {}}, false);
    }
  }
  return std::move(report_);
}

void HeadScan::find_known(const HeadText& text, HeadText::Which which, const Host* home) {
  if (known_ == nullptr) return;
  known::KnownValues::Cursor at;
  std::vector<known::Found> found;
  known_->find(at, text.text(which), 0, found);
  for (const known::Found& one : found) {
    const HeadText::Line* line = &text.line_ending_at(which, one.end);
    const bool at_home = home != nullptr && known_at_home(text, *line, one, *home);
    // One that is split over lines is in each of them, and none may be shown.
    for (;;) {
      report_known(text, *line, one, at_home);
      if (one.begin >= line->begin) break;
      line = &text.line_ending_at(which, line->begin);
    }
  }
}

// A credential that the route pins is at home too, but for a canary.
bool HeadScan::known_at_home(const HeadText& text, const HeadText::Line& line,
                             const known::Found& found, const Host& host) const {
  if (line.part != Part::field && line.part != Part::query) return false;
  if (found.begin < line.value || found.end > line.end) return false;
  if (line.part == Part::field && known_->at_home(found.value, host, line.name)) return true;
  return is_pinned(text, line, {0, found.begin - line.begin, found.end - line.begin, {}, false});
}

// The place is all of the part: what is found of a value need not be all that is there of it.
void HeadScan::report_known(const HeadText& text, const HeadText::Line& line,
                            const known::Found& found, bool at_home) {
  const HeadText::Line& spelling = text.spelling_of(line);
  Place place{line.part, 0, spelling.end - spelling.value, {}, line.encoding};
  if (found.begin < line.value) {
    spoiled_names_.push_back(line.name);
  } else if (line.name.size() <= kLongestName) {
    place.pointer = line.name;
  }
  record_known(found.value, std::move(place), at_home);
}

void HeadScan::record_known(known::ValueIndex value, Place place, bool at_home) {
  Finding finding = finding_of(known_->secrets()[value], std::move(place), at_home);
  if (finding.blocking) report_.verdict = worse(report_.verdict, Verdict::leak);
  keep_known(report_.findings, std::move(finding), limits_.findings);
}

std::size_t bytes_of(std::span<const Field> fields) noexcept {
  std::size_t bytes = 0;
  for (const Field& field : fields) bytes += field.name.size() + field.value.size();
  return bytes;
}

}  // namespace

HeadReport scan_head(const Ruleset& rules, const RequestHead& head, const ScanLimits& limits,
                     const FingerprintKey& key, WorkerScratch& scratch,
                     std::span<const AtHome> home, const known::KnownValues* known) {
  const std::size_t bytes = head.method.size() + head.target.text().size() + bytes_of(head.fields);
  HeadText text(limits, head.fields.size() + 3, bytes);
  text.add(Part::method, head.method);
  text.add(Part::path, head.target.path());
  text.add(Part::query, head.target.query());
  for (const Field& field : head.fields) {
    if (!equals_ignoring_case(field.name, "proxy-authorization")) {
      text.add_field(Part::field, field);
    }
  }
  return HeadScan(rules, limits, key, scratch, known, home).scan(text, &head.authority.host);
}

HeadReport scan_authority(const Ruleset& rules, std::string_view authority,
                          const ScanLimits& limits, const FingerprintKey& key,
                          WorkerScratch& scratch, const known::KnownValues* known) {
  return HeadScan(rules, limits, key, scratch, known).scan_folded(authority);
}

HeadReport scan_trailers(const Ruleset& rules, std::span<const Field> fields,
                         const ScanLimits& limits, const FingerprintKey& key,
                         WorkerScratch& scratch, const known::KnownValues* known) {
  HeadText text(limits, fields.size(), bytes_of(fields));
  for (const Field& field : fields) text.add_field(Part::trailer, field);
  return HeadScan(rules, limits, key, scratch, known).scan(text, nullptr);
}

}  // namespace cork::secrets
