#include "rules/secrets/layer.h"

#include "rules/secrets/encoded_runs.h"
#include "rules/secrets/escapes.h"
#include "rules/secrets/layer_parts.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace cork::secrets {
namespace {

// A longer name goes into no finding, so that no secret can be one.
constexpr std::size_t kLongestFieldName = 24;
// How far from a secret the escape may stand that tells it from the text above.
constexpr std::size_t kNear = 32;

static_assert(Readability::kBehind > View::kBatchBytes);

}  // namespace

Layer::Layer(Scan& scan, const Kind& kind, Layer* above, std::string_view name)
    : scan_(scan),
      above_(above),
      name_(name),
      kind_(kind),
      number_(scan.add_text()),
      view_(scan),
      form_(kind.form),
      may_be_form_(kind.escapes == 0 && kind.codings.empty()) {
  if (may_be_form_) pointer_.emplace();
}

Layer::~Layer() {
  scan_.remove_text();
}

void Layer::append(Bytes derived, std::span<const Run> runs) {
  if (kind_.depth > 0 && kind_.escapes == 0) scan_.count_decoded(derived.size());
  if (kind_.escapes > 0) scan_.count_unescaped(derived.size());
  if (!scan_.going()) return;
  // A magic number may be chance; what it begins decodes, or not.
  if (kind_.depth > scan_.limits().depth) {
    too_deep_ += derived.size();
    if (too_deep_ >= kTellingBytes) {
      scan_.raise(Verdict::over_limit, "containers inside containers");
    }
    return;
  }
  if (runs.size() == 1 && runs[0].pairs == 0 &&
      view_.unscanned() + derived.size() > View::kBatchBytes) {
    return append_long(derived, runs.front().origin);
  }
  add(derived, runs);
  if (view_.unscanned() >= View::kBatchBytes) process(false);
}

// Of escapes taken off, the others are judged in the text above.
void Layer::add(Bytes derived, std::span<const Run> runs) {
  view_.append(derived, runs);
  if (!kind_.codings.empty()) return;  // read as a whole, or refused
  if (kind_.escapes == 0) return readability_.push(as_text(derived));
  const std::string_view text = as_text(derived);
  // What separates words says nothing either.
  std::size_t at = 0, passed = 0;
  for (const Run& run : runs) {
    const std::string_view part = text.substr(at, run.size);
    if (run.pairs != 0) {  // stand for ASCII
      at += run.size;
      continue;
    }
    const bool ascii = !part.empty() && static_cast<unsigned char>(part.back()) < 0x80;
    at += part.size();
    if (!run.origin.altered || (run.origin.separates && run.ends_in_escape() && ascii)) continue;
    const std::size_t judged = run.ends_in_escape() ? 1 : part.size();
    readability_.pass(text.substr(passed, at - judged - passed));
    const std::string_view altered = part.substr(part.size() - judged);
    shows_soft_hyphen_ = shows_soft_hyphen_ || altered.contains(kSoftHyphen);
    readability_.push(altered);
    passed = at;
  }
  readability_.pass(text.substr(passed));
}

void Layer::cover(Offset begin, Offset end) {
  for (Layer* layer = this;; layer = layer->above_) {
    layer->readability_.cover(begin, end);
    if (layer->kind_.escapes == 0) return;
    // Those escapes stand in what is covered.
    begin = layer->view_.origins().source(begin);
    end = layer->view_.origins().source_end(end);
  }
}

void Layer::count_unread() {
  if (!scan_.going()) return;
  const bool last = ending_ && !busy();
  if (scan_.refuses_opaque() && view_.begin() == 0 && kind_.escapes == 0 && kind_.codings.empty() &&
      !sealed_looked_for_ && (last || view_.end() >= kSealedBytes)) {
    sealed_looked_for_ = true;
    if (const auto kind = sealed_kind(view_.text()); !kind.empty()) scan_.found_sealed(kind);
  }
  const std::size_t unread = readability_.take_unread(last);
  if (trial_) {
    *trial_ += unread;
  } else if (unread > 0) {
    scan_.count_unread(unread);
  }
}

