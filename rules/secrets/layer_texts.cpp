// Text that stands in a text as something else: escapes taken off, and stretches of base64,
// hexadecimal digits and UTF-16.
#include "base/ascii.h"
#include "rules/secrets/encoded_runs.h"
#include "rules/secrets/escapes.h"
#include "rules/secrets/layer_parts.h"

#include <algorithm>
#include <utility>

namespace cork::secrets {
namespace {

// So much printable text is no chance: it was encoded once more. Few credentials are shorter.
constexpr std::size_t kTellingBytes = 20;
// So many letters and digits in a row that are escaped once more were escaped to be hidden.
constexpr std::size_t kTellingEscapes = 16;
constexpr std::size_t kMagicBytes = 4;

// Is it a letter or a digit, or what such escapes are spelled with? Backslashes before backslashes
// are no more than quoting.
bool is_of_a_word(const Escape& escape, char lead) noexcept {
  if (escape.size != 1) return false;
  const char c = escape.text[0];
  if (c == '\\') return lead == '\\' && escape.taken > 2;
  return is_alpha(c) || is_digit(c) || c == '%' || c == '&' || c == '#' || c == ';';
}

// Do escapes of letters and digits stand in a row that ends behind `from`?
bool holds_escaped_words(std::string_view text, std::size_t from) noexcept {
  const std::size_t reach = kTellingEscapes * kLongestEscape;
  std::size_t count = 0, next = 0;
  for (std::size_t at = find_escape_lead(text, from - std::min(from, reach)); at < text.size();
       at = find_escape_lead(text, next)) {
    const Escape escape = parse_escape(text.substr(at), true);
    count = !is_of_a_word(escape, text[at]) ? 0 : at == next ? count + 1 : 1;
    if (count == kTellingEscapes) return true;
    next = at + std::max<std::size_t>(escape.taken, 1);
  }
  return false;
}

}  // namespace

// Escapes beyond the depth are left alone where they are those of quoting: text quoted many times
// is ordinary in conversations, and nobody else escapes letters that often.
void Layer::feed_escapes(std::unique_ptr<Branch>& branch, bool quoted, Offset from, bool last) {
  if (!scan_.going()) return;
  const bool form = !quoted && kind_.form;
  if (!branch) {
    if (view_.end() == from) return;
    const std::string_view text = view_.text();
    const std::size_t start = from - view_.begin();
    if (kind_.escapes >= scan_.limits().depth) {
      if (!holds_escaped_words(text, start)) return;
      return scan_.raise(Verdict::over_limit, "text escaped more often than is looked into");
    }
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
  branch->layer.readability_.pass(before.size());
  // What begins in the text before is the other text's.
  branch->layer.searched_ = from - std::min<Offset>(from - begin, kMagicBytes - 1);
}

void Layer::feed_runs(Offset from, bool last) {
  if (!scan_.going()) return;
  const auto feed = [&](std::unique_ptr<Runs>& runs, auto find, auto make, ContainerKind digits) {
    Offset at = from;
    // What begins in the byte before was no beginning yet.
    if (!runs && at > view_.begin()) --at;
    std::string_view text = view_.text_from(at);
    if (!runs) {
      const std::size_t found = find(text);
      if (found == text.size()) return;
      runs = std::make_unique<Runs>(*this, make(), digits);
      text.remove_prefix(found);
      at += found;
    }
    runs->push(text, at, last);
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
  for (const Run& run : runs) of_.cover(run.origin.begin, run.origin.end);
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
