// Text that stands in a text as something else: escapes taken off, and stretches of base64,
// hexadecimal digits and UTF-16.
#include "base/ascii.h"
#include "base/byte_runs.h"
#include "rules/secrets/encoded_runs.h"
#include "rules/secrets/escapes.h"
#include "rules/secrets/layer_parts.h"
#include "rules/secrets/quoted_printable.h"

#include <algorithm>
#include <list>
#include <optional>
#include <utility>

namespace cork::secrets {
namespace {

constexpr std::size_t kMagicBytes = 4;
// Within so many bytes, digits show that they begin there, whatever comes next.
constexpr std::size_t kTellingDigits = 64;
constexpr std::size_t kLongestMarker = 6;  // of quoted-printable: =67=68
// Encoders end lines at 72 to 76 characters (RFC 2045, section 6.7).
constexpr std::size_t kShortestQuotedLine = 60;
constexpr std::size_t kLongestFormName = 128;
constexpr std::string_view kFormSigns = "=&*-._~";

}  // namespace

// Past the depth, all further levels are taken off at once: text quoted many times is ordinary in
// conversations, and the same letters may be hidden so. Behind those, nothing is.
void Layer::feed_escapes(Escaping escaping, Offset from, bool last) {
  if (!scan_.going()) return;
  auto& branch = escapes_[static_cast<std::size_t>(escaping)];
  if (!branch) {
    if (view_.end() == from) return;
    const std::size_t depth = scan_.limits().depth;
    if (kind_.escapes >= depth && (kind_.aside || escaping == Escaping::hyphens)) return;
    if (kind_.escapes > depth) {
      if (!escapes_more_than_quotes(view_.text(), from - view_.begin())) return;
      return scan_.raise(Verdict::over_limit, "text escaped more often than is looked into");
    }
    from = find_escapes(escaping, from);
    if (from == view_.end()) return;
    open_escapes(escaping, from);
  }
  const Bytes fresh = as_bytes(view_.text_from(from));
  const Verdict verdict = branch->decoder->push(fresh, from, branch->layer);
  branch->fed_to = view_.end();
  if (verdict != Verdict::clean) return scan_.raise(verdict, branch->decoder->problem());
  // Before the end drops what may yet be part of an escape.
  const Offset pending = branch->decoder->pending_from();
  if (last) branch->decoder->finish(branch->layer);
  branch->layer.process(last);
  if (escaping == Escaping::plain) leave_to(*branch, pending);
  const bool over =
      !branch->stays && branch->decoder->pending_from() == view_.end() && branch->layer.over();
  if (!over) return;
  // It has asked about its last byte already, and not of what follows that.
  if (branch->left_to) view_.take_back(view_.end() - 1);
  branch.reset();
}

void Layer::leave_to(Branch& branch, Offset pending) {
  spells_soft_hyphen_ |= std::exchange(branch.layer.shows_soft_hyphen_, false);
  View& below = branch.layer.view_;
  if (!below.tells_from()) return;
  if (!std::exchange(branch.left_to, true)) view_.leave_from(*below.tells_from());
  for (const View::Stretch& stretch : below.take_unlike()) view_.keep(stretch);
  // What is not decoded yet may be part of an escape or not.
  if (pending < view_.end()) view_.keep({pending, view_.end()});
}

Offset Layer::find_escapes(Escaping escaping, Offset from) {
  if (escaping == Escaping::form) return form_ ? from : find_form(from);
  const std::string_view text = view_.text();
  const std::size_t start = from - view_.begin();
  if (escaping == Escaping::plain) return view_.begin() + find_escape(text, start);
  if (escaping == Escaping::hyphens) {
    if (!std::exchange(spells_soft_hyphen_, false)) return view_.end();
    // The end of the text before may have cut one.
    const std::size_t found = find_soft_hyphen(text, start - std::min(start, kSoftHyphenBytes - 1));
    return view_.begin() + found;
  }
  // Behind escapes there is mostly code, which has a line's end behind '=' as well.
  const std::size_t line = kind_.escapes == 0 ? 0 : std::min(kShortestQuotedLine, scan_.window());
  const std::size_t marker = find_quoted(text, start, {saw_quoted_, ending_, line});
  if (marker == text.size()) return view_.end();
  saw_quoted_ = saw_quoted_ || text.size() - marker > kLongestMarker;
  if (!saw_quoted_ && !ending_) {
    cut_marker_ = view_.begin() + marker;
    return view_.end();
  }
  // What was escaped before it showed by that marker.
  return view_.begin() + marker - std::min(marker, scan_.window());
}

// What may be one says nothing until more has come, so that the same is read however it is cut.
Offset Layer::quoted_from(Offset from) {
  if (!cut_marker_) return from;
  if (!ending_ && *cut_marker_ + kLongestMarker >= view_.end()) return view_.end();
  return *std::exchange(cut_marker_, std::nullopt);
}

// NAME=VALUE at the front, and up to the first escape in a value nothing that forms do not hold
// (WHATWG URL, section 5.2).
Offset Layer::find_form(Offset from) {
  const std::string_view text = view_.text_from(from);
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const bool escape = c == '%' || c == '+';
    if (escape && assigns_) {
      form_ = true;
      return from + at;
    }
    assigns_ = assigns_ || c == '=';
    const bool name = assigns_ || from + at < kLongestFormName;
    if (name && (is_alnum(c) || escape || kFormSigns.contains(c))) continue;
    may_be_form_ = false;
    break;
  }
  return view_.end();
}

