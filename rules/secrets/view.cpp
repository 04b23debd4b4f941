#include "rules/secrets/view.h"

#include "base/base64.h"
#include "rules/secrets/encoded_runs.h"

#include <hs/hs.h>

#include <algorithm>
#include <cassert>
#include <utility>

namespace cork::secrets {
namespace {

// Moving the retained text to the front costs what it is long, so it waits until it pays.
constexpr std::size_t kWorthDropping = 1024;
// What is appended between two scans at most: a batch, and where that is not cut into batches, what
// a decoder gathers at a time.
constexpr std::size_t kBatch = 8192, kGathered = 2048;

bool is_blank(char c) noexcept {
  return c == '\t' || c == ' ';
}
bool is_line_end(char c) noexcept {
  return c == '\n' || c == '\r';
}
bool is_white(char c) noexcept {
  return is_blank(c) || is_line_end(c);
}

}  // namespace

void View::begin_behind(std::string_view text, Offset begin) {
  assert(text_.empty());
  loud_ = false;
  const Run run{text.size(), {begin, begin + text.size(), 1, false}};
  append(as_bytes(text), {&run, 1});
  scanned_ = text_.size();
  known_to_ = end();
}

void View::append(Bytes bytes, std::span<const Run> runs) {
  Offset position = end();
  // A string that grows by itself has twice what a long text needs in the end.
  const std::size_t most =
      scan_->window() + kWorthDropping + kBatch + (runs.size() > 1 ? kGathered : 0);
  if (text_.capacity() < most && text_.size() + bytes.size() > most / 2) text_.reserve(most);
  text_.append(as_text(bytes));
  for (const Run& run : runs) {
    if (run.origin.altered && run.size > 0) {
      const Offset altered = position + (run.ends_in_escape() ? run.size - 1 : 0);
      if (!loud_) begin_loud(altered);
      altered_to_ = position + run.size;
      if (!joint_ && joins(run, position)) joint_ = altered;
    }
    origins_.add(position, run.size, run.origin);
    position += run.size;
  }
}

// Nearly all escapes are of two bytes, and stand for what ends a run of digits in either text. Not
// so a slash, and the end of a line of digits that go on in the next.
bool View::joins(const Run& run, Offset position) const noexcept {
  const bool short_one = run.ends_in_escape() && run.origin.end - run.origin.begin == run.size + 1;
  if (!short_one) return true;
  std::size_t at = position + run.size - 1 - begin_;
  if (base64_digit(text_[at]) >= 0) return true;  // \/ and \_
  if (!is_white(text_[at])) return false;
  for (std::size_t i = 0; i < kMostIndentation && at > 0 && is_white(text_[at - 1]); ++i) --at;
  std::size_t digits = 0;
  while (digits < kShortestLine && digits < at && base64_digit(text_[at - digits - 1]) >= 0) {
    ++digits;
  }
  if (digits < kShortestWrapped) return false;
  if (digits == kShortestLine) return true;
  // A short line of nothing else.
  at -= digits;
  for (std::size_t i = 0; i < kMostIndentation && at > 0 && is_blank(text_[at - 1]); ++i) --at;
  return at == 0 || is_line_end(text_[at - 1]);
}

Offset View::take_joint() noexcept {
  return std::exchange(joint_, std::nullopt).value_or(end());
}

void View::begin_loud(Offset position) noexcept {
  loud_ = true;
  reported_to_ = position;
  scanned_ = position - begin_;
  known_ = {};
  known_to_ = position - std::min<Offset>(position - begin_, scan_->window());
}

const std::vector<Scan::Secret>& View::scan(bool last) {
  const bool fresh = unscanned() > 0;
  scanned_ = text_.size();
  const Offset reported_to = reported_to_;
  if (loud_ && (fresh || last)) {
    run();
    // What ends where the text does so far is asked for again: it may depend on what follows.
    reported_to_ = last || text_.empty() ? end() : end() - 1;
  }
  return scan_->confirm({text_, begin_, counted_from_, reported_to, !last});
}

void View::run() {
  scan_->find_known(known_, text_, known_to_ - begin_);
  known_to_ = end();
  const Offset reach = reported_to_ - std::min<Offset>(reported_to_, scan_->window());
  counted_from_ = std::max(begin_, reach);
  const std::string_view text = text_from(counted_from_);
  if (text.empty()) return;
  scan_->ignore_ends_to(reported_to_ - std::min(reported_to_, counted_from_));
  const auto size = static_cast<unsigned>(text.size());
  const hs_error_t error = hs_scan(scan_->rules().block_database(), text.data(), size, 0,
                                   scan_->scratch(), &Scan::on_match, scan_);
  scan_->count_scanned(text.size());
  // The callback stops a scan only after it has raised the verdict itself.
  if (error != HS_SUCCESS) scan_->raise(Verdict::over_limit, "no memory to scan with");
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

std::string_view View::text_from(Offset position) const noexcept {
  assert(position >= begin_);
  return std::string_view(text_).substr(position - begin_);
}

Offset View::held_from() const noexcept {
  const Offset seen = begin_ + scanned_;
  const Offset hold = scan_->hold_width();
  return seen > hold ? seen - hold : 0;
}

Offset View::open_from() const noexcept {
  assert(unscanned() == 0);
  const Offset known = scan_->known_width();
  return std::min(begin_ + scan_->hold().open_from(text_), end() - std::min(end(), known));
}

}  // namespace cork::secrets
