#include "rules/secrets/view.h"

#include <hs/hs.h>

#include <algorithm>
#include <cassert>

namespace cork::secrets {
namespace {

// Moving the retained text to the front costs what it is long, so it waits until it pays.
constexpr std::size_t kWorthDropping = 4096;

}  // namespace

void View::Close::operator()(hs_stream* stream) const noexcept {
  hs_close_stream(stream, nullptr, nullptr, nullptr);
}

void View::begin_behind(std::string_view text, Offset begin) {
  assert(text_.empty());
  loud_ = false;
  const Run run{text.size(), {begin, begin + text.size(), 1, false}};
  append(as_bytes(text), {&run, 1});
  scanned_ = text_.size();
}

void View::append(Bytes bytes, std::span<const Run> runs) {
  Offset position = end();
  for (const Run& run : runs) {
    if (run.origin.altered && run.size > 0) {
      if (!loud_) begin_loud(position);
      altered_to_ = position + run.size;
    }
    origins_.add(position, run.size, run.origin);
    position += run.size;
  }
  text_.append(as_text(bytes));
}

void View::begin_loud(Offset position) noexcept {
  loud_ = true;
  others_to_ = position;
  const Offset from = position - std::min<Offset>(position - begin_, scan_->window());
  scanned_ = from - begin_;
  known_ = {};
}

const std::vector<Scan::Secret>& View::scan(bool last) {
  const std::size_t from = scanned_;
  scanned_ = text_.size();
  if (loud_) {
    run(std::string_view(text_).substr(from), last);
    scan_->find_known(known_, text_, from);
  }
  return scan_->confirm(text_, begin_, counted_from_, others_to_);
}

void View::run(std::string_view fresh, bool last) {
  const Ruleset& rules = scan_->rules();
  hs_scratch* scratch = scan_->scratch();
  const auto size = static_cast<unsigned>(fresh.size());
  hs_error_t error = HS_SUCCESS;
  if (!stream_ && (fresh.empty() || last)) {
    counted_from_ = end() - fresh.size();
    if (!fresh.empty()) {
      error =
          hs_scan(rules.block_database(), fresh.data(), size, 0, scratch, &Scan::on_match, scan_);
    }
  } else {
    if (!stream_) {
      hs_stream* stream = nullptr;
      error = hs_open_stream(rules.stream_database(), 0, &stream);
      stream_.reset(stream);
      counted_from_ = end() - fresh.size();
    }
    if (error == HS_SUCCESS && size > 0) {
      error = hs_scan_stream(stream_.get(), fresh.data(), size, 0, scratch, &Scan::on_match, scan_);
    }
    if (last && error == HS_SUCCESS) {
      error = hs_close_stream(stream_.release(), scratch, &Scan::on_match, scan_);
    }
  }
  scan_->count_scanned(fresh.size());
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
  const Offset seen = std::max(begin_ + scanned_, others_to_);
  const Offset hold = scan_->hold_width();
  return seen > hold ? seen - hold : 0;
}

Offset View::open_from() const noexcept {
  assert(unscanned() == 0);
  return begin_ + scan_->hold().open_from(text_);
}

}  // namespace cork::secrets
