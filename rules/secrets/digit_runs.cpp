// base64 and hexadecimal runs: see encoded_runs.h.
#include "rules/secrets/byte_runs.h"
#include "rules/secrets/digit_codes.h"
#include "rules/secrets/encoded_runs.h"
#include "rules/secrets/text_runs.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

namespace cork::secrets {
namespace {

// Digits kept behind what was looked at: what a stretch at one alignment hid from the others.
constexpr std::size_t kKept = 96;
constexpr std::size_t kRoom = 1024;
// Derived bytes that settle as one.
constexpr std::size_t kBlockBytes = 48;

constexpr std::array<bool, 256> kPrintable = [] {
  std::array<bool, 256> table{};
  for (std::size_t i = 0x20; i < 0x7f; ++i) table[i] = true;
  for (const unsigned c : {0x09u, 0x0au, 0x0du, 0x00u}) table[c] = true;  // NUL: UTF-16
  return table;
}();

bool is_printable(char c) noexcept {
  return kPrintable[static_cast<unsigned char>(c)];
}

// ASCII opens a stretch; other text, which no byte above it says much about, goes on in it.
bool is_text(char c) noexcept {
  return is_printable(c) || static_cast<unsigned char>(c) >= 0x80;
}

// Finds runs of digits. What a run decodes to is looked at in groups, at each alignment: only every
// third group or so, until one is printable.
template <class Code>
class DigitRuns final : public Decoder {
  static constexpr std::size_t kGroup = Code::kGroup;
  // A stretch is so many printable groups.
  static constexpr std::size_t kFewestGroups = (kFewestBytes + Code::kBytes - 1) / Code::kBytes;

 public:
  static constexpr std::size_t kFewestDigits = kFewestGroups * kGroup;

  Verdict push_some(Bytes& input, Offset at, Sink& sink) override;
  Verdict finish(Sink& sink) override;
  [[nodiscard]] Offset pending_from() const noexcept override;
  [[nodiscard]] std::string_view name() const noexcept override { return Code::kName; }

 private:
  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
  static constexpr std::array<std::size_t, kGroup> kAlignments = [] {
    std::array<std::size_t, kGroup> first{};
    for (std::size_t i = 0; i < kGroup; ++i) first[i] = i;
    return first;
  }();
  using Group = std::array<char, Code::kBytes>;
  struct Line {
    std::size_t first;  // of its digits
    Offset at;
  };
  // As many as have room, and never more.
  static std::vector<Line> some_lines() {
    std::vector<Line> lines;
    lines.reserve(kRoom / kShortestLine + 1);
    return lines;
  }

  // Takes the run's digits from the front of `text`; how many bytes. Less than all: the run ended.
  std::size_t take(std::string_view text, Offset at, Sink& sink);
  bool take_break(char c) noexcept;
  void begin_line(Offset at);
  void end_run(Sink& sink);
  void process(Sink& sink);
  void find_containers(Sink& sink);
  void tell_container(std::size_t at, Sink& sink);
  // The first group of the first stretch that begins in what has come, at `alignment`; or kNone,
  // and next_ is where one may still begin.
  std::size_t find_stretch(std::size_t alignment) noexcept;
  bool open_stretch(Sink& sink);
  void follow_stretch(TextRuns& out);
  void close_stretch(Sink& sink, TextRuns& out);
  void forget();

  [[nodiscard]] Group group(std::size_t at) const noexcept {
    Group bytes;
    Code::decode(digits_.data() + at, bytes.data());
    return bytes;
  }
  // Zeros alone are no wide characters.
  static bool is_padding(const Group& bytes) noexcept {
    return std::ranges::all_of(bytes, [](char c) { return c == '\0'; });
  }
  [[nodiscard]] bool printable(std::size_t at) const noexcept {
    if (!Code::may_be_ascii(digits_.data() + at)) return false;
    const Group bytes = group(at);
    return std::ranges::all_of(bytes, is_printable) && !is_padding(bytes);
  }
  [[nodiscard]] Offset offset(std::size_t at) const noexcept {
    auto line = lines_.end() - 1;
    while (line->first > at) --line;
    return line->at + (at - line->first);
  }
  void put(std::string_view bytes, std::size_t from, std::size_t to, TextRuns& out) const {
    out.put(bytes, {offset(from), offset(to - 1) + 1, 0, true});
  }

