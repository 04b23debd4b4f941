// How fast the rules are searched: all of them, and each alone, over the texts that agents send.
//
//   secrets_bench --benchmark_filter=all/
//   secrets_bench --benchmark_filter=rule/      one line a rule: the dear ones stand out
//   secrets_bench --benchmark_filter=views/     with all that the proxy looks into
//   secrets_bench --benchmark_filter=compile    and made from what was kept of them
#include "rules/secrets/body_scanner.h"
#include "rules/secrets/database_store.h"
#include "rules/secrets/rule_examples.h"
#include "rules/secrets/ruleset.h"

#include <benchmark/benchmark.h>
#include <hs/hs.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace cork::secrets;

constexpr std::size_t kTextBytes = 4 << 20;
constexpr std::size_t kChunkBytes = 16 << 10;

// `lines` over and over in random order, their templates drawn anew each time.
std::string text_of(const std::vector<std::string_view>& lines) {
  std::mt19937_64 random(1);
  std::uniform_int_distribution<std::size_t> pick(0, lines.size() - 1);
  std::string text;
  while (text.size() < kTextBytes) text += *expand_example(lines[pick(random)], random);
  return text;
}

std::string json() {
  return text_of({
      R"({{"role":"user","content":"Please look at the failing test and say what the error means.",)",
      R"("id":"{hex:8}-{hex:4}-4{hex:3}-9{hex:3}-{hex:12}","created":{digit:10},"ok":true},)",
      R"({{"type":"tool_result","tool_use_id":"toolu_{alnum:24}","content":[{{"type":"text",)",
      R"("text":"src/main.cc:{digit:3}: error: expected ';' after expression\n  return value\n"}]},)",
      R"("usage":{{"input_tokens":{digit:5},"output_tokens":{digit:4},"cached":null},"model":"m-4",)",
      R"("password_hint":"none","api_version":"2024-02-29","etag":"W/\"{base64:27}=\"","tags":[],)",
  });
}

std::string source() {
  return text_of({
      "static int parse_header(struct reader *in, const char *name, size_t length) {{\n",
      "  if (in->state != STATE_BODY || length > kMaxLength) return -EINVAL;\n",
      "  for (size_t i = 0; i < length; ++i) checksum = (checksum << 5) ^ table[name[i]];\n",
      "    self.assertEqual(response.status_code, {digit:3})  # see issue {digit:5}\n",
      "import {{ createServer, request as httpRequest } from 'node:http';\n",
      "const token = await fetchToken(process.env.API_KEY, options.timeoutMs);\n",
      "index {hex:7}..{hex:7} 100644\n+    \"integrity\": \"sha512-{base64:86}==\",\n",
      "}\n\n// Returns false where the key is absent.\n",
  });
}

std::string base64() {
  return text_of({"{base64:76}\n"});
}
std::string hex() {
  return text_of({"{hex:64}  lib/{lower:12}.so\n"});
}

struct Work {
  const Ruleset* rules;
  std::string_view text;
  std::size_t matches = 0, confirmed = 0, runs = 0;
};

int on_match(unsigned id, unsigned long long, unsigned long long to, unsigned, void* context) {
  auto& work = *static_cast<Work*>(context);
  ++work.matches;
  const auto hit = work.rules->confirm(static_cast<RuleIndex>(id), work.text,
                                       static_cast<std::size_t>(to), false, work.runs);
  if (hit) ++work.confirmed;
  return 0;
}

