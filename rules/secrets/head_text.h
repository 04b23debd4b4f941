// The texts that a head is scanned as: each of its parts on a line of its own, and in a second text
// what their escapes and Basic credentials stand for.
//
// Not thread-safe. Holds copies of the parts, and views of field names.
//
//   HeadText text(limits, head.fields.size() + 3, bytes);
//   text.add(Part::path, head.target.path());
//   if (const auto problem = text.decode(); !problem.empty()) refuse(problem);
//   const HeadText::Line& line = text.line_ending_at(HeadText::spelled, position);
#pragma once

#include "base/limits.h"
#include "base/message.h"
#include "rules/secrets/containers.h"
#include "rules/secrets/finding.h"
#include "rules/secrets/origin_map.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cork::secrets {

class HeadText {
 public:
  enum Which : std::uint8_t { spelled, decoded };
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  struct Line {
    Part part = Part::field;
    Which which = spelled;
    bool basic = false;        // what Basic credentials hold
    std::size_t depth = 0;     // encodings between this and the spelling, escapes apart
    std::size_t escapes = 0;   // levels of them taken off since then
    std::size_t from = kNone;  // index of the line this was decoded from
    // Indices of those that were decoded from this.
    std::size_t first_child = kNone, end_child = kNone;
    // In its text: the line, behind the field's name, and the newline.
    std::size_t begin = 0, value = 0, end = 0;
    std::string_view name;                   // of the field
    std::string encoding;                    // "percent json"
    std::vector<FoundContainer> containers;  // in the value, or in its digits
    OriginMap origins;  // from the value to that of the line it was decoded from
  };

  // Room for `lines` parts of `bytes` bytes in all.
  HeadText(const ScanLimits& limits, std::size_t lines, std::size_t bytes);

  void add(Part part, std::string_view text);
  void add_field(Part part, const Field& field);
  // Adds what the lines stand for, to the depth of the limits: so many encodings, and so many
  // levels of escapes between them. Empty, or why not all of it is looked into: static storage.
  // Nothing may be added afterwards.
  [[nodiscard]] std::string_view decode();

  [[nodiscard]] const std::vector<Line>& lines() const noexcept { return lines_; }
  [[nodiscard]] std::string_view text(Which which) const noexcept {
    return which == spelled ? spelled_ : decoded_;
  }
  // With its newline.
  [[nodiscard]] std::string_view text_of(const Line& line) const noexcept {
    return text(line.which).substr(line.begin, line.end + 1 - line.begin);
  }
  [[nodiscard]] std::string_view value_of(const Line& line) const noexcept {
    return text(line.which).substr(line.value, line.end - line.value);
  }
  // The line that a match ending at `end`, which is not 0, ends in.
  [[nodiscard]] const Line& line_ending_at(Which which, std::size_t end) const noexcept;
  // The line as it was spelled.
  [[nodiscard]] const Line& spelling_of(const Line& line) const noexcept;
  // Which bytes of the spelling's value the bytes [begin, end) of the line's value came from.
  struct Range {
    std::size_t begin, end;
  };
  [[nodiscard]] Range spelled_range(const Line& line, Range range) const noexcept;

 private:
  [[nodiscard]] bool decode_escapes(std::size_t index);
  // Where in its value Basic credentials begin; none: it holds none.
  std::size_t decode_basic(std::size_t index);
  // False: what is at the full depth is encoded still. `credentials`: what decode_basic() said.
  [[nodiscard]] bool decode_runs(std::size_t index, std::size_t credentials);
  // A line that `index` is without some levels of escapes holds the same in digits.
  [[nodiscard]] bool shown_above(std::size_t index, std::string_view text) const noexcept;
  enum class Took : std::uint8_t { escapes, encoding };
  void add_decoded(std::size_t from, Took took, std::string_view encoding, std::string_view value,
                   OriginMap origins);

  ScanLimits limits_;
  std::string spelled_, decoded_;
  std::vector<Line> lines_;  // the spelled ones first
  std::size_t spelled_lines_ = 0;
};

}  // namespace cork::secrets
