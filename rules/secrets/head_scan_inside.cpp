// What stands in a head other than as it is spelled: known values, compressed data, digits in
// names.
#include "base/base64.h"
#include "rules/secrets/encoded_runs.h"
#include "rules/secrets/head_scan.h"
#include "rules/secrets/known_finding.h"
#include "rules/secrets/layer.h"

#include <memory>
#include <string>
#include <utility>

namespace cork::secrets {

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
  const bool canary = finding.kind == Kind::canary;
  finding.stops = canary || (finding.blocking && actions_.of_known() != Action::record);
  if (finding.stops) report_.verdict = worse(report_.verdict, Verdict::leak);
  keep_known(report_.findings, std::move(finding), limits_.findings);
}

// Nobody's credential is at home in there, so it is scanned as a body would be.
void HeadScan::scan_container(const HeadText& text, const HeadText::Line& line, std::size_t at) {
  if (!within_limits()) return;
  const std::string_view value = text.value_of(line);
  std::size_t end = at;
  while (end < value.size() && base64_digit(value[end]) >= 0) ++end;
  // The rules outlive the scan.
  Scan scan(std::shared_ptr<const Ruleset>(std::shared_ptr<void>(), &rules_), line.part, limits_,
            key_, actions_);
  scan.look_for({std::shared_ptr<void>(), known_});
  scan.use(scratch_.get());
  Layer layer(scan, {});
  layer.append(as_bytes(value.substr(at, end - at)), Origin{at, end});
  for (layer.process(true); scan.going() && layer.busy();) layer.resume();
  if (scan.verdict() == Verdict::over_limit) return refuse(scan.problem());
  report_.verdict = worse(report_.verdict, scan.verdict());
  for (Finding finding : scan.findings()) {
    const auto range = text.spelled_range(line, {at + finding.place.begin, at + finding.place.end});
    finding.place.begin = range.begin;
    finding.place.end = range.end;
    finding.place.encoding =
        line.encoding + (line.encoding.empty() ? "" : " ") + finding.place.encoding;
    if (line.name.size() <= kLongestName) finding.place.pointer = line.name;
    if (finding.kind == Kind::rule) {
      keep(report_.findings, std::move(finding), limits_.findings);
    } else {
      keep_known(report_.findings, std::move(finding), limits_.findings);
    }
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

}  // namespace cork::secrets
