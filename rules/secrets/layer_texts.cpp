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
constexpr std::size_t kTellingBytes = 32;
constexpr std::size_t kMagicBytes = 4;

}  // namespace

// Escapes beyond the depth are left alone: text quoted many times is ordinary in conversations, and
// escapes alone hide little, while what they hide at the depths that are looked into is found.
void Layer::feed_escapes(std::unique_ptr<Branch>& branch, bool quoted, Offset from, bool last) {
  if (!scan_.going()) return;
  const bool form = !quoted && kind_.form;
  if (!branch) {
    if (view_.end() == from || kind_.escapes >= scan_.limits().depth) return;
    const std::string_view text = view_.text();
    const std::size_t start = from - view_.begin();
    const std::size_t found = form     ? start
                              : quoted ? find_quoted(text, start)
                                       : find_escape(text, start);
    if (found == text.size()) return;
    from = view_.begin() + found;
    open_escapes(branch, quoted, from);
    branch->stays = form;
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

void Layer::open_escapes(std::unique_ptr<Branch>& branch, bool quoted, Offset from) {
  Kind kind = kind_;
  kind.codings = {};
  kind.form = false;
  ++kind.escapes;
  const std::size_t silence = scan_.limits().silent_wire_bytes;
  branch = std::make_unique<Branch>(
      scan_, kind, *this,
      quoted ? make_quoted_decoder(silence) : make_escape_decoder(kind_.form, silence), from);
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
  if (text_) text_->process(false);
}

void Layer::Runs::append(Bytes derived, std::span<const Run> runs) {
  Scan& scan = of_.scan_;
  if (of_.kind_.depth >= scan.limits().depth) {
    too_deep_ += derived.size();
    if (too_deep_ >= kTellingBytes) {
      scan.raise(Verdict::over_limit, "text encoded more often than is looked into");
    }
    return;
  }
  if (!text_) text_.reset(new Layer(scan, of_.inner(), &of_, finder_->name()));
  text_->append(derived, runs);
}

void Layer::Runs::boundary() {
  too_deep_ = 0;
  if (!text_) return;
  text_->process(true);
  if (text_->busy()) ending_.push_back(std::move(text_));
  text_.reset();
}

void Layer::Runs::resume() {
  if (text_ && text_->busy()) text_->resume();
  for (const auto& text : ending_) text->resume();
  std::erase_if(ending_, [](const auto& text) { return !text->busy(); });
}

}  // namespace cork::secrets
