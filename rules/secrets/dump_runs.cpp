// Bytes as dumps and programs show them, two hexadecimal digits each: see encoded_runs.h.
#include "base/ascii.h"
#include "base/byte_runs.h"
#include "rules/secrets/digit_codes.h"
#include "rules/secrets/dump_bytes.h"
#include "rules/secrets/dump_words.h"
#include "rules/secrets/encoded_runs.h"
#include "rules/secrets/text_runs.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
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
// Of the text before: an offset, and blanks.
constexpr std::size_t kSeen = kLongestWord + 8;
// A list behind what may be an offset is one where it has more bytes than a dump's lines mostly
// have.
constexpr std::size_t kMoreThanALine = DumpBytes::kMost;

bool is_line_number(std::string_view word) noexcept {
  return word.size() <= kLongestNumber && std::ranges::all_of(word, is_digit);
}

// One of two readings. Of lines that begin with an offset, the bytes behind it and nothing of what
// is behind those; or lists of bytes, wherever they stand, since what looks like an offset, and
// like what is behind a dump's bytes, may be there to hide one.
enum class Reads : std::uint8_t { lines, lists };

class DumpRuns final : public Decoder {
 public:
  explicit DumpRuns(Reads reads) noexcept : reads_(reads) {}
  Verdict push_some(Bytes& input, Offset at, Sink& sink) override;
  Verdict finish(Sink& sink) override;
  [[nodiscard]] Offset pending_from() const noexcept override {
    return !running_ ? end_ : bytes_.waiting_from().value_or(line_from());
  }
  [[nodiscard]] std::string_view name() const noexcept override { return "hex"; }

  [[nodiscard]] bool running() const noexcept { return running_; }
  // Text in which none begins.
  void pass(std::string_view text, Offset at);
  // Where the first run begins, or may in what the text ends in; text.size(): nowhere.
  [[nodiscard]] static std::size_t find(std::string_view text, Reads reads, bool last) noexcept;
  // The same of a text that holds no four words.
  [[nodiscard]] static std::size_t unfinished(std::string_view text, Reads reads,
                                              bool last) noexcept;

 private:
  // Whether a run that begins where the text does is not over at its end.
  [[nodiscard]] static bool goes_on(std::string_view text, Reads reads);
  // Where the word, or the number and the word, begins in front of which there may be an offset.
  [[nodiscard]] Offset line_from() const noexcept { return numbered_ ? line_at_ : word_at_; }
  void begin(Offset at, bool in_line);
  [[nodiscard]] bool is_behind_offset(std::string_view text, std::size_t at) const;
  // False: the run ended before this character.
  bool take(char c, Offset at, Sink& sink, TextRuns& out);
  bool take_gap(char c) noexcept;
  bool end_line() noexcept;
  // What stands before `behind`. False: it is none of the dump's.
  bool end_word(char behind, Sink& sink, TextRuns& out);
  // Whether what stands behind the bytes of a line begins here.
  [[nodiscard]] bool gutter_begins() const noexcept;
  void add_group(std::string_view digits, Sink& sink, TextRuns& out);

  Reads reads_;
  bool running_ = false;
  Offset began_ = 0;
  DumpBytes bytes_{kFewestBytes};
  std::array<char, kLongestWord> word_{};  // letters and digits in a row
  std::size_t size_ = 0;                   // of it; one in a gutter may be longer
  Offset word_at_ = 0;                     // of it, or of the last one
  bool escape_ = false;                    // a backslash came
  std::size_t between_ = 0;                // characters since the last word, and blanks among them
  std::size_t blanks_ = 0;
  bool line_begins_ = false;  // no word came in it
  bool has_offsets_ = false, colon_ = false;
  bool needs_blank_ = false;  // or what came is no offset
  bool short_ = false;        // the offset is
  bool gutter_ = false;
  std::size_t in_gutter_ = 0;  // characters
  std::size_t in_line_ = 0;    // bytes
  std::size_t empty_lines_ = 0;
  bool numbered_ = false;  // another word stands in front of the offset, there
  Offset line_at_ = 0;
  // From line_from() on, what has come of a word, or a line, that may begin another run.
  std::string line_;

  std::string seen_;  // the last that came before what is pushed

  Offset end_ = 0;
};

// `in_line`: in a line of a dump.
void DumpRuns::begin(Offset at, bool in_line) {
  std::string seen = std::move(seen_);
  *this = DumpRuns(reads_);
  seen_ = std::move(seen);
  running_ = line_begins_ = true;
  began_ = word_at_ = at;
  if (in_line && reads_ == Reads::lists) bytes_ = DumpBytes(kMoreThanALine);
}

