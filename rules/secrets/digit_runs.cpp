// base64 and hexadecimal runs: see encoded_runs.h.
#include "base/byte_runs.h"
#include "rules/secrets/containers.h"
#include "rules/secrets/digit_codes.h"
#include "rules/secrets/digit_lines.h"
#include "rules/secrets/digit_marks.h"
#include "rules/secrets/encoded_runs.h"
#include "rules/secrets/text_runs.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace cork::secrets {
namespace {

constexpr std::size_t kRoom = 1024;
constexpr std::size_t kReadBehind = 72;  // by each_container()
// Derived bytes that settle as one.
constexpr std::size_t kBlockBytes = 48;

// Finds runs of digits. What a run decodes to is looked at in groups, at each alignment by itself,
// since what looks like text at one may be there to hide what another shows: only every third group
// or so, until one is printable.
template <class Code>
class DigitRuns final : public Decoder {
  static constexpr std::size_t kGroup = Code::kGroup;
  // A stretch is so many printable groups.
  static constexpr std::size_t kFewestGroups = (kFewestBytes + Code::kBytes - 1) / Code::kBytes;

 public:
  static constexpr std::size_t kFewestDigits = kFewestGroups * kGroup;
  Verdict push_some(Bytes& input, Offset at, Sink& sink) override;
  Verdict finish(Sink& sink) override;
  void give_back_room() override;
  [[nodiscard]] Offset pending_from() const noexcept override;
  [[nodiscard]] std::string_view name() const noexcept override { return Code::kName; }

 private:
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
  static constexpr std::size_t kMostLines = kRoom / kShortestWrapped + 1;

  // Takes the run's digits from the front of `text`; how many bytes. Less than all: the run ended.
  std::size_t take(std::string_view text, Offset at, Sink& sink);
  std::size_t take_digits(std::string_view text) noexcept;
  bool take_break(char c) noexcept;
  void begin_line(Offset at);
  void end_run(Sink& sink);
  void process(Sink& sink);
  void find_containers(Sink& sink);
  void find_magic(Sink& sink);
  // A stretch is open there, or begins at next_.
  void follow(std::size_t alignment, Sink& sink);
  // Goes to the first group of the first stretch that begins in what has come; false: none, and
  // next_ is where one may still begin.
  bool find_stretch(std::size_t alignment) noexcept;
  void open_stretch(std::size_t alignment, TextRuns& out);
  void follow_stretch(std::size_t alignment, TextRuns& out);
  void close_stretch(std::size_t alignment, Sink& sink, TextRuns& out);
  void end_stretch(std::size_t alignment, Sink& sink);
  void forget();
  void make_room() { digits_.resize(kRoom + kReadBehind); }

