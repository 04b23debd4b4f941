#include "rules/secrets/digit_runs.h"

#include "base/byte_runs.h"
#include "rules/secrets/containers.h"
#include "rules/secrets/digit_lines.h"
#include "rules/secrets/digit_marks.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstdint>
#include <string_view>
#include <utility>

namespace cork::secrets {
namespace {

// Derived bytes that settle as one.
constexpr std::size_t kBlockBytes = 48;

}  // namespace

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
  std::size_t stretches = size_;
  for (std::size_t i = 0; i < kGroup; ++i) stretches = std::min(stretches, may_begin(i));
  // The group before, because its last bytes belong to a stretch that begins behind it.
  const std::size_t first = not_looked_at(stretches);
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
    std::size_t end = std::min(text.size(), i + (kRoom - size_));
    if (unsure_ && indentation_ == 0) end = std::min(end, i + (width_ + 1 - line_));
    const bool digits = Code::has(static_cast<unsigned char>(text[i])) != 0;
    const std::size_t taken = digits ? take_digits(text.substr(i, end - i)) : 0;
    i += taken;
    line_ += taken;
    if (unsure_ && line_ > width_) begin_with_line(sink);
    if (i == end) continue;
    if (!take_break(text[i]) && !begin_anew(text[i], sink)) return i;
    ++i;
  }
  return i;
}

// Those in front of the text, for which there is room; how many.
template <class Code>
std::size_t DigitRuns<Code>::take_digits(std::string_view text) noexcept {
  const std::size_t before = size_;
  for (;;) {
    // There is room behind the digits for what is none.
    const std::size_t count = read_digits<Code>(text, digits_.data() + size_);
    size_ += count;
    if (count < kDigitsAtOnce) return size_ - before;
    text.remove_prefix(count);
  }
}

template <class Code>
void DigitRuns<Code>::begin_line(Offset at) {
  lines_.push_back({size_, at});
  line_ = 0;
}

// White space at a line's end, and in front of the next.
template <class Code>
bool DigitRuns<Code>::take_break(char c) noexcept {
  if (!is_between_lines(c)) return false;
  if (indentation_ == 0) {
    if (!may_go_on_behind(line_, width_, c)) return false;
    unsure_ = line_ < kShortestLine && width_ == 0 && lines_.size() == 1;
    if (line_ < kShortestLine) width_ = line_;
  }
  return ++indentation_ < kMostIndentation;
}

// A word in front of short lines may look like the first of them, where a cut falls behind it.
template <class Code>
bool DigitRuns<Code>::begin_anew(char c, Sink& sink) {
  const bool short_line = line_ >= kShortestWrapped && line_ < kShortestLine;
  if (!is_line_end(c) || indentation_ > 0 || !short_line || lines_.size() < 2) return false;
  begin_with_line(sink);
  width_ = line_;
  unsure_ = true;
  indentation_ = 1;
  return true;
}

// Of the line, no more is there than of a short one, and a digit.
template <class Code>
void DigitRuns<Code>::begin_with_line(Sink& sink) {
  std::array<Digit, kShortestLine> digits;
  const std::size_t size = line_;
  assert(size <= digits.size());
  std::copy_n(digits_.begin() + static_cast<std::ptrdiff_t>(size_ - size), size, digits.begin());
  const Offset at = lines_.back().at;
  end_run(sink);
  running_ = true;
  begin_line(at);
  std::copy_n(digits.begin(), size, digits_.begin());
  size_ = line_ = size;
}

template <class Code>
void DigitRuns<Code>::end_run(Sink& sink) {
  if (size_ >= kFewestDigits || std::ranges::find(open_, true) != open_.end()) {
    process(sink);
    for (std::size_t i = 0; i < kGroup; ++i) {
      if (open_[i]) end_stretch(i, sink.lane(i));
    }
  }
  running_ = unsure_ = false;
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
  Begins begins;
  begins.look(digits_.data(), std::ranges::min(next_), size_);
  for (std::size_t i = 0; i < kGroup; ++i) {
    if (open_[i] || find_stretch(i, begins)) follow(i, begins, sink.lane(i));
  }
  forget();
}

template <class Code>
void DigitRuns<Code>::follow(std::size_t alignment, const Begins& begins, Sink& sink) {
  TextRuns out(sink);
  for (;;) {
    if (!open_[alignment]) open_stretch(alignment, out);
    follow_stretch(alignment, out);
    if (next_[alignment] + kGroup > size_) break;
    close_stretch(alignment, sink, out);
    if (!find_stretch(alignment, begins)) break;
  }
  out.flush();
}

template <class Code>
void DigitRuns<Code>::find_containers(Sink& sink) {
  for (; lines_seen_ < lines_.size(); ++lines_seen_) {
    const Line& line = lines_[lines_seen_];
    if (line.first + kZlibDigits<Code> + 1 > size_) break;
    // Also behind the letter of an escape.
    for (const std::size_t skipped : {0u, 1u}) {
      if (are_zlib<Code>(digits_.data() + line.first + skipped)) sink.zlib(line.at + skipped);
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
bool DigitRuns<Code>::find_stretch(std::size_t alignment, const Begins& begins) noexcept {
  std::size_t& next = next_[alignment];
  for (;; next += kGroup) {
    next = begins.next(next);
    if (next + kFewestDigits > size_) return false;
    std::size_t at = next;
    while (at < next + kFewestDigits && printable(at)) at += kGroup;
    if (at == next + kFewestDigits) return true;
  }
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
      going = std::ranges::all_of(bytes, is_text) && !is_padding(next, bytes);
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
  std::size_t first = not_looked_at(std::ranges::min(next_));
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
