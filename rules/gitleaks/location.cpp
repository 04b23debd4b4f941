#include "rules/gitleaks/location.h"

#include <algorithm>

namespace cork::gitleaks {

Lines::Lines(std::string_view text) : text_(text) {
  for (std::size_t at = text.find('\n'); at != std::string_view::npos;
       at = text.find('\n', at + 1)) {
    newlines_.push_back(at);
  }
  if (newlines_.empty()) newlines_.push_back(text.size());
}

std::size_t Lines::begin_of(std::size_t line) const {
  return line == 0 ? 0 : newlines_[line - 1];
}

Location Lines::locate(Span match) const {
  match.begin = std::min(match.begin, text_.size());
  match.end = std::min(match.end, text_.size());
  const auto first = static_cast<std::size_t>(std::ranges::upper_bound(newlines_, match.begin) -
                                              newlines_.begin());
  if (first == newlines_.size()) return behind_the_last(match);

  Location at;
  at.start_line = first;
  at.start_column = match.begin - begin_of(first) + 1;
  // A match may begin with the end of the line before.
  at.true_column = first == 0 ? at.start_column : std::max<std::size_t>(at.start_column, 2) - 1;
  at.line = {begin_of(first), newlines_[first]};
  at.end_line = first;
  const auto last =
      static_cast<std::size_t>(std::ranges::lower_bound(newlines_, match.end) - newlines_.begin());
  if (last < newlines_.size() && match.end > begin_of(last)) {
    at.end_column = match.end - begin_of(last);
    at.true_end_column = at.end_column + (last == 0 ? 1 : 0);
    if (last >= first) {
      at.end_line = last;
      at.line.end = newlines_[last];
    }
  }
  at.line.end = std::max(at.line.end, match.end);
  return at;
}

Location Lines::behind_the_last(Span match) const {
  Location at;
  at.start_line = at.end_line = newlines_.size();
  at.start_column = match.begin - newlines_.back() + 1;
  at.true_column = std::max<std::size_t>(at.start_column, 2) - 1;
  at.end_column = at.true_end_column = match.end - newlines_.back();
  at.line = {0, std::min(text_.find_first_of("\r\n", match.end), text_.size())};
  return at;
}

}  // namespace cork::gitleaks
