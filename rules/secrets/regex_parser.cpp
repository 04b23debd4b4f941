#include "rules/secrets/regex_parser.h"

#include "base/ascii.h"
#include "rules/secrets/byte_class.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

namespace cork::secrets {
namespace {

using Kind = RegexNode::Kind;

constexpr int kMaxDepth = 64;
constexpr int kMostRepeats = 1000;  // as RE2
constexpr std::size_t kMaxWidth = 1u << 20;

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<RegexNode> run() {
    Result<RegexNode> node = alternatives(0);
    if (!node) return node;
    if (at_ != text_.size()) return bad("an unmatched ')'");
    return node;
  }

 private:
  struct Flags {
    bool fold = false, dot_all = false;
  };

  Result<RegexNode> alternatives(int depth) {
    if (depth > kMaxDepth) return bad("groups nested too deep");
    const Flags before = flags_;
    RegexNode node(Kind::alternatives);
    do {
      Result<RegexNode> branch = sequence(depth);
      if (!branch) return branch;
      node.children.push_back(std::move(*branch));
    } while (take('|'));
    flags_ = before;
    return node;
  }

  Result<RegexNode> sequence(int depth) {
    RegexNode node(Kind::sequence);
    while (more() && peek() != '|' && peek() != ')') {
      Result<RegexNode> item = atom(depth);
      if (!item) return item;
      Result<RegexNode> whole = quantified(std::move(*item));
      if (!whole) return whole;
      node.children.push_back(std::move(*whole));
    }
    return node;
  }

  Result<RegexNode> atom(int depth) {
    const char c = text_[at_++];
    switch (c) {
      case '(':
        return group(depth);
      case '[':
        return bracket();
      case '.':
        return bytes(flags_.dot_all ? ~ByteSet() : ~single_byte('\n'));
      case '^':
      case '$':
        return assertion(c);
      case '\\':
        return escape();
      default:
        return bytes(single_byte(c));
    }
  }

  Result<RegexNode> group(int depth) {
    RegexNode node(Kind::group);
    const Flags before = flags_;
    if (take('?')) {
      if (take('P') || peek_is('<')) {
        const std::size_t close = text_.find('>', at_);
        if (!peek_is('<') || close == std::string_view::npos) return bad("a group's name");
        at_ = close + 1;
        node.capture = ++captures_;
      } else {
        const Result<bool> opens = flags(node);
        if (!opens) return std::unexpected(opens.error());
        // "(?i)" is no group: its flags hold until the group around it ends.
        node.kind = *opens ? Kind::group : Kind::sequence;
        if (!*opens) return node;
      }
    } else {
      node.capture = ++captures_;
    }
    Result<RegexNode> inside = alternatives(depth + 1);
    if (!inside) return inside;
    if (!take(')')) return bad("a group without its ')'");
    flags_ = before;
    node.children.push_back(std::move(*inside));
    return node;
  }

  // Reads "i-s:" or "i)"; true: a group's content follows.
  Result<bool> flags(RegexNode& node) {
    bool on = true;
    while (more()) {
      const char c = text_[at_++];
      if (c == ':') return true;
      if (c == ')') return false;
      if (c == '-')
        on = false;
      else if (c == 'i')
        flags_.fold = on;
      else if (c == 's')
        flags_.dot_all = on;
      else if (c == 'U')
        node.ungreedy = true;  // the ends are the same
      else if (c != 'm')
        return unsupported("a flag other than i, s, m and U");
    }
    return unsupported("flags without an end");
  }

  static RegexNode assertion(char which) {
    RegexNode node(Kind::assertion);
    node.asserts = which;
    return node;
  }

  // After a backslash, outside of brackets.
  Result<RegexNode> escape() {
    if (!more()) return bad("a trailing backslash");
    const char c = peek();
    if (c == 'b' || c == 'B' || c == 'A' || c == 'z') {
      ++at_;
      return assertion(c);
    }
    const Result<ByteSet> set = escaped_set();
    if (!set) return std::unexpected(set.error());
    return bytes(*set);
  }

