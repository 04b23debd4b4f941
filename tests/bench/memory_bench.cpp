// What a scan keeps in the middle of a body: a thousand of them at a time, for each kind of body.
//
//   memory_bench [--scans=N] [NAME...]     kinds whose name holds a NAME
//
// As the allocator counts it, beside the rules and their databases, which all of them share. Apart
// stand what decoding libraries keep, which is the window that the sender chose and is taken from
// the bottle's budget, and the texts that confirming looks back on. Exits 1 where the rest is above
// the mark.
#include "base/limits.h"
#include "rules/secrets/body_scanner.h"
#include "tests/hostile/hostile_bodies.h"
#include "tests/unit/rules/secrets/encoders.h"

#include <malloc.h>
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#include <sanitizer/allocator_interface.h>
#define CORK_SANITIZED_ALLOCATOR 1
#endif

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace cork;
using namespace cork::secrets;

constexpr std::size_t kScans = 1000;  // unless told
constexpr std::size_t kFed = 96 * kKiB, kFedAtOnce = 16 * kKiB;
constexpr double kMostKiB = 32;

struct Sample {
  std::string name, body;
  ContentHints hints = {};
};

std::string prose(std::size_t bytes) {
  std::string text;
  for (unsigned i = 0; text.size() < bytes; ++i) {
    text += "Line " + std::to_string(i) + " says: error in `" + test::words(24, i) + "`, line 3.\n";
  }
  return text;
}

std::string json(std::size_t bytes) {
  const std::string lines = prose(256 * kKiB);
  std::size_t at = 0;
  std::string text = R"({"messages":[)";
  while (text.size() < bytes) {
    text += R"({"role":"user","content":")" + test::json_escaped(lines.substr(at, 900)) + R"("},)";
    at = (at + 700) % (lines.size() - 900);
  }
  return text;
}

std::vector<Sample> kinds() {
  const std::size_t bytes = 4 * kFed;
  const std::string part = "--b\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n";
  return {
      {"text", prose(bytes), {"text/plain", {}}},
      {"JSON", json(bytes), {"application/json", {}}},
      {"form", test::percent(prose(bytes)), {"application/x-www-form-urlencoded", {}}},
      {"base64 of text", test::base64(prose(bytes))},
      {"base64 of an image in JSON", R"({"data":")" + test::base64(test::noise(bytes))},
      {"binary", test::noise(bytes)},
      {"gzip", test::gzip(json(8 * bytes)), {"application/json", {"gzip"}}},
      {"zstd", test::zstd(json(8 * bytes)), {"application/json", {"zstd"}}},
      {"br", test::brotli(json(8 * bytes)), {"application/json", {"br"}}},
      {"gzip, not declared", test::gzip(json(8 * bytes))},
      {"multipart",
       part + prose(bytes / 16) + part + test::gzip(test::noise(bytes)) + part,
       {"multipart/form-data; boundary=b", {}}},
      {"UTF-16", test::wide(prose(bytes))},
  };
}

std::size_t allocated() {
#ifdef CORK_SANITIZED_ALLOCATOR
  return __sanitizer_get_current_allocated_bytes();
#else
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
#endif
}

struct Memory {
  double all = 0, decoders = 0, tails = 0;  // KiB of one scan

  [[nodiscard]] double rest() const { return all - decoders - tails; }
};

Memory measure(const Sample& kind, std::size_t count, const std::shared_ptr<const Ruleset>& rules,
               WorkerScratch& scratch) {
  MemoryBudget budget(std::size_t{16} << 30);
  std::vector<BodyScanner> scans;
  scans.reserve(count);
  const std::size_t before = allocated();
  const std::string_view body = std::string_view(kind.body).substr(0, kFed);
  for (std::size_t i = 0; i < count; ++i) {
    BodyScanner& scanner = scans.emplace_back(BodyScanner::Context{
        .rules = rules, .part = Part::body, .hints = kind.hints, .limits = {}, .memory = &budget});
    for (std::size_t at = 0; at < body.size(); at += kFedAtOnce) {
      scanner.feed(as_bytes(body.substr(at, kFedAtOnce)), scratch);
    }
    if (i == 0 && scanner.verdict() != Verdict::clean) {
      std::printf("%s is refused: %s\n", kind.name.c_str(), scanner.problem().data());
    }
  }
  const double to_kib = 1.0 / static_cast<double>(count * kKiB);
  const std::size_t all = allocated() - before;
  std::size_t tails = 0;
  for (const BodyScanner& scanner : scans) tails += scanner.retained_bytes();
  return {static_cast<double>(all) * to_kib, static_cast<double>(budget.used()) * to_kib,
          static_cast<double>(tails) * to_kib};
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string_view> names(argv + 1, argv + argc);
  std::size_t count = kScans;
  std::erase_if(names, [&](std::string_view name) {
    constexpr std::string_view option = "--scans=";
    if (!name.starts_with(option)) return false;
    std::from_chars(name.data() + option.size(), name.data() + name.size(), count);
    return true;
  });
  const auto rules = Ruleset::builtin();
  WorkerScratch scratch(*rules);
  std::printf("%8s %9s %8s %8s  KiB a scan\n", "all", "decoders", "tails", "rest");
  double most = 0;
  for (const Sample& kind : kinds()) {
    const auto asked = [&](std::string_view name) { return kind.name.contains(name); };
    if (!names.empty() && std::ranges::none_of(names, asked)) continue;
    const Memory memory = measure(kind, count, rules, scratch);
    most = std::max(most, memory.rest());
    std::printf("%8.1f %9.1f %8.1f %8.1f  %s\n", memory.all, memory.decoders, memory.tails,
                memory.rest(), kind.name.c_str());
  }
  std::printf("The most beside decoders and tails: %.1f KiB (mark: %.0f).\n", most, kMostKiB);
  return most > kMostKiB ? 1 : 0;
}
