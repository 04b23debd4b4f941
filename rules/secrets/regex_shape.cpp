#include "rules/secrets/regex_shape.h"

#include "base/base64.h"
#include "rules/secrets/chance.h"
#include "rules/secrets/regex_anchors.h"
#include "rules/secrets/regex_bounds.h"
#include "rules/secrets/regex_parser.h"
#include "rules/secrets/regex_searched.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace cork::secrets {

namespace {

using Kind = RegexNode::Kind;

ByteSet all_bytes(const RegexNode& node) {
  if (node.kind == Kind::bytes) return node.set;
  if (node.kind == Kind::repeat && node.max == 0) return {};
  ByteSet set;
  for (const RegexNode& child : node.children) set |= all_bytes(child);
  return set;
}

bool has_capture(const RegexNode& node, int wanted) {
  if (node.capture > 0 && (wanted == 0 || node.capture == wanted)) return true;
  return std::ranges::any_of(node.children,
                             [&](const RegexNode& child) { return has_capture(child, wanted); });
}

// A capture group that may be the secret is there in every match, and not empty.
bool has_sure_capture(const RegexNode& node, int wanted) {
  if (node.capture > 0 && (wanted == 0 || node.capture == wanted) && node.min_width() > 0) {
    return true;
  }
  if (node.kind == Kind::alternatives && node.children.size() > 1) return false;
  if (node.kind == Kind::repeat && node.min == 0) return false;
  return std::ranges::any_of(
      node.children, [&](const RegexNode& child) { return has_sure_capture(child, wanted); });
}

// Bytes that can occur in a match of `node` anywhere but last.
ByteSet inner_bytes(const RegexNode& node) {
  ByteSet set;
  bool last = true;
  switch (node.kind) {
    case Kind::bytes:
    case Kind::assertion:
      break;
    case Kind::repeat:
      set = node.max == 1 ? inner_bytes(node.children[0]) : all_bytes(node);
      break;
    case Kind::alternatives:
    case Kind::group:
      for (const RegexNode& child : node.children) set |= inner_bytes(child);
      break;
    case Kind::sequence:
      for (auto child = node.children.rbegin(); child != node.children.rend(); ++child) {
        set |= last ? inner_bytes(*child) : all_bytes(*child);
        last = last && child->empty();
      }
      break;
  }
  return set;
}

// See RegexShape::credential; what comes before the first capture group is left out.
ByteSet credential_bytes(const RegexNode& node, int wanted) {
  const bool wraps = node.kind == Kind::group || node.kind == Kind::alternatives;
  if (wraps && node.capture == 0 && node.children.size() == 1) {
    return credential_bytes(node.children[0], wanted);
  }
  if (node.kind != Kind::sequence) return all_bytes(node);
  const auto captures = [&](const RegexNode& child) { return has_capture(child, wanted); };
  ByteSet set;
  const auto first = std::ranges::find_if(node.children, captures);
  for (auto child = first; child != node.children.end(); ++child) {
    const bool last = std::all_of(child + 1, node.children.end(),
                                  [](const RegexNode& after) { return after.empty(); });
    if (child == first && last)
      set |= credential_bytes(*child, wanted);
    else
      set |= last && !captures(*child) ? inner_bytes(*child) : all_bytes(*child);
  }
  return set;
}

// Does every match of `node` take no more than so many bytes?
bool within(const RegexNode& node, std::size_t bytes) {
  const auto all = [&](const RegexNode& child) { return within(child, bytes); };
  switch (node.kind) {
    case Kind::bytes:
      return bytes > 0;
    case Kind::assertion:
      return true;
    case Kind::repeat:
      return node.max == 0 || within(node.children[0], 0) ||
             (node.max == 1 && all(node.children[0]));
    case Kind::alternatives:
      return std::ranges::all_of(node.children, all);
    case Kind::sequence:
    case Kind::group: {
      const auto some = [](const RegexNode& child) { return !within(child, 0); };
      return std::ranges::count_if(node.children, some) <= 1 &&
             std::ranges::all_of(node.children, all);
    }
  }
  return false;
}

// What stands in front of the one capture group, or the one that is `wanted`, where that is no part
// of a repeat, and behind it there are no more than `behind` bytes.
std::optional<ByteSet> before_capture(const RegexNode& node, int wanted, ByteSet before,
                                      std::size_t behind) {
  if (wanted == 0 ? node.capture > 0 : node.capture == wanted) return before;
  const auto captures = [&](const RegexNode& child) { return has_capture(child, wanted); };
  const bool goes_on = node.kind == Kind::sequence || node.kind == Kind::group;
  if (!goes_on && node.kind != Kind::alternatives) return std::nullopt;
  if (std::ranges::count_if(node.children, captures) != 1) return std::nullopt;
  const auto chosen = std::ranges::find_if(node.children, captures);
  if (goes_on) {
    for (auto child = node.children.begin(); child != chosen; ++child) {
      before = last_bytes(*child, before);
    }
    for (auto child = chosen + 1; child != node.children.end(); ++child) {
      if (within(*child, 0)) continue;
      if (behind == 0 || !within(*child, behind)) return std::nullopt;
      behind = 0;
    }
  }
  return before_capture(*chosen, wanted, before, behind);
}

// Does `node` match a text of nothing but `allowed`? Says yes where an assertion would refuse.
bool matches_within(const RegexNode& node, const ByteSet& allowed) {
  const auto within = [&](const RegexNode& child) { return matches_within(child, allowed); };
  switch (node.kind) {
    case Kind::bytes:
      return (node.set & allowed).any();
    case Kind::assertion:
      return true;
    case Kind::repeat:
      return node.min == 0 || within(node.children[0]);
    case Kind::alternatives:
      return std::ranges::any_of(node.children, within);
    case Kind::sequence:
    case Kind::group:
      return std::ranges::all_of(node.children, within);
  }
  return true;
}

// Takes all of an escape that separates() is true of, and may not take what that stands for.
bool goes_on_over_escapes(const RegexNode& node) {
  if (node.kind != Kind::bytes) return std::ranges::any_of(node.children, goes_on_over_escapes);
  if (!node.set['\\'] || std::ranges::none_of(kEscapeLetters, [&](char c) {
        return node.set[static_cast<unsigned char>(c)];
      })) {
    return false;
  }
  return !takes_separators(node.set);
}

// Both cases of each letter, since the case of a name is not told apart.
ByteSet host_name_bytes() {
  return byte_range('a', 'z') | byte_range('A', 'Z') | byte_range('0', '9') | single_byte('.') |
         single_byte('-') | single_byte('_');
}

// More of a literal tells nothing more.
constexpr std::size_t kLongestPrefix = 256;

// Appends the literal that `node` begins with; false: something else follows it.
bool literal_prefix(const RegexNode& node, std::string& prefix) {
  if (prefix.size() >= kLongestPrefix) return false;
  switch (node.kind) {
    case Kind::bytes:
      if (node.set.count() != 1) return false;
      for (std::size_t c = 0; c < node.set.size(); ++c) {
        if (node.set[c]) prefix.push_back(static_cast<char>(c));
      }
      return true;
    case Kind::assertion:
      return true;
    case Kind::repeat:
      for (int i = 0; i < node.min; ++i) {
        const std::size_t before = prefix.size();
        if (!literal_prefix(node.children[0], prefix)) return false;
        if (prefix.size() == before) break;  // nothing, however often
      }
      return node.min == node.max;
    case Kind::alternatives:
      return node.children.size() == 1 && literal_prefix(node.children[0], prefix);
    case Kind::sequence:
    case Kind::group:
      return std::ranges::all_of(
          node.children, [&](const RegexNode& child) { return literal_prefix(child, prefix); });
  }
  return false;
}

// Whether a digit of it may stand in front of the secret.
bool may_follow_base64url(const RegexShape& shape) {
  if (!shape.before_secret) return true;
  for (std::size_t c = 0; c < shape.before_secret->size(); ++c) {
    if ((*shape.before_secret)[c] && is_base64url_digit(static_cast<char>(c))) return true;
  }
  return false;
}

}  // namespace