  Result<ByteSet> escaped_set() {
    if (!more()) return unsupported("a trailing backslash");
    const char c = text_[at_++];
    if (const auto set = perl_class(c)) return *set;
    switch (c) {
      case 'n':
        return single_byte('\n');
      case 'r':
        return single_byte('\r');
      case 't':
        return single_byte('\t');
      case 'f':
        return single_byte('\f');
      case 'v':
        return single_byte('\v');
      case 'a':
        return single_byte('\a');
      case 'x':
        return hex_escape();
      default:
        break;
    }
    if (is_alnum(c)) return unsupported("the escape \\" + std::string(1, c));
    return single_byte(c);
  }

  Result<ByteSet> hex_escape() {
    std::string_view digits;
    if (take('{')) {
      const std::size_t close = text_.find('}', at_);
      if (close == std::string_view::npos) return unsupported("\\x{ without }");
      digits = text_.substr(at_, close - at_);
      at_ = close + 1;
    } else {
      digits = text_.substr(at_, 2);
      at_ += digits.size();
    }
    int value = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (error != std::errc() || end != digits.data() + digits.size() || value > 255) {
      return unsupported("a \\x escape that is no byte");
    }
    return byte_range(value, value);
  }

  // After '['.
  Result<RegexNode> bracket() {
    ByteSet set;
    const bool negated = take('^');
    bool first = true;
    while (more() && (first || peek() != ']')) {
      first = false;
      const bool opens = text_.substr(at_).starts_with("[:");
      const std::size_t close = opens ? text_.find(":]", at_ + 2) : text_.npos;
      if (close != text_.npos) {
        std::string_view name = text_.substr(at_ + 2, close - at_ - 2);
        const bool other = name.starts_with('^');
        if (other) name.remove_prefix(1);
        const auto named = posix_class(name);
        if (!named) return bad("an unknown [:class:]");
        // Case is ignored in what is named, and then all else is meant.
        const ByteSet meant = flags_.fold ? ignoring_case(*named) : *named;
        set |= other ? ~meant : meant;
        at_ = close + 2;
        continue;
      }
      const Result<ByteSet> low = bracket_item();
      if (!low) return std::unexpected(low.error());
      const bool is_range =
          low->count() == 1 && at_ + 1 < text_.size() && peek() == '-' && text_[at_ + 1] != ']';
      if (!is_range) {
        set |= *low;
        continue;
      }
      ++at_;
      const Result<ByteSet> high = bracket_item();
      if (!high) return std::unexpected(high.error());
      if (high->count() != 1) return bad("a range that ends in a class");
      set |= byte_range(only(*low), only(*high));
    }
    if (!take(']')) return bad("'[' without ']'");
    if (flags_.fold) set = ignoring_case(set);
    return bytes(negated ? ~set : set);
  }

  Result<ByteSet> bracket_item() {
    if (take('\\')) return escaped_set();
    return single_byte(text_[at_++]);
  }

  Result<RegexNode> quantified(RegexNode item) {
    const std::size_t begin = at_;
    RegexNode node(Kind::repeat);
    if (!quantifier(node.min, node.max)) return item;
    take('?');  // lazy: the ends are the same
    node.quantifier_begin = begin;
    node.quantifier_end = at_;
    node.children.push_back(std::move(item));
    int min = 0, max = 0;
    if (quantifier(min, max)) return bad("a repetition of a repetition");
    if (node.min > kMostRepeats || node.max > kMostRepeats) return bad("so many repetitions");
    return node;
  }

  bool quantifier(int& min, int& max) {
    min = peek_is('+') ? 1 : 0;
    max = peek_is('?') ? 1 : RegexNode::kOpen;
    return take('*') || take('+') || take('?') || counts(min, max);
  }

  // "{n}", "{n,}", "{n,m}"; anything else is a literal brace, as in RE2.
  bool counts(int& min, int& max) {
    const std::size_t close = text_.find('}', at_);
    if (!peek_is('{') || close == std::string_view::npos) return false;
    const std::string_view inside = text_.substr(at_ + 1, close - at_ - 1);
    const std::size_t comma = inside.find(',');
    if (!number(inside.substr(0, comma), min)) return false;
    if (comma == std::string_view::npos)
      max = min;
    else if (comma + 1 == inside.size())
      max = RegexNode::kOpen;
    else if (!number(inside.substr(comma + 1), max))
      return false;
    at_ = close + 1;
    return true;
  }

