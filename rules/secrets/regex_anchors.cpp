#include "rules/secrets/regex_anchors.h"

#include <algorithm>
#include <cstddef>

namespace cork::secrets {
namespace {

using Kind = RegexNode::Kind;

constexpr std::size_t kMostAnchors = 32;
// Of shorter ones there are too many in any text.
constexpr std::size_t kShortest = 4;
// More of a literal tells nothing more.
constexpr std::size_t kLongest = 256;

struct Beginnings {
  std::vector<std::string> texts{""};
  bool whole = true;  // each is all of what it begins
};

// Goes on with what follows; false: nothing more can be said.
bool append(Beginnings& all, const Beginnings& next) {
  if (all.texts.size() * next.texts.size() > kMostAnchors) return all.whole = false;
  std::vector<std::string> texts;
  for (const std::string& text : all.texts) {
    for (const std::string& more : next.texts) texts.push_back(text + more);
  }
  all.texts = std::move(texts);
  all.whole = next.whole && all.texts.front().size() < kLongest;
  return all.whole;
}

Beginnings beginnings_of(const RegexNode& node) {
  Beginnings all;
  switch (node.kind) {
    case Kind::bytes: {
      const auto letter = one_letter(node.set);
      all.whole = letter.has_value();
      if (letter) all.texts = {std::string(1, *letter)};
      return all;
    }
    case Kind::assertion:
      return all;
    case Kind::repeat: {
      const Beginnings once = beginnings_of(node.children[0]);
      for (int i = 0; i < node.min; ++i) {
        if (!append(all, once) || once.texts == std::vector<std::string>{""}) break;
      }
      all.whole = all.whole && node.min == node.max;
      return all;
    }
    case Kind::alternatives:
      all.texts.clear();
      for (const RegexNode& child : node.children) {
        const Beginnings one = beginnings_of(child);
        all.texts.insert(all.texts.end(), one.texts.begin(), one.texts.end());
        all.whole = all.whole && one.whole;
      }
      if (all.texts.empty() || all.texts.size() > kMostAnchors) return {{""}, false};
      return all;
    case Kind::sequence:
    case Kind::group:
      for (const RegexNode& child : node.children) {
        if (!append(all, beginnings_of(child))) break;
      }
      return all;
  }
  return {{""}, false};
}

}  // namespace

std::vector<std::string> anchors_of(const RegexNode& root) {
  std::vector<std::string> anchors = beginnings_of(root).texts;
  const bool tell = std::ranges::all_of(
      anchors, [](const std::string& text) { return text.size() >= kShortest; });
  return tell ? anchors : std::vector<std::string>();
}

}  // namespace cork::secrets