void Layer::open_escapes(Escaping escaping, Offset from) {
  Kind kind = kind_;
  kind.codings = {};
  kind.form = false;
  ++kind.escapes;
  if (escaping == Escaping::quoted) {
    kind.quoted = Kind::Quoted::here;
    kind.aside = kind_.escapes > 0;
  } else if (kind.quoted == Kind::Quoted::here) {
    kind.quoted = Kind::Quoted::before;
  }
  const std::size_t silence = scan_.limits().silent_wire_bytes;
  auto& branch = escapes_[static_cast<std::size_t>(escaping)];
  auto decoder =
      escaping == Escaping::quoted            ? make_quoted_decoder(silence)
      : kind_.escapes == scan_.limits().depth ? make_deep_escape_decoder(silence)
      : escaping == Escaping::hyphens
          ? make_hyphen_decoder(silence)
          : make_escape_decoder(escaping == Escaping::form, silence, &scan_.rules().openings());
  branch = std::make_unique<Branch>(scan_, kind, *this, std::move(decoder), from);
  branch->stays = escaping == Escaping::form;
  const std::size_t before =
      branch->layer.view_.begin_behind(view_, from, escaping == Escaping::plain);
  branch->layer.readability_.pass(branch->layer.view_.text());
  // What begins in the text before is the other text's.
  branch->layer.searched_ = before - std::min(before, kMagicBytes - 1);
}

