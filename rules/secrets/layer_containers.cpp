// Compressed data in a text: what the head declared, and what is recognised.
#include "rules/secrets/layer_parts.h"

#include <algorithm>
#include <utility>

namespace cork::secrets {
namespace {

// A magic number is no longer.
constexpr std::size_t kMagicBytes = 8;
// Containers that may be open in one text at a time: one begins inside another only where a magic
// number occurs by chance, or to hide something.
constexpr std::size_t kMostOpen = 8;
// Of a container, what is around the data: gzip's header and trailer.
constexpr std::uint64_t kEnvelopeBytes = 18;
// More than the tables at the front of a block.
constexpr std::int64_t kCreditBytes = 1024;
// So much of which nothing comes was no magic number by chance.
constexpr std::size_t kTellingSilence = 4096;
// A front that chance wrote ends within a hundred bytes: so many that made as many are none. So
// many digits at whose front less was read hold no container.
constexpr std::uint64_t kTellingRead = 256, kLongDigits = 1024;

}  // namespace

Layer::Kind Layer::inner() const noexcept {
  Kind kind;
  kind.depth = kind_.depth + 1;
  kind.open = false;
  return kind;
}

void Layer::open_declared() {
  if (opened_) return;
  opened_ = true;
  std::unique_ptr<Decoder> decoder =
      make_content_decoder(kind_.codings.back(), scan_.limits(), scan_.memory());
  if (!decoder) return scan_.raise(Verdict::unscannable, "a content coding that is not known");
  if (kind_.depth >= scan_.limits().depth) {
    return scan_.raise(Verdict::over_limit, "containers inside containers");
  }
  Kind kind = inner();
  kind.codings = kind_.codings.first(kind_.codings.size() - 1);
  kind.form = form_;
  kind.open = kind_.open;
  containers_.push_back(std::make_unique<Branch>(scan_, kind, *this, std::move(decoder), 0));
  containers_.back()->declared = true;
}

void Layer::find_containers() {
  // Up to the first escape the text above has the same.
  if (!view_.loud()) {
    searched_ = view_.end() - std::min<Offset>(view_.end(), kMagicBytes - 1);
    cut_ = view_.end();
    return;
  }
  if (searched_ == 0) {
    if (view_.end() < kMagicBytes && !ending_) return;
    if (kind_.escapes == 0 && begins_zlib(view_.text())) add_container({0, ContainerKind::zlib});
  }
  const Offset begin = view_.begin();
  // Of what the end cuts, nobody knows what it is before more has come, or nothing will.
  cut_ = begin + (ending_ ? view_.text().size() : find_cut_container(view_.text()));
  while (searched_ < view_.end()) {
    const auto found = find_container(view_.text(), std::max(searched_, begin) - begin);
    if (!found || begin + found->at >= cut_) break;
    if (!is_above(begin + found->at, found->told_by)) {
      add_container({begin + found->at, found->kind});
    }
    searched_ = begin + found->at + 1;
  }
  const Offset end = view_.end();
  searched_ = std::max(searched_, std::min(end - std::min<Offset>(end, kMagicBytes - 1), cut_));
}

// Binary data holds what looks like an escape now and then, and without those it is damaged: to be
// inflated as well it would cost as much again, and what came of it would be anything. Who escapes
// compressed data escapes its first bytes.
bool Layer::is_above(Offset begin, std::size_t size) const {
  if (kind_.escapes == 0) return false;
  const Offset source = view_.origins().source(begin);
  const View& above = above_->view_;
  return source >= above.begin() && source <= above.end() &&
         above.text_from(source).substr(0, size) == view_.text_from(begin).substr(0, size);
}

void Layer::add_container(Start start) {
  if (start.at < view_.begin()) return;
  const auto after = std::ranges::upper_bound(starts_, start.at, {}, &Start::at);
  starts_.insert(after, start);
}

void Layer::open_container(Start start) {
  if (containers_.size() >= kMostOpen) {
    return scan_.raise(Verdict::over_limit, "containers inside containers");
  }
  scan_.count_container();
  std::unique_ptr<Decoder> decoder;
  if (start.kind == ContainerKind::zstd) decoder = std::move(spare_zstd_);
  if (!decoder) decoder = make_container_decoder(start.kind, scan_.limits(), scan_.memory());
  containers_.push_back(
      std::make_unique<Branch>(scan_, inner(), *this, std::move(decoder), start.at));
  containers_.back()->digits =
      start.kind == ContainerKind::base64 || start.kind == ContainerKind::hex;
  containers_.back()->front = start.front;
  if (start.front && containers_.back()->digits) containers_.back()->layer.trial_ = 0;
}

// In the order of the text: one has ended before the next is opened, wherever they follow one
// another.
void Layer::feed_containers() {
  while (scan_.going()) {
    const Offset end = starts_.empty() ? fed_end() : starts_.front().at;
    bool all = true;
    for (const auto& branch : containers_) all = feed_to(*branch, end) && all;
    close_containers();
    if (!all || starts_.empty() || scan_.full() || !scan_.going()) return;
    const Start start = starts_.front();
    starts_.erase(starts_.begin());
    open_container(start);
  }
}

void Layer::close_containers() {
  std::erase_if(containers_, [&](const auto& branch) {
    if (!branch->ended || branch->layer.busy()) return false;
    if (!spare_zstd_ && branch->decoder->restart()) spare_zstd_ = std::move(branch->decoder);
    return true;
  });
}

// The innermost container first, so that no text waits for room in more than one of them.
bool Layer::feed_to(Branch& branch, Offset end) {
  do {
    if (branch.layer.busy()) branch.layer.resume();
  } while (!branch.layer.busy() && feed_some(branch, end));
  if (branch.layer.busy()) return false;
  return branch.ended || (branch.fed_to >= end && !branch.decoder->busy());
}

bool Layer::feed_some(Branch& branch, Offset end) {
  if (branch.ended || scan_.full() || !scan_.going()) return false;
  const bool last = ending_ && end == view_.end();
  if (branch.fed_to >= end && !branch.decoder->busy() && !last) return false;
  // A container may turn up behind the front of another.
  const std::size_t due = end > branch.fed_to ? end - branch.fed_to : 0;
  Bytes fresh = as_bytes(view_.text_from(branch.fed_to).substr(0, due));
  Verdict verdict = branch.decoder->push_some(fresh, branch.fed_to, branch.layer);
  branch.fed_to += due - fresh.size();
  const bool all = fresh.empty() && !branch.decoder->busy();
  if (verdict == Verdict::clean && front_is_over(branch)) {
    judge(branch);
    branch.ended = true;
    branch.layer.process(true);
    return false;
  }
  if (verdict == Verdict::clean && !all) {
    judge(branch);
    return scan_.going();
  }
  if (verdict == Verdict::clean && last) verdict = branch.decoder->finish(branch.layer);
  branch.ended = last || verdict != Verdict::clean;
  judge(branch);
  branch.layer.process(branch.ended);
  if (verdict == Verdict::clean) return branch.layer.busy();
  // What was recognised ends there, or was something else: text like any other.
  if (branch.declared || verdict == Verdict::over_limit) {
    scan_.raise(verdict, branch.decoder->problem());
  }
  return false;
}

// Many lines of digits begin like zlib data by chance.
bool Layer::front_is_over(const Branch& branch) noexcept {
  const Layer& layer = branch.layer;
  return branch.front && layer.handed_on_ > 0 && layer.containers_.empty() && layer.starts_.empty();
}

bool Layer::on_trial(const Branch& branch) noexcept {
  const bool small = front_is_over(branch) && branch.fed_to - branch.begin <= kLongDigits;
  return branch.layer.trial_ && !branch.layer.opens_ && !small;
}

// What goes in is covered before it is known what comes of it, since a block may be longer than
// what waits to be judged. So what turns out to stand for nothing is counted here: data that does
// not decode, and what a format passes over. What packs well has a little of that on credit.
void Layer::judge(Branch& branch) {
  const Offset data = branch.begin + branch.decoder->passed_over();
  const std::uint64_t made =
      branch.layer.view_.end() - std::exchange(branch.made, branch.layer.view_.end());
  opens_ = opens_ || std::min(branch.made, branch.fed_to - branch.begin) >= kTellingRead;
  // Chance, maybe: text like any other.
  if (on_trial(branch)) return;
  branch.layer.end_trial();
  if (branch.made == 0 && branch.fed_to - data < kTellingSilence) return;
  const Offset decoded = branch.decoder->pending_from();
  const Offset known = branch.digits ? std::min(decoded, branch.fed_to) : branch.fed_to;
  if (!branch.declared) cover(std::max(branch.covered_to, data), known);
  branch.covered_to = std::max(branch.covered_to, known);
  if (branch.digits) return;
  const Offset from = std::max(branch.judged_to, data);
  branch.judged_to = std::max(from, branch.ended ? branch.fed_to : decoded);
  branch.silent += static_cast<std::int64_t>(branch.judged_to - from);
  branch.silent = std::max(branch.silent - static_cast<std::int64_t>(made), -kCreditBytes);
  const auto envelope = static_cast<std::int64_t>(std::min(branch.made, kEnvelopeBytes));
  if (branch.silent <= (branch.ended ? envelope : kCreditBytes)) return;
  scan_.count_unread(static_cast<std::size_t>(std::exchange(branch.silent, 0)));
}

}  // namespace cork::secrets
