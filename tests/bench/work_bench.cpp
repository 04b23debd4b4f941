// What a body can cost at most: each of the hostile ones as the proxy scans it, the dearest first.
//
//   work_bench [--all] [--bytes N] [--rounds N] [NAME...]     those whose name holds a NAME
//
// CPU time of this thread, each call's fastest of the rounds: the machine may be doing other
// things. Per byte that was read: of the wire, and of what was encoded in it; a body is allowed
// what so many bytes may cost whatever its size. The longest call is what another bottle on the
// same worker waits for. Exits 1 above either mark.
#include "base/limits.h"
#include "rules/secrets/body_scanner.h"
#include "tests/hostile/hostile_bodies.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace cork;
using namespace cork::secrets;

constexpr std::size_t kFedAtOnce = 16 * kKiB;
constexpr double kMostNanoseconds = 20, kMostMilliseconds = 5;
constexpr std::uint64_t kAllowedBytes = 256 * kKiB;
constexpr std::size_t kShown = 40;

struct Options {
  std::size_t bytes = kMiB, rounds = 3;
  bool all = false;
  std::vector<std::string_view> names;
};

struct Cost {
  std::string name;
  BodyScanner::Work work;
  Verdict verdict = Verdict::clean;
  double seconds = 0, longest = 0;

  [[nodiscard]] double per_byte() const {
    const std::uint64_t read = work.wire_bytes + work.decoded_bytes;
    return seconds * 1e9 / static_cast<double>(std::max(read, kAllowedBytes));
  }
};

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// Keeps each call's fastest time: the same calls come in each round.
class Stopwatch {
 public:
  void begin_round() noexcept { at_ = 0; }
  template <class Work>
  void time(Work work) {
    const double begin = cpu_seconds();
    work();
    const double took = cpu_seconds() - begin;
    if (at_ == calls_.size()) calls_.push_back(took);
    calls_[at_] = std::min(calls_[at_], took);
    ++at_;
  }
  [[nodiscard]] double longest() const { return *std::ranges::max_element(calls_); }
  [[nodiscard]] double all() const {
    double sum = 0;
    for (const double call : calls_) sum += call;
    return sum;
  }

 private:
  std::vector<double> calls_;
  std::size_t at_ = 0;
};

struct Bench {
  std::shared_ptr<const Ruleset> rules = Ruleset::builtin();
  WorkerScratch scratch{*rules};
  std::shared_ptr<const known::KnownValues> known = [] {
    std::vector<known::Value> values;
    values.push_back({{"env:TOKEN"}, known::Clear(test::known_value())});
    return *known::KnownValues::make(std::move(values), {});
  }();

  void scan(BodyScanner& scanner, Bytes wire, Stopwatch& watch) {
    const auto settle = [&] {
      while (scanner.busy()) watch.time([&] { scanner.resume(scratch); });
    };
    while (!wire.empty() && scanner.verdict() == Verdict::clean) {
      Bytes piece = wire.first(std::min(kFedAtOnce, wire.size()));
      wire = wire.subspan(piece.size());
      while (!piece.empty() && scanner.verdict() == Verdict::clean) {
        watch.time([&] { scanner.feed_some(piece, scratch); });
        settle();
      }
    }
    watch.time([&] { scanner.idle(scratch); });
    settle();
    watch.time([&] { scanner.finish(scratch); });
    settle();
  }

  Cost measure(const test::HostileBody& body, const Options& options) {
    const std::string wire = body.make(options.bytes);
    Stopwatch watch;
    Cost cost{.name = body.name, .work = {}};
    for (std::size_t round = 0; round < options.rounds; ++round) {
      watch.begin_round();
      BodyScanner scanner({.rules = rules,
                           .part = Part::body,
                           .hints = {body.content_type, body.codings},
                           .limits = {},
                           .key = {},
                           .slice_bytes = SessionLimits{}.scan_slice_bytes,
                           .known = known});
      scan(scanner, as_bytes(wire), watch);
      cost.work = scanner.work();
      cost.verdict = scanner.verdict();
    }
    cost.seconds = watch.all();
    cost.longest = watch.longest();
    return cost;
  }
};

Options read_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const auto number = [&] { return std::strtoull(i + 1 < argc ? argv[++i] : "", nullptr, 10); };
    if (word == "--all") {
      options.all = true;
    } else if (word == "--bytes") {
      options.bytes = number();
    } else if (word == "--rounds") {
      options.rounds = std::max<std::size_t>(number(), 1);
    } else {
      options.names.push_back(word);
    }
  }
  return options;
}

bool wanted(const test::HostileBody& body, const Options& options) {
  return options.names.empty() || std::ranges::any_of(options.names, [&](std::string_view name) {
           return body.name.contains(name);
         });
}

const char* name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::clean:
      return "clean";
    case Verdict::leak:
      return "leak";
    case Verdict::unscannable:
      return "unscannable";
    case Verdict::over_limit:
      return "over limit";
  }
  return "";
}

void print(const Cost& cost) {
  const auto wire = static_cast<double>(std::max<std::uint64_t>(cost.work.wire_bytes, 1));
  std::printf("%8.1f %9.2f %10llu %10llu %8.2f %8.2f  %-11s %s\n", cost.per_byte(),
              cost.longest * 1e3, static_cast<unsigned long long>(cost.work.wire_bytes),
              static_cast<unsigned long long>(cost.work.decoded_bytes),
              static_cast<double>(cost.work.scanned_bytes) / wire,
              static_cast<double>(cost.work.examined_bytes) / wire, name_of(cost.verdict),
              cost.name.c_str());
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = read_options(argc, argv);
  Bench bench;
  std::vector<Cost> costs;
  for (const test::HostileBody& body : test::hostile_bodies(*bench.rules)) {
    if (wanted(body, options)) costs.push_back(bench.measure(body, options));
  }
  if (costs.empty()) return 2;
  std::printf("%8s %9s %10s %10s %8s %8s  %-11s\n", "ns/byte", "call ms", "wire", "decoded",
              "scanned", "examined", "verdict");
  std::ranges::sort(costs, std::ranges::greater(), &Cost::per_byte);
  const auto shown =
      static_cast<std::ptrdiff_t>(options.all ? costs.size() : std::min(kShown, costs.size()));
  for (auto cost = costs.begin(); cost != costs.begin() + shown; ++cost) print(*cost);
  const Cost& longest = *std::ranges::max_element(costs, {}, &Cost::longest);
  std::printf(
      "%zu bodies. The dearest: %.1f ns a byte (mark: %.0f); the longest call: %.2f ms "
      "(mark: %.0f), %s\n",
      costs.size(), costs.front().per_byte(), kMostNanoseconds, longest.longest * 1e3,
      kMostMilliseconds, longest.name.c_str());
  return costs.front().per_byte() > kMostNanoseconds || longest.longest * 1e3 > kMostMilliseconds;
}
