// The budget of work: whatever a body is made of, it is refused or costs no more for each byte than
// is said here. Counted, not timed; tests/bench/work_bench.cpp says what that takes.
#include "base/limits.h"
#include "rules/secrets/body_scanner.h"
#include "tests/hostile/hostile_bodies.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace cork::secrets {
namespace {

constexpr std::size_t kBodyBytes = 32 * kKiB;
constexpr std::size_t kFloodBytes = 4 * kKiB;  // where there is one for each keyword of each rule
constexpr std::size_t kSlice = SessionLimits{}.scan_slice_bytes;
constexpr std::size_t kFedAtOnce = 16 * kKiB;
// Scanned beside what is promised: the same once more around what is cut.
constexpr std::uint64_t kOverScanned = 16 * kKiB;
// What a call goes over its slice, since nothing stops inside a decoder's output.
constexpr std::uint64_t kOverSlice = 128 * kKiB;
// One candidate more than the budget had room for: CompiledRule's own bound, twice over.
constexpr std::uint64_t kOneCandidate = 72 * kKiB;

struct Cost {
  BodyScanner::Work work;
  Verdict verdict = Verdict::clean;
  std::uint64_t scanned_at_once = 0, examined_at_once = 0;
};

class Measured {
 public:
  explicit Measured(BodyScanner scanner) : scanner_(std::move(scanner)) {}

  Cost scan(Bytes wire, WorkerScratch& scratch) {
    while (!wire.empty() && scanner_.verdict() == Verdict::clean) {
      Bytes piece = wire.first(std::min(kFedAtOnce, wire.size()));
      wire = wire.subspan(piece.size());
      while (!piece.empty() && scanner_.verdict() == Verdict::clean) {
        scanner_.feed_some(piece, scratch);
        go_on(scratch);
      }
    }
    scanner_.idle(scratch);
    go_on(scratch);
    scanner_.finish(scratch);
    go_on(scratch);
    cost_.work = scanner_.work();
    cost_.verdict = scanner_.verdict();
    return cost_;
  }

 private:
  void go_on(WorkerScratch& scratch) {
    for (count(); scanner_.busy(); count()) scanner_.resume(scratch);
  }
  void count() {
    const BodyScanner::Work now = scanner_.work();
    cost_.scanned_at_once =
        std::max(cost_.scanned_at_once, now.scanned_bytes - before_.scanned_bytes);
    cost_.examined_at_once =
        std::max(cost_.examined_at_once, now.examined_bytes - before_.examined_bytes);
    before_ = now;
  }

  BodyScanner scanner_;
  BodyScanner::Work before_;
  Cost cost_;
};

std::shared_ptr<const known::KnownValues> known_values() {
  std::vector<known::Value> values;
  values.push_back({{"env:TOKEN"}, known::Clear(test::known_value())});
  return *known::KnownValues::make(std::move(values), {});
}

// The proxy's, but that small bodies are enough to reach them.
ScanLimits limits_of_test() {
  ScanLimits limits;
  limits.decoded_floor = 256 * kKiB;
  limits.unescaped_floor = 16 * kKiB;
  return limits;
}

void expect_bounded(const Cost& cost) {
  const ScanLimits limits = limits_of_test();
  const BodyScanner::Work& work = cost.work;
  EXPECT_LE(
      work.decoded_bytes,
      std::max(limits.decoded_floor, work.wire_bytes * limits.decoded_ratio) + 2 * kFedAtOnce);
  // The text itself, and without the escapes of each level.
  EXPECT_LE(work.scanned_bytes,
            (1 + limits.unescaped_per_byte) * (work.wire_bytes + work.decoded_bytes) +
                limits.unescaped_floor + kOverScanned);
  EXPECT_LE(work.examined_bytes,
            limits.confirm_floor_bytes + work.wire_bytes / limits.wire_bytes_per_confirmed +
                limits.record_floor_bytes + work.wire_bytes / limits.wire_bytes_per_recorded +
                2 * kOneCandidate);
  EXPECT_LE(cost.scanned_at_once, kSlice + kOverSlice);
  EXPECT_LE(cost.examined_at_once, kSlice / 2 + 2 * kOneCandidate);
}

TEST(Work, OfEveryHostileBodyIsBounded) {
  const auto rules = Ruleset::builtin();
  WorkerScratch scratch(*rules);
  const auto known = known_values();
  std::set<std::string> names;
  for (const test::HostileBody& body : test::hostile_bodies(*rules)) {
    SCOPED_TRACE(body.name);
    EXPECT_TRUE(names.insert(body.name).second);
    const bool flood = body.name.starts_with("keyword") || body.name.starts_with("near miss");
    const std::string wire = body.make(flood ? kFloodBytes : kBodyBytes);
    Measured measured(BodyScanner({.rules = rules,
                                   .part = Part::body,
                                   .hints = {body.content_type, body.codings},
                                   .limits = limits_of_test(),
                                   .key = {},
                                   .slice_bytes = kSlice,
                                   .known = known}));
    const Cost cost = measured.scan(as_bytes(wire), scratch);
    expect_bounded(cost);
  }
  EXPECT_GE(names.size(), 200u);
}

}  // namespace
}  // namespace cork::secrets