  bool running_ = false;
  std::size_t line_ = 0;         // digits of the line so far
  std::size_t indentation_ = 0;  // bytes since the line ended; 0: it did not
  Offset end_ = 0;
  std::size_t size_ = 0;
  std::array<Digit, kRoom> digits_;
  std::vector<Line> lines_ = some_lines();              // those that the digits stand in
  std::array<std::size_t, kGroup> next_ = kAlignments;  // the first group not looked at
  std::size_t magic_from_ = 0;                          // containers were looked for before this
  std::array<bool, kGroup> told_{};  // containers, by the alignment of their digits in the run
  std::size_t forgotten_ = 0;        // digits of the run before digits_
  std::size_t lines_seen_ = 0;       // those of lines_ whose beginning was looked at
  std::size_t open_ = kNone;         // the alignment of the stretch that goes on
};

template <class Code>
Verdict DigitRuns<Code>::push_some(Bytes& input, Offset at, Sink& sink) {
  const std::string_view text = as_text(std::exchange(input, {}));
  std::size_t taken = 0;
  while (taken < text.size()) {
    if (!running_) {
      taken = find_byte_run<Code, kFewestDigits>(text, taken);
      if (taken == text.size()) break;
      running_ = true;
      begin_line(at + taken);
    }
    taken += take(text.substr(taken), at + taken, sink);
    if (taken < text.size()) end_run(sink);
  }
  end_ = at + text.size();
  if (running_) process(sink);
  return Verdict::clean;
}

template <class Code>
Verdict DigitRuns<Code>::finish(Sink& sink) {
  if (running_) end_run(sink);
  return Verdict::clean;
}

template <class Code>
Offset DigitRuns<Code>::pending_from() const noexcept {
  if (!running_ || size_ == 0) return end_;
  // The group before, because its last bytes belong to a stretch that begins behind it.
  const std::size_t first = std::ranges::min(next_);
  const std::size_t from = std::min(first - std::min(first, kGroup), magic_from_);
  return from < size_ ? offset(from) : end_;
}

template <class Code>
std::size_t DigitRuns<Code>::take(std::string_view text, Offset at, Sink& sink) {
  std::size_t i = 0;
  while (i < text.size()) {
    if (size_ == kRoom) process(sink);
    if (indentation_ > 0 && Code::kDigits[static_cast<unsigned char>(text[i])] != kNoDigit) {
      if (lines_.size() == lines_.capacity()) return i;
      indentation_ = 0;
      begin_line(at + i);
    }
    const std::size_t before = size_;
    const std::size_t end = std::min(text.size(), i + (kRoom - size_));
    for (; i < end; ++i) {
      const Digit digit = Code::kDigits[static_cast<unsigned char>(text[i])];
      if (digit == kNoDigit) break;
      digits_[size_++] = digit;
    }
    line_ += size_ - before;
    if (i == end) continue;
    if (!take_break(text[i])) return i;
    ++i;
  }
  return i;
}

template <class Code>
void DigitRuns<Code>::begin_line(Offset at) {
  lines_.push_back({size_, at});
  line_ = 0;
}

// A line's end, and the indentation of the next.
template <class Code>
bool DigitRuns<Code>::take_break(char c) noexcept {
  const bool line_end = c == '\n' || c == '\r';
  if (!line_end && !(indentation_ > 0 && (c == ' ' || c == '\t'))) return false;
  return line_ >= kShortestLine && ++indentation_ < kMostIndentation;
}

template <class Code>
void DigitRuns<Code>::end_run(Sink& sink) {
  if (size_ >= kFewestDigits || open_ != kNone) {
    process(sink);
    if (open_ != kNone) {
      TextRuns out(sink);
      // What padding leaves of the last group.
      const std::size_t from = next_[open_], left = size_ - from;
      if (left > 0 && left * Code::kBytes / kGroup > 0) {
        std::array<Digit, kGroup> last{};
        std::copy_n(digits_.begin() + static_cast<std::ptrdiff_t>(from), left, last.begin());
        Group bytes;
        Code::decode(last.data(), bytes.data());
        put({bytes.data(), left * Code::kBytes / kGroup}, from, size_, out);
      }
      close_stretch(sink, out);
    }
  }
  running_ = false;
  line_ = indentation_ = size_ = magic_from_ = 0;
  lines_seen_ = forgotten_ = 0;
  told_ = {};
  lines_.clear();
  next_ = kAlignments;
}

template <class Code>
void DigitRuns<Code>::process(Sink& sink) {
  find_containers(sink);
  for (;;) {
    if (open_ == kNone && !open_stretch(sink)) break;
    TextRuns out(sink);
    follow_stretch(out);
    if (next_[open_] + kGroup > size_) {
      out.flush();
      break;
    }
    close_stretch(sink, out);
  }
  forget();
}

template <class Code>
void DigitRuns<Code>::find_containers(Sink& sink) {
  const std::string_view digits(reinterpret_cast<const char*>(digits_.data()), size_);
  for (; lines_seen_ < lines_.size(); ++lines_seen_) {
    const Line& line = lines_[lines_seen_];
    if (line.first + 1 + Code::kStartSize > size_) break;
    if (Code::is_start(digits.substr(line.first))) sink.container(line.at);
    // Behind the letter of an escape.
    if (Code::is_start(digits.substr(line.first + 1))) sink.container(line.at + 1);
  }
  if (size_ < Code::kMagicSize) return;
  const std::size_t last = size_ - Code::kMagicSize + 1;
  for (const Digit first : Code::kMagicStarts) {
    for (std::size_t at = magic_from_; at < last; ++at) {
      at = digits.find(static_cast<char>(first), at);
      if (at >= last) break;
      if (Code::is_magic(digits.substr(at))) tell_container(at, sink);
    }
  }
  magic_from_ = std::max(magic_from_, last);
}

// What follows at the same alignment is in the bytes of the first.
template <class Code>
void DigitRuns<Code>::tell_container(std::size_t at, Sink& sink) {
  bool& told = told_[(forgotten_ + at) % kGroup];
  if (!std::exchange(told, true)) sink.container(offset(at));
}

template <class Code>
std::size_t DigitRuns<Code>::find_stretch(std::size_t alignment) noexcept {
  std::size_t& next = next_[alignment];
  while (next + kFewestDigits <= size_) {
    // From the last of the groups that a stretch beginning at `next` has, back to the first that is
    // not printable: none of those up to there begins one.
    std::size_t at = next + kFewestDigits - kGroup;
    while (printable(at)) {
      if (at == next) return next;
      at -= kGroup;
    }
    next = at + kGroup;
  }
  return kNone;
}

template <class Code>
bool DigitRuns<Code>::open_stretch(Sink& sink) {
  std::size_t first = kNone;
  for (std::size_t i = 0; i < kGroup; ++i) {
    const std::size_t found = find_stretch(i);
    if (found < first) {
      first = found;
      open_ = i;
    }
  }
  if (first == kNone) return false;
  // The text may begin inside the group before.
  if (first < kGroup) return true;
  const Group before = group(first - kGroup);
  std::size_t begin = before.size();
  while (begin > 0 && is_printable(before[begin - 1])) --begin;
  if (begin == before.size()) return true;
  TextRuns out(sink);
  put({before.data() + begin, before.size() - begin}, first - kGroup, first, out);
  out.flush();
  return true;
}

template <class Code>
void DigitRuns<Code>::follow_stretch(TextRuns& out) {
  std::size_t& next = next_[open_];
  std::array<char, kBlockBytes> block;
  bool going = true;
  while (going && next + kGroup <= size_) {
    const std::size_t from = next;
    std::size_t filled = 0;
    while (filled + Code::kBytes <= block.size() && next + kGroup <= size_) {
      const Group bytes = group(next);
      going = std::ranges::all_of(bytes, is_text) && !is_padding(bytes);
      if (!going) break;
      std::ranges::copy(bytes, block.begin() + static_cast<std::ptrdiff_t>(filled));
      filled += bytes.size();
      next += kGroup;
    }
    if (filled > 0) put({block.data(), filled}, from, next, out);
  }
}

// Its last bytes may stand in a group that is no text as a whole.
template <class Code>
void DigitRuns<Code>::close_stretch(Sink& sink, TextRuns& out) {
  std::size_t& next = next_[open_];
  if (next + kGroup <= size_) {
    const Group bytes = group(next);
    const auto* const end = std::ranges::find_if_not(bytes, is_text);
    const auto count = static_cast<std::size_t>(end - bytes.begin());
    if (count > 0) put({bytes.data(), count}, next, next + kGroup, out);
    next += kGroup;
  }
  out.flush();
  sink.boundary();
  open_ = kNone;
}

// Makes room, and keeps what the other alignments are behind by.
template <class Code>
void DigitRuns<Code>::forget() {
  const std::size_t most = size_ - std::min(size_, kKept);
  if (open_ != kNone) {
    for (std::size_t i = 0; i < kGroup; ++i) {
      while (next_[i] < most) next_[i] += kGroup;
    }
  }
  std::size_t first = std::min(std::ranges::min(next_), magic_from_);
  first -= std::min(first, kGroup);
  first -= first % kGroup;  // an alignment stays what it is
  if (first < kRoom / 2) return;
  std::copy(digits_.begin() + static_cast<std::ptrdiff_t>(first),
            digits_.begin() + static_cast<std::ptrdiff_t>(size_), digits_.begin());
  const auto after =
      std::ranges::find_if(lines_, [&](const Line& line) { return line.first > first; });
  lines_seen_ -= std::min(lines_seen_, static_cast<std::size_t>(after - 1 - lines_.begin()));
  lines_.erase(lines_.begin(), after - 1);
  lines_.front().at += first - std::min(first, lines_.front().first);
  for (Line& line : lines_) line.first -= std::min(line.first, first);
  size_ -= first;
  forgotten_ += first;
  magic_from_ -= first;
  for (std::size_t& next : next_) next -= first;
}

}  // namespace

std::size_t find_base64_run(std::string_view text) noexcept {
  return find_byte_run<Base64, DigitRuns<Base64>::kFewestDigits>(text, 0);
}

std::size_t find_hex_run(std::string_view text) noexcept {
  return find_byte_run<Hex, DigitRuns<Hex>::kFewestDigits>(text, 0);
}

std::unique_ptr<Decoder> make_base64_runs() {
  return std::make_unique<DigitRuns<Base64>>();
}

std::unique_ptr<Decoder> make_base32_runs() {
  return std::make_unique<DigitRuns<Base32>>();
}

std::unique_ptr<Decoder> make_hex_runs() {
  return std::make_unique<DigitRuns<Hex>>();
}

}  // namespace cork::secrets