void Layer::end_trial() {
  const std::size_t unread = trial_.value_or(0);
  trial_.reset();
  if (unread > 0) scan_.count_unread(unread);
}

void Layer::append_long(Bytes derived, Origin origin) {
  assert(view_.unscanned() < View::kBatchBytes);
  while (!derived.empty() && scan_.going()) {
    const std::size_t room = View::kBatchBytes - view_.unscanned();
    Run run{std::min(room, derived.size()), origin};
    if (origin.stride != 0 && run.size < derived.size()) {
      run.origin.end = origin.begin + run.size * origin.stride;
      origin.begin = run.origin.end;
    }
    add(derived.first(run.size), {&run, 1});
    derived = derived.subspan(run.size);
    if (view_.unscanned() >= View::kBatchBytes) process(false);
  }
}

void Layer::process(bool last) {
  if (!scan_.going()) return;
  ending_ = ending_ || last;
  const Offset from = handed_on_;
  // First, because the text without escapes tells most of what is in this one.
  if (reads_as_text()) {
    if (form_ || may_be_form_) feed_escapes(Escaping::form, from, last);
    feed_escapes(Escaping::plain, from, last);
    feed_escapes(Escaping::hyphens, from, last);
  }
  report(view_.scan(last));
  close_masks(last);
  handed_on_ = view_.end();
  if (!kind_.codings.empty()) open_declared();
  if (reads_as_text()) {
    find_containers();
    feed_runs(from, last);
  }
  feed_containers();
  if (may_hold_mail()) feed_escapes(Escaping::quoted, quoted_from(from), last);
  count_unread();
  trim();
}

void Layer::resume() {
  feed_containers();
  for (const auto& runs : runs_) {
    if (runs) runs->resume();
  }
  for (const auto& branch : escapes_) {
    if (branch) branch->layer.resume();
  }
  count_unread();
  if (view_.unscanned() == 0) trim();
}

bool Layer::busy() const noexcept {
  if (!starts_.empty()) return true;
  for (const auto& branch : containers_) {
    if (branch->layer.busy()) return true;
    if (branch->ended) continue;
    if (ending_ || branch->fed_to < fed_end() || branch->decoder->busy()) return true;
  }
  for (const auto& branch : escapes_) {
    if (branch && branch->layer.busy()) return true;
  }
  return std::ranges::any_of(runs_, [](const auto& runs) { return runs && runs->busy(); });
}

void Layer::report(std::span<const Scan::Secret> secrets) {
  for (const Scan::Secret& secret : secrets) {
    if (!scan_.wants(secret) || goes_on(secret)) continue;
    scan_.count_work(view_.text().size());  // telling the place reads it
    const auto range = may_mask()
                           ? on_the_wire(secret)
                           : std::expected<WireRange, Unmasked>(std::unexpected(Unmasked::encoded));
    if (!range && is_masked(secret, range.error())) continue;
    const Field field = field_of(secret);
    const Action action = scan_.record(secret, place_of(secret),
                                       {.spot = spot_of(secret),
                                        .open = kind_.open,
                                        .unmasked = range ? Unmasked::none : range.error(),
                                        .whole_value = field.whole_value,
                                        .token_request = field.token_request});
    if (action == Action::redact) open_mask(secret, range->begin);
  }
  scan_.refuse_surplus();
}

Place Layer::place_of(const Scan::Secret& secret) const {
  Place place{scan_.part(), secret.begin, secret.end, {}, {}};
  for (const Layer* layer = this; layer != nullptr; layer = layer->above_) {
    if (auto pointer = layer->pointer_at(place.begin); !pointer.empty())
      place.pointer = std::move(pointer);  // of the request rather than of what is encoded in it
    if (layer->above_ == nullptr) break;
    const Offset size = place.end - place.begin;
    place.begin = layer->view_.origins().source(place.begin);
    place.end = layer->view_.origins().source_end(place.end);
    // It may stand between escapes just as it is.
    if (layer->kind_.escapes > 0 && place.end - place.begin == size) continue;
    place.encoding.insert(0,
                          std::string(layer->name_at(place)) + (place.encoding.empty() ? "" : " "));
  }
  return place;
}

