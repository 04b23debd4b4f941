#include "rules/gitleaks/regex_traits.h"

#include "rules/secrets/regex_parser.h"

#include <algorithm>

namespace cork::gitleaks {
namespace {

using secrets::RegexNode;
using Kind = RegexNode::Kind;

constexpr std::size_t kLetterCases = 2;

bool beyond_ascii(const RegexNode& node) {
  return (node.set >> 0x80).any();
}

bool bytes_suffice(const RegexNode& node) {
  if (node.kind == Kind::bytes) return !beyond_ascii(node);
  const bool any_number = node.kind == Kind::repeat && node.max == RegexNode::kOpen &&
                          node.children[0].kind == Kind::bytes;
  return any_number || std::ranges::all_of(node.children, bytes_suffice);
}

bool is_letter(const RegexNode& node) {
  return node.kind == Kind::bytes && node.set.any() && node.set.count() <= kLetterCases;
}

std::size_t literal(const RegexNode& node);

std::size_t literal_of_sequence(const RegexNode& node) {
  std::size_t best = 0, run = 0;
  for (const RegexNode& child : node.children) {
    run = is_letter(child) ? run + 1 : 0;
    best = std::max({best, run, literal(child)});
  }
  return best;
}

std::size_t literal(const RegexNode& node) {
  switch (node.kind) {
    case Kind::bytes:
      return is_letter(node) ? 1 : 0;
    case Kind::assertion:
      return 0;
    case Kind::sequence:
      return literal_of_sequence(node);
    case Kind::alternatives: {
      const auto shortest = std::ranges::min_element(node.children, {}, literal);
      return shortest == node.children.end() ? 0 : literal(*shortest);
    }
    case Kind::repeat:
      if (node.min <= 0) return 0;
      return is_letter(node.children[0]) ? static_cast<std::size_t>(node.min)
                                         : literal(node.children[0]);
    case Kind::group:
      return literal(node.children[0]);
  }
  return 0;
}

// Classes by property and characters by number are more than bytes.
bool names_characters(std::string_view regex) {
  const auto has = [regex](std::string_view part) { return regex.find(part) != regex.npos; };
  return has("\\p") || has("\\P") || has("\\x{") ||
         std::ranges::any_of(regex, [](char c) { return c < 0; });
}

}  // namespace

std::optional<RegexTraits> traits_of(std::string_view regex) {
  const auto root = secrets::parse_regex(regex);
  if (!root) return std::nullopt;
  return RegexTraits{bytes_suffice(*root) && !names_characters(regex), literal(*root)};
}

}  // namespace cork::gitleaks
