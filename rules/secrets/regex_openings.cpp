#include "rules/secrets/regex_openings.h"

#include "rules/secrets/escapes.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

namespace cork::secrets {
namespace {

using Kind = RegexNode::Kind;

// The letters that escapes have which stand for something else.
constexpr std::string_view kLetters = "bfnrtuUxN01234567";
// Some credentials tell what they are by their end.
constexpr std::size_t kMostBytes = 64;
// What tells less is seen too often.
constexpr double kFewestBits = 24;
// More drafts than that are cut short.
constexpr std::size_t kMostDrafts = 64;

ByteSet letters() {
  ByteSet set;
  for (const char c : kLetters) set |= single_byte(c);
  return set;
}

// Whether what an escape stands for is in it, whatever that is.
bool takes_separators(const ByteSet& set) {
  for (std::size_t c = 0; c < set.size(); ++c) {
    if (is_separator(static_cast<char>(c)) && !set[c]) return false;
  }
  return true;
}

bool only_words(const ByteSet& set) {
  static const ByteSet words = *perl_class('w');
  return (set & ~words).none();
}

// All that `one` fits, `other` fits as well.
bool is_told_by(const Opening& one, const Opening& other) {
  if (one.bytes.size() < other.bytes.size() || (one.before & ~other.before).any()) return false;
  if (other.random && !one.random) return false;
  for (std::size_t i = 0; i < other.bytes.size(); ++i) {
    if ((one.bytes[i] & ~other.bytes[i]).any()) return false;
  }
  return true;
}

// The one node that there is.
const RegexNode& unwrapped(const RegexNode& node) {
  const bool wraps =
      node.kind == Kind::group || node.kind == Kind::sequence || node.kind == Kind::alternatives;
  return wraps && node.children.size() == 1 ? unwrapped(node.children[0]) : node;
}

// Is it an escape, as in (?:[\r\n]|\\[rn]), where what that stands for is one of `others`?
bool is_spelled_out(const RegexNode& alternative, std::span<const RegexNode> others) {
  const RegexNode& node = unwrapped(alternative);
  if (node.kind != Kind::sequence || node.children.size() != 2) return false;
  const RegexNode &backslash = unwrapped(node.children[0]), &letter = unwrapped(node.children[1]);
  if (backslash.kind != Kind::bytes || backslash.set != single_byte('\\')) return false;
  if (letter.kind != Kind::bytes) return false;
  ByteSet meant;
  for (std::size_t c = 0; c < letter.set.size(); ++c) {
    if (letter.set[c]) meant |= single_byte(simple_escape(static_cast<char>(c)));
  }
  return std::ranges::any_of(others, [&](const RegexNode& each) {
    const RegexNode& other = unwrapped(each);
    return other.kind == Kind::bytes && (meant & ~other.set).none() && !meant[0];
  });
}

// What is left of a regex behind some point of it.
struct Rest {
  const RegexNode* node = nullptr;  // nullptr: the end
  int min = 1, max = 1;             // as often
  const Rest* next = nullptr;
};

struct Draft {
  std::vector<ByteSet> bytes;
  bool asserted = false;  // an assertion stands in front of them
  bool over = false;      // anything follows

  friend bool operator==(const Draft&, const Draft&) = default;
};
using Drafts = std::vector<Draft>;

class Collector {
 public:
  std::vector<Opening> take() { return std::move(found_); }
  [[nodiscard]] bool vague() const noexcept { return vague_; }

  // All of `node`, of which `rest` follows, behind one of `before`; the bytes it may end in.
  ByteSet visit(const RegexNode& node, const ByteSet& before, const Rest* rest) {
    switch (node.kind) {
      case Kind::bytes:
        if (node.set['\\']) add(before, rest, false);
        return node.set;
      case Kind::assertion:
        return before;
      case Kind::group:
      case Kind::sequence:
        return sequence(node.children, before, rest);
      case Kind::alternatives: {
        ByteSet after;
        for (const RegexNode& child : node.children) {
          if (!is_spelled_out(child, node.children)) after |= visit(child, before, rest);
        }
        return after;
      }
      case Kind::repeat:
        return repeat(node, before, rest);
    }
    return before;
  }

  // Openings of what `rest` is, behind one of `before`. `first`: a match begins there. What ends a
  // match in a backslash or an escape, ends it in what the escape stands for as well.
  void add(const ByteSet& before, const Rest* rest, bool first) {
    if (vague_) return;
    Drafts drafts{Draft{}};
    follow(rest, drafts, first);
    for (Draft& draft : drafts) {
      if (draft.bytes.size() <= (first ? 0 : 1) && !draft.over) continue;
      vague_ = vague_ || is_vague(draft.bytes);
      add_unless_told(found_, {before, std::move(draft.bytes), false});
    }
  }

 private:
  ByteSet sequence(std::span<const RegexNode> nodes, const ByteSet& before, const Rest* rest) {
    if (nodes.empty()) return before;
    std::vector<Rest> rests(nodes.size());
    for (std::size_t i = nodes.size(); i-- > 0;) {
      rests[i] = {&nodes[i], 1, 1, i + 1 < nodes.size() ? &rests[i + 1] : rest};
    }
    ByteSet after = before;
    for (std::size_t i = 0; i < nodes.size(); ++i) after = visit(nodes[i], after, rests[i].next);
    return after;
  }