// Of the decoder between this and the text above, where `place` is: which of the escapes it was.
std::string_view Layer::name_at(const Place& place) const {
  if (kind_.escapes == 0 || name_ != "escapes" || place.begin < above_->view_.begin()) return name_;
  const std::string_view text = above_->view_.text();
  const std::size_t begin = place.begin - above_->view_.begin();
  const std::size_t end = std::min<std::size_t>(place.end - above_->view_.begin(), text.size());
  if (begin > end) return name_;
  if (const auto kind = kind_of_escape(text.substr(begin, end - begin)); !kind.empty()) return kind;
  const std::size_t from = begin - std::min(begin, kNear);
  const auto kind = kind_of_escape(text.substr(from, end + kNear - from));
  return kind.empty() ? name_ : kind;
}

std::string Layer::pointer_at(Offset position) const {
  if (!pointer_) return {};
  if (form_) return form_field_at(position);
  JsonPointer pointer = *pointer_;
  const Offset begin = std::max(position, view_.begin());
  pointer.advance(view_.text().substr(0, begin - view_.begin()));
  return pointer.text();
}

Spot Layer::spot_of(const Scan::Secret& secret) const {
  Spot spot{number_, secret.begin, secret.end};
  for (const Layer* layer = this; layer->kind_.escapes > 0; layer = layer->above_) {
    const OriginMap& origins = layer->view_.origins();
    if (spot.begin < layer->view_.begin() || !origins.exact(spot.begin, spot.begin + 1)) break;
    spot = {layer->above_->number_, origins.source(spot.begin), origins.source_end(spot.end)};
  }
  return spot;
}

// In the innermost text that has names; what may be at home is in one that is open, and then it is
// the only one.
Field Layer::field_of(const Scan::Secret& secret) const {
  Offset begin = secret.begin, end = secret.end;
  const Layer* layer = this;
  for (; !layer->pointer_; layer = layer->above_) {
    if (layer->above_ == nullptr) return {};
    begin = layer->view_.origins().source(begin);
    end = layer->view_.origins().source_end(end);
  }
  const View& view = layer->view_;
  if (begin < view.begin() || end > view.end() || begin > end) return {};
  return field_at(view.text(), begin - view.begin(), end - view.begin(), layer->form_);
}

// "/refresh_token", like a member of an object; nothing where the name is not in sight.
std::string Layer::form_field_at(Offset position) const {
  if (position <= view_.begin()) return {};
  const std::string_view before = view_.text().substr(0, position - view_.begin());
  const std::size_t mark = before.rfind('&');
  if (mark == before.npos && view_.begin() > 0) return {};
  const std::string_view pair = before.substr(mark == before.npos ? 0 : mark + 1);
  const std::size_t equals = pair.find('=');
  if (equals == pair.npos || equals > kLongestFieldName) return {};
  return '/' + std::string(pair.substr(0, equals));
}

// What the text above shows as well, and so long that no match begins before it, is told there: of
// this text, and of those made of it by taking further escapes off, which are shorter.
bool Layer::over() const noexcept {
  if (!idle() || reach() < view_.altered_to()) return false;
  // A row of backslashes goes on, and here one began elsewhere than in the text above.
  const std::size_t last = view_.text().find_last_not_of('\\');
  return last != std::string_view::npos && view_.begin() + last >= view_.altered_to();
}

bool Layer::idle() const noexcept {
  if (!starts_.empty() || !masks_.empty() || !containers_.empty()) return false;
  if (std::ranges::any_of(runs_, [](const auto& runs) { return runs != nullptr; })) return false;
  return std::ranges::all_of(escapes_,
                             [](const auto& branch) { return !branch || branch->layer.idle(); });
}