void Layer::feed_runs(Offset from, bool last) {
  if (!scan_.going()) return;
  // What no escape joins, the text above shows as well; but for dumps, whose bytes any of them may
  // bring nearer, and for wide characters, of which any may be one.
  const bool joined = kind_.escapes > 0;
  const Offset joint = joined ? std::max(view_.take_joint(), view_.begin()) : from;
  const Offset escape = joined ? std::max(view_.take_escape(), view_.begin()) : from;
  if (joined) view_.put_back_last(kTellingDigits);
  const auto feed = [&](std::size_t which, auto find, auto make, ContainerKind digits,
                        Offset first) {
    auto& runs = runs_[which];
    if (runs) {
      runs->push(view_.text_from(from), from, last);
    } else {
      if (first == view_.end() && joined) return;
      // What begins in the byte before was no beginning yet.
      const Offset back = joined ? scan_.window() : 1;
      const Offset at =
          std::max(first - std::min(first - view_.begin(), back), runs_read_to_[which]);
      const std::string_view text = view_.text_from(at);
      const std::size_t found = find(text);
      if (found == text.size()) return;
      runs = std::make_unique<Runs>(*this, make(), digits);
      runs->push(text.substr(found), at + found, last);
    }
    if (joined && !runs->busy() && runs->pending_from() == view_.end()) {
      runs.reset();
      runs_read_to_[which] = view_.end() - 1;
    }
  };
  feed(0, &find_base64_run, &make_base64_runs, ContainerKind::base64, joint);
  feed(1, &find_hex_run, &make_hex_runs, ContainerKind::hex, joint);
  feed(2, &find_wide_run, &make_wide_runs, ContainerKind::hex, escape);
  feed(
      3, [last](std::string_view text) { return find_dump_run(text, last); }, &make_dump_runs,
      ContainerKind::hex, escape);
}

Offset Layer::digits_at_end() {
  if (digits_told_at_ == view_.end()) return digits_at_end_;
  scan_.count_work(view_.text().size());
  // Where the stretch begins that was not over yet, in each lane.
  class Stretches final : public Sink {
   public:
    using Sink::append;
    void append(Bytes, std::span<const Run> runs) override {
      if (!begin && !runs.empty()) begin = runs.front().origin.begin;
    }
    void boundary() override { begin.reset(); }
    Sink& lane(std::size_t reading) override {
      if (lanes.size() <= reading) lanes.resize(reading + 1);
      return *std::next(lanes.begin(), static_cast<std::ptrdiff_t>(reading));
    }
    std::optional<Offset> begin;
    std::list<Stretches> lanes;
  };
  Offset from = view_.end();
  const auto look = [&](auto find, auto make) {
    const std::size_t found = find(view_.text());
    if (found == view_.text().size()) return;
    const auto finder = make();
    Stretches stretches;
    finder->push(as_bytes(view_.text().substr(found)), view_.begin() + found, stretches);
    from = std::min(from, finder->pending_from());
    from = std::min(from, stretches.begin.value_or(from));
    for (const Stretches& lane : stretches.lanes) from = std::min(from, lane.begin.value_or(from));
  };
  look(&find_base64_run, &make_base64_runs);
  look(&find_hex_run, &make_hex_runs);
  look(&find_wide_run, &make_wide_runs);
  look([](std::string_view text) { return find_dump_run(text, false); }, &make_dump_runs);
  digits_told_at_ = view_.end();
  digits_at_end_ = from;
  return from;
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
  if (derived.empty() || of_it.empty()) return;
  if (above.kind_.depth >= scan.limits().depth) {
    above.cover(of_it.front().origin.begin, of_it.back().origin.end);
    const std::string_view bytes = as_text(derived);
    if (too_deep == 0) begins_with = bytes.front();
    too_deep += bytes.size();
    differ = differ || bytes.find_first_not_of(begins_with) != bytes.npos;
    // A row of one digit decodes to another as often as one likes.
    if (differ && too_deep >= kTellingBytes) {
      scan.raise(Verdict::over_limit, "text encoded more often than is looked into");
    }
    return;
  }
  if (!text) {
    text.reset(new Layer(scan, above.inner(), &above, runs.finder_->name()));
    text->trial_ = 0;
    made = 0;
    from = of_it.front().origin.begin;
  }
  made += derived.size();
  to = of_it.back().origin.end;
  if (!text->trial_) {
    above.cover(of_it.front().origin.begin, to);
  } else if (made > kOnTrial) {
    text->end_trial();
    above.cover(from, to);
  }
  text->append(derived, of_it);
}

void Layer::Runs::Reading::boundary() {
  too_deep = 0;
  differ = false;
  if (!text) return;
  text->process(true);
  if (text->trial_ == 0) runs.of_.cover(from, to);
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
