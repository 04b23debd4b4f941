#include "tests/detection/cells.h"

namespace cork::secrets::detection {

namespace {

std::string_view trimmed(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  return text;
}

// Lines before and behind, of varying length, so that no encoding always begins at the secret.
std::string in_a_note(std::string_view text, Random& random) {
  std::uniform_int_distribution<std::size_t> digits(1, 7);
  return "Notes of day " + drawn(random, digits(random), "0123456789") + ":\n" + std::string(text) +
         "\nThat is all.\n";
}

bool takes(const RequestPart& part, const Encoding& encoding) {
  return part.of_bytes || !encoding.to_bytes;
}

}  // namespace

std::string Cell::name() const {
  std::string text = std::string(part->name) + ": " + std::string(outer->name);
  if (inner != nullptr) text += " of " + std::string(inner->name);
  return text;
}

std::vector<Cell> single_cells() {
  std::vector<Cell> cells;
  for (const RequestPart& part : parts()) {
    for (const Encoding& encoding : encodings()) {
      const Cell cell{&part, &encoding};
      if (takes(part, encoding) && is_possible(cell)) cells.push_back(cell);
    }
  }
  return cells;
}

std::vector<Cell> pair_cells() {
  const RequestPart* text = find_part("text");
  const auto all = encodings().subspan(1);  // without "none"
  std::vector<Cell> cells;
  for (const Encoding& outer : all) {
    for (const Encoding& inner : all) {
      if (nests(outer, inner)) cells.push_back({text, &outer, &inner});
    }
  }
  return cells;
}

Request carry(const Cell& cell, std::string_view text, Random& random) {
  std::string carried = cell.part->in_head ? std::string(trimmed(text)) : in_a_note(text, random);
  if (cell.inner != nullptr) carried = cell.inner->encode(carried, random);
  return cell.part->put(cell.outer->encode(carried, random), random);
}

bool is_possible(const Cell& cell) {
  Random random(1);
  return carry(cell, "tok" + drawn(random, 32, kAlnum), random).possible;
}

}  // namespace cork::secrets::detection