Offset Layer::reach() const noexcept {
  Offset reach = view_.end() - std::min<Offset>(view_.end(), scan_.window());
  for (const auto& branch : escapes_) {
    if (!branch) continue;
    Layer& below = branch->layer;
    reach = std::min(reach, branch->decoder->pending_from());
    if (below.view_.end() > 0) {
      reach = std::min(reach, below.view_.origins().source(below.reach()));
    }
  }
  return reach;
}

void Layer::give_back_room() {
  view_.give_back_room();
  for (const auto& runs : runs_) {
    if (runs) runs->give_back_room();
  }
  each_text([](Layer& layer) { layer.give_back_room(); });
}

std::size_t Layer::retained_bytes() const {
  std::size_t bytes = view_.text().size();
  each_text([&](const Layer& layer) { bytes += layer.retained_bytes(); });
  return bytes;
}

void Layer::trim() {
  if (!scan_.going()) return;
  std::size_t surplus = view_.surplus();
  const auto keep_from = [&](Offset position) {
    surplus = std::min<std::size_t>(surplus, position - std::min(position, view_.begin()));
  };
  for (const auto& branch : containers_) {
    if (!branch->ended) keep_from(branch->fed_to);
  }
  if (!starts_.empty()) keep_from(starts_.front().at);
  if (cut_marker_) keep_from(*cut_marker_ - std::min<Offset>(*cut_marker_, scan_.window()));
  for (const auto& runs : runs_) {
    if (runs) keep_from(runs->pending_from());
  }
  // A mask is cut out of this text for what the one below it shows.
  for (const auto& branch : escapes_) {
    if (branch && may_mask() && branch->layer.view_.end() > 0)
      keep_from(branch->layer.view_.origins().first());
  }
  if (surplus > 0) {
    if (pointer_) pointer_->advance(view_.text().substr(0, surplus));
    view_.drop_front(surplus);
  }
  if (above_ == nullptr) return;  // where nothing is mapped
  Offset needed = view_.begin();
  each_text([&](const Layer& layer) {
    if (layer.view_.end() > 0) needed = std::min(needed, layer.view_.origins().first());
  });
  for (const auto& branch : containers_) needed = std::min(needed, branch->pending_from());
  for (const auto& runs : runs_) {
    if (runs) needed = std::min(needed, runs->pending_from());
  }
  view_.origins().forget_before(needed);
}

Offset Layer::settled(bool look) const {
  Offset settled = look ? view_.open_from() : view_.held_from();
  const auto hold = [&](const Layer& layer) {
    if (layer.view_.end() == 0) return;  // nothing to map
    settled = std::min(settled, layer.view_.origins().source(layer.settled(look)));
  };
  each_text(hold);
  for (const auto& branch : containers_) {
    if (!branch->ended) settled = std::min(settled, branch->pending_from());
  }
  for (const auto& branch : escapes_) {
    if (!branch) continue;
    const Offset pending = branch->decoder->pending_from();
    settled = std::min(settled, pending);
    // What is not a whole escape yet may join the digits in front of it with what follows.
    Layer& below = branch->layer;
    if (pending < view_.end() && below.view_.end() > 0) {
      settled = std::min(settled, below.view_.origins().source(below.digits_at_end()));
    }
  }
  for (const auto& runs : runs_) {
    if (runs) settled = std::min(settled, runs->pending_from());
  }
  if (!starts_.empty()) settled = std::min(settled, starts_.front().at);
  // What goes on behind an escape that may be there.
  if (cut_marker_) {
    settled =
        std::min(settled, look ? view_.open_from(*cut_marker_) : view_.held_from(*cut_marker_));
  }
  if (!ending_ && reads_as_text()) {
    settled = std::min<Offset>(settled, view_.begin() + find_cut_container(view_.text()));
  }
  // A mask may begin before what it is for.
  if (!may_mask() || settled <= view_.begin()) return settled;
  return view_.begin() + token_begin(view_.text(), settled - view_.begin());
}

}  // namespace cork::secrets
