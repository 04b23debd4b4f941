#include "rules/gitleaks/frame.h"

#include "base/ascii.h"
#include "rules/secrets/regex_parser.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace cork::gitleaks {
namespace {

using secrets::RegexNode;

constexpr std::string_view kBoundary = R"(\b)", kAnyCase = "(?i)";
// Of gitleaks 8.30's generators, and of those before 8.19.
constexpr std::array<std::string_view, 2> kEnds{R"((?:[\x60'"\s;]|\\[nr]|$))",
                                                R"((?:['|\"|\n|\r|\s|\x60|;]|$))"};
constexpr std::string_view kWideEnd = R"((?:[\x60'"\s;&,<>)}\]\\]|$))";
constexpr std::size_t kTellingLetters = 3;

// What every match begins with: so many letters, and whether those are all of it.
struct Beginning {
  std::size_t letters = 0;
  bool whole = true;
};

Beginning beginning_of(const RegexNode& node) {
  using Kind = RegexNode::Kind;
  switch (node.kind) {
    case Kind::bytes: {
      const bool letter = secrets::one_letter(node.set).has_value();
      return {letter ? 1U : 0U, letter};
    }
    case Kind::assertion:
      return {};
    case Kind::group:
      return beginning_of(node.children.front());
    case Kind::repeat: {
      Beginning once = beginning_of(node.children.front());
      if (node.min == 0) return {0, false};
      return {once.letters, once.whole && node.min == 1 && node.max == 1};
    }
    case Kind::alternatives: {
      Beginning least{kTellingLetters, true};
      for (const RegexNode& one : node.children) {
        const Beginning of = beginning_of(one);
        least = {std::min(least.letters, of.letters), least.whole && of.whole};
      }
      return least;
    }
    case Kind::sequence: {
      Beginning all;
      for (const RegexNode& one : node.children) {
        const Beginning of = beginning_of(one);
        all.letters += of.letters;
        all.whole = of.whole;
        if (!all.whole) break;
      }
      return all;
    }
  }
  return {0, false};
}

bool begins_alike(std::string_view regex) {
  const auto parsed = secrets::parse_regex(regex);
  return parsed && beginning_of(*parsed).letters >= kTellingLetters;
}

}  // namespace

std::string without_frame(std::string_view regex) {
  std::string_view core = regex;
  const bool any_case = core.starts_with(kAnyCase);
  if (any_case) core.remove_prefix(kAnyCase.size());
  const bool bounded = core.starts_with(kBoundary);
  if (bounded) core.remove_prefix(kBoundary.size());
  const auto* const end =
      std::ranges::find_if(kEnds, [&](std::string_view one) { return core.ends_with(one); });
  // An escaped backslash in front of a b is no boundary.
  const bool word_end = core.ends_with(R"()\b)") || core.ends_with(R"(}\b)");
  if (end != kEnds.end()) {
    core.remove_suffix(end->size());
  } else if (word_end) {
    core.remove_suffix(kBoundary.size());
  }
  const std::string front(any_case ? kAnyCase : "");
  std::string bare = front + std::string(core);
  if (begins_alike(bare)) return bare;
  if (end == kEnds.end()) return std::string(regex);
  return front + std::string(bounded ? kBoundary : "") + std::string(core) + std::string(kWideEnd);
}

}  // namespace cork::gitleaks
