#include "proxy/session/gate.h"

#include <algorithm>
#include <chrono>
#include <span>
#include <utility>

namespace cork::session {

using secrets::Verdict;

namespace {

// No rule takes the words for the lines of a key, whatever may stand around those.
bool begins_key(std::span<const std::byte> bytes) noexcept {
  return as_text(bytes).starts_with("-----BEGIN");
}

}  // namespace

Gate::Gate(secrets::BodyScanner scanner, Mode mode, std::size_t cap)
    : scanner_(std::move(scanner)), mode_(mode), cap_(cap) {}

template <class Scan>
Verdict Gate::judge(Scan scan) {
  if (verdict_ != Verdict::clean) return verdict_;
  const auto begin = std::chrono::steady_clock::now();
  Verdict found = scanner_.verdict();
  // What was recorded once ends the looking, not the body.
  if (found == Verdict::clean) found = scan();
  scan_ns_ += static_cast<std::uint64_t>((std::chrono::steady_clock::now() - begin).count());
  mask();
  if (found == Verdict::leak && mode_ == Mode::record) found = Verdict::clean;
  if (found != Verdict::clean) {
    verdict_ = found;
    held_.clear();
    held_.shrink_to_fit();
    sent_ = scanned_ = 0;
  }
  return verdict_;
}

// Nothing of it has left: the scanner settles no byte before its end is known. What a mask without
// words covers stays without, and what goes on where one ended needs none.
void Gate::mask() {
  for (const secrets::WireRange& range : scanner_.take_masks()) {
    const auto bytes = std::span(held_).subspan(range.begin - base_, range.end - range.begin);
    const bool covered = std::ranges::count(bytes, std::byte{'*'}) == std::ssize(bytes);
    const bool goes_on = range.begin >= masked_.begin && range.begin < masked_.end;
    // A key may be found in more than one reading of the text.
    const bool key = begins_key(bytes) || (masked_key_ && range.begin == masked_.begin);
    if (goes_on && (range.worded || key)) {
      const Offset done = std::min(masked_.end, range.end) - range.begin;
      secrets::write_mask(bytes.subspan(done), false);
    } else if (!covered) {
      secrets::write_mask(bytes, range.worded || key);
    }
    masked_key_ = key;
    masked_ = {goes_on ? masked_.begin : range.begin,
               goes_on ? std::max(masked_.end, range.end) : range.end};
  }
}

Verdict Gate::push(Bytes wire, secrets::WorkerScratch& scratch) {
  if (verdict_ != Verdict::clean) return verdict_;
  held_.insert(held_.end(), wire.begin(), wire.end());
  return feed(scratch);
}

Verdict Gate::feed(secrets::WorkerScratch& scratch) {
  judge([&] {
    Bytes rest = Bytes(held_).subspan(scanned_);
    const Verdict found = scanner_.feed_some(rest, scratch);
    scanned_ = held_.size() - rest.size();
    return found;
  });
  if (verdict_ != Verdict::clean || busy()) return verdict_;
  scanned_ = held_.size();
  if (held() - ready().size() >= cap_) return judge([] { return Verdict::over_limit; });
  return verdict_;
}

// Once a leak was recorded there is nothing to look for any more.
bool Gate::busy() const noexcept {
  return verdict_ == Verdict::clean && scanner_.verdict() == Verdict::clean &&
         (scanned_ < held_.size() || scanner_.busy());
}

Verdict Gate::resume(secrets::WorkerScratch& scratch) {
  if (scanner_.busy()) {
    judge([&] { return scanner_.resume(scratch); });
    if (scanner_.busy()) return verdict_;
  }
  return feed(scratch);
}

Verdict Gate::idle(secrets::WorkerScratch& scratch) {
  return judge([&] { return scanner_.idle(scratch); });
}

Verdict Gate::finish(secrets::WorkerScratch& scratch) {
  return judge([&] { return scanner_.finish(scratch); });
}

Bytes Gate::ready() const noexcept {
  if (verdict_ != Verdict::clean) return {};
  std::size_t until = held_.size();
  if (mode_ == Mode::hold) {
    const Offset settled = scanner_.settled();
    until = settled > base_ ? std::min<Offset>(held_.size(), settled - base_) : 0;
  }
  return until > sent_ ? Bytes(held_).subspan(sent_, until - sent_) : Bytes{};
}

void Gate::consumed(std::size_t n) noexcept {
  sent_ += std::min(n, held());
  // Moving the rest down is worth it once most of the buffer is gone.
  if (sent_ < held_.size() / 2) return;
  held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(sent_));
  base_ += sent_;
  scanned_ -= std::min(scanned_, sent_);
  sent_ = 0;
}

}  // namespace cork::session