  [[nodiscard]] Group group(std::size_t at) const noexcept {
    Group bytes;
    Code::decode(digits_.data() + at, bytes.data());
    return bytes;
  }
  // Zeros alone are no wide characters.
  static constexpr Group kPadding{};
  [[nodiscard]] bool printable(std::size_t at) const noexcept {
    if (!Code::may_be_ascii(digits_.data() + at)) return false;
    const Group bytes = group(at);
    return std::ranges::all_of(bytes, is_printable) && bytes != kPadding;
  }
  // The first digit that something may still begin with.
  [[nodiscard]] std::size_t not_looked_at() const noexcept {
    const std::size_t first = std::min(std::ranges::min(next_), magic_from_);
    return lines_seen_ < lines_.size() ? std::min(first, lines_[lines_seen_].first) : first;
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
  std::size_t width_ = 0;        // of short lines
  std::size_t indentation_ = 0;  // bytes since the line ended; 0: it did not
  Offset end_ = 0;
  std::size_t size_ = 0;
  std::vector<Digit> digits_;  // size_ of them, and room: much within a call, and little after it
  std::vector<Line> lines_;    // those that the digits stand in
  std::array<std::size_t, kGroup> next_ = kAlignments;  // the first group not looked at
  std::array<bool, kGroup> open_{};                     // a stretch goes on
  std::array<bool, kGroup> told_{};  // of a container, by the alignment of its digits in the run
  std::size_t magic_from_ = 0;       // containers were looked for before this
  std::size_t forgotten_ = 0;        // digits of the run before digits_
  std::size_t lines_seen_ = 0;       // those of lines_ whose beginning was looked at
};

template <class Code>
Verdict DigitRuns<Code>::push_some(Bytes& input, Offset at, Sink& sink) {
  const std::string_view text = as_text(std::exchange(input, {}));
  std::size_t taken = 0;
  if (running_) make_room();
  while (taken < text.size()) {
    if (!running_) {
      taken = find_first<Code>(text, taken);
      if (taken == text.size()) break;
      running_ = true;
      make_room();
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
  const std::size_t first = not_looked_at();
  const std::size_t from = first - std::min(first, kGroup);
  return from < size_ ? offset(from) : end_;
}

template <class Code>
std::size_t DigitRuns<Code>::take(std::string_view text, Offset at, Sink& sink) {
  std::size_t i = 0;
  while (i < text.size()) {
    if (size_ == kRoom) process(sink);
    if (indentation_ > 0 && Code::kDigits[static_cast<unsigned char>(text[i])] != kNoDigit) {
      if (lines_.size() == kMostLines) return i;
      indentation_ = 0;
      begin_line(at + i);
    }
    const std::size_t end = std::min(text.size(), i + (kRoom - size_));
    const std::size_t taken = take_digits(text.substr(i, end - i));
    i += taken;
    line_ += taken;
    if (i == end) continue;
    if (!take_break(text[i])) return i;
    ++i;
  }
  return i;
}

// Those in front of the text, for which there is room; how many.
template <class Code>
std::size_t DigitRuns<Code>::take_digits(std::string_view text) noexcept {
  Digit* const into = digits_.data() + size_;
  std::size_t count = 0;
  for (const char c : text) {
    const Digit digit = Code::kDigits[static_cast<unsigned char>(c)];
    if (digit == kNoDigit) break;
    into[count++] = digit;
  }
  size_ += count;
  return count;
}

template <class Code>
void DigitRuns<Code>::begin_line(Offset at) {
  lines_.push_back({size_, at});
  line_ = 0;
}

// White space at a line's end, and in front of the next.
template <class Code>
bool DigitRuns<Code>::take_break(char c) noexcept {
  if (c != '\n' && c != '\r' && c != ' ' && c != '\t') return false;
  if (indentation_ == 0 && line_ < kShortestLine) {
    const bool line_end = c == '\n' || c == '\r';
    const bool wrapped = line_ >= kShortestWrapped && (width_ == 0 || line_ == width_);
    if (!line_end || !wrapped) return false;
    width_ = line_;
  }
  return ++indentation_ < kMostIndentation;
}

template <class Code>
void DigitRuns<Code>::end_run(Sink& sink) {
  if (size_ >= kFewestDigits || std::ranges::find(open_, true) != open_.end()) {
    process(sink);
    for (std::size_t i = 0; i < kGroup; ++i) {
      if (open_[i]) end_stretch(i, sink.lane(i));
    }
  }
  running_ = false;
  line_ = width_ = indentation_ = size_ = magic_from_ = 0;
  lines_seen_ = forgotten_ = 0;
  open_ = told_ = {};
  lines_.clear();
  next_ = kAlignments;
}

// With what padding leaves of the last group.
template <class Code>
void DigitRuns<Code>::end_stretch(std::size_t alignment, Sink& sink) {
  TextRuns out(sink);
  const std::size_t from = next_[alignment], left = size_ - from;
  if (left * Code::kBytes / kGroup > 0) {
    std::array<Digit, kGroup> last{};
    std::copy_n(digits_.begin() + static_cast<std::ptrdiff_t>(from), left, last.begin());
    Group bytes;
    Code::decode(last.data(), bytes.data());
    put({bytes.data(), left * Code::kBytes / kGroup}, from, size_, out);
  }
  next_[alignment] = size_;
  close_stretch(alignment, sink, out);
}

template <class Code>
void DigitRuns<Code>::process(Sink& sink) {
  find_containers(sink);
  for (std::size_t i = 0; i < kGroup; ++i) {
    if (open_[i] || find_stretch(i)) follow(i, sink.lane(i));
  }
  forget();
}

template <class Code>
void DigitRuns<Code>::follow(std::size_t alignment, Sink& sink) {
  TextRuns out(sink);
  for (;;) {
    if (!open_[alignment]) open_stretch(alignment, out);
    follow_stretch(alignment, out);
    if (next_[alignment] + kGroup > size_) break;
    close_stretch(alignment, sink, out);
    if (!find_stretch(alignment)) break;
  }
  out.flush();
}

template <class Code>
void DigitRuns<Code>::find_containers(Sink& sink) {
  constexpr std::size_t looked = 12 / Code::kBytes * Code::kGroup;  // digits, of about 12 bytes
  for (; lines_seen_ < lines_.size(); ++lines_seen_) {
    const Line& line = lines_[lines_seen_];
    if (line.first + looked + 1 > size_) break;
    // Also behind the letter of an escape.
    for (const std::size_t skipped : {0u, 1u}) {
      const auto bytes = bytes_of<Code, looked>(digits_.data() + line.first + skipped);
      if (begins_zlib({bytes.data(), bytes.size()})) sink.zlib(line.at + skipped);
    }
  }
  find_magic(sink);
}

template <class Code>
void DigitRuns<Code>::find_magic(Sink& sink) {
  if (size_ < kMarkedDigits) return;
  const std::size_t last = size_ - kMarkedDigits + 1;
  each_container<Code>(digits_.data(), magic_from_, last, [&](std::size_t at) {
    // What follows at the same alignment is in the bytes of the first.
    bool& told = told_[(forgotten_ + at) % kGroup];
    if (!std::exchange(told, true)) sink.container(offset(at));
  });
  magic_from_ = std::max(magic_from_, last);
}

template <class Code>
bool DigitRuns<Code>::find_stretch(std::size_t alignment) noexcept {
  std::size_t& next = next_[alignment];
  while (next + kFewestDigits <= size_) {
    // From the last of the groups that a stretch beginning at `next` has, back to the first that is
    // not printable: none of those up to there begins one.
    std::size_t at = next + kFewestDigits - kGroup;
    while (printable(at)) {
      if (at == next) return true;
      at -= kGroup;
    }
    next = at + kGroup;
  }
  return false;
}

// The text may begin inside the group before.
template <class Code>
void DigitRuns<Code>::open_stretch(std::size_t alignment, TextRuns& out) {
  open_[alignment] = true;
  const std::size_t first = next_[alignment];
  if (first < kGroup) return;
  const Group before = group(first - kGroup);
  std::size_t begin = before.size();
  while (begin > 0 && is_printable(before[begin - 1])) --begin;
  if (begin == before.size()) return;
  put({before.data() + begin, before.size() - begin}, first - kGroup, first, out);
}

template <class Code>
void DigitRuns<Code>::follow_stretch(std::size_t alignment, TextRuns& out) {
  std::size_t& next = next_[alignment];
  std::array<char, kBlockBytes> block;
  bool going = true;
  while (going && next + kGroup <= size_) {
    const std::size_t from = next;
    std::size_t filled = 0;
    while (filled + Code::kBytes <= block.size() && next + kGroup <= size_) {
      const Group bytes = group(next);
      going = std::ranges::all_of(bytes, is_text) && bytes != kPadding;
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
void DigitRuns<Code>::close_stretch(std::size_t alignment, Sink& sink, TextRuns& out) {
  std::size_t& next = next_[alignment];
  if (next + kGroup <= size_) {
    const Group bytes = group(next);
    const auto* const end = std::ranges::find_if_not(bytes, is_text);
    const auto count = static_cast<std::size_t>(end - bytes.begin());
    if (count > 0) put({bytes.data(), count}, next, next + kGroup, out);
    next += kGroup;
  }
  out.flush();
  sink.boundary();
  open_[alignment] = false;
}

// Makes room.
template <class Code>
void DigitRuns<Code>::forget() {
  std::size_t first = not_looked_at();
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

template <class Code>
void DigitRuns<Code>::give_back_room() {
  if (size_ > kRoom / 2) return;
  digits_.resize(size_ + kReadBehind);
  digits_.shrink_to_fit();
}

}  // namespace

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
