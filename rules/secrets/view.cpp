#include "rules/secrets/view.h"

#include "base/ascii.h"
#include "rules/known/plainness.h"
#include "rules/secrets/digit_codes.h"
#include "rules/secrets/encoded_runs.h"

#include <hs/hs.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <utility>

namespace cork::secrets {
namespace {

// Moving the retained text to the front costs what it is long, so it waits until it pays.
constexpr std::size_t kWorthDropping = 1024;
// What is appended between two scans at most: a batch, and where that is not cut into batches, what
// a decoder gathers at a time.
constexpr std::size_t kGathered = 2048;

bool is_digit_of_base64(char c) noexcept {
  return Base64::kDigits[static_cast<unsigned char>(c)] != kNoDigit;
}
bool is_blank(char c) noexcept {
  return c == '\t' || c == ' ';
}
bool is_quote(char c) noexcept {
  return c == '"' || c == '\'';
}

// Of the text in front of an escape, what is read of known values before what follows it.
constexpr std::size_t kTail = 192;

bool is_ascii(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x80;
}
// At the least so many in ASCII.
bool holds_letters(std::string_view text, std::size_t count) noexcept {
  return static_cast<std::size_t>(std::ranges::count_if(text, is_alnum)) >= count;
}

// What may stand between digits and an escape that joins them with others.
constexpr std::array<bool, 256> kMayJoin = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = 0; c < table.size(); ++c) table[c] = Base64::kDigits[c] != kNoDigit;
  for (const char c : {'\t', '\n', '\r', ' '}) table[static_cast<unsigned char>(c)] = true;
  return table;
}();

}  // namespace

std::size_t View::begin_behind(const View& above, Offset from, bool tells) {
  assert(text_.empty());
  loud_ = false;
  tells_ = tells;
  wanted_.clear();
  const Offset begin = from - std::min<Offset>(from - above.begin(), scan_->window());
  const std::string_view text = above.text_from(begin).substr(0, from - begin);
  const Run run{text.size(), {begin, from, 1, false}};
  append(as_bytes(text), {&run, 1});
  scanned_ = text_.size();
  if (above.known_to_ <= from) {
    known_ = above.known_before(from);
    known_to_ = end();
  }
  return text.size();
}

// This view reads it itself, so that a look at the end of it is enough where that holds as many
// letters as are remembered.
known::KnownValues::Cursor View::known_before(Offset from) const {
  assert(known_to_ <= from);
  const std::string_view text = std::string_view(text_).substr(0, from - begin_);
  const std::size_t unread = known_to_ - begin_, end = text.size() - std::min(text.size(), kTail);
  if (end > unread && holds_letters(text.substr(end), 2 * known::kWindow)) {
    known::KnownValues::Cursor fresh;
    // From where no character of several bytes is cut.
    const auto* const first = std::ranges::find_if(text.substr(end), &is_ascii);
    scan_->read_known(fresh, text, static_cast<std::size_t>(first - text.data()));
    return fresh;
  }
  known::KnownValues::Cursor at = known_;
  scan_->read_known(at, text, unread);
  return at;
}

void View::append(Bytes bytes, std::span<const Run> runs) {
  Offset position = end();
  // A string that grows by itself has twice what a long text needs in the end.
  const std::size_t most =
      scan_->window() + kWorthDropping + kBatchBytes + (runs.size() > 1 ? kGathered : 0);
  if (text_.capacity() < most && text_.size() + bytes.size() > most / 2) text_.reserve(most);
  text_.append(as_text(bytes));
  for (const Run& run : runs) {
    if (!escape_ && (run.pairs != 0 || run.origin.altered)) escape_ = position;
    if (run.pairs != 0) {
      take_pairs(run, position);
    } else if (run.origin.altered && run.size > 0) {
      const std::size_t passed = run.ends_in_escape() ? run.size - 1 : 0;
      if (!loud_) begin_loud(position + passed, run.origin.begin + passed);
      if (tells_ && !run.origin.separates) add_unlike({run.origin.begin + passed, run.origin.end});
      altered_to_ = position + run.size;
      if (!joint_ && joins(run, position)) joint_ = position + passed;
    }
    position += run.size;
  }
  origins_.add_all(end() - bytes.size(), runs);
}