  static bool number(std::string_view digits, int& value) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc() && end == digits.data() + digits.size() && value >= 0;
  }

  static int only(const ByteSet& set) {
    int c = 0;
    while (!set[static_cast<std::size_t>(c)]) ++c;
    return c;
  }

  RegexNode bytes(const ByteSet& set) const {
    RegexNode node(Kind::bytes);
    node.set = flags_.fold ? ignoring_case(set) : set;
    return node;
  }

  [[nodiscard]] bool more() const { return at_ < text_.size(); }
  [[nodiscard]] char peek() const { return text_[at_]; }
  [[nodiscard]] bool peek_is(char c) const { return more() && peek() == c; }
  bool take(char c) {
    if (!peek_is(c)) return false;
    ++at_;
    return true;
  }

  [[nodiscard]] static std::unexpected<Error> unsupported(std::string what) {
    return fail("cannot read " + std::move(what));
  }
  [[nodiscard]] static Result<RegexNode> bad(std::string what) {
    return unsupported(std::move(what));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int captures_ = 0;
  Flags flags_;
};

}  // namespace

ByteSet first_bytes(const RegexNode& node) {
  if (node.kind == RegexNode::Kind::bytes) return node.set;
  ByteSet first;
  if (node.kind == RegexNode::Kind::repeat && node.max == 0) return first;
  for (const RegexNode& child : node.children) {
    first |= first_bytes(child);
    if (node.kind != RegexNode::Kind::alternatives && child.min_width() > 0) break;
  }
  return first;
}

ByteSet last_bytes(const RegexNode& node, const ByteSet& before) {
  ByteSet last;
  switch (node.kind) {
    case RegexNode::Kind::bytes:
      return node.set;
    case RegexNode::Kind::assertion:
      return before;
    case RegexNode::Kind::repeat:
      if (node.max == 0) return before;
      last = last_bytes(node.children[0], before);
      return node.min == 0 ? last | before : last;
    case RegexNode::Kind::alternatives:
      for (const RegexNode& child : node.children) last |= last_bytes(child, before);
      return last;
    case RegexNode::Kind::sequence:
    case RegexNode::Kind::group:
      last = before;
      for (const RegexNode& child : node.children) last = last_bytes(child, last);
      return last;
  }
  return before;
}

Result<RegexNode> parse_regex(std::string_view regex) {
  return Parser(regex).run();
}

std::size_t RegexNode::min_width() const noexcept {
  std::size_t width = 0;
  switch (kind) {
    case Kind::bytes:
      return 1;
    case Kind::assertion:
      return 0;
    case Kind::repeat:
      width = children[0].min_width() * static_cast<std::size_t>(min);
      break;
    case Kind::alternatives:
      width = kMaxWidth;
      for (const RegexNode& child : children) width = std::min(width, child.min_width());
      break;
    case Kind::sequence:
    case Kind::group:
      for (const RegexNode& child : children) width += child.min_width();
      break;
  }
  return std::min(width, kMaxWidth);
}

bool RegexNode::empty() const noexcept {
  if (kind == Kind::bytes) return false;
  if (kind == Kind::repeat && max == 0) return true;
  return std::ranges::all_of(children, [](const RegexNode& child) { return child.empty(); });
}

bool RegexNode::optional() const noexcept {
  switch (kind) {
    case Kind::bytes:
    case Kind::assertion:
      return false;
    case Kind::repeat:
      return min == 0 || children[0].optional();
    case Kind::alternatives:
      return std::ranges::any_of(children, [](const RegexNode& c) { return c.optional(); });
    case Kind::sequence:
    case Kind::group:
      return std::ranges::all_of(children, [](const RegexNode& c) { return c.optional(); });
  }
  return false;
}

}  // namespace cork::secrets
