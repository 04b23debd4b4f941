// Text that stands in a text as something else: escapes taken off, and stretches of base64,
// hexadecimal digits and UTF-16.
#include "rules/secrets/encoded_runs.h"
#include "rules/secrets/escapes.h"
#include "rules/secrets/layer_parts.h"

#include <algorithm>
#include <utility>

namespace cork::secrets {
namespace {

// So much printable text is no chance: it was encoded once more.
constexpr std::size_t kTellingBytes = 20;
constexpr std::size_t kMagicBytes = 4;
constexpr std::size_t kLongestMarker = 6;  // of quoted-printable: =67=68

}  // namespace

// Escapes beyond the depth are left alone: text quoted many times is ordinary in conversations, and
// escapes alone hide little, while what they hide at the depths that are looked into is found.
void Layer::feed_escapes(Escaping escaping, Offset from, bool last) {
  if (!scan_.going()) return;
  auto& branch = escapes_[static_cast<std::size_t>(escaping)];
  if (!branch) {
    if (view_.end() == from || kind_.escapes >= scan_.limits().depth) return;
    from = find_escapes(escaping, from);
    if (from == view_.end()) return;
    open_escapes(escaping, from);
  }
  const Bytes fresh = as_bytes(view_.text_from(from));
  const Verdict verdict = branch->decoder->push(fresh, from, branch->layer);
  branch->fed_to = view_.end();
  if (verdict != Verdict::clean) return scan_.raise(verdict, branch->decoder->problem());
  if (last) branch->decoder->finish(branch->layer);
  branch->layer.process(last);
  const bool over =
      !branch->stays && branch->decoder->pending_from() == view_.end() && branch->layer.over();
  if (over) branch.reset();
}

Offset Layer::find_escapes(Escaping escaping, Offset from) {
  if (escaping == Escaping::form) return from;
  const std::string_view text = view_.text();
  const std::size_t start = from - view_.begin();
  if (escaping == Escaping::plain) return view_.begin() + find_escape(text, start);
  const std::size_t marker = find_quoted(text, start, saw_quoted_);
  if (marker == text.size()) return view_.end();
  saw_quoted_ = saw_quoted_ || text.size() - marker > kLongestMarker;
  // What was escaped before it showed by that marker.
  return view_.begin() + marker - std::min(marker, scan_.window());
}

void Layer::open_escapes(Escaping escaping, Offset from) {
  Kind kind = kind_;
  kind.codings = {};
  kind.form = false;
  ++kind.escapes;
  const std::size_t silence = scan_.limits().silent_wire_bytes;
  auto& branch = escapes_[static_cast<std::size_t>(escaping)];
  branch = std::make_unique<Branch>(scan_, kind, *this,
                                    escaping == Escaping::quoted
                                        ? make_quoted_decoder(silence)
                                        : make_escape_decoder(escaping == Escaping::form, silence),
                                    from);
  branch->stays = escaping == Escaping::form;
  const Offset begin = from - std::min<Offset>(from - view_.begin(), scan_.window());
  const std::string_view before = view_.text_from(begin).substr(0, from - begin);
  branch->layer.view_.begin_behind(before, begin);
  // What begins in the text before is the other text's.
  branch->layer.searched_ = before.size() - std::min(before.size(), kMagicBytes - 1);
}

void Layer::feed_runs(Offset from, bool last) {
  if (!scan_.going()) return;
  // What no escape joins, the text above shows as well.
  const bool joined = kind_.escapes > 0;
  const Offset joint = joined ? view_.take_joint() : from;
  const auto feed = [&](std::unique_ptr<Runs>& runs, auto find, auto make, ContainerKind digits) {
    if (runs) {
      runs->push(view_.text_from(from), from, last);
    } else {
      if (joint == view_.end() && joined) return;
      // What begins in the byte before was no beginning yet.
      const Offset back = joined ? scan_.window() : 1;
      const Offset at = joint - std::min(joint - view_.begin(), back);
      const std::string_view text = view_.text_from(at);
      const std::size_t found = find(text);
      if (found == text.size()) return;
      runs = std::make_unique<Runs>(*this, make(), digits);
      runs->push(text.substr(found), at + found, last);
    }
    if (joined && !runs->busy() && runs->pending_from() == view_.end()) runs.reset();
  };
  feed(runs_[0], &find_base64_run, &make_base64_runs, ContainerKind::base64);
  feed(runs_[1], &find_hex_run, &make_hex_runs, ContainerKind::hex);
  feed(runs_[2], &find_wide_run, &make_wide_runs, ContainerKind::hex);
}

void Layer::Runs::push(std::string_view text, Offset at, bool last) {
  finder_->push(as_bytes(text), at, *this);
  if (last) finder_->finish(*this);
  for (const Reading& reading : readings_) {
    if (reading.text) reading.text->process(false);
  }
}

void Layer::Runs::Reading::append(Bytes derived, std::span<const Run> of_it) {
  Layer& above = runs.of_;
  Scan& scan = above.scan_;
  if (above.kind_.depth >= scan.limits().depth) {
    too_deep += derived.size();
    if (too_deep >= kTellingBytes) {
      scan.raise(Verdict::over_limit, "text encoded more often than is looked into");
    }
    return;
  }
  if (!text) text.reset(new Layer(scan, above.inner(), &above, runs.finder_->name()));
  text->append(derived, of_it);
}

void Layer::Runs::Reading::boundary() {
  too_deep = 0;
  if (!text) return;
  text->process(true);
  if (text->busy()) runs.ending_.push_back(std::move(text));
  text.reset();
}

bool Layer::Runs::busy() const noexcept {
  return !ending_.empty() || std::ranges::any_of(readings_, [](const Reading& reading) {
    return reading.text && reading.text->busy();
  });
}

void Layer::Runs::resume() {
  for (const Reading& reading : readings_) {
    if (reading.text && reading.text->busy()) reading.text->resume();
  }
  for (const auto& text : ending_) text->resume();
  std::erase_if(ending_, [](const auto& text) { return !text->busy(); });
}

}  // namespace cork::secrets
