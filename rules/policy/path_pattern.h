// Which paths a route admits. A pattern begins with '/', and in it
//   *     stands for any characters within one segment, none included
//   **    alone between slashes, stands for any number of segments, none included
//   %XX   is the character it spells; everything else is itself, compared case-sensitively
// "/a/**" is everything below "/a/", not "/a" itself. A slash is a slash however the request spells
// it: "/@scope/*" admits "/@scope%2fname".
//
// Pure value. Matching takes time in proportion to the path's length times the pattern's wildcards.
//
//   Result<PathPattern> pattern = PathPattern::parse("/repos/pypy/**");
//   pattern->matches("/repos/pypy/cork/issues");
#pragma once

#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cork::policy {

// In a reading of a path (path_readings.h): a slash that is part of a segment's text.
inline constexpr char kSlashInSegment = '\x01';

class PathPattern {
 public:
  static constexpr std::size_t kLongest = 1024;

  // Refuses what could never match, or would not mean what it seems to; the message says what to
  // write instead.
  static Result<PathPattern> parse(std::string_view text);

  // `reading`: a path as path_readings.h gives it, percent-decoded.
  [[nodiscard]] bool matches(std::string_view reading) const;
  // As written.
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

  bool operator==(const PathPattern& other) const noexcept { return text_ == other.text_; }

 private:
  enum class Kind : std::uint8_t {
    literal,
    in_segment,  // "*"
    any,         // "**"
    perhaps,     // before "**/": all of it may be absent
  };
  struct Token {
    Kind kind;
    char c = '\0';
  };
  class States;

  PathPattern() = default;
  void append_segment(std::string_view segment, bool last);

  std::string text_;
  std::vector<Token> tokens_;
};

}  // namespace cork::policy
