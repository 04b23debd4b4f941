// The whole scanner: however a body is cut and wherever its sender pauses, it is clean or it is
// not, and what is settled only grows. Which of two reasons to refuse is met first may depend on
// the cut, and on the slices that the work is done in.
#include "rules/secrets/body_scanner.h"
#include "rules/secrets/decoder.h"
#include "tests/fuzz/require.h"
#include "tests/unit/rules/secrets/encoders.h"
#include "tests/unit/rules/secrets/test_rules.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace cork;
using namespace cork::secrets;

using cork::fuzz::require;

BodyScanner scanner_for(const std::shared_ptr<const Ruleset>& rules, std::uint8_t choice,
                        std::size_t slice_bytes, Action action) {
  ContentHints hints;
  if ((choice & 1) != 0) hints.content_type = "application/x-www-form-urlencoded";
  static const std::vector<std::vector<std::string>> codings{
      {}, {}, {}, {"gzip"}, {"deflate"}, {"br"}, {"zstd"}, {"gzip", "zstd"}};
  hints.content_encoding = codings[choice >> 1 & 7];
  ScanLimits limits;
  limits.decoded_floor = 1 << 18;
  // How many there are at a time depends on the cut, and how many may be opened on how much has
  // come.
  limits.view_count = limits.containers_floor = limits.texts_floor = 1 << 20;
  limits.findings = 1 << 20;
  limits.record_floor_bytes = limits.confirm_floor_bytes = limits.unescaped_floor = 1 << 20;
  return BodyScanner({.rules = rules,
                      .hints = hints,
                      .limits = limits,
                      .slice_bytes = slice_bytes,
                      .actions = Actions(action)});
}

// What a call left is done before its answer is taken.
Verdict all_of(BodyScanner& scanner, Verdict verdict, WorkerScratch& scratch) {
  while (verdict == Verdict::clean && scanner.busy()) verdict = scanner.resume(scratch);
  return verdict;
}

Verdict feed_all(BodyScanner& scanner, Bytes piece, WorkerScratch& scratch) {
  Verdict verdict = Verdict::clean;
  do {
    verdict = all_of(scanner, scanner.feed_some(piece, scratch), scratch);
  } while (verdict == Verdict::clean && !piece.empty());
  return verdict;
}

// Of what was compressed, or stood in digits, many bytes settle and are told of as one, and which
// ones those are depends on the cut: see content_decoder.h and origin_map.h.
bool has_exact_place(const Finding& finding) {
  static constexpr std::string_view kInexact[] = {"gzip", "deflate", "br",  "zstd",
                                                  "zip",  "base64",  "hex", "base32"};
  return std::ranges::none_of(
      kInexact, [&](std::string_view name) { return finding.place.encoding.contains(name); });
}

// What stands at an exact place is what was found, or spells it. A secret is told of once, and at
// which of the places that it stands at depends on the cut.
bool spells(std::string_view text, const Finding& finding) {
  std::string left(text);
  for (std::size_t level = 0; level <= ScanLimits{}.depth + kDeepEscapes; ++level) {
    if (fingerprint(FingerprintKey{}, left) == finding.print) return true;
    const bool form = finding.place.encoding.contains("form");
    test::Collected out;
    test::decode(*make_escape_decoder(form, left.size()), left, left.size() + 1, out);
    left = out.text;
  }
  return false;
}

struct Cut {
  std::size_t piece = 1, slice_bytes = 0;
  bool pauses = false;
};

BodyScanner scanned(const std::shared_ptr<const Ruleset>& rules, std::uint8_t choice,
                    std::string_view body, const Cut& cut, Action action, WorkerScratch& scratch) {
  BodyScanner scanner = scanner_for(rules, choice, cut.slice_bytes, action);
  Offset settled = 0;
  for (std::size_t at = 0; at < body.size(); at += cut.piece) {
    const Verdict verdict = feed_all(scanner, as_bytes(body.substr(at, cut.piece)), scratch);
    if (cut.pauses) all_of(scanner, scanner.idle(scratch), scratch);
    if (verdict != Verdict::clean) break;
    require(scanner.settled() >= settled && scanner.settled() <= at + cut.piece);
    settled = scanner.settled();
  }
  if (all_of(scanner, scanner.finish(scratch), scratch) == Verdict::clean) {
    require(scanner.settled() == body.size());
  }
  for (const Finding& finding : scanner.findings()) {
    const Place& place = finding.place;
    require(place.begin < place.end && place.end <= body.size());
    const bool spelled = has_exact_place(finding) && !place.encoding.contains("quoted-printable") &&
                         !place.encoding.contains("utf-16");
    if (spelled) {
      require(spells(body.substr(place.begin, place.end - place.begin), finding));
    }
    if (!finding.stops) continue;
    // Nothing of it has left.
    require((has_exact_place(finding) ? place.begin : place.end - 1) >= scanner.settled());
  }
  return scanner;
}

using Secrets = std::set<std::pair<RuleIndex, std::uint64_t>>;

Secrets secrets_of(const BodyScanner& scanner) {
  Secrets secrets;
  for (const Finding& one : scanner.findings()) secrets.insert({one.rule, one.print.value});
  return secrets;
}

}  // namespace

// The first byte chooses the hints and the slices, the second how the body is cut.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto rules = test::small_rules();
  static WorkerScratch scratch(*rules);
  if (size < 2) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 2, size - 2);
  static constexpr std::size_t kSlices[] = {0, 1, 300, 20'000};
  const Cut none{.piece = body.size() + 1};
  const Cut cut{1u + (data[1] & 63u), kSlices[data[0] >> 4 & 3], (data[1] & 64) != 0};
  // A leak ends the scan, unless it is only recorded: then all that is found is there to compare.
  for (const Action action : {Action::block, Action::record}) {
    const BodyScanner whole = scanned(rules, data[0], body, none, action, scratch);
    const BodyScanner parts = scanned(rules, data[0], body, cut, action, scratch);
    require((whole.verdict() == Verdict::clean) == (parts.verdict() == Verdict::clean));
    // What was seen before depends on the cut.
    if (whole.verdict() != Verdict::clean) continue;
    require(secrets_of(whole) == secrets_of(parts));
    break;
  }
  return 0;
}
