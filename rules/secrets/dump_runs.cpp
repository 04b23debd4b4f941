// Bytes as dumps and programs show them, two hexadecimal digits each: where they begin. See
// encoded_runs.h.
#include "base/ascii.h"
#include "base/byte_runs.h"
#include "rules/secrets/digit_codes.h"
#include "rules/secrets/dump_run.h"
#include "rules/secrets/dump_words.h"
#include "rules/secrets/encoded_runs.h"
#include "rules/secrets/text_runs.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace cork::secrets {
namespace {

using Reads = DumpRun::Reads;

// Of the text before: an offset, and blanks.
constexpr std::size_t kSeen = kLongestWord + 8;

// Of 0x: see base/byte_masks.h.
struct Zero {
  static constexpr unsigned char has(unsigned char c) noexcept { return c == '0'; }
};
struct PrefixLetter {
  static constexpr unsigned char has(unsigned char c) noexcept { return (c | 0x20) == 'x'; }
};

// Whether a run that begins where the text does is not over at its end.
bool goes_on(std::string_view text, Reads reads) {
  struct Nothing final : Sink {
    using Sink::append;
    void append(Bytes, std::span<const Run>) override {}
  } nothing;
  TextRuns out(nothing);
  DumpRun run(reads, 0, false);
  return std::ranges::all_of(
      text, [&, at = Offset{0}](char c) mutable { return run.take(c, at++, nothing, out); });
}

// Where words may begin in what a text ends in, less than a block: the one that the end cuts, those
// with a prefix, and of others those that have as many digits as bytes, or at least as offsets.
std::uint64_t may_begin(std::string_view tail, Reads reads, bool cut_in_front) noexcept {
  return by_masks([=](auto masks) __attribute__((always_inline)) {
    const std::uint64_t digits = masks.template of<Hex>(tail);
    const std::uint64_t words = masks.template of<LetterOrDigit>(tail);
    const std::uint64_t begins = digits & ~(digits << 1 | (cut_in_front ? 1u : 0u));
    // Most digits are letters in the middle of a word.
    const std::uint64_t fits = reads == Reads::lists ? digits >> 1 & ~(words >> 2)
                                                     : long_runs(digits, kShortestBeforeColon);
    const std::uint64_t prefix =
        masks.template of<Zero>(tail) & masks.template of<PrefixLetter>(tail) >> 1;
    const auto last = static_cast<std::size_t>(std::countl_one(digits << (64 - tail.size())));
    const std::uint64_t cut = last == 0 ? 0 : std::uint64_t{1} << (tail.size() - last);
    return begins & (fits | prefix | cut);
  });
}

// Where words begin at the end of the text that may be the first ones, of a text that holds no four
// words. At the end of the `last` they are all there are.
std::size_t find_unfinished(std::string_view text, Reads reads, bool last) {
  // Less than a block: three words and a part of one, and an offset, take no more.
  constexpr std::size_t most = 63;
  if (text.empty()) return 0;
  const std::size_t from = text.size() - std::min(text.size(), most);
  const std::string_view tail = text.substr(from);
  const bool cut_in_front = from > 0 && hex_value(text[from - 1]) >= 0;
  for (std::uint64_t begins = may_begin(tail, reads, cut_in_front); begins != 0;
       begins &= begins - 1) {
    const auto at = static_cast<std::size_t>(std::countr_zero(begins));
    // At the end of all, each byte has two digits at least.
    if (last && tail.size() - at < 2 * kFewestBytes) break;
    const std::string_view rest = tail.substr(at);
    const std::string_view word(rest.begin(), std::ranges::find_if_not(rest, is_alnum));
    if (is_hex(without_prefix(word)) && goes_on(rest, reads)) return from + at;
  }
  return text.size();
}

// Where the first run begins, or may in what the text ends in; text.size(): nowhere.
std::size_t find_run(std::string_view text, Reads reads, bool last) {
  for (std::size_t at = 0;;) {
    const std::size_t found = at + find_four_words(text.substr(at), reads != Reads::lists);
    if (found == text.size()) return find_unfinished(text, reads, last);
    if (reads == Reads::lists) return found;
    if (const std::size_t offset = with_offset(text, found); offset < found) return offset;
    // Of a list, no word but an offset is one.
    at = find_byte_run<Hex, kShortestBeforeColon>(text, found + 2);
    if (at == text.size()) return find_unfinished(text, reads, last);
  }
}

// The runs of one reading, each behind the last.
class DumpRuns final {
 public:
  explicit DumpRuns(Reads reads) noexcept : reads_(reads) {}
  void push(std::string_view text, Offset at, Sink& sink);
  void finish(Sink& sink);
  [[nodiscard]] Offset pending_from() const noexcept { return run_ ? run_->pending_from() : end_; }
  [[nodiscard]] bool running() const noexcept { return run_.has_value(); }
  // Text in which none begins.
  void pass(std::string_view text, Offset at);