void scan(benchmark::State& state, const std::shared_ptr<const Ruleset>& rules,
          const std::string& text) {
  const WorkerScratch scratch(*rules);
  Work work{rules.get(), text};
  for (auto _ : state) {
    work = {rules.get(), text};
    hs_scan(rules->block_database(), text.data(), static_cast<unsigned>(text.size()), 0,
            scratch.get(), &on_match, &work);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
  state.counters["matches"] = static_cast<double>(work.matches);
  state.counters["confirmed"] = static_cast<double>(work.confirmed);
  state.counters["runs"] = static_cast<double>(work.runs);
}

void small_body(benchmark::State& state, const std::shared_ptr<const Ruleset>& rules,
                const std::string& text) {
  const WorkerScratch scratch(*rules);
  Work work{rules.get(), text};
  const auto size = static_cast<unsigned>(state.range(0));
  for (auto _ : state) {
    hs_scan(rules->block_database(), text.data(), size, 0, scratch.get(), &on_match, &work);
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

// A whole body with all that is looked at in it, as a small request has one.
void scanner(benchmark::State& state, const std::shared_ptr<const Ruleset>& rules,
             const std::string& text) {
  WorkerScratch scratch(*rules);
  const auto size = static_cast<std::size_t>(state.range(0));
  const cork::Bytes wire = cork::as_bytes(std::string_view(text).substr(0, size));
  for (auto _ : state) {
    BodyScanner body({.rules = rules, .part = Part::body, .hints = {}, .limits = {}});
    body.feed(wire, scratch);
    benchmark::DoNotOptimize(body.finish(scratch));
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

class Kept final : public DatabaseStore {
 public:
  std::optional<std::string> load() override { return image; }
  void keep(std::string_view bytes) override { image = bytes; }
  std::optional<std::string> image;
};

// A body as the proxy scans it, from its first byte to its verdict.
void views(benchmark::State& state, const std::shared_ptr<const Ruleset>& rules,
           std::string_view text) {
  WorkerScratch scratch(*rules);
  Verdict verdict = Verdict::clean;
  for (auto _ : state) {
    BodyScanner scanner({.rules = rules,
                         .part = Part::body,
                         .hints = {"application/json", {}},
                         .limits = {},
                         .key = {},
                         .slice_bytes = 0,
                         .destination = std::nullopt,
                         .memory = nullptr});
    for (std::size_t at = 0; at < text.size(); at += kChunkBytes) {
      scanner.feed(cork::as_bytes(text.substr(at, kChunkBytes)), scratch);
    }
    verdict = scanner.finish(scratch);
  }
  // One that is stopped early costs nothing from there on.
  if (verdict != Verdict::clean) state.SkipWithError("the text is refused");
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

void compile(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(Ruleset::builtin());
}

void compile_kept(benchmark::State& state) {
  Kept store;
  Ruleset::builtin(&store);
  for (auto _ : state) benchmark::DoNotOptimize(Ruleset::builtin(&store));
  state.counters["bytes"] = static_cast<double>(store.image->size());
}

}  // namespace

int main(int argc, char** argv) {
  const auto rules = Ruleset::builtin();
  const struct {
    const char* name;
    std::string text;
  } texts[] = {{"json", json()}, {"source", source()}, {"base64", base64()}, {"hex", hex()}};
  for (const auto& text : texts) {
    benchmark::RegisterBenchmark((std::string("all/") + text.name).c_str(),
                                 [&](benchmark::State& state) { scan(state, rules, text.text); })
        ->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark((std::string("views/") + text.name).c_str(),
                                 [&](benchmark::State& state) { views(state, rules, text.text); })
        ->Unit(benchmark::kMillisecond);
  }
  benchmark::RegisterBenchmark("views/body",
                               [&](benchmark::State& state) {
                                 const auto size = static_cast<std::size_t>(state.range(0));
                                 views(state, rules,
                                       std::string_view(texts[0].text).substr(0, size));
                               })
      ->RangeMultiplier(4)
      ->Range(64, 16 << 10);
  benchmark::RegisterBenchmark(
      "body/json", [&](benchmark::State& state) { small_body(state, rules, texts[0].text); })
      ->RangeMultiplier(4)
      ->Range(64, 64 << 10);
  for (const auto& text : {&texts[0], &texts[1]}) {
    benchmark::RegisterBenchmark(
        (std::string("scanner/") + text->name).c_str(),
        [&rules, text](benchmark::State& state) { scanner(state, rules, text->text); })
        ->RangeMultiplier(4)
        ->Range(64, 64 << 10);
  }
  for (const auto& [name, made] :
       {std::pair("compile/all", &compile), std::pair("compile/kept", &compile_kept)}) {
    benchmark::RegisterBenchmark(name, made)->Unit(benchmark::kMillisecond)->UseRealTime();
  }
  for (const Rule& rule : rules->rules()) {
    for (const auto& text : {&texts[0], &texts[1], &texts[2]}) {
      benchmark::RegisterBenchmark(("rule/" + rule.id + "/" + text->name).c_str(),
                                   [&rule, text](benchmark::State& state) {
                                     scan(state, *Ruleset::compile({rule}), text->text);
                                   })
          ->Unit(benchmark::kMillisecond);
    }
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