  ByteSet repeat(const RegexNode& node, const ByteSet& before, const Rest* rest) {
    if (node.max == 0) return before;
    const RegexNode& child = node.children[0];
    const int more = node.max == RegexNode::kOpen ? RegexNode::kOpen : node.max - 1;
    const Rest again{&child, 0, more, rest};
    ByteSet around = before;
    if (node.max != 1) around |= Collector().visit(child, before, nullptr);
    const ByteSet after = visit(child, around, node.max == 1 ? rest : &again);
    return node.min == 0 ? after | before : after;
  }

  // Adds to each draft what `rest` begins with. Of what may stand in front of it, and not change
  // that it matches, `leading` drafts have as little as may be.
  void follow(const Rest* rest, Drafts& drafts, bool leading) {
    for (; rest != nullptr && !done(drafts); rest = rest->next) {
      follow_repeat(*rest->node, rest->min, rest->max, drafts, leading);
    }
  }

  void follow_node(const RegexNode& node, Drafts& drafts, bool leading) {
    switch (node.kind) {
      case Kind::bytes:
        follow_bytes(node.set, drafts);
        return;
      case Kind::assertion:
        for (Draft& draft : drafts) draft.asserted = draft.asserted || draft.bytes.empty();
        return;
      case Kind::group:
      case Kind::sequence:
        for (const RegexNode& child : node.children) follow_node(child, drafts, leading);
        return;
      case Kind::alternatives: {
        Drafts all;
        for (const RegexNode& child : node.children) {
          if (is_spelled_out(child, node.children)) continue;
          Drafts some = drafts;
          follow_node(child, some, leading);
          std::ranges::move(some, std::back_inserter(all));
        }
        drafts = std::move(all);
        limit(drafts);
        return;
      }
      case Kind::repeat:
        follow_repeat(node.children[0], node.min, node.max, drafts, leading);
        return;
    }
  }

  void follow_repeat(const RegexNode& child, int min, int max, Drafts& drafts, bool leading) {
    if (max == 0) return;
    // Where a match begins with more than it needs, one that begins a byte later matches as well.
    const bool word = child.kind == Kind::bytes && only_words(child.set) && min > 0;
    Drafts fewest;
    if (leading && (min != 1 || max != 1)) {
      std::erase_if(drafts, [&](Draft& draft) {
        if (!draft.bytes.empty() || draft.over || (draft.asserted && !word)) return false;
        fewest.push_back(std::move(draft));
        return true;
      });
    }
    for (int i = 0; i < min && i < static_cast<int>(kMostBytes); ++i) {
      follow_node(child, drafts, leading);
      follow_node(child, fewest, leading);
    }
    if (max != min && !drafts.empty()) {
      Drafts more = drafts;
      follow_node(child, more, leading);
      for (Draft& draft : more) draft.over = true;
      std::ranges::move(more, std::back_inserter(drafts));
    }
    std::ranges::move(fewest, std::back_inserter(drafts));
    limit(drafts);
  }

  static void follow_bytes(const ByteSet& set, Drafts& drafts) {
    static const ByteSet possible = letters();
    std::erase_if(drafts, [&](Draft& draft) {
      if (draft.over) return false;
      // The letter of the escape is taken by what takes all that it may stand for.
      if (draft.bytes.empty() && ((set & possible).none() || skips(set))) return true;
      draft.bytes.push_back(set);
      draft.over = draft.bytes.size() == kMostBytes;
      return false;
    });
  }
  static bool skips(const ByteSet& set) { return set['\\'] && takes_separators(set); }

  static void limit(Drafts& drafts) {
    if (drafts.size() <= kMostDrafts / 4) return;
    for (auto draft = drafts.begin(); draft != drafts.end(); ++draft) {
      drafts.erase(std::remove(draft + 1, drafts.end(), *draft), drafts.end());
    }
    if (drafts.size() <= kMostDrafts) return;
    for (Draft& draft : drafts) draft.over = true;
  }
  static bool done(const Drafts& drafts) { return std::ranges::all_of(drafts, &Draft::over); }

  static bool is_vague(std::span<const ByteSet> bytes) {
    double bits = 0;
    for (const ByteSet& set : bytes) bits += 8 - std::log2(static_cast<double>(set.count()));
    return bits < kFewestBits;
  }

  std::vector<Opening> found_;
  bool vague_ = false;
};

}  // namespace

std::optional<std::vector<Opening>> openings_of(const RegexNode& regex) {
  Collector collector;
  ByteSet any;
  any.set();
  const Rest all{&regex, 1, 1, nullptr};
  collector.add(any, &all, true);
  collector.visit(regex, any, nullptr);
  if (collector.vague()) return std::nullopt;
  return collector.take();
}

void add_unless_told(std::vector<Opening>& openings, Opening opening) {
  for (const Opening& other : openings) {
    if (is_told_by(opening, other)) return;
  }
  std::erase_if(openings, [&](const Opening& other) { return is_told_by(other, opening); });
  openings.push_back(std::move(opening));
}

}  // namespace cork::secrets