void View::take_pairs(const Run& run, Offset position) {
  const auto first = static_cast<std::size_t>(std::countr_zero(run.pairs));
  if (!loud_) begin_loud(position + first, run.origin.begin + first);
  altered_to_ = position + static_cast<std::size_t>(std::bit_width(run.pairs));
  if (joint_) return;
  const char* const text = text_.data() + (position - begin_);
  // Of the first, what stands in front may be in a text that is gone. Behind white space that joins
  // nothing, more of it does not.
  for (std::uint64_t left = run.pairs; left != 0; left &= left - 1) {
    const int at = std::countr_zero(left);
    if (!is_between_lines(text[at])) continue;
    const bool behind_pair = at > 0 && (run.pairs >> (at - 1) & 1) != 0;
    if (at > 0 && (behind_pair || !kMayJoin[static_cast<unsigned char>(text[at - 1])])) continue;
    if (!joins(position + static_cast<std::size_t>(at))) continue;
    joint_ = position + static_cast<std::size_t>(at);
    return;
  }
}

// Nearly all escapes are of two bytes, and stand for what ends a run of digits in either text. Not
// so a slash, and the end of a line of digits that go on in the next.
bool View::joins(const Run& run, Offset position) const noexcept {
  const bool one = run.ends_in_escape() || (run.size == 1 && run.origin.stride == 2);
  const bool short_one = one && run.origin.end - run.origin.begin == run.size + 1;
  return !short_one || joins(position + run.size - 1);
}

bool View::joins(Offset position) const noexcept {
  const char* const text = text_.data();
  std::size_t at = position - begin_;
  if (is_digit_of_base64(text[at])) return true;  // \/ and \_
  if (!is_between_lines(text[at])) return false;
  for (std::size_t i = 0; i < kMostIndentation && at > 0 && is_between_lines(text[at - 1]); ++i)
    --at;
  const std::size_t most = std::min(at, kShortestLine);
  std::size_t digits = 0;
  while (digits < most && is_digit_of_base64(text[at - digits - 1])) ++digits;
  if (digits < kShortestWrapped) return false;
  if (digits == kShortestLine) return true;
  // A short line of nothing else, or the first one of a string.
  at -= digits;
  for (std::size_t i = 0; i < kMostIndentation && at > 0 && is_blank(text[at - 1]); ++i) --at;
  return at == 0 || is_line_end(text[at - 1]) || is_quote(text[at - 1]);
}

Offset View::take_escape() noexcept {
  return std::exchange(escape_, std::nullopt).value_or(end());
}

Offset View::take_joint() noexcept {
  return std::exchange(joint_, std::nullopt).value_or(end());
}

void View::put_back_last(std::size_t near) noexcept {
  if (altered_to_ <= begin_ || end() - altered_to_ > near) return;
  escape_ = altered_to_ - 1;
  if (joins(*escape_)) joint_ = escape_;
}

void View::begin_loud(Offset position, Offset source) {
  loud_ = true;
  tells_from_ = source;
  // What ends in front of it may do so by what stands there.
  told_to_ = position - std::min<Offset>(position, 1);
  wanted_ = {{told_to_, kNoEnd}};
  scanned_ = position - begin_;
}

// Those that one search takes in are one.
void View::add_unlike(Stretch stretch) {
  if (!unlike_.empty() && stretch.begin <= unlike_.back().end + scan_->window()) {
    unlike_.back().end = std::max(unlike_.back().end, stretch.end);
  } else {
    unlike_.push_back(stretch);
  }
}

void View::want(Ends ends) {
  ends.after = std::max(ends.after, told_to_);
  if (ends.after >= ends.to) return;
  assert(wanted_.empty() || wanted_.back().after <= ends.after);
  const bool one = !wanted_.empty() && (ends.after <= wanted_.back().to ||
                                        ends.after - wanted_.back().to <= scan_->window());
  if (one) {
    wanted_.back().to = std::max(wanted_.back().to, ends.to);
  } else {
    wanted_.push_back(ends);
  }
}

