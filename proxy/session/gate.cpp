#include "proxy/session/gate.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace cork::session {

using secrets::Verdict;

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
  if (found == Verdict::leak && mode_ == Mode::record) found = Verdict::clean;
  if (found != Verdict::clean) {
    verdict_ = found;
    held_.clear();
    held_.shrink_to_fit();
    sent_ = 0;
  }
  return verdict_;
}

Verdict Gate::push(Bytes wire, secrets::WorkerScratch& scratch) {
  if (verdict_ != Verdict::clean) return verdict_;
  held_.insert(held_.end(), wire.begin(), wire.end());
  judge([&] { return scanner_.feed(wire, scratch); });
  if (verdict_ == Verdict::clean && held() - ready().size() >= cap_) {
    return judge([] { return Verdict::over_limit; });
  }
  return verdict_;
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
  sent_ = 0;
}

}  // namespace cork::session
