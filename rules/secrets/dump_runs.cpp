// Bytes as dumps and programs show them, two hexadecimal digits each: see encoded_runs.h.
#include "base/ascii.h"
#include "base/byte_runs.h"
#include "rules/secrets/digit_codes.h"
#include "rules/secrets/encoded_runs.h"
#include "rules/secrets/text_runs.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <string_view>
#include <utility>

namespace cork::secrets {
namespace {

constexpr std::size_t kLongestWord = 16;
// Offsets in front of a line have more digits than bytes have, and fewer than hashes.
constexpr std::size_t kShortestOffset = 6;
// What stands between two bytes in a line: `", "` and a quote or two.
constexpr std::size_t kMostBetween = 4;
// The characters that a line shows again behind its bytes.
constexpr std::size_t kLongestGutter = 200;
constexpr std::size_t kBytesBeforeMiddle = 8;  // where hexdump leaves two blanks

// What follows is an escape, in percent-encoding and quoted-printable, and read as one.
struct EscapeMark {
  static constexpr unsigned char has(unsigned char c) noexcept {
    return static_cast<unsigned char>((c == '%') | (c == '='));
  }
};

bool is_hex(std::string_view word) noexcept {
  return std::ranges::all_of(word, [](char c) { return hex_value(c) >= 0; });
}

bool is_offset(std::string_view word, char behind) noexcept {
  const bool long_enough = word.size() >= kShortestOffset && word.size() <= kLongestWord;
  return long_enough && (behind == ':' || behind == ' ') && is_hex(word);
}

class DumpRuns final : public Decoder {
 public:
  Verdict push_some(Bytes& input, Offset at, Sink& sink) override;
  Verdict finish(Sink& sink) override;
  [[nodiscard]] Offset pending_from() const noexcept override {
    return !running_ ? end_ : count_ > 0 ? waiting_[0].from : word_at_;
  }
  [[nodiscard]] std::string_view name() const noexcept override { return "hex"; }

 private:
  struct Byte {
    char c = 0;
    Offset from = 0, to = 0;
  };

  void begin(Offset at) noexcept;
  // False: the run ended before this character.
  bool take(char c, Offset at, Sink& sink, TextRuns& out);
  bool take_gap(char c) noexcept;
  void end_line() noexcept;
  // What stands before `behind`. False: it is none of the dump's.
  bool end_word(char behind, Sink& sink, TextRuns& out);
  // Whether what stands behind the bytes of a line begins here.
  [[nodiscard]] bool gutter_begins() const noexcept;
  void add_group(std::string_view digits, Sink& sink, TextRuns& out);
  void add(const Byte& byte, Sink& sink, TextRuns& out);
  void end_stretch(Sink& sink, TextRuns& out);
  static void put(const Byte& byte, TextRuns& out) {
    const std::size_t taken = byte.to - byte.from;
    out.put({&byte.c, 1},
            {byte.from, byte.to, static_cast<std::uint8_t>(taken == 2 ? 2 : 0), true});
  }

  bool running_ = false, fresh_ = true;
  std::array<char, kLongestWord> word_{};  // letters and digits in a row
  std::size_t size_ = 0;                   // of it; more than that: too long a one
  Offset word_at_ = 0;                     // of it, or of the last one
  bool escape_ = false;                    // a backslash came
  std::size_t between_ = 0;                // characters since the last word, and blanks among them
  std::size_t blanks_ = 0;
  bool line_begins_ = false;  // no word came in it
  bool has_offsets_ = false, colon_ = false;
  bool gutter_ = false;
  std::size_t in_gutter_ = 0;  // characters
  std::size_t in_line_ = 0;    // bytes

