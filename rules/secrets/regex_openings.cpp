#include "rules/secrets/regex_openings.h"

#include "rules/secrets/escapes.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

namespace cork::secrets {
namespace {

using Kind = RegexNode::Kind;

// What stands in an escape behind its letter, and is none itself.
constexpr std::string_view kDigits = "89ABCDEFacde{";
// What escapes as it is: with a backslash and without, it is a separator.
constexpr std::string_view kQuotedSigns = "\"'\\<>";
// Some credentials tell what they are by their end.
constexpr std::size_t kMostBytes = 64;
// What tells less is seen too often.
constexpr double kFewestBits = 24;
// More drafts than that are cut short.
constexpr std::size_t kMostDrafts = 64;

ByteSet set_of(std::string_view bytes) {
  ByteSet set;
  for (const char c : bytes) set |= single_byte(c);
  return set;
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

// What a match must take behind a point.
bool may_end(const Rest* rest) {
  for (; rest != nullptr; rest = rest->next) {
    if (rest->min > 0 && rest->node->min_width() > 0) return false;
  }
  return true;
}

// What may come next.
ByteSet first_of(const Rest* rest) {
  ByteSet first;
  for (; rest != nullptr; rest = rest->next) {
    if (rest->max != 0) first |= first_bytes(*rest->node);
    if (rest->min > 0 && rest->node->min_width() > 0) break;
  }
  return first;
}

class Collector {
 public:
  std::vector<Opening> take() { return std::move(found_); }
  [[nodiscard]] bool vague() const noexcept { return vague_; }

  // All of `node`, of which `rest` follows, behind one of `before`.
  void visit(const RegexNode& node, const ByteSet& before, const Rest* rest) {
    switch (node.kind) {
      case Kind::bytes:
        if (node.set['\\']) take_backslash(node.set, 1, before, rest, rest);
        return;
      case Kind::assertion:
        vague_ = vague_ || !holds_behind_an_escape(node.asserts, before, rest);
        return;
      case Kind::group:
      case Kind::sequence:
        return sequence(node.children, before, rest);
      case Kind::alternatives:
        for (const RegexNode& child : node.children) {
          if (!is_spelled_out(child, node.children)) visit(child, before, rest);
        }
        return;
      case Kind::repeat:
        return repeat(node, before, rest);
    }
  }

  // Openings of what `rest` is, behind one of `before`. `first`: a match begins there. What ends a
  // match in a backslash or an escape, ends it in what the escape stands for as well.
  void add(const ByteSet& before, const Rest* rest, bool first) {
    if (vague_) return;
    Drafts drafts{Draft{}};
    letters_ = set_of(kEscapeLetters);
    if (first) letters_ |= set_of(kDigits);
    follow(rest, drafts, first);
    for (Draft& draft : drafts) {
      if (draft.bytes.size() <= (first ? 0 : 1) && !draft.over) continue;
      vague_ = vague_ || is_vague(draft.bytes);
      add_unless_told(found_, {before, std::move(draft.bytes), false});
    }
  }

 private:
  void sequence(std::span<const RegexNode> nodes, ByteSet before, const Rest* rest) {
    std::vector<Rest> rests(nodes.size());
    for (std::size_t i = nodes.size(); i-- > 0;) {
      rests[i] = {&nodes[i], 1, 1, i + 1 < nodes.size() ? &rests[i + 1] : rest};
    }
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      visit(nodes[i], before, rests[i].next);
      before = last_bytes(nodes[i], before);
    }
  }

  void repeat(const RegexNode& node, const ByteSet& before, const Rest* rest) {
    if (node.max == 0) return;
    const RegexNode& child = node.children[0];
    const int more = node.max == RegexNode::kOpen ? RegexNode::kOpen : node.max - 1;
    const Rest again{&child, 0, more, rest};
    const Rest* const next = node.max == 1 ? rest : &again;
    const ByteSet around = node.max == 1 ? before : before | last_bytes(child, before);
    if (const RegexNode& one = unwrapped(child); one.kind == Kind::bytes) {
      if (one.set['\\']) take_backslash(one.set, node.min, around, next, rest);
    } else {
      visit(child, around, next);
    }
  }

  // One of `set`, which is taken `min` times at least, is the backslash of an escape. Then `next`
  // follows, and `rest` behind all of them.
  void take_backslash(const ByteSet& set, int min, const ByteSet& before, const Rest* next,
                      const Rest* rest) {
    add(before, next, false);
    if (min == 0) return;
    // Without the backslash, it is one less; and what the escape stands for, is to be one of them.
    if (min > 1 || (may_end(rest) && !takes_separators(set))) vague_ = true;
    // Or that is what follows, and none is left.
    static const ByteSet signs = set_of(kQuotedSigns);
    for (; rest != nullptr; rest = rest->next) {
      const bool needed = rest->min > 0 && rest->node->min_width() > 0;
      const ByteSet taken = needed ? signs : signs & ~set;
      if (rest->max != 0 && (first_bytes(*rest->node) & taken).any()) vague_ = true;
      if (needed) return;
    }
  }

  // Does an assertion hold behind what an escape stands for, where it does behind the escape, which
  // ends in a letter?
  static bool holds_behind_an_escape(char asserts, const ByteSet& before, const Rest* rest) {
    if (!before['\\']) return true;  // it does not stand there
    return asserts != 'B' && (asserts != 'b' || only_words(first_of(rest)));
  }

  // Adds to each draft what `rest` begins with. Of what may stand in front of it, and not change
  // that it matches, `leading` drafts have as little as may be.
  void follow(const Rest* rest, Drafts& drafts, bool leading) {
    for (; rest != nullptr && !done(drafts); rest = rest->next) {
      follow_repeat(*rest->node, rest->min, rest->max, drafts, leading);
    }
  }

  void follow_node(const RegexNode& node, Drafts& drafts, bool leading) {
    if (done(drafts)) return;
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
    if (max == 0 || done(drafts)) return;
    if (child.empty()) max = min = 1;  // again it says nothing more
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

  void follow_bytes(const ByteSet& set, Drafts& drafts) const {
    std::erase_if(drafts, [&](Draft& draft) {
      if (draft.over) return false;
      // The letter of the escape is taken by what takes all that it may stand for.
      if (draft.bytes.empty() && ((set & letters_).none() || skips(set))) return true;
      draft.bytes.push_back(set);
      draft.over = draft.bytes.size() == kMostBytes;
      return false;
    });
  }
  static bool skips(const ByteSet& set) { return takes_separators(set); }

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
  ByteSet letters_;  // that the first byte of an opening may be
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

bool takes_separators(const ByteSet& set) {
  for (std::size_t c = 0; c < set.size(); ++c) {
    if (is_separator(static_cast<char>(c)) && !set[c]) return false;
  }
  return true;
}

std::optional<Opening> opening_of(std::string_view word, std::string_view between) {
  static const ByteSet letters = ignoring_case(set_of(kEscapeLetters) | set_of(kDigits));
  if (word.empty() || !letters[static_cast<unsigned char>(word[0])]) return std::nullopt;
  Opening opening;
  opening.before.set();
  ByteSet others;  // that may stand there instead, in front of it
  for (const char c : word.substr(0, kMostBytes)) {
    const ByteSet letter = ignoring_case(single_byte(c));
    opening.bytes.push_back(letter | others);
    if (!between.empty()) others |= opening.bytes.size() == 1 ? set_of(between) : letter;
  }
  return opening;
}

void add_unless_told(std::vector<Opening>& openings, Opening opening) {
  for (const Opening& other : openings) {
    if (is_told_by(opening, other)) return;
  }
  std::erase_if(openings, [&](const Opening& other) { return is_told_by(other, opening); });
  openings.push_back(std::move(opening));
}

}  // namespace cork::secrets
