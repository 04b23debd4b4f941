// How fast bodies are scanned: a raw Hyperscan pass of the rules, and cork with all its views, over
// the same files in the same run; and what a small body costs. For scan_bench.py.
//
//   printf 'Go\ttext/plain\t/path/file.go\n' | scan_speed [ROUNDS]
//
// CPU time of this thread, the fastest of the rounds: the machine may be doing other things.
#include "base/json_text.h"
#include "rules/known/known_values.h"
#include "rules/secrets/body_scanner.h"

#include <hs/hs.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace cork;
using namespace cork::secrets;

constexpr std::size_t kFedAtOnce = 16 * kKiB;
constexpr std::size_t kSmallBodies[] = {64, 1 * kKiB, 4 * kKiB, 16 * kKiB};
constexpr std::size_t kSmallBytes = 16 * kMiB;  // of small bodies in a round

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// The fastest of `rounds` calls, in seconds.
template <class Work>
double fastest(int rounds, Work work) {
  double best = std::numeric_limits<double>::max();
  for (int round = 0; round < rounds; ++round) {
    const double begin = cpu_seconds();
    work();
    best = std::min(best, cpu_seconds() - begin);
  }
  return best;
}

// As many as an agent's .env has, made up on every run.
std::shared_ptr<const known::KnownValues> some_known_values() {
  constexpr std::string_view prefixes[] = {"sk-ant-api03-", "ghp_", "AKIA",           "npm_",
                                           "xoxb-",         "",     "postgres://app:"};
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  constexpr std::size_t size = 36;
  std::random_device random;
  std::vector<known::Value> values;
  for (const std::string_view prefix : prefixes) {
    std::string text(prefix);
    for (std::size_t i = 0; i < size; ++i) text += alphabet[random() % alphabet.size()];
    if (prefix.ends_with(':')) text += "@db.internal/app";
    values.push_back({{"env:" + std::to_string(values.size())}, known::Clear(std::move(text))});
  }
  return *known::KnownValues::make(std::move(values), {});
}

struct BodyText {
  std::string content_type, text;
};

struct Speeds {
  std::shared_ptr<const Ruleset> rules = Ruleset::builtin();
  WorkerScratch scratch{*rules};
  std::shared_ptr<const known::KnownValues> known = some_known_values();
  std::size_t matches = 0, stopped = 0;

  static int count(unsigned, unsigned long long, unsigned long long, unsigned, void* context) {
    ++*static_cast<std::size_t*>(context);
    return 0;
  }

  void hyperscan(std::string_view text) {
    hs_scan(rules->block_database(), text.data(), static_cast<unsigned>(text.size()), 0,
            scratch.get(), &count, &matches);
  }

  // As the proxy does, but that a finding does not end it: the rest would cost nothing.
  void cork(std::string_view content_type, std::string_view text) {
    while (!text.empty()) {
      BodyScanner scanner({.rules = rules,
                           .part = Part::body,
                           .hints = {std::string(content_type), {}},
                           .limits = {},
                           .key = {},
                           .slice_bytes = 0,
                           .destination = std::nullopt,
                           .memory = nullptr,
                           .known = known});
      std::size_t at = 0;
      for (; at < text.size() && scanner.verdict() == Verdict::clean; at += kFedAtOnce) {
        scanner.feed(as_bytes(text.substr(at, kFedAtOnce)), scratch);
      }
      scanner.finish(scratch);
      if (scanner.verdict() != Verdict::clean) ++stopped;
      text.remove_prefix(std::min(at, text.size()));
    }
  }
};

std::map<std::string, std::vector<BodyText>> read_bodies() {
  std::map<std::string, std::vector<BodyText>> corpora;
  for (std::string line; std::getline(std::cin, line);) {
    const std::size_t first = line.find('\t'), second = line.find('\t', first + 1);
    std::ifstream in(line.substr(second + 1), std::ios::binary);
    corpora[line.substr(0, first)].push_back({line.substr(first + 1, second - first - 1),
                                              std::string(std::istreambuf_iterator<char>(in), {})});
  }
  return corpora;
}

void print_corpus(const std::string& name, const std::vector<BodyText>& bodies, Speeds& speeds,
                  int rounds) {
  std::size_t bytes = 0;
  for (const BodyText& body : bodies) bytes += body.text.size();
  const double raw = fastest(rounds, [&] {
    for (const BodyText& body : bodies) speeds.hyperscan(body.text);
  });
  speeds.stopped = 0;
  const double whole = fastest(rounds, [&] {
    for (const BodyText& body : bodies) speeds.cork(body.content_type, body.text);
  });
  std::string quoted;
  append_json(quoted, name);
  const double mb = static_cast<double>(bytes) * 1e-6;
  std::cout << R"({"corpus":)" << quoted << R"(,"files":)" << bodies.size() << R"(,"bytes":)"
            << bytes << R"(,"hyperscan":)" << mb / raw << R"(,"cork":)" << mb / whole
            << R"(,"stopped":)" << speeds.stopped / static_cast<std::size_t>(rounds) << "}"
            << std::endl;
}

// Bodies of `size` bytes, each another piece of the text.
void print_small(std::size_t size, std::string_view text, Speeds& speeds, int rounds) {
  const std::size_t count = std::min(kSmallBytes, text.size()) / size;
  if (count == 0) return;
  const double seconds = fastest(rounds, [&] {
    for (std::size_t i = 0; i < count; ++i) {
      speeds.cork("application/json", text.substr(i * size, size));
    }
  });
  std::cout << R"({"body":)" << size << R"(,"ns":)" << seconds / static_cast<double>(count) * 1e9
            << "}" << std::endl;
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = std::max(1, argc > 1 ? std::atoi(argv[1]) : 5);
  Speeds speeds;
  const auto corpora = read_bodies();
  for (const auto& [name, bodies] : corpora) print_corpus(name, bodies, speeds, rounds);
  const auto conversations = corpora.find("conversations");
  if (conversations == corpora.end()) return 0;
  std::string text;
  for (const BodyText& body : conversations->second) text += body.text;
  for (const std::size_t size : kSmallBodies) print_small(size, text, speeds, rounds);
}
