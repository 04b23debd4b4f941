#include "rules/secrets/regex_bounds.h"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

namespace cork::secrets {
namespace {

using Kind = RegexNode::Kind;
using Nodes = std::vector<const RegexNode*>;

// With less room than for these it would be another regex.
constexpr std::size_t kFewestRepeats = 200;

// The open quantifiers that a match can end in.
void add_trailing(const RegexNode& node, Nodes& found) {
  switch (node.kind) {
    case Kind::bytes:
    case Kind::assertion:
      return;
    case Kind::repeat:
      if (node.max == RegexNode::kOpen) found.push_back(&node);
      // In any turn but the last, what ends the turn is not what ends the match.
      if (node.min <= 1 && (node.max == 1 || node.max == RegexNode::kOpen)) {
        add_trailing(node.children[0], found);
      }
      return;
    case Kind::alternatives:
    case Kind::group:
      for (const RegexNode& child : node.children) add_trailing(child, found);
      return;
    case Kind::sequence:
      for (auto child = node.children.rbegin(); child != node.children.rend(); ++child) {
        add_trailing(*child, found);
        if (!child->optional()) return;
      }
      return;
  }
}

std::string closed(const RegexNode& repeat, int within) {
  // Hyperscan takes no "{0}".
  const int max = std::max({repeat.min, within, 1});
  std::string text = "{" + std::to_string(repeat.min);
  if (repeat.min < max) text += "," + std::to_string(max);
  return text + "}";
}

// All open ones. False: one is inside another one.
bool add_open(const RegexNode& node, bool inside, Nodes& found) {
  const bool open = node.kind == Kind::repeat && node.max == RegexNode::kOpen;
  if (open && inside) return false;
  if (open) found.push_back(&node);
  return std::ranges::all_of(node.children, [&](const RegexNode& child) {
    return add_open(child, inside || open, found);
  });
}

// Of the longest match.
struct Longest {
  std::size_t bytes = 0;  // with the fewest repeats of each open quantifier
  std::size_t open = 0;   // how many of those take part
};

Longest longest(const RegexNode& node) {
  if (node.kind == Kind::bytes) return {.bytes = 1};
  Longest all;
  for (const RegexNode& child : node.children) {
    const Longest one = longest(child);
    const bool either = node.kind == Kind::alternatives;
    all.bytes = either ? std::max(all.bytes, one.bytes) : all.bytes + one.bytes;
    all.open = either ? std::max(all.open, one.open) : all.open + one.open;
  }
  if (node.kind != Kind::repeat) return all;
  const bool open = node.max == RegexNode::kOpen;
  const auto repeats = static_cast<std::size_t>(open ? node.min : node.max);
  return {all.bytes * repeats, open ? 1 : all.open * repeats};
}

// From the last to the first, so that the places of the others stay.
std::string with_quantifiers(std::string_view regex, Nodes repeats,
                             const std::function<std::string(const RegexNode&)>& quantifier) {
  std::string text(regex);
  std::ranges::sort(repeats, std::ranges::greater(), &RegexNode::quantifier_begin);
  for (const RegexNode* repeat : repeats) {
    text.replace(repeat->quantifier_begin, repeat->quantifier_end - repeat->quantifier_begin,
                 quantifier(*repeat));
  }
  return text;
}

}  // namespace

std::string decided_form(std::string_view regex, const RegexNode& root, int within) {
  Nodes open;
  add_trailing(root, open);
  return with_quantifiers(regex, std::move(open), [within](const RegexNode& repeat) {
    // A repeat of a repeat keeps its lengths from multiplying: only single bytes are extended.
    return closed(repeat, repeat.children[0].kind == Kind::bytes ? within : 0);
  });
}

std::optional<std::string> bounded_form(std::string_view regex, std::size_t bytes) {
  const Result<RegexNode> root = parse_regex(regex);
  Nodes open, trailing;
  if (!root || !add_open(*root, false, open)) return std::nullopt;
  add_trailing(*root, trailing);
  std::erase_if(open, [&](const RegexNode* repeat) {
    return std::ranges::find(trailing, repeat) != trailing.end();
  });
  const Longest match = longest(*root);
  if (open.empty() || match.bytes >= bytes) return std::nullopt;
  const std::size_t share = (bytes - match.bytes) / std::max(match.open, std::size_t{1});
  const auto repeats = [share](const RegexNode& repeat) {
    return share / std::max(longest(repeat.children[0]).bytes, std::size_t{1});
  };
  const bool room = std::ranges::all_of(
      open, [&](const RegexNode* repeat) { return repeats(*repeat) >= kFewestRepeats; });
  if (!room) return std::nullopt;
  return with_quantifiers(regex, std::move(open), [&](const RegexNode& repeat) {
    // What is lazy stays so: it says what the groups around it take.
    const bool lazy = regex.substr(0, repeat.quantifier_end).ends_with("?");
    return closed(repeat, repeat.min + static_cast<int>(repeats(repeat))) + (lazy ? "?" : "");
  });
}

}  // namespace cork::secrets
