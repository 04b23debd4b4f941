// What stands in a head other than as it is spelled: known values, compressed data, digits in
// names.
#include "base/base64.h"
#include "rules/secrets/containers.h"
#include "rules/secrets/encoded_runs.h"
#include "rules/secrets/gathered.h"
#include "rules/secrets/head_scan.h"
#include "rules/secrets/known_finding.h"
#include "rules/secrets/layer.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

namespace cork::secrets {
namespace {

// In one head: more are there to make work.
constexpr std::size_t kMostContainers = 16;

// Digits with the white space between them, or all that follows.
std::string_view data_of(std::string_view text, ContainerKind kind) noexcept {
  if (kind != ContainerKind::base64 && kind != ContainerKind::hex) return text;
  const auto end = std::ranges::find_if(text, [](char c) {
    return base64_digit(c) < 0 && c != '\n' && c != '\r' && c != ' ' && c != '\t';
  });
  return {text.begin(), end};
}

}  // namespace

std::vector<known::Found> HeadScan::known_in(std::string_view text, bool folded) const {
  std::vector<known::Found> found;
  if (known_ == nullptr) return found;
  known::KnownValues::Cursor at;
  folded ? known_->find_folded(text, found) : known_->find(at, text, 0, found);
  return found;
}

void HeadScan::find_known(const HeadText& text, HeadText::Which which, const Host* home) {
  for (const known::Found& one : known_in(text.text(which), false)) {
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

bool HeadScan::is_known_at_home(const HeadText& text, const HeadText::Line& line,
                                const Secret& secret, const Host& host) {
  if (known_ == nullptr || line.part != Part::field) return false;
  // Once for all secrets of a line.
  if (homes_in_ != &line) {
    homes_in_ = &line;
    homes_ = known_in(text.text_of(line), false);
    std::erase_if(homes_, [&](const known::Found& found) {
      const known::Found there{found.value, line.begin + found.begin, line.begin + found.end};
      return known_->secrets()[found.value].canary || !known_at_home(text, line, there, host);
    });
  }
  return std::ranges::any_of(homes_, [&](const known::Found& found) {
    return found.begin <= secret.begin && secret.end <= found.end;
  });
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

void HeadScan::find_known_in_name(std::string_view text, bool folded, std::size_t authority_size) {
  for (const known::Found& one : known_in(text, folded)) {
    record_known(one.value, {Part::authority, 0, authority_size, {}, {}}, false);
  }
}

// Nobody's credential is at home in there, so it is scanned as a body would be. The same in what
// the line is without its escapes is the same.
void HeadScan::scan_container(const HeadText& text, const HeadText::Line& line,
                              const FoundContainer& found) {
  if (!within_limits()) return;
  const std::string_view data = data_of(text.value_of(line).substr(found.at), found.kind);
  const auto range = text.spelled_range(line, {found.at, found.at + data.size()});
  const Inside inside{&text.spelling_of(line), range.begin, data};
  if (std::ranges::find(looked_into_, inside) != looked_into_.end()) return;
  if (looked_into_.size() == kMostContainers)
    return refuse("holds more compressed data than is looked into");
  looked_into_.push_back(inside);
  if (line.depth >= limits_.depth) return refuse("containers inside containers");
  ScanLimits left = limits_;
  left.decoded_floor -= std::min(left.decoded_floor, decoded_bytes_);
  // The rules outlive the scan.
  Scan scan(std::shared_ptr<const Ruleset>(std::shared_ptr<void>(), &rules_), line.part, left, key_,
            actions_);
  scan.count_wire(data.size());
  scan.look_for({std::shared_ptr<void>(), known_});
  scan.use(scratch_.get());
  Layer::Kind kind;
  kind.depth = line.depth + 1;
  kind.open = false;
  Layer layer(scan, kind);
  const auto decoder = make_container_decoder(found.kind, limits_, nullptr);
  Verdict end = decoder->push(as_bytes(data), 0, layer);
  if (end == Verdict::clean) end = decoder->finish(layer);
  for (layer.process(true); scan.going() && layer.busy();) layer.resume();
  // Anything else was none, or has ended.
  if (end == Verdict::over_limit) scan.raise(end, decoder->problem());
  decoded_bytes_ += scan.decoded_bytes();
  if (scan.verdict() == Verdict::over_limit) return refuse(scan.problem());
  report_.verdict = worse(report_.verdict, scan.verdict());
  take_over(scan.findings(), line,
            {line.part, range.begin, range.end, {}, std::string(decoder->name())});
}

void HeadScan::take_over(std::span<const Finding> findings, const HeadText::Line& line,
                         const Place& place) {
  for (Finding finding : findings) {
    std::string encoding = line.encoding;
    for (const std::string_view next : {place.encoding, finding.place.encoding}) {
      if (!encoding.empty() && !next.empty()) encoding += ' ';
      encoding += next;
    }
    finding.place = place;
    finding.spot = {next_text(), 0};
    finding.place.encoding = std::move(encoding);
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
    Readings out;
    const auto decoder = make();
    decoder->push(as_bytes(name), 0, out);
    decoder->finish(out);
    for (const Gathered& reading : out.readings) {
      if (reading.text.empty()) continue;
      const std::uint64_t number = next_text();
      for (const Hit& hit : hits_in(reading.text, false)) {
        confirm(hit, reading.text, hit.end, false, [&](const Secret& secret) {
          record(secret, {Part::authority, 0, authority_size, {}, std::string(decoder->name())},
                 number);
        });
      }
      find_known_in_name(reading.text, false, authority_size);
    }
  }
}

}  // namespace cork::secrets