void DumpRuns::pass(std::string_view text, Offset at) {
  end_ = at + text.size();
  seen_.append(text.substr(text.size() - std::min(text.size(), kSeen)));
  seen_.erase(0, seen_.size() - std::min(seen_.size(), kSeen));
}

// An offset, and what stands behind it, may have come before.
bool DumpRuns::is_behind_offset(std::string_view text, std::size_t at) const {
  if (at >= kSeen) return with_offset(text.substr(at - kSeen, kSeen + 1), kSeen) < kSeen;
  const std::string joined = seen_ + std::string(text.substr(0, at + 1));
  const std::size_t seen = std::min(joined.size() - 1, kSeen);
  return with_offset(std::string_view(joined).substr(joined.size() - 1 - seen), seen) < seen;
}

Verdict DumpRuns::push_some(Bytes& input, Offset at, Sink& sink) {
  std::string_view text = as_text(std::exchange(input, {}));
  std::string joined = std::exchange(line_, {});
  std::size_t i = joined.size();
  if (i > 0) {
    at -= i;
    text = joined.append(text);
  }
  TextRuns out(sink);
  while (i < text.size()) {
    if (!running_) {
      i += find(text.substr(i), reads_, false);
      if (i == text.size()) break;
      begin(at + i, is_behind_offset(text, i));
    }
    if (take(text[i], at + i, sink, out)) {
      ++i;
    } else {
      bytes_.end(sink, out);
      running_ = false;
      // What is none of this run's may begin the next, or the end of its first word.
      const Offset from = std::max(line_from(), began_ + 1);
      if (size_ > 0 && from >= at) i = from - at;
    }
  }
  out.flush();
  pass(text, at);
  if (running_ && (size_ > 0 || numbered_) && line_from() >= at) {
    line_ = text.substr(line_from() - at);
  }
  return Verdict::clean;
}

Verdict DumpRuns::finish(Sink& sink) {
  TextRuns out(sink);
  if (running_) {
    end_word('\n', sink, out);
    bytes_.end(sink, out);
  }
  running_ = false;
  return Verdict::clean;
}

bool DumpRuns::goes_on(std::string_view text, Reads reads) {
  struct Nothing final : Sink {
    using Sink::append;
    void append(Bytes, std::span<const Run>) override {}
  } nothing;
  TextRuns out(nothing);
  DumpRuns run(reads);
  run.begin(0, false);
  std::size_t i = 0;
  while (i < text.size() && run.take(text[i], i, nothing, out)) ++i;
  return i == text.size();
}

bool DumpRuns::take(char c, Offset at, Sink& sink, TextRuns& out) {
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
    if (size_ < kLongestWord)
      word_[size_++] = c;
    else if (!gutter_)
      return false;
    return true;
  }
  if (size_ > 0) {
    if (!end_word(c, sink, out)) return false;
    size_ = between_ = blanks_ = 0;
  }
  return take_gap(c);
}

