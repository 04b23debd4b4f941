#include "rules/secrets/dump_run.h"

#include "base/ascii.h"
#include "rules/secrets/digit_codes.h"
#include "rules/secrets/text_runs.h"

#include <algorithm>
#include <utility>

namespace cork::secrets {
namespace {

// What a tool that numbers lines writes in front of that.
constexpr std::size_t kLongestNumber = 6;
// Lines without a byte, empty ones and offsets alone.
constexpr std::size_t kMostEmptyLines = 8;
// The characters that a line shows again behind its bytes.
constexpr std::size_t kLongestGutter = 200;
constexpr std::size_t kBytesBeforeMiddle = 8;  // where hexdump leaves two blanks
constexpr std::size_t kBytesOfCurl = 16;       // a line of its trace, and of tcpdump's
// A list behind what may be an offset is one where it has more bytes than a dump's lines mostly
// have.
constexpr std::size_t kMoreThanALine = DumpBytes::kMost;

bool is_line_number(std::string_view word) noexcept {
  return word.size() <= kLongestNumber && std::ranges::all_of(word, is_digit);
}

}  // namespace

DumpRun::DumpRun(Reads reads, Offset at, bool in_line) noexcept
    : reads_(reads),
      began_(at),
      bytes_(in_line && reads == Reads::lists ? kMoreThanALine : kFewestBytes),
      word_at_(at) {}

void DumpRun::finish(Sink& sink, TextRuns& out) {
  end_word('\n', sink, out);
  end(sink, out);
}

bool DumpRun::take(char c, Offset at, Sink& sink, TextRuns& out) {
  if (gutter_ && ++in_gutter_ > kLongestGutter) return false;
  if (needs_blank_ && size_ == 0 && c != ':') {
    if (c != ' ') return false;
    needs_blank_ = false;
  }
  if (is_alnum(c)) {
    // A line's end, or a tab, as JSON spells it.
    if (std::exchange(escape_, false) && (c == 'n' || c == 'r' || c == 't')) {
      return c == 't' || end_line();
    }
    if (size_ == 0) word_at_ = at;
    if (size_ == kLongestWord) {
      too_long_ = true;
      return gutter_;
    }
    word_[size_++] = c;
    return true;
  }
  if (size_ > 0) {
    if (!end_word(c, sink, out)) return false;
    size_ = between_ = blanks_ = 0;
    too_long_ = false;
  }
  return take_gap(c);
}

bool DumpRun::take_gap(char c) noexcept {
  escape_ = c == '\\';
  if (c == '\n' || c == '\r') {
    gutter_ = false;
    return end_line();
  }
  const bool gutter = c == '|' || (c != ' ' && gutter_begins());
  if (has_offsets_ && !line_begins_ && gutter) gutter_ = true;
  ++between_;
  blanks_ = c == ' ' ? blanks_ + 1 : 0;
  if (has_offsets_) return between_ <= kLongestGutter;
  if (EscapeMark::has(static_cast<unsigned char>(c)) != 0) return false;
  const bool indentation = line_begins_ && is_between_lines(c);
  return between_ <= (indentation ? kMostIndentation : kMostBetween);
}

bool DumpRun::end_line() noexcept {
  empty_lines_ = in_line_ == 0 ? empty_lines_ + 1 : 0;
  line_begins_ = true;
  numbered_ = false;
  in_line_ = between_ = blanks_ = 0;
  return empty_lines_ <= kMostEmptyLines;
}

// What a gutter shows may look like anything, and as a line's end in JSON does too.
bool DumpRun::end_word(char behind, Sink& sink, TextRuns& out) {
  const std::string_view word(word_.data(), size_);
  if (reads_ != Reads::lists) {
    const bool may_begin = line_begins_ || reads_ == Reads::offsets;
    if (may_begin && !too_long_ && is_offset(word, behind)) {
      if (!line_begins_) bytes_.end(sink, out);
      begin_line(without_prefix(word), behind, sink, out);
      return true;
    }
    if (!has_offsets_) return false;
  }
  line_begins_ = line_begins_ && (!gutter_ || is_line_number(word));
  if (gutter_) return true;
  if (has_offsets_ && line_begins_) {
    const bool first = !std::exchange(numbered_, true);
    if (first) number_at_ = word_at_;
    return first && is_line_number(word);
  }
  line_begins_ = false;
  if (has_offsets_ && gutter_begins()) return gutter_ = true;
  const std::string_view digits = without_prefix(word);
  const bool group = digits.size() == 2 || (has_offsets_ && word.size() == 4);
  if (!group || !is_hex(digits)) return gutter_ = has_offsets_ && in_line_ > 0;
  add_group(digits, sink, out);
  return true;
}

void DumpRun::begin_line(std::string_view offset, char behind, Sink& sink, TextRuns& out) {
  const bool first = offset.find_first_not_of('0') == offset.npos;
  if (first || !has_offsets_) bytes_.end(sink, out);
  has_offsets_ = true;
  colon_ = behind == ':';
  needs_blank_ = short_ = offset.size() < kShortestOffset;
  line_begins_ = gutter_ = numbered_ = false;
  in_line_ = in_gutter_ = 0;
}

bool DumpRun::gutter_begins() const noexcept {
  if (short_ && in_line_ == kBytesOfCurl) return true;
  return in_line_ > 0 && blanks_ >= 2 && (colon_ || in_line_ != kBytesBeforeMiddle);
}

// Groups of two bytes, where no colon stands behind the offset, are a number's whose low byte
// comes first (od -x).
void DumpRun::add_group(std::string_view digits, Sink& sink, TextRuns& out) {
  const Offset end = word_at_ + size_;
  const auto byte = [&](std::size_t at) {
    return static_cast<char>(hex_value(digits[at]) * 16 + hex_value(digits[at + 1]));
  };
  in_line_ += digits.size() / 2;
  if (digits.size() == 2) return bytes_.add({byte(0), end - 2, end}, sink, out);
  if (colon_) {
    bytes_.add({byte(0), word_at_, word_at_ + 2}, sink, out);
    return bytes_.add({byte(2), word_at_ + 2, end}, sink, out);
  }
  bytes_.add({byte(2), word_at_, end}, sink, out);
  bytes_.add({byte(0), word_at_, end}, sink, out);
}

}  // namespace cork::secrets
