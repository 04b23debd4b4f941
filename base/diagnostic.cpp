#include "base/diagnostic.h"

#include "base/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace cork {
namespace {

void append_visible(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const CodePoint next = next_code_point(text);
    if (!next.value) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(text[0]));
    } else if (*next.value == '\n') {
      out += "\\n";
    } else if (*next.value == '\t') {
      out += "\\t";
    } else if (is_deceptive(*next.value)) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(*next.value));
    } else {
      out += text.substr(0, next.length);
    }
    text.remove_prefix(next.length);
  }
}

// Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    before.swap(above);
    above.swap(row);
  }
  return above[b.size()];
}

}  // namespace

std::string to_string(const Where& where) {
  if (where.line == 0) return where.file;
  if (where.column == 0) return fmt::format("{}:{}", where.file, where.line);
  return fmt::format("{}:{}:{}", where.file, where.line, where.column);
}

std::string render(const Diagnostics& diagnostics) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics) {
    const bool placed = !diagnostic.where.file.empty();
    append_visible(out, placed ? to_string(diagnostic.where) : "cork");
    out += ": error: ";
    append_visible(out, diagnostic.what);
    out += '\n';
    if (diagnostic.hint.empty()) continue;
    out += "    ";
    append_visible(out, diagnostic.hint);
    out += '\n';
  }
  return out;
}

Diagnostics in_order(Diagnostics diagnostics) {
  std::vector<std::string> files;
  for (const Diagnostic& one : diagnostics) {
    if (std::ranges::find(files, one.where.file) == files.end()) files.push_back(one.where.file);
  }
  std::ranges::sort(diagnostics, {}, [&](const Diagnostic& one) {
    const auto file = std::ranges::find(files, one.where.file);
    return std::tuple(file, one.where.line, one.where.column, std::string_view(one.what));
  });
  return diagnostics;
}

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& known) {
  constexpr std::size_t longest_word = 64;  // the distance costs the product of the lengths
  constexpr std::size_t most = 3;           // more is another word
  constexpr std::size_t telling = 4;        // so much of a word's beginning says which one it is
  if (word.size() > longest_word) return {};
  std::string_view best;
  std::size_t best_distance = longest_word;
  for (const std::string_view candidate : known) {
    const std::size_t distance = edit_distance(word, candidate);
    const std::size_t enough =
        std::clamp<std::size_t>(std::max(word.size(), candidate.size()) / 3, 1, most);
    const bool shares_something = distance < std::max(word.size(), candidate.size());
    if (distance <= enough && shares_something && distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  if (!best.empty() || word.size() < telling) return best;
  const auto longer = [word](std::string_view candidate) { return candidate.starts_with(word); };
  const auto only = std::ranges::find_if(known, longer);
  return std::ranges::count_if(known, longer) == 1 ? *only : best;
}

}  // namespace cork