 private:
  [[nodiscard]] bool is_behind_offset(std::string_view text, std::size_t at) const;

  const Reads reads_;
  std::optional<DumpRun> run_;
  // From run_->last_from() on, what has come of a word, or a line, that may begin another run.
  std::string undecided_;
  std::string seen_;  // the last that came before what is pushed
  Offset end_ = 0;
};

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

void DumpRuns::push(std::string_view text, Offset at, Sink& sink) {
  std::string joined = std::exchange(undecided_, {});
  const std::size_t before = joined.size();
  if (before > 0) {
    at -= before;
    text = joined.append(text);
    seen_.erase(seen_.size() - std::min(seen_.size(), before));
  }
  std::size_t i = before;
  TextRuns out(sink);
  while (i < text.size()) {
    if (!run_) {
      i += find_run(text.substr(i), reads_, false);
      if (i == text.size()) break;
      run_.emplace(reads_, at + i, is_behind_offset(text, i));
    }
    if (run_->take(text[i], at + i, sink, out)) {
      ++i;
      continue;
    }
    run_->end(sink, out);
    // What is none of this run's may begin the next, or the end of its first word.
    const Offset from = std::max(run_->last_from(), run_->began() + 1);
    if (run_->in_word() && from >= at) i = from - at;
    run_.reset();
  }
  out.flush();
  pass(text, at);
  if (run_ && run_->undecided() && run_->last_from() >= at) {
    undecided_ = text.substr(run_->last_from() - at);
  }
}

void DumpRuns::finish(Sink& sink) {
  TextRuns out(sink);
  if (run_) run_->finish(sink, out);
  run_.reset();
}

// All readings, each in a lane of its own. Where none has begun they are asked for at once, as in
// most of a text nothing is to be read.
class Dumps final : public Decoder {
 public:
  Verdict push_some(Bytes& input, Offset at, Sink& sink) override {
    std::string_view text = as_text(std::exchange(input, {}));
    while (!text.empty()) {
      if (std::ranges::none_of(readings_, &DumpRuns::running)) pass(text, at);
      const std::string_view some = text.substr(0, kAtOnce);
      push_lines(some, at, sink);
      readings_[2].push(some, at, sink.lane(2));
      text.remove_prefix(some.size());
      at += some.size();
    }
    return Verdict::clean;
  }
  Verdict finish(Sink& sink) override {
    for (std::size_t i = 0; i < readings_.size(); ++i) readings_[i].finish(sink.lane(i));
    return Verdict::clean;
  }
  [[nodiscard]] Offset pending_from() const noexcept override {
    return std::ranges::min(readings_ | std::views::transform(&DumpRuns::pending_from));
  }
  [[nodiscard]] std::string_view name() const noexcept override { return "hex"; }

 private:
  // What looked like a dump is mostly over before so many bytes.
  static constexpr std::size_t kAtOnce = 2048;

  // Both readings of lines begin at the same places.
  void push_lines(std::string_view text, Offset at, Sink& sink) {
    const std::span<DumpRuns> both = std::span(readings_).first(2);
    if (std::ranges::none_of(both, &DumpRuns::running)) {
      leave_out(both, find_run(text, Reads::lines, false), text, at);
    }
    for (std::size_t i = 0; i < both.size(); ++i) both[i].push(text, at, sink.lane(i));
  }
  // Moves all to where any of them may begin.
  void pass(std::string_view& text, Offset& at) {
    leave_out(readings_, find_dump_run(text, false), text, at);
  }
  // For these, no run begins before `found`.
  static void leave_out(std::span<DumpRuns> readings, std::size_t found, std::string_view& text,
                        Offset& at) {
    for (DumpRuns& reading : readings) reading.pass(text.substr(0, found), at);
    text.remove_prefix(found);
    at += found;
  }

  std::array<DumpRuns, 3> readings_{DumpRuns(Reads::lines), DumpRuns(Reads::offsets),
                                    DumpRuns(Reads::lists)};
};

}  // namespace

std::size_t find_dump_run(std::string_view text, bool last) noexcept {
  const auto first = [&](auto find) {
    return std::min(find(text, Reads::lists, last), find(text, Reads::lines, last));
  };
  return find_four_words(text, true) == text.size() ? first(&find_unfinished) : first(&find_run);
}

std::unique_ptr<Decoder> make_dump_runs() {
  return std::make_unique<Dumps>();
}

}  // namespace cork::secrets
