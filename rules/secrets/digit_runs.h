// The finder of base64 and hexadecimal runs: see encoded_runs.h. What it does is in digit_runs.cpp.
//
// Not thread-safe.
#pragma once

#include "rules/secrets/decoder.h"
#include "rules/secrets/digit_codes.h"
#include "rules/secrets/digit_lines.h"
#include "rules/secrets/digit_stretches.h"
#include "rules/secrets/encoded_runs.h"
#include "rules/secrets/text_runs.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

namespace cork::secrets {

// Finds runs of digits. What a run decodes to is looked at in groups, at each alignment by itself,
// since what looks like text at one may be there to hide what another shows.
template <class Code>
class DigitRuns final : public Decoder {
  static constexpr std::size_t kRoom = 1024;
  // Behind the digits each_container() and StretchBegins read so many more, and read_digits()
  // overwrites as many as it reads at once.
  static constexpr std::size_t kReadBehind = 72;
  static_assert(kReadBehind >= kDigitsAtOnce);
  static constexpr std::size_t kGroup = Code::kGroup;

 public:
  static constexpr std::size_t kFewestDigits = kFewestGroups<Code> * kGroup;
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
  using Begins = StretchBegins<Code, kFewestGroups<Code>, kRoom>;
  struct Line {
    std::size_t first;  // of its digits
    Offset at;
  };
  static constexpr std::size_t kMostLines = kRoom / kShortestWrapped + 1;

  // Takes the run's digits from the front of `text`; how many bytes. Less than all: the run ended.
  std::size_t take(std::string_view text, Offset at, Sink& sink);
  std::size_t take_digits(std::string_view text) noexcept;
  bool take_break(char c) noexcept;
  // What the line's end `c` does not belong to: begins a run with this line. False: it is none.
  bool begin_anew(char c, Sink& sink);
  // A run that begins with the line that is there, and that is no longer than a short one.
  void begin_with_line(Sink& sink);
  void begin_line(Offset at);
  void end_run(Sink& sink);
  void process(Sink& sink);
  void find_containers(Sink& sink);
  void find_magic(Sink& sink);
  // A stretch is open there, or begins at next_.
  void follow(std::size_t alignment, const Begins& begins, Sink& sink);
  // Goes to the first group of the first stretch that begins in what has come; false: none, and
  // next_ is where one may still begin.
  bool find_stretch(std::size_t alignment, const Begins& begins) noexcept;
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
  // Zeros alone are no wide characters: a group of them, or two in a row where it is one byte.
  [[nodiscard]] bool is_padding(std::size_t at, const Group& bytes) const noexcept {
    if (bytes != Group{}) return false;
    return Code::kBytes > 1 || at < kGroup || group(at - kGroup) == Group{};
  }
  [[nodiscard]] bool printable(std::size_t at) const noexcept {
    const Group bytes = group(at);
    return std::ranges::all_of(bytes, is_printable) && !is_padding(at, bytes);
  }
  // The first digit that something may still begin with, where stretches do so from there on.
  [[nodiscard]] std::size_t not_looked_at(std::size_t stretches) const noexcept {
    const std::size_t first = std::min(stretches, magic_from_);
    return lines_seen_ < lines_.size() ? std::min(first, lines_[lines_seen_].first) : first;
  }
  // The first group that a stretch may begin with; of the last ones, too few to be looked at.
  [[nodiscard]] std::size_t may_begin(std::size_t alignment) const noexcept {
    std::size_t first = next_[alignment];
    if (open_[alignment]) return first;
    for (std::size_t at = first; at + kGroup <= size_; at += kGroup) {
      if (!printable(at)) first = at + kGroup;
    }
    return first;
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
  // It began with a short line, where the next was not there: that has to be as long.
  bool unsure_ = false;
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

}  // namespace cork::secrets
