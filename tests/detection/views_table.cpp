#include "tests/detection/views_table.h"

#include "tests/detection/cells.h"
#include "tests/detection/floor.h"

#include <fmt/format.h>

#include <set>
#include <string_view>
#include <vector>

namespace cork::secrets::detection {

namespace {

constexpr std::string_view kRead = "✓", kImpossible = "";

std::string held_to(std::span<const Floor> table, std::string_view first, std::string_view second) {
  const Floor* entry = not_read_yet(table, first, second);
  if (entry == nullptr) return std::string(kRead);
  return entry->share < 0.01 ? "no" : fmt::format("{:.0f}%", entry->share * 100);
}

// Parts a column would be too many: they are the rows of one table for the body, one for the head.
std::string parts_table(bool in_head) {
  std::set<std::pair<std::string_view, std::string_view>> possible;
  for (const Cell& cell : single_cells()) possible.insert({cell.part->name, cell.outer->name});
  std::string head = "| encoding |", rule = "|---|", rows;
  std::size_t number = 0;
  for (const RequestPart& part : parts()) {
    if (part.in_head != in_head) continue;
    head += fmt::format(" {} |", ++number);
    rule += "---|";
  }
  for (const Encoding& encoding : encodings()) {
    rows += fmt::format("| {} |", encoding.name);
    for (const RequestPart& part : parts()) {
      if (part.in_head != in_head) continue;
      const bool can = possible.contains({part.name, encoding.name});
      rows += fmt::format(" {} |", can ? held_to(kPartsNotReadYet, part.name, encoding.name)
                                       : std::string(kImpossible));
    }
    rows += "\n";
  }
  std::string legend;
  number = 0;
  for (const RequestPart& part : parts()) {
    if (part.in_head != in_head) continue;
    legend += fmt::format("{}{} {}", number == 0 ? "" : "; ", number + 1, part.name);
    ++number;
  }
  return legend + ".\n\n" + head + "\n" + rule + "\n" + rows;
}

std::string pairs_table() {
  std::vector<std::string_view> families;
  for (const Encoding& encoding : encodings().subspan(1)) {
    if (families.empty() || families.back() != encoding.family) families.push_back(encoding.family);
  }
  std::set<std::pair<std::string_view, std::string_view>> possible;
  for (const Cell& cell : pair_cells()) possible.insert({cell.outer->family, cell.inner->family});
  std::string head = "| outside | ", rule = "|---|", rows;
  for (const auto family : families) {
    head += fmt::format("{} | ", family);
    rule += "---|";
  }
  for (const auto outer : families) {
    rows += fmt::format("| {} |", outer);
    for (const auto inner : families) {
      rows += fmt::format(" {} |", possible.contains({outer, inner})
                                       ? held_to(kPairsNotReadYet, outer, inner)
                                       : std::string(kImpossible));
    }
    rows += "\n";
  }
  head.pop_back();
  return head + "\n" + rule + "\n" + rows;
}

}  // namespace

std::string views_legend() {
  const auto percent = [](double share) { return fmt::format("{:g}%", share * 100); };
  return fmt::format(
      "| in a table | means |\n|---|---|\n"
      "| {} | read: {} of {} samples are stopped, and {} of all in the same part, and of all in "
      "the "
      "same encoding, that are marked so; of one encoding in another {}, of {} samples for each "
      "pair "
      "of encodings of the two families |\n"
      "| a number | read in part: at least so many are stopped |\n"
      "| no | not read yet |\n"
      "| nothing | cannot be sent that way: bytes that are no text in a field's value, more than a "
      "host name holds |\n",
      kRead, percent(kSingleCell), kPerCell, percent(kSingle), percent(kPair), kPerPair);
}

std::string views_table() {
  return "### In a body\n\n" + parts_table(false) + "\n### In a head\n\n" + parts_table(true) +
         "\n### One in another\n\n" + pairs_table();
}

}  // namespace cork::secrets::detection