bool DumpRuns::take_gap(char c) noexcept {
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

bool DumpRuns::end_line() noexcept {
  empty_lines_ = in_line_ == 0 ? empty_lines_ + 1 : 0;
  line_begins_ = true;
  numbered_ = false;
  in_line_ = between_ = blanks_ = 0;
  return empty_lines_ <= kMostEmptyLines;
}

// What a gutter shows may look like anything, and as a line's end in JSON does too.
bool DumpRuns::end_word(char behind, Sink& sink, TextRuns& out) {
  const std::string_view word(word_.data(), size_);
  if (reads_ == Reads::lines && line_begins_ && is_offset(word, behind)) {
    const bool first = without_prefix(word).find_first_not_of('0') == word.npos;
    if (first || !has_offsets_) bytes_.end(sink, out);
    has_offsets_ = true;
    colon_ = behind == ':';
    needs_blank_ = short_ = without_prefix(word).size() < kShortestOffset;
    line_begins_ = gutter_ = numbered_ = false;
    in_gutter_ = 0;
    return true;
  }
  if (reads_ == Reads::lines && !has_offsets_) return false;
  line_begins_ = line_begins_ && (!gutter_ || is_line_number(word));
  if (gutter_) return true;
  if (has_offsets_ && line_begins_) {
    const bool first = !std::exchange(numbered_, true);
    if (first) line_at_ = word_at_;
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

bool DumpRuns::gutter_begins() const noexcept {
  if (short_ && in_line_ == kBytesOfCurl) return true;
  return in_line_ > 0 && blanks_ >= 2 && (colon_ || in_line_ != kBytesBeforeMiddle);
}

// Groups of two bytes, where no colon stands behind the offset, are a number's whose low byte
// comes first (od -x).
void DumpRuns::add_group(std::string_view digits, Sink& sink, TextRuns& out) {
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

// Where words begin at the end of the text that may be the first ones. At the end of the `last`
// they are all there are.
std::size_t DumpRuns::unfinished(std::string_view text, Reads reads, bool last) noexcept {
  // Less than a block: three words and a part of one, and an offset, take no more.
  constexpr std::size_t most = 63;
  const std::size_t from = text.size() - std::min(text.size(), most);
  const std::string_view tail = text.substr(from);
  const std::uint64_t words = byte_mask<LetterOrDigit>(tail), digits = byte_mask<Hex>(tail);
  const bool cut_in_front = from > 0 && hex_value(text[from - 1]) >= 0;
  std::uint64_t begins = digits & ~(digits << 1 | (cut_in_front ? 1u : 0u));
  for (; begins != 0; begins &= begins - 1) {
    const auto at = static_cast<std::size_t>(std::countr_zero(begins));
    const auto run = static_cast<std::size_t>(std::countr_one(digits >> at));
    const bool cut = at + run == tail.size();
    // Most digits are letters in the middle of a word.
    const bool in_word = !cut && (words >> (at + run) & 1) != 0;
    const bool prefix = in_word && run == 1 && without_prefix(tail.substr(at)).data() != &tail[at];
    const bool fits = reads == Reads::lists ? run == 2 : run >= kShortestBeforeColon;
    if (!prefix && !cut && (in_word || !fits)) continue;
    const auto size = static_cast<std::size_t>(std::countr_one(words >> at));
    if (!is_hex(without_prefix(tail.substr(at, size)))) continue;
    // At the end of all, each byte has two digits at least.
    if (last && tail.size() - at < 2 * kFewestBytes) break;
    if (goes_on(tail.substr(at), reads)) return from + at;
  }
  return text.size();
}

std::size_t DumpRuns::find(std::string_view text, Reads reads, bool last) noexcept {
  for (std::size_t at = 0;;) {
    const std::size_t found = at + find_four_words(text.substr(at), reads == Reads::lines);
    if (found == text.size()) return unfinished(text, reads, last);
    if (reads == Reads::lists) return found;
    if (const std::size_t offset = with_offset(text, found); offset < found) return offset;
    // Of a list, no word but an offset is one.
    at = find_byte_run<Hex, kShortestBeforeColon>(text, found + 2);
    if (at == text.size()) return unfinished(text, reads, last);
  }
}

}  // namespace

std::size_t find_dump_run(std::string_view text, bool last) noexcept {
  const auto first = [&](auto find) {
    return std::min(find(text, Reads::lists, last), find(text, Reads::lines, last));
  };
  return find_four_words(text, true) == text.size() ? first(&DumpRuns::unfinished)
                                                    : first(&DumpRuns::find);
}

namespace {

// Both readings, each in a lane of its own. Where neither has begun they are asked for at once, as
// in most of a text nothing is to be read.
class Dumps final : public Decoder {
 public:
  Verdict push_some(Bytes& input, Offset at, Sink& sink) override {
    while (!input.empty()) {
      if (!lines_.running() && !lists_.running()) pass(input, at);
      Bytes some = input.first(std::min(input.size(), kAtOnce));
      input = input.subspan(some.size());
      lists_.push(some, at, sink.lane(1));
      lines_.push(some, at, sink.lane(0));
      at += some.size();
    }
    return Verdict::clean;
  }
  Verdict finish(Sink& sink) override {
    lists_.finish(sink.lane(1));
    return lines_.finish(sink.lane(0));
  }
  [[nodiscard]] Offset pending_from() const noexcept override {
    return std::min(lines_.pending_from(), lists_.pending_from());
  }
  [[nodiscard]] std::string_view name() const noexcept override { return lines_.name(); }

 private:
  // What looked like a dump is mostly over before so many bytes.
  static constexpr std::size_t kAtOnce = 512;

  void pass(Bytes& input, Offset& at) {
    const std::size_t found = find_dump_run(as_text(input), false);
    const Bytes passed = input.first(found);
    lines_.pass(as_text(passed), at);
    lists_.pass(as_text(passed), at);
    input = input.subspan(found);
    at += found;
  }

  DumpRuns lines_{Reads::lines}, lists_{Reads::lists};
};

}  // namespace

std::unique_ptr<Decoder> make_dump_runs() {
  return std::make_unique<Dumps>();
}

}  // namespace cork::secrets
