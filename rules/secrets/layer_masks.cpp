// Credentials that are masked where they stand: in the text on the wire, or in one with nothing but
// escapes between it and the wire.
#include "rules/secrets/layer_parts.h"

#include <algorithm>
#include <string_view>

namespace cork::secrets {
namespace {

// Of known values in a row, what tells one guess from another. More of them is no conversation.
constexpr std::size_t kMostSeenOfKnown = 4096;
// So near to a mask, what no text holds says that the bytes beside it may be lengths and tags.
constexpr std::size_t kBinaryReach = 64;
constexpr std::string_view kPemAnchor = "-----BEGIN";

// What a known value may be written with, and the base64 of one: what is found of it is a window.
const ByteSet& known_alphabet() {
  static const ByteSet set = byte_range('a', 'z') | byte_range('A', 'Z') | byte_range('0', '9') |
                             byte_range(0x80, 0xff) | single_byte('+') | single_byte('/') |
                             single_byte('=') | single_byte('-') | single_byte('_');
  return set;
}

// What a secret that only its name tells may go on with: a password has any sign, and a rule asks
// for the beginning of it. Not what ends a value in JSON, a form, a URL, markup or code.
const ByteSet& value_alphabet() {
  static const ByteSet set = [] {
    ByteSet any = byte_range('!', '~') | byte_range(0x80, 0xff);
    for (const char c : std::string_view("\"'`\\&<>,;|()[]{}")) {
      any.reset(static_cast<unsigned char>(c));
    }
    return any;
  }();
  return set;
}

}  // namespace

const Layer& Layer::wire() const noexcept {
  const Layer* layer = this;
  while (layer->above_ != nullptr) layer = layer->above_;
  return *layer;
}

bool Layer::may_mask() const noexcept {
  return scan_.actions().mask() && kind_.depth == 0 && kind_.codings.empty();
}

Offset Layer::masked_from() const noexcept {
  Offset from = view_.end();
  if (above_ != nullptr) from = wire().view_.end();
  for (const OpenMask& mask : masks_) from = std::min(from, mask.begin);
  for (const auto& branch : escapes_) {
    if (branch) from = std::min(from, branch->layer.masked_from());
  }
  return from;
}

std::expected<Offset, Unmasked> Layer::begin_on_the_wire(Offset begin) const {
  for (const Layer* layer = this;; layer = layer->above_) {
    const View& view = layer->view_;
    if (begin < view.begin() || begin > view.end()) return std::unexpected(Unmasked::endless);
    begin = view.begin() + token_begin(view.text(), begin - view.begin());
    if (layer->above_ == nullptr) break;
    if (!view.origins().exact(begin, begin + 1)) return std::unexpected(Unmasked::endless);
    begin = view.origins().source(begin);
  }
  if (begin < scan_.released()) return std::unexpected(Unmasked::gone);
  return begin;
}

bool Layer::is_masked(const Scan::Secret& secret, Unmasked why) const {
  if (why != Unmasked::gone && why != Unmasked::endless) return false;
  if (secret.kind != cork::secrets::Kind::rule || secret.end <= secret.begin) return false;
  const bool all_of_it = !scan_.rules().rules()[secret.rule].partial;
  if (!all_of_it || scan_.actions().of(secret.rule) != Action::redact) return false;
  Offset begin = secret.begin;
  for (const Layer* layer = this; layer->above_ != nullptr; layer = layer->above_) {
    const OriginMap& origins = layer->view_.origins();
    if (begin < layer->view_.begin() || !origins.exact(begin, begin + 1)) return false;
    begin = origins.source(begin);
  }
  auto extent = extent_of(secret);
  if (!extent) return false;
  // In this text it may go on where it did not in the one above.
  const Offset at = extent->is_pem() ? secret.begin : secret.end;
  const auto rest = extent->advance(view_.text_from(at), ending_);
  const auto end = end_on_the_wire(at + rest.taken);
  return rest.state == Extent::State::ended && end && scan_.masks(begin, *end);
}

std::optional<Offset> Layer::end_on_the_wire(Offset end) const {
  for (const Layer* layer = this; layer->above_ != nullptr; layer = layer->above_) {
    const OriginMap& origins = layer->view_.origins();
    if (!origins.exact(end - 1, end)) return std::nullopt;
    end = origins.source_end(end);
  }
  return end;
}

std::expected<WireRange, Unmasked> Layer::on_the_wire(const Scan::Secret& secret) const {
  const bool of_rule = secret.kind == cork::secrets::Kind::rule;
  if (of_rule && scan_.rules().rules()[secret.rule].partial) {
    return std::unexpected(Unmasked::partial);
  }
  if (secret.end <= secret.begin) return std::unexpected(Unmasked::endless);
  const auto begin = begin_on_the_wire(secret.begin);
  const auto end = end_on_the_wire(secret.end);
  if (!begin) return std::unexpected(begin.error());
  if (!end || !extent_of(secret)) return std::unexpected(Unmasked::endless);
  const Layer& top = wire();
  if (*begin < top.view_.begin() || *end > top.view_.end()) {
    return std::unexpected(Unmasked::endless);
  }
  const std::string_view text = top.view_.text_from(*begin).substr(0, *end - *begin);
  // A value alone can be masked, and not what separates it from others.
  if (holds_quote(text) || (top.form_ && text.find('&') != text.npos)) {
    return std::unexpected(Unmasked::quoted);
  }
  if (top.binary_near(*begin, *end)) return std::unexpected(Unmasked::binary);
  return WireRange{*begin, *end};
}

// A letter behind a credential may be the tag of the next field: what is masked must be text.
bool Layer::binary_near(Offset begin, Offset end) const {
  const Offset from = std::max(view_.begin(), begin - std::min<Offset>(begin, kBinaryReach));
  const Offset to = std::min(view_.end(), end + kBinaryReach);
  return from < to && holds_control(view_.text_from(from).substr(0, to - from));
}

std::optional<Extent> Layer::extent_of(const Scan::Secret& secret) const {
  const std::size_t depth = scan_.limits().depth;
  const EscapeDepth escaping{.levels = depth - std::min(depth, kind_.escapes), .form = form_};
  if (secret.kind != cork::secrets::Kind::rule) {
    return Extent::of_alphabet(known_alphabet(), escaping);
  }
  // What a checksum has settled ends where it was found to end.
  if (decides(scan_.rules().rules()[secret.rule].checksum)) {
    return Extent::of_alphabet({}, escaping);
  }
  ByteSet alphabet = scan_.rules().alphabet_of(secret.rule);
  if (holds_separators(alphabet)) {
    const bool whole = secret.text.find('"') == secret.text.npos;
    if (secret.text.starts_with(kPemAnchor) && whole) return Extent::of_pem();
    return std::nullopt;
  }
  if (is_catch_all(scan_.rules().rules()[secret.rule])) alphabet |= value_alphabet();
  if (form_) alphabet.reset('&');
  return Extent::of_alphabet(alphabet, escaping);
}

void Layer::open_mask(const Scan::Secret& secret, Offset begin) {
  const Extent extent = *extent_of(secret);
  // The last line of a key may stand within what was found.
  const Offset at = extent.is_pem() ? secret.begin : secret.end;
  const bool worded =
      secret.kind != cork::secrets::Kind::rule || !scan_.rules().alphabet_of(secret.rule)['*'];
  masks_.push_back({begin, secret.begin, at, extent, secret.rule, secret.kind, worded, {}, 0});
  see_more(masks_.back(), secret);
}

// What a mask shows of a guess is how much of it was right: all of a known value that is seen in a
// row, and nothing of what is masked with it.
void Layer::see_more(OpenMask& mask, const Scan::Secret& secret) {
  if (secret.kind == cork::secrets::Kind::rule) return;
  const Offset from = std::max(mask.seen_to, secret.begin);
  if (secret.end <= from) return;
  mask.seen += view_.text_from(from).substr(0, secret.end - from);
  mask.seen_to = secret.end;
  if (mask.seen.size() > kMostSeenOfKnown) scan_.cannot_mask(Unmasked::endless);
}

// A run over an alphabet may end a match at each of its bytes, and is one credential all the same.
bool Layer::goes_on(const Scan::Secret& secret) {
  const auto found = std::ranges::find_if(masks_, [&](const OpenMask& mask) {
    return mask.kind == secret.kind && mask.rule == secret.rule && secret.begin >= mask.from &&
           secret.begin <= mask.at;
  });
  if (found == masks_.end()) return false;
  if (!found->extent.is_pem()) found->at = std::max(found->at, secret.end);
  see_more(*found, secret);
  return true;
}

void Layer::close_masks(bool last) {
  // What has come behind a mask since.
  const Offset masked_to = scan_.masked_to(), from = std::max(handed_on_, masked_to);
  const Offset to = std::min(view_.end(), masked_to + kBinaryReach);
  if (above_ == nullptr && masked_to > 0 && from < to &&
      holds_control(view_.text_from(from).substr(0, to - from))) {
    scan_.cannot_mask(Unmasked::binary);
  }
  std::erase_if(masks_, [&](OpenMask& mask) {
    const auto step = mask.extent.advance(view_.text_from(mask.at), last);
    mask.at += step.taken;
    if (step.state == Extent::State::open) return false;
    if (mask.kind != cork::secrets::Kind::rule) scan_.mask_known(mask.seen);
    const Offset end = view_.begin() + before_backslashes(view_.text(), mask.at - view_.begin());
    const auto wire_end = end_on_the_wire(end);
    const bool cut = mask.extent.is_pem() && !mask.extent.complete() && wire().form_;
    const bool known = step.state == Extent::State::ended && !cut;
    if (!known || !wire_end || *wire_end <= mask.begin) {
      scan_.cannot_mask(Unmasked::endless);
    } else if (wire().binary_near(*wire_end, *wire_end)) {
      scan_.cannot_mask(Unmasked::binary);
    } else {
      scan_.mask({mask.begin, *wire_end, mask.worded});
    }
    return true;
  });
}

}  // namespace cork::secrets