  bool open_ = false;  // enough text came
  std::array<Byte, kFewestBytes> waiting_{};
  std::size_t count_ = 0;
  char last_ = 0;
  Offset end_ = 0;
};

void DumpRuns::begin(Offset at) noexcept {
  *this = {};
  running_ = line_begins_ = true;
  fresh_ = false;
  word_at_ = at;
}

Verdict DumpRuns::push_some(Bytes& input, Offset at, Sink& sink) {
  const std::string_view text = as_text(std::exchange(input, {}));
  TextRuns out(sink);
  for (std::size_t i = 0; i < text.size();) {
    if (!running_) {
      if (!fresh_) i += find_dump_run(text.substr(i));
      if (i == text.size()) break;
      begin(at + i);
    }
    if (take(text[i], at + i, sink, out)) {
      ++i;
    } else {
      end_stretch(sink, out);
      running_ = false;
    }
  }
  end_ = at + text.size();
  out.flush();
  return Verdict::clean;
}

Verdict DumpRuns::finish(Sink& sink) {
  TextRuns out(sink);
  if (running_) {
    end_word('\n', sink, out);
    end_stretch(sink, out);
  }
  running_ = false;
  return Verdict::clean;
}

bool DumpRuns::take(char c, Offset at, Sink& sink, TextRuns& out) {
  if (gutter_ && ++in_gutter_ > kLongestGutter) return false;
  if (is_alpha(c) || is_digit(c)) {
    // A line's end, or a tab, as JSON spells it.
    if (std::exchange(escape_, false) && (c == 'n' || c == 'r' || c == 't')) {
      if (c != 't') end_line();
      return true;
    }
    if (size_ == 0) word_at_ = at;
    if (size_ < kLongestWord) word_[size_] = c;
    size_ = std::min(size_ + 1, kLongestWord + 1);
    return true;
  }
  if (size_ > 0) {
    if (!end_word(c, sink, out)) return false;
    size_ = between_ = blanks_ = 0;
    line_begins_ = false;
  }
  return take_gap(c);
}

bool DumpRuns::take_gap(char c) noexcept {
  escape_ = c == '\\';
  if (c == '\n' || c == '\r') {
    end_line();
    return true;
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

void DumpRuns::end_line() noexcept {
  line_begins_ = true;
  in_line_ = between_ = blanks_ = 0;
}

// What a gutter shows may look like anything, a line's end too.
bool DumpRuns::end_word(char behind, Sink& sink, TextRuns& out) {
  const std::string_view word(word_.data(), std::min(size_, kLongestWord));
  const bool whole = size_ <= kLongestWord;
  if (line_begins_ && whole && is_offset(word, behind)) {
    has_offsets_ = true;
    colon_ = behind == ':';
    gutter_ = false;
    in_gutter_ = 0;
    return true;
  }
  if (gutter_) return true;
  if (has_offsets_ && (line_begins_ || gutter_begins())) {
    gutter_ = !line_begins_;
    return gutter_;
  }
  const bool prefixed = word.starts_with("0x") || word.starts_with("0X");
  const std::string_view digits = word.substr(prefixed ? 2 : 0);
  const bool group = digits.size() == 2 || (has_offsets_ && !prefixed && digits.size() == 4);
  if (!whole || !group || !is_hex(digits)) return gutter_ = has_offsets_;
  add_group(digits, sink, out);
  return true;
}

bool DumpRuns::gutter_begins() const noexcept {
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
  if (digits.size() == 2) return add({byte(0), end - 2, end}, sink, out);
  if (colon_) {
    add({byte(0), word_at_, word_at_ + 2}, sink, out);
    return add({byte(2), word_at_ + 2, end}, sink, out);
  }
  add({byte(2), word_at_, end}, sink, out);
  add({byte(0), word_at_, end}, sink, out);
}

// Zeros in a row are no wide characters.
void DumpRuns::add(const Byte& byte, Sink& sink, TextRuns& out) {
  const bool padding = byte.c == '\0' && std::exchange(last_, byte.c) == '\0';
  last_ = byte.c;
  if (open_) return is_text(byte.c) && !padding ? put(byte, out) : end_stretch(sink, out);
  if (!is_printable(byte.c) || padding) {
    count_ = 0;
    return;
  }
  waiting_[count_++] = byte;
  if (count_ < waiting_.size()) return;
  for (const Byte& each : waiting_) put(each, out);
  count_ = 0;
  open_ = true;
}

void DumpRuns::end_stretch(Sink& sink, TextRuns& out) {
  count_ = 0;
  out.flush();
  if (std::exchange(open_, false)) sink.boundary();
}

// Of 64 bytes of which bit i of `long_enough` tells that `size` digits stand from i on, and
// `digits` the digits: where four words of that size begin, each as far behind the last.
std::uint64_t four_words(std::uint64_t long_enough, std::uint64_t digits, std::size_t size,
                         std::size_t least, std::size_t most) noexcept {
  const std::uint64_t words = long_enough & ~(digits >> size) & ~(digits << 1);
  std::uint64_t more = words & (words - 1);
  more &= more - 1;
  if ((more & (more - 1)) == 0) return 0;
  std::uint64_t found = 0;
  for (std::size_t stride = least; stride <= most; ++stride) {
    const std::uint64_t two = words & words >> stride;
    found |= two & two >> (2 * stride);
  }
  return found;
}

bool is_word(std::string_view text, std::size_t at, std::size_t size) noexcept {
  const bool ends = at + size == text.size() || hex_value(text[at + size]) < 0;
  return ends && (at == 0 || hex_value(text[at - 1]) < 0) && is_hex(text.substr(at, size));
}

// The first of the words in front of the one at `word`: fewer than four, or they were found.
std::size_t first_word(std::string_view text, std::size_t word) noexcept {
  const std::size_t size = is_word(text, word, 2) ? 2 : 4;
  for (std::size_t stride = size + 1; stride <= size + kMostBetween;) {
    if (stride <= word && is_word(text, word - stride, size)) {
      word -= stride;
      stride = size;
    }
    ++stride;
  }
  return word;
}

// The offset in front of the first word, if there is one.
std::size_t with_offset(std::string_view text, std::size_t word) noexcept {
  std::size_t at = word;
  while (at > 0 && text[at - 1] == ' ') --at;
  if (at > 0 && text[at - 1] == ':') --at;
  const std::size_t end = at;
  while (at > 0 && end - at <= kLongestWord && hex_value(text[at - 1]) >= 0) --at;
  return end < word && is_offset(text.substr(at, end - at), text[end]) ? at : word;
}

}  // namespace

// A stretch of text is of more words than stand at the ends of two blocks, three in each.
std::size_t find_dump_run(std::string_view text) noexcept {
  static_assert(kFewestBytes > 8);
  const std::size_t found = by_masks([text](auto masks) __attribute__((always_inline)) {
    for (std::size_t at = 0; at < text.size(); at += 64) {
      const std::string_view rest = text.substr(at);
      const std::uint64_t digits =
          rest.size() < 64 ? masks.template of<Hex>(rest) : masks.template of<Hex>(rest.data());
      const std::uint64_t two = digits & digits >> 1, four = two & two >> 2;
      std::uint64_t words = four_words(two, digits, 2, 3, 6);
      if (words != 0) {
        words &= ~((rest.size() < 64 ? masks.template of<EscapeMark>(rest)
                                     : masks.template of<EscapeMark>(rest.data())) >>
                   2);
      }
      if (four != 0) words |= four_words(four, digits, 4, 5, 5);
      if (words != 0) return at + static_cast<std::size_t>(std::countr_zero(words));
    }
    return text.size();
  });
  return found == text.size() ? found : with_offset(text, first_word(text, found));
}

std::unique_ptr<Decoder> make_dump_runs() {
  return std::make_unique<DumpRuns>();
}

}  // namespace cork::secrets
