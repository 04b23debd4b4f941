#include "tests/detection/recall.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace cork::secrets::detection {

namespace {

constexpr std::size_t kRulesShown = 40;

using Row = std::pair<std::string, Tally>;

void table(std::ostream& out, std::string_view title, const std::vector<Row>& rows) {
  fmt::print(out, "\n{}\n", title);
  Tally all;
  for (const auto& [name, tally] : rows) {
    all += tally;
    fmt::print(out, "  {:<44} {:>7} {:>9} of {}\n", name, percent_text(tally), tally.stopped,
               tally.tried);
  }
  fmt::print(out, "  {:<44} {:>7} {:>9} of {}\n", "all", percent_text(all), all.stopped, all.tried);
}

void json_rows(std::ostream& out, std::string_view key,
               const std::map<Recall::Names, Tally>& rows) {
  fmt::print(out, "\"{}\": [", key);
  const char* comma = "";
  for (const auto& [names, tally] : rows) {
    fmt::print(out, "{}\n  [\"{}\", \"{}\", {}, {}]", comma, names.first, names.second, tally.tried,
               tally.stopped);
    comma = ",";
  }
  fmt::print(out, "]");
}

}  // namespace

std::string percent_text(const Tally& tally) {
  if (tally.tried == 0) return "-";
  return fmt::format("{:.1f}%", std::floor(tally.share() * 1000) / 10);
}

void Recall::count(const Cell& cell, const Sample& sample, bool stopped) {
  rules_[sample.rule].count(stopped);
  if (cell.inner == nullptr) {
    const Names names{cell.part->name, cell.outer->name};
    cells_[names].count(stopped);
    if (!stopped) missed_[names].push_back(sample.rule);
    return;
  }
  pairs_[{std::string(cell.outer->family), std::string(cell.inner->family)}].count(stopped);
  inner_[{std::string(cell.outer->name), std::string(cell.inner->name)}].count(stopped);
}

std::map<std::string, std::vector<std::string>> Recall::misses() const {
  std::map<std::string, std::vector<std::string>> misses;
  for (const auto& [names, rules] : missed_) {
    if (cells_.at(names).share() >= kNearly) misses[names.first + ": " + names.second] = rules;
  }
  return misses;
}

void Recall::print(std::ostream& out) const {
  std::vector<Row> in_text, plain_parts, by_encoding, by_pair, by_rule;
  const auto tally_of = [&](std::string_view part, std::string_view encoding) {
    const auto at = cells_.find({std::string(part), std::string(encoding)});
    return at == cells_.end() ? Tally{} : at->second;
  };
  for (const Encoding& encoding : encodings()) {
    Tally all;
    for (const RequestPart& part : parts()) all += tally_of(part.name, encoding.name);
    in_text.emplace_back(encoding.name, tally_of("text", encoding.name));
    by_encoding.emplace_back(encoding.name, all);
  }
  for (const RequestPart& part : parts()) {
    plain_parts.emplace_back(part.name, tally_of(part.name, "none"));
  }
  if (!cells_.empty()) {
    table(out, "An encoding, in a text body", in_text);
    table(out, "A part of the request, no encoding", plain_parts);
    table(out, "An encoding, over all parts that take it", by_encoding);
  }
  for (const auto& [names, tally] : pairs_) {
    by_pair.emplace_back(names.first + " of " + names.second, tally);
  }
  if (!pairs_.empty()) table(out, "Two encodings, in a text body, by family", by_pair);
  for (const auto& [rule, tally] : rules_) {
    if (tally.stopped < tally.tried) by_rule.emplace_back(rule, tally);
  }
  std::ranges::sort(by_rule, {}, [](const Row& row) { return row.second.share(); });
  by_rule.resize(std::min(by_rule.size(), kRulesShown));
  table(out, "The rules that are missed most", by_rule);
}

void Recall::write_json(std::ostream& out) const {
  fmt::print(out, "{{");
  json_rows(out, "cells", cells_);
  fmt::print(out, ",\n");
  json_rows(out, "families", pairs_);
  fmt::print(out, ",\n");
  json_rows(out, "pairs", inner_);
  fmt::print(out, ",\n\"rules\": {{");
  const char* comma = "";
  for (const auto& [rule, tally] : rules_) {
    fmt::print(out, "{}\n  \"{}\": [{}, {}]", comma, rule, tally.tried, tally.stopped);
    comma = ",";
  }
  fmt::print(out, "}}}}\n");
}

}  // namespace cork::secrets::detection
