#include "rules/secrets/layer.h"

#include "rules/secrets/content_decoder.h"
#include "rules/secrets/text_decoder.h"

#include <algorithm>
#include <array>
#include <utility>

namespace cork::secrets {
namespace {

// Hyperscan's streams want a kilobyte and more at a time. A whole body below this is scanned in one
// piece and opens no stream.
constexpr std::size_t kBatchBytes = 4096;
constexpr std::size_t kMagicBytes = 4;
// A longer name goes into no finding, so that no secret can be one.
constexpr std::size_t kLongestFieldName = 24;

}  // namespace

struct Layer::Branch {
  Branch(Scan& scan, const Kind& kind, const Layer& above, std::unique_ptr<Decoder> by)
      : decoder(std::move(by)), layer(scan, kind, &above, decoder->name()) {}

  std::unique_ptr<Decoder> decoder;
  bool stays = false;     // a form: everything in it is altered
  bool declared = false;  // what it cannot decode refuses the part
  bool ended = false;     // nothing more goes in
  bool failed = false;    // and it was no container after all
  Layer layer;
};

Layer::Layer(Scan& scan, const Kind& kind, const Layer* above, std::string_view name)
    : scan_(scan),
      above_(above),
      name_(name),
      kind_(kind),
      view_(scan),
      escapes_alive_(kind.escapes == 0 ? own_escapes_ : above->escapes_alive_) {
  if (kind_.escapes > 0) {
    ++escapes_alive_;
    ++scan_.escape_layers;
  }
  if (kind_.escapes == 0 && kind_.codings.empty()) pointer_.emplace();
}

Layer::~Layer() {
  if (kind_.escapes > 0) {
    --escapes_alive_;
    --scan_.escape_layers;
  }
}

void Layer::append(Bytes derived, std::span<const Run> runs) {
  if (kind_.containers > 0 && kind_.escapes == 0) scan_.count_decoded(derived.size());
  if (!scan_.going()) return;
  if (runs.size() == 1 && view_.unscanned() + derived.size() > kBatchBytes) {
    return append_long(derived, runs.front().origin);
  }
  view_.append(derived, runs);
  if (view_.unscanned() >= kBatchBytes) process(false);
}

void Layer::append_long(Bytes derived, Origin origin) {
  while (!derived.empty() && scan_.going()) {
    const std::size_t room = kBatchBytes - std::min(view_.unscanned(), kBatchBytes - 1);
    Run run{std::min(room, derived.size()), origin};
    if (origin.stride != 0) {
      run.origin.end = origin.begin + run.size * origin.stride;
      origin.begin = run.origin.end;
    }
    view_.append(derived.first(run.size), {&run, 1});
    derived = derived.subspan(run.size);
    if (view_.unscanned() >= kBatchBytes) process(false);
  }
}

void Layer::process(bool last) {
  if (!scan_.going()) return;
  ending_ = ending_ || last;
  report(view_.scan(last));
  const Offset from = std::exchange(handed_on_, view_.end());
  choose_container(last);
  feed_container();
  // What a declared container is read from is no text. One that was only recognised may be another
  // reader's text, whatever its first bytes say.
  if (!container_ || !container_->declared) {
    feed_escape(json_, Escape::json, from, last);
    feed_escape(percent_, Escape::percent, from, last);
  }
  trim();
}

void Layer::resume() {
  feed_container();
  for (const auto* branch : {&json_, &percent_}) {
    if (*branch) (*branch)->layer.resume();
  }
  if (view_.unscanned() == 0) trim();
}

bool Layer::busy() const noexcept {
  for (const auto* branch : {&container_, &json_, &percent_}) {
    if (*branch && (*branch)->layer.busy()) return true;
  }
  return container_ && !container_->ended &&
         (ending_ || decoded_to_ < view_.end() || container_->decoder->busy());
}

void Layer::report(std::span<const Scan::Secret> secrets) {
  for (const Scan::Secret& secret : secrets) {
    if (scan_.wants(secret)) scan_.record(secret, place_of(secret));
  }
}

Place Layer::place_of(const Scan::Secret& secret) const {
  Place place{scan_.part(), secret.begin, secret.end, {}, {}};
  for (const Layer* layer = this; layer != nullptr; layer = layer->above_) {
    if (place.pointer.empty()) place.pointer = layer->pointer_at(place.begin);
    if (layer->above_ == nullptr) break;
    place.begin = layer->view_.origins().source(place.begin);
    place.end = layer->view_.origins().source_end(place.end);
    place.encoding.insert(0, std::string(layer->name_) + (place.encoding.empty() ? "" : " "));
  }
  return place;
}

std::string Layer::pointer_at(Offset position) const {
  if (!pointer_) return {};
  if (kind_.form) return form_field_at(position);
  JsonPointer pointer = *pointer_;
  const Offset begin = std::max(position, view_.begin());
  pointer.advance(view_.text().substr(0, begin - view_.begin()));
  return pointer.text();
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

void Layer::choose_container(bool last) {
  if (container_known_ || !scan_.going()) return;
  if (!kind_.codings.empty()) {
    open_container(make_content_decoder(kind_.codings.back(), scan_.limits(), scan_.memory()),
                   true);
  } else if (view_.end() >= kMagicBytes || last) {
    container_known_ = true;
    if (from_start_)
      open_container(make_sniffed_decoder(view_.text(), scan_.limits(), scan_.memory()), false);
  }
  decoded_to_ = view_.begin();
}

// The innermost container first, so that no text waits for room in more than one of them.
void Layer::feed_container() {
  if (!container_ || !scan_.going()) return;
  Branch& branch = *container_;
  do {
    if (branch.layer.busy()) branch.layer.resume();
  } while (!branch.layer.busy() && feed_container_some(branch));
  if (branch.layer.busy() || !branch.ended) return;
  if (branch.failed) {
    container_.reset();
  } else if (scan_.going()) {
    branch.decoder.reset();  // its window is another body's
  }
}

bool Layer::feed_container_some(Branch& branch) {
  if (branch.ended || scan_.full() || !scan_.going()) return false;
  Bytes fresh = as_bytes(view_.text_from(decoded_to_));
  Verdict verdict = branch.decoder->push_some(fresh, decoded_to_, branch.layer);
  decoded_to_ = view_.end() - fresh.size();
  const bool all = fresh.empty() && !branch.decoder->busy();
  if (verdict == Verdict::clean && !all) return scan_.going();
  if (verdict == Verdict::clean && ending_) verdict = branch.decoder->finish(branch.layer);
  branch.ended = ending_ || verdict != Verdict::clean;
  branch.layer.process(branch.ended);
  if (verdict == Verdict::clean) return branch.layer.busy();
  // What was sniffed and turns out to be something else is text like any other.
  if (branch.declared || verdict == Verdict::over_limit) {
    scan_.raise(verdict, branch.decoder->problem());
  } else {
    branch.failed = true;
  }
  return false;
}

void Layer::open_container(std::unique_ptr<Decoder> decoder, bool declared) {
  container_known_ = true;
  if (!decoder) {
    if (declared) scan_.raise(Verdict::unscannable, "a content coding that is not known");
    return;
  }
  if (kind_.containers >= scan_.limits().depth) {
    return scan_.raise(Verdict::over_limit, "containers inside containers");
  }
  Kind inner;
  inner.containers = kind_.containers + 1;
  if (declared) {
    inner.codings = kind_.codings.first(kind_.codings.size() - 1);
    inner.form = kind_.form;
  }
  container_ = std::make_unique<Branch>(scan_, inner, *this, std::move(decoder));
  container_->declared = declared;
}

bool Layer::may_open_escape() const noexcept {
  const ScanLimits& limits = scan_.limits();
  return kind_.escapes < limits.depth && escapes_alive_ < limits.view_count &&
         scan_.escape_layers < limits.view_count * (limits.depth + 1);
}

// Escapes beyond the depth are left alone: text quoted many times is ordinary in conversations, and
// escapes alone hide little, while what they hide at the depths that are looked into is found.
void Layer::feed_escape(std::unique_ptr<Branch>& branch, Escape escape, Offset from, bool last) {
  if (!scan_.going()) return;
  const bool form = escape == Escape::percent && kind_.form;
  if (!branch) {
    if (view_.end() == from || !may_open_escape()) return;
    const std::string_view text = view_.text();
    const std::size_t start = from - view_.begin();
    const std::size_t found = form                     ? start
                              : escape == Escape::json ? find_json_escape(text, start)
                                                       : find_percent_escape(text, start);
    if (found == text.size()) return;
    from = view_.begin() + found;
    open_escape(branch, escape == Escape::json ? make_json_unescaper() : make_percent_decoder(form),
                from);
    branch->stays = form;
  }
  const Bytes fresh = as_bytes(view_.text_from(from));
  branch->decoder->push(fresh, from, branch->layer);
  if (last) branch->decoder->finish(branch->layer);
  branch->layer.process(last);
  const bool over =
      !branch->stays && branch->decoder->pending_from() == view_.end() && branch->layer.over();
  if (over) branch.reset();
}

// A branch of its own sees further back, in a text that is shorter than this one.
bool Layer::over() const noexcept {
  return view_.quiet() && !container_ && !json_ && !percent_;
}

void Layer::open_escape(std::unique_ptr<Branch>& branch, std::unique_ptr<Decoder> decoder,
                        Offset from) {
  Kind inner;
  inner.containers = kind_.containers;
  inner.escapes = kind_.escapes + 1;
  branch = std::make_unique<Branch>(scan_, inner, *this, std::move(decoder));
  const Offset begin = from - std::min<Offset>(from - view_.begin(), scan_.window());
  const std::string_view before = view_.text_from(begin).substr(0, from - begin);
  Layer& layer = branch->layer;
  layer.view_.begin_behind(before, begin);
  // Behind a whole magic number the text above has been recognised, or is no container.
  layer.from_start_ = from_start_ && from < kMagicBytes;
}

void Layer::trim() {
  if (!scan_.going()) return;
  std::size_t surplus = view_.surplus();
  if (container_ && !container_->ended) {
    surplus = std::min<std::size_t>(surplus, decoded_to_ - view_.begin());
  }
  if (surplus > 0) {
    if (pointer_) pointer_->advance(view_.text().substr(0, surplus));
    view_.drop_front(surplus);
  }
  if (above_ == nullptr) return;  // where nothing is mapped
  Offset needed = view_.begin();
  for (const auto* branch : {&container_, &json_, &percent_}) {
    if (*branch) needed = std::min(needed, (*branch)->layer.view_.origins().first());
  }
  view_.origins().forget_before(needed);
}

Offset Layer::settled(bool look) const {
  // All of a container comes from its beginning.
  if (!container_known_ && from_start_ && may_begin_container(view_.text())) return 0;
  Offset settled = look ? view_.open_from() : view_.held_from();
  for (const auto* branch : {&container_, &json_, &percent_}) {
    if (!*branch) continue;
    const Layer& layer = (*branch)->layer;
    if ((*branch)->decoder) settled = std::min(settled, (*branch)->decoder->pending_from());
    settled = std::min(settled, layer.view_.origins().source(layer.settled(look)));
  }
  return settled;
}

}  // namespace cork::secrets