Result<RegexShape> analyse_regex(std::string_view regex, ShapeOptions options) {
  const Result<RegexNode> root = parse_regex(regex);
  if (!root) return std::unexpected(root.error());
  RegexShape shape;
  shape.credential = has_sure_capture(*root, options.secret_group)
                         ? credential_bytes(*root, options.secret_group)
                         : all_bytes(*root);
  if (shape.credential.none()) return fail("cannot find a secret that has any bytes");
  ByteSet any;
  any.set();
  if (has_sure_capture(*root, options.secret_group)) {
    shape.before_secret = before_capture(*root, options.secret_group, any, 1);
  }
  literal_prefix(*root, shape.anchor);
  shape.anchors = anchors_of(*root);
  shape.decided = decided_form(regex, *root, options.decide_within);
  shape.searched = shape.decided;
  if (searched_form(*root)) {  // which what is closed may not need
    const Result<RegexNode> decided = parse_regex(shape.decided);
    if (!decided) return std::unexpected(decided.error());
    shape.searched = searched_form(*decided).value_or(shape.decided);
  }
  shape.has_groups = has_capture(*root, 0);
  shape.chance = bits_in_base64url(*root) < kChanceBits && may_follow_base64url(shape);
  shape.in_host_name = matches_within(*root, host_name_bytes());
  shape.spells_escapes = !matches_within(*root, ~single_byte('\\')) || goes_on_over_escapes(*root);
  if (!shape.spells_escapes && !shape.credential['\\']) {
    auto openings = openings_of(*root);
    shape.spells_escapes = !openings;
    shape.openings = std::move(openings).value_or(std::vector<Opening>());
  }
  return shape;
}

}  // namespace cork::secrets
