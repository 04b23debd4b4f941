// Carries samples that it reads from standard input, one JSON object a line, through every encoding
// and every part of a request, and prints what cork's default action stops. Parts without an
// encoding and encodings in a plain body are sent all samples, everything else some.
//
//   carry <samples.jsonl                  {"rule": "...", "sample": "..."}
//   carry --per-cell 0 --json FILE ...    every sample in every cell
//   carry --missed                        the samples that are not stopped as plain text
//   carry --list                          the cells
//   carry --show 'text: base64' ...       the first sample's request, to look at
#include "base/base64.h"
#include "base/json_text.h"
#include "tests/detection/sweep.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace cork::secrets;
using namespace cork::secrets::detection;

struct Options {
  std::size_t per_cell = 60, per_pair = 2;
  std::uint64_t seed = 1;
  std::string json;
  std::vector<std::string> show;
  bool list = false, known_only = false, missed = false;
};

// Lines of JSON, the body in base64.
int show(const Options& options, std::span<const Sample> samples) {
  std::map<std::string, Cell> known;
  for (const auto& cells : {single_cells(), pair_cells()}) {
    for (const Cell& cell : cells) known.emplace(cell.name(), cell);
  }
  Random random(options.seed);
  for (const std::string& name : options.show) {
    const auto cell = known.find(name);
    if (cell == known.end()) {
      fmt::print(stderr, "carry: no cell '{}'; --list prints them\n", name);
      return 2;
    }
    const Request request = carry(cell->second, samples.front().text, random);
    std::string head = request.method + " " + request.target + "\n", line = "{\"cell\":";
    for (const auto& [field, value] : request.fields) head += field + ": " + value + "\n";
    cork::append_json(line, name);
    line += ",\"head\":";
    cork::append_json(line, head);
    std::cout << line << ",\"body\":\"" << cork::base64_encoded(request.body) << "\"}\n";
  }
  return 0;
}

// What becomes of each sample as it is, as a body of its own.
struct Plain {
  std::vector<Sample> stopped;
  std::vector<std::pair<Sample, bool>> missed;  // and whether it is recorded
  Tally all, recorded;
  std::map<std::string, Tally> rules;
  std::map<std::string, std::size_t> recorded_of;
};

Plain judge_plain(Judge& judge, std::span<const Sample> samples) {
  Plain plain;
  const Cell cell{find_part("text"), find_encoding("none")};
  Random random(1);
  for (const Sample& sample : samples) {
    const auto outcome = judge.verdict(carry(cell, sample.text, random));
    const bool stopped = outcome.verdict == Verdict::leak;
    plain.all.count(stopped);
    plain.rules[sample.rule].count(stopped);
    if (stopped)
      plain.stopped.push_back(sample);
    else
      plain.missed.emplace_back(sample, !outcome.seen.empty());
    if (stopped || outcome.seen.empty()) continue;
    plain.recorded.count(true);
    ++plain.recorded_of[sample.rule];
  }
  return plain;
}

void print(const Plain& plain) {
  fmt::print(
      "Plain text: {} stopped ({} of {}), {} only recorded\n\nRules with samples that are "
      "not stopped as plain text: stopped, tried, only recorded\n",
      percent_text(plain.all), plain.all.stopped, plain.all.tried, plain.recorded.stopped);
  for (const auto& [rule, tally] : plain.rules) {
    if (tally.stopped == tally.tried) continue;
    const auto recorded = plain.recorded_of.find(rule);
    fmt::print("  {:<44} {:>5} {:>5} {:>5}\n", rule, tally.stopped, tally.tried,
               recorded == plain.recorded_of.end() ? 0 : recorded->second);
  }
}

// One a line, in the samples' own form, so that they can be carried again.
void print_missed(const Plain& plain) {
  for (const auto& [sample, recorded] : plain.missed) {
    std::string line = "{\"rule\":";
    cork::append_json(line, sample.rule);
    line += ",\"sample\":";
    cork::append_json(line, sample.text);
    std::cout << line << (recorded ? ",\"recorded\":true}\n" : "}\n");
  }
}

int run(const Options& options) {
  auto samples = read_samples(std::cin);
  if (!samples || samples->empty()) {
    fmt::print(stderr, "carry: {}\n", samples ? "no samples" : samples.error().what);
    return 2;
  }
  if (!options.show.empty()) return show(options, *samples);
  Judge judge(rules_at_home_nowhere());
  if (options.missed) return print_missed(judge_plain(judge, *samples)), 0;
  Random random(options.seed);
  std::ranges::shuffle(*samples, random);
  const Plain plain = judge_plain(judge, *samples);
  print(plain);
  const auto& carried = options.known_only ? plain.stopped : *samples;
  if (carried.empty()) return 0;
  fmt::print("\n{} samples are carried{}\n", carried.size(),
             options.known_only ? ": those that are stopped as plain text" : "");
  const Recall singles =
      sweep(judge, single_cells(), carried,
            {.per_cell = options.per_cell, .seed = options.seed, .whole_headlines = true});
  singles.print(std::cout);
  const Recall pairs =
      sweep(judge, pair_cells(), carried, {.per_cell = options.per_pair, .seed = options.seed});
  pairs.print(std::cout);
  if (!options.json.empty()) {
    std::ofstream file(options.json);
    file << "{\"parts\": ";
    singles.write_json(file);
    file << ", \"pairs\": ";
    pairs.write_json(file);
    file << "}\n";
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Recall over samples from standard input");
  app.add_option("--per-cell", options.per_cell, "samples of each encoding in each part; 0: all");
  app.add_option("--per-pair", options.per_pair, "samples of each pair of encodings; 0: all");
  app.add_option("--seed", options.seed, "of what is drawn");
  app.add_option("--json", options.json, "write the tallies there too");
  app.add_option("--show", options.show,
                 "print that request of the first sample and stop; may be repeated");
  app.add_flag("--missed", options.missed,
               "print the samples that are not stopped as plain text and stop");
  app.add_flag("--list", options.list, "print the cells and stop");
  app.add_flag("--known-only", options.known_only, "carry only what is stopped as plain text");
  CLI11_PARSE(app, argc, argv);
  if (options.list) {
    for (const auto& cells : {single_cells(), pair_cells()}) {
      for (const Cell& cell : cells) std::cout << cell.name() << "\n";
    }
    return 0;
  }
  return run(options);
}