void View::leave_from(Offset position) {
  while (!wanted_.empty() && wanted_.back().after >= position) wanted_.pop_back();
  if (!wanted_.empty()) wanted_.back().to = std::min(wanted_.back().to, position);
}

void View::keep(Stretch stretch) {
  want({stretch.begin - std::min<Offset>(stretch.begin, 1), stretch.end + scan_->window()});
}

void View::take_back(Offset position) {
  want({position, kNoEnd});
}

const std::vector<Scan::Secret>& View::scan(bool last) {
  const bool fresh = unscanned() > 0;
  scanned_ = text_.size();
  scan_->begin_search();
  if (loud_ && (fresh || last) && !text_.empty()) {
    search_all(last);
    scan_->find_known(known_, text_, begin_, known_to_, told_to_);
    known_to_ = end();
    // What ends where the text does so far is asked for again: it may depend on what follows.
    told_to_ = last ? end() : end() - 1;
    std::erase_if(wanted_, [&](const Ends& ends) { return ends.to <= told_to_; });
    if (!wanted_.empty()) wanted_.front().after = std::max(wanted_.front().after, told_to_);
  } else if (fresh && !loud_) {
    scan_->read_known(known_, text_, known_to_ - begin_);
    known_to_ = end();
  }
  return scan_->secrets();
}

void View::search_all(bool last) {
  const hs_database* spelled = scan_->rules().spelled_database();
  Offset from = told_to_;
  for (const Ends& ends : wanted_) {
    if (ends.after > from && spelled != nullptr) search({from, ends.after}, spelled, last);
    if (ends.after >= end()) return;
    search(ends, scan_->rules().block_database(), last);
    from = ends.to;
  }
  if (from < end() && spelled != nullptr) search({from, end()}, spelled, last);
}

void View::search(const Ends& ends, const hs_database* database, bool last) {
  const Offset reach = ends.after - std::min<Offset>(ends.after, scan_->window());
  const Offset from = std::max(begin_, reach);
  const Offset to = std::min(ends.to, end());
  // With the byte behind, by which some matches end.
  const std::string_view text = text_from(from).substr(0, to - from + 1);
  if (text.empty()) return;
  scan_->expect_ends(ends.after - std::min(ends.after, from), to - from);
  const auto size = static_cast<unsigned>(text.size());
  const hs_error_t error =
      hs_scan(database, text.data(), size, 0, scan_->scratch(), &Scan::on_match, scan_);
  scan_->count_scanned(text.size());
  // The callback stops a scan only after it has raised the verdict itself.
  if (error != HS_SUCCESS) scan_->raise(Verdict::over_limit, "no memory to scan with");
  scan_->confirm({text_, begin_, from, !last});
}

std::size_t View::surplus() const noexcept {
  assert(unscanned() == 0);
  const std::size_t window = scan_->window();
  return text_.size() >= window + kWorthDropping ? text_.size() - window : 0;
}

void View::drop_front(std::size_t bytes) {
  text_.erase(0, bytes);
  begin_ += bytes;
  scanned_ -= bytes;
}

void View::give_back_room() {
  if (text_.capacity() > 2 * text_.size() + kWorthDropping) text_.shrink_to_fit();
  origins_.give_back_room();
}

std::string_view View::text_from(Offset position) const noexcept {
  assert(position >= begin_);
  return std::string_view(text_).substr(position - begin_);
}

Offset View::held_from() const noexcept {
  return held_from(begin_ + scanned_);
}

Offset View::held_from(Offset position) const noexcept {
  return position - std::min<Offset>(position, scan_->hold_width());
}

Offset View::open_from() const noexcept {
  assert(unscanned() == 0);
  return open_from(end());
}

Offset View::open_from(Offset position) const noexcept {
  const std::string_view text = std::string_view(text_).substr(0, position - begin_);
  const Offset known = scan_->known_width();
  return std::min(begin_ + scan_->hold().open_from(text), position - std::min(position, known));
}

}  // namespace cork::secrets
