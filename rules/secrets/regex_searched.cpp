#include "rules/secrets/regex_searched.h"

#include "base/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

namespace cork::secrets {
namespace {

using Kind = RegexNode::Kind;

// To Hyperscan even an assertion is something before an anchor.
bool is_filled(const RegexNode& node) {
  if (node.kind == Kind::bytes || node.kind == Kind::assertion) return true;
  return std::ranges::any_of(node.children, &is_filled);
}

// Does Hyperscan take `node`, where something may stand before it in a match, or behind it?
bool is_taken(const RegexNode& node, bool before, bool behind) {
  if (node.ungreedy) return false;
  const auto& children = node.children;
  switch (node.kind) {
    case Kind::bytes:
      return true;
    case Kind::assertion:
      if (node.asserts == '^' || node.asserts == 'A') return !before;
      return (node.asserts != '$' && node.asserts != 'z') || !behind;
    case Kind::repeat: {
      if (node.max == 0 || children[0].empty()) return false;
      const bool again = node.max != 1;
      return is_taken(children[0], before || again, behind || again);
    }
    case Kind::alternatives:
      return std::ranges::all_of(
          children, [&](const RegexNode& child) { return is_taken(child, before, behind); });
    case Kind::sequence:
    case Kind::group: {
      const auto first = std::ranges::find_if(children, &is_filled);
      const auto last = std::ranges::find_if(children.rbegin(), children.rend(), &is_filled).base();
      for (auto child = first; child != children.end(); ++child) {
        if (!is_taken(*child, before || child > first, behind || child + 1 < last)) return false;
      }
      return std::none_of(children.begin(), first,
                          [](const RegexNode& child) { return child.ungreedy; });
    }
  }
  return false;
}

// Hyperscan takes no more than 16,000 characters of a regex.
std::string written(std::size_t byte) {
  const char c = static_cast<char>(byte);
  return is_alnum(c) ? std::string(1, c) : fmt::format("\\x{:02x}", byte);
}

void write_set(const ByteSet& set, std::string& out) {
  // It has no empty class; what stands there cannot match, and what is wider may.
  if (set.all() || set.none()) {
    out += "[\\x00-\\xff]";
    return;
  }
  if ((~set).count() == 1 && !set['\n']) {
    out += "[^\\n]";
    return;
  }
  const bool one = set.count() == 1;
  if (!one) out += '[';
  for (std::size_t first = 0; first < set.size(); ++first) {
    if (!set[first]) continue;
    std::size_t last = first;
    while (last + 1 < set.size() && set[last + 1]) ++last;
    out += written(first);
    if (last > first) out += '-' + written(last);
    first = last;
  }
  if (!one) out += ']';
}

void write(const RegexNode& node, std::string& out);

void write_repeat(const RegexNode& repeat, std::string& out) {
  const RegexNode& what = repeat.children[0];
  const bool one = what.kind == Kind::bytes;
  if (!one) out += "(?:";
  write(what, out);
  if (!one) out += ')';
  if (repeat.max == RegexNode::kOpen) {
    out += fmt::format("{{{},}}", repeat.min);
  } else {
    out += fmt::format("{{{},{}}}", repeat.min, repeat.max);
  }
}

void write(const RegexNode& node, std::string& out) {
  switch (node.kind) {
    case Kind::bytes:
      return write_set(node.set, out);
    case Kind::assertion:
      if (node.asserts == 'b' || node.asserts == 'B') out += {'\\', node.asserts};
      return;
    case Kind::repeat:
      if (node.empty()) return;
      write_repeat(node, out);
      return;
    case Kind::alternatives:
      if (node.children.size() == 1) return write(node.children[0], out);
      out += "(?:";
      for (const RegexNode& child : node.children) {
        write(child, out);
        out += '|';
      }
      out.back() = ')';
      return;
    case Kind::sequence:
    case Kind::group:
      for (const RegexNode& child : node.children) write(child, out);
      return;
  }
}

}  // namespace

std::optional<std::string> searched_form(const RegexNode& root) {
  if (is_taken(root, false, false)) return std::nullopt;
  std::string form;
  write(root, form);
  return form;
}

}  // namespace cork::secrets
