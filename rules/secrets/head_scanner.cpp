#include "rules/secrets/head_scanner.h"

#include "base/ascii.h"
#include "rules/secrets/head_scan.h"
#include "rules/secrets/head_text.h"

#include <hs/hs.h>

#include <algorithm>
#include <string>
#include <utility>

namespace cork::secrets {

namespace {

// May a field's value begin with this and then its credential? Nothing, an authentication scheme,
// or the name of a cookie.
bool opens(std::string_view before, bool cookie) {
  const auto in_name = [](char c) { return is_alnum(c) || c == '-' || c == '_' || c == '.'; };
  if (before.empty()) return true;
  if (!cookie)
    return before.back() == ' ' &&
           std::ranges::all_of(before.substr(0, before.size() - 1), in_name);
  before.remove_prefix(before.rfind(';') + 1);
  before.remove_prefix(std::min(before.find_first_not_of(' '), before.size()));
  return before.ends_with('=') && std::ranges::all_of(before.substr(0, before.size() - 1), in_name);
}

}  // namespace

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

std::span<const HeadScan::Hit> HeadScan::hits_in(std::string_view text, bool folded) {
  hits_.clear();
  blocking_.promised = low_.promised = 0;
  if (text.empty()) return {};
  blocking_.allowance = limits_.confirm_floor_bytes +
                        text.size() / std::max<std::uint64_t>(limits_.wire_bytes_per_confirmed, 1);
  low_.allowance = limits_.record_floor_bytes;
  const hs_database* database = folded ? rules_.folded_database() : rules_.block_database();
  if (hs_scan(database, text.data(), static_cast<unsigned>(text.size()), 0, scratch_.get(),
              &HeadScan::on_match, this) != HS_SUCCESS) {
    refuse("too many candidates");
    return {};
  }
  return hits_;
}

HeadReport HeadScan::scan(HeadText& text, const Host* home) && {
  if (const std::string_view problem = text.decode(); !problem.empty()) refuse(problem);
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
    for (const FoundContainer& found : line.containers) scan_container(text, line, found);
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
                       const Host& host) {
  const std::size_t value = line.value - line.begin;
  if (secret.begin < value || secret.end > line.end - line.begin) return false;
  if (is_pinned(text, line, secret) || is_known_at_home(text, line, secret, host)) return true;
  if (line.basic) return rules_.at_home(secret.rule, host, "basic");
  if (line.part == Part::field) {
    const std::string name = to_lower(line.name);
    const std::string_view before = text.text_of(line).substr(value, secret.begin - value);
    return rules_.at_home(secret.rule, host, "header:" + name, {}, opens(before, name == "cookie"));
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
  return rules_.at_home(secret.rule, host, "query:" + std::string(pair.substr(0, equals)), {},
                        pair_begin + equals + 1 == range.begin);
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
  record(secret, std::move(place), static_cast<std::uint64_t>(&line - text.lines().data()));
}

// What begins where one began that is excused is more of the same.
bool HeadScan::goes_on_excused(RuleIndex rule, const Spot& spot) const {
  return std::ranges::any_of(report_.findings, [&](const Finding& known) {
    return known.rule == rule && !known.exception.empty() && known.spot == spot;
  });
}

void HeadScan::record(const Secret& secret, Place place, std::uint64_t text) {
  const Spot spot{text, secret.begin, secret.end};
  const bool leak = blocks(secret.rule) && !secret.at_home;
  const Fingerprint print = fingerprint(key_, secret.text);
  const Excuse* excuse = leak ? actions_.excuse(secret.rule, print) : nullptr;
  const bool blocking = leak && excuse == nullptr && !goes_on_excused(secret.rule, spot);
  const bool stops = blocking && actions_.of(secret.rule) != Action::record;
  if (stops) report_.verdict = worse(report_.verdict, Verdict::leak);
  Finding finding{
      secret.rule, rules_.rules()[secret.rule].confidence, blocking, print, std::move(place), spot};
  finding.stops = stops;
  if (excuse != nullptr) {
    finding.exception = excuse->reason;
    finding.owner = excuse->owner;
  }
  keep_new(report_.findings, std::move(finding), limits_.findings);
}

HeadReport HeadScan::scan_folded(std::string_view authority) && {
  // As spelled, and with its labels joined: a name is often all that a lookup carries away.
  std::string joined(authority);
  std::erase(joined, '.');
  for (const std::string_view text : {authority, std::string_view(joined)}) {
    if (text.data() == joined.data() && joined.size() == authority.size()) break;
    const std::uint64_t number = next_text();
    scan_digits(text, authority.size());
    for (const Hit& hit : hits_in(text, true)) {
      confirm(hit, text, hit.end, true, [&](const Secret& secret) {
        const bool whole = text.size() == authority.size();
        Place place{Part::authority,
                    whole ? secret.begin : 0,
                    whole ? secret.end : authority.size(),
                    {},
                    {}};
        record(secret, std::move(place), number);
      });
    }
    find_known_in_name(text, true, authority.size());
  }
  return std::move(report_);
}

namespace {

std::size_t bytes_of(std::span<const Field> fields) noexcept {
  std::size_t bytes = 0;
  for (const Field& field : fields) bytes += field.name.size() + field.value.size();
  return bytes;
}

}  // namespace

HeadReport scan_head(const Ruleset& rules, const RequestHead& head, const ScanLimits& limits,
                     const FingerprintKey& key, WorkerScratch& scratch,
                     std::span<const AtHome> home, const known::KnownValues* known,
                     const Actions& actions) {
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
  return HeadScan(rules, limits, key, scratch, known, actions, home)
      .scan(text, &head.authority.host);
}

HeadReport scan_authority(const Ruleset& rules, std::string_view authority,
                          const ScanLimits& limits, const FingerprintKey& key,
                          WorkerScratch& scratch, const known::KnownValues* known) {
  return HeadScan(rules, limits, key, scratch, known, Actions()).scan_folded(authority);
}

HeadReport scan_trailers(const Ruleset& rules, std::span<const Field> fields,
                         const ScanLimits& limits, const FingerprintKey& key,
                         WorkerScratch& scratch, const known::KnownValues* known,
                         const Actions& actions) {
  HeadText text(limits, fields.size(), bytes_of(fields));
  for (const Field& field : fields) text.add_field(Part::trailer, field);
  return HeadScan(rules, limits, key, scratch, known, actions).scan(text, nullptr);
}

}  // namespace cork::secrets
