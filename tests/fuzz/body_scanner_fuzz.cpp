// The whole scanner: however a body is cut and wherever its sender pauses, it is clean or it is
// not, and what is settled only grows. Which of two reasons to refuse is met first may depend on
// the cut, and on the slices that the work is done in.
#include "rules/secrets/body_scanner.h"
#include "tests/fuzz/require.h"
#include "tests/unit/rules/secrets/test_rules.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace {

using namespace cork;
using namespace cork::secrets;

using cork::fuzz::require;

BodyScanner scanner_for(const std::shared_ptr<const Ruleset>& rules, std::uint8_t choice,
                        std::size_t slice_bytes) {
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
  return BodyScanner({rules, Part::body, hints, limits, FingerprintKey{}, slice_bytes});
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

}  // namespace

// The first byte chooses the hints and the slices, the second how the body is cut.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto rules = test::small_rules();
  static WorkerScratch scratch(*rules);
  if (size < 2) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 2, size - 2);
  static constexpr std::size_t kSlices[] = {0, 1, 300, 20'000};
  BodyScanner whole = scanner_for(rules, data[0], 0);
  whole.feed(as_bytes(body), scratch);
  const Verdict expected = whole.finish(scratch);

  BodyScanner cut = scanner_for(rules, data[0], kSlices[data[0] >> 4 & 3]);
  const std::size_t piece = 1u + (data[1] & 63);
  Offset settled = 0;
  for (std::size_t at = 0; at < body.size(); at += piece) {
    const Verdict verdict = feed_all(cut, as_bytes(body.substr(at, piece)), scratch);
    if ((data[1] & 64) != 0) all_of(cut, cut.idle(scratch), scratch);
    if (verdict != Verdict::clean) break;
    require(cut.settled() >= settled && cut.settled() <= at + piece);
    settled = cut.settled();
  }
  const Verdict verdict = all_of(cut, cut.finish(scratch), scratch);
  require((verdict == Verdict::clean) == (expected == Verdict::clean));
  if (expected == Verdict::clean) require(cut.settled() == body.size());
  for (const BodyScanner* scanner : {&whole, &cut}) {
    for (const Finding& finding : scanner->findings()) {
      require(finding.place.begin < finding.place.end && finding.place.end <= body.size());
      require(!finding.blocking || finding.place.begin >= scanner->settled());
    }
  }
  return 0;
}
