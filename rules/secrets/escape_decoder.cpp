// One level of escapes taken off a text: see escapes.h for what is one. Quoted-printable is read by
// the same decoder, alone: what it escapes with, '=', stands in front of every value.
#include "base/byte_runs.h"
#include "rules/secrets/decoder.h"
#include "rules/secrets/escapes.h"
#include "rules/secrets/openings.h"
#include "rules/secrets/quoted_printable.h"
#include "rules/secrets/text_runs.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>
#include <cstring>
#include <optional>
#include <utility>

namespace cork::secrets {
namespace {

// What is an escape, for the template below.
struct Escapes {
  static constexpr std::string_view kName = "escapes";
  static constexpr bool kForm = false;
  using Leads = PairFinder<EscapeBegins>;
  // Those of two bytes, the commonest ones, are among them, and other text means itself.
  static constexpr bool kBackslashes = true;
  static Escape parse(std::string_view text, bool last) noexcept {
    return parse_escape(text, last);
  }
};

struct Hyphens : Escapes {
  static Escape parse(std::string_view text, bool last) noexcept {
    if (begins_soft_hyphen(text)) return {.taken = kSoftHyphenBytes, .removed = true};
    return parse_escape(text, last);
  }
};

// '&' separates fields.
struct FormEscapes : Escapes {
  static constexpr std::string_view kName = "form";
  static constexpr bool kForm = true;
  static constexpr bool kBackslashes = false;
  struct Begins : EscapeBegins {
    static constexpr unsigned char first(std::size_t pair, unsigned char c) noexcept {
      return static_cast<unsigned char>(EscapeBegins::first(pair, c) & (c != '&'));
    }
  };
  using Leads = PairFinder<Begins>;
};

struct Quoted {
  static constexpr std::string_view kName = "quoted-printable";
  static constexpr bool kForm = false;
  struct Lead {
    static constexpr unsigned char has(unsigned char c) noexcept { return c == '='; }
  };
  using Leads = ByteFinder<Lead>;
  static constexpr bool kBackslashes = false;
  static Escape parse(std::string_view text, bool last) noexcept {
    return parse_quoted(text, last);
  }
};

template <class Syntax>
class EscapeDecoder final : public Decoder {
 public:
  EscapeDecoder(std::size_t silence, const Openings* openings) noexcept
      : silence_(silence), openings_(openings) {}

  // Escapes do not expand: all of `input` is taken, whatever room there is.
  Verdict push_some(Bytes& input, Offset at, Sink& sink) override;
  Verdict finish(Sink& sink) override;

  [[nodiscard]] Offset pending_from() const noexcept override {
    return removed_ > 0 ? removed_from_ : held_ > 0 ? held_origin_.begin : end_;
  }
  [[nodiscard]] std::string_view name() const noexcept override { return Syntax::kName; }
  [[nodiscard]] std::string_view problem() const noexcept override {
    return "more invisible characters than are looked through";
  }

 private:
  // The part of `origin` that bytes [from, to) came from.
  static Origin part(const Origin& origin, std::size_t from, std::size_t to) noexcept {
    if (origin.stride == 0) return origin;
    return {origin.begin + from, origin.begin + to, 1, false};
  }

  [[nodiscard]] static char meaning(char c) noexcept {
    return !Syntax::kForm ? c : c == '+' ? ' ' : c == '&' ? '\n' : c;
  }

  using Leads = typename Syntax::Leads;

  void decode(std::string_view text, const Origin& origin, TextRuns& out);
  // From `at`, as long as there are escapes of two bytes that separate, what fits into a run of
  // pairs; `text` begins at `begin`, and before `passed` all is handed on. Where the next escape
  // is.
  std::size_t pass_pairs(std::string_view text, std::size_t& passed, std::size_t at, Offset begin,
                         Leads& leads, TextRuns& out) const;
  // Do the two bytes at `at`, of which the first is a backslash, separate?
  [[nodiscard]] bool is_separating_pair(std::string_view text, std::size_t at) const noexcept;
  // Text in which there is no escape.
  void pass(std::string_view text, const Origin& origin, TextRuns& out);
  // The escape stands at `at`.
  void put(const Escape& escape, std::string_view text, std::size_t at, Origin origin,
           TextRuns& out);
  // Is it one that separates? It stands at `at`.
  [[nodiscard]] bool separates(std::string_view text, std::size_t at, std::size_t size,
                               char meaning) const noexcept {
    if (openings_ == nullptr) return false;
    const auto before = at > 0 ? std::optional(text[at - 1]) : std::nullopt;
    return secrets::separates(before, text.substr(at), size, meaning, *openings_);
  }
  void put_behind_removed(std::string_view text, Origin origin, TextRuns& out);
  // Completes the escape held back with the first bytes of `text`; how many of them it took.
  std::size_t resume(std::string_view text, const Origin& origin, TextRuns& out);
  // Hands on the escape at the front of the bytes held, and what follows it up to the next.
  void release(const Escape& escape, TextRuns& out);
  void hold_more(std::string_view text, const Origin& origin) noexcept;

  const std::size_t silence_;
  const Openings* const openings_;
  std::array<char, kLongestEscape> held_text_{};  // an escape cut in two
  std::size_t held_ = 0;
  Origin held_origin_;
  std::size_t removed_ = 0;  // input bytes that stand for nothing, since the last output
  Offset removed_from_ = 0;
  Offset end_ = 0;
};

template <class Syntax>
Verdict EscapeDecoder<Syntax>::push_some(Bytes& input, Offset at, Sink& sink) {
  std::string_view text = as_text(std::exchange(input, {}));
  const Offset end = at + text.size();
  Origin origin{at, end, 1, false};
  TextRuns out(sink);
  while (held_ > 0 && !text.empty()) {
    const std::size_t taken = resume(text, origin, out);
    origin = part(origin, taken, text.size());
    text.remove_prefix(taken);
  }
  if (!text.empty()) decode(text, origin, out);
  end_ = end;
  out.flush();
  return removed_ > silence_ ? Verdict::over_limit : Verdict::clean;
}

template <class Syntax>
Verdict EscapeDecoder<Syntax>::finish(Sink& sink) {
  TextRuns out(sink);
  while (held_ > 0) release(Syntax::parse({held_text_.data(), held_}, true), out);
  out.flush();
  removed_ = 0;
  return Verdict::clean;
}

template <class Syntax>
void EscapeDecoder<Syntax>::decode(std::string_view text, const Origin& origin, TextRuns& out) {
  std::size_t passed = 0;  // text before this is handed on
  Leads leads(text);
  for (std::size_t at = leads.find(0); at < text.size();) {
    if (Syntax::kBackslashes && openings_ != nullptr && removed_ == 0 && origin.stride == 1) {
      const std::size_t next = pass_pairs(text, passed, at, origin.begin, leads, out);
      if (next != at) {
        at = next;
        continue;
      }
    }
    const Escape escape = Syntax::parse(text.substr(at), false);
    if (escape.taken > 0 && escape.size == 0 && !escape.removed) {
      at = leads.find(at + escape.taken);
      continue;
    }
    if (at > passed) pass(text.substr(passed, at - passed), part(origin, passed, at), out);
    if (escape.taken == 0) return hold_more(text.substr(at), part(origin, at, text.size()));
    put(escape, text, at, part(origin, at, at + escape.taken), out);
    passed = at + escape.taken;
    at = leads.find(passed);
  }
  if (text.size() > passed) pass(text.substr(passed), part(origin, passed, text.size()), out);
}

template <class Syntax>
bool EscapeDecoder<Syntax>::is_separating_pair(std::string_view text,
                                               std::size_t at) const noexcept {
  if (at + 1 >= text.size() || text[at] != '\\') return false;
  const char meaning = simple_escape(text[at + 1]);
  if (meaning == 0 || !is_separator(meaning)) return false;
  if (meaning == text[at + 1]) return true;
  const auto before = at > 0 ? std::optional(text[at - 1]) : std::nullopt;
  return !openings_->may_open(before, text.substr(at + 1));
}

// Most escapes by far, and so without a look at what they may be besides, or a call for each.
template <class Syntax>
std::size_t EscapeDecoder<Syntax>::pass_pairs(std::string_view text, std::size_t& passed,
                                              std::size_t at, Offset begin, Leads& leads,
                                              TextRuns& out) const {
  if (!is_separating_pair(text, at)) return at;
  if (at - passed >= kMostWithPairs) {
    out.put(text.substr(passed, at - passed), {begin + passed, begin + at, 1, false});
    passed = at;
  }
  const std::size_t from = passed;
  char* const into = out.room_for_pairs();
  std::size_t size = 0;
  std::uint64_t pairs = 0;
  do {
    const std::size_t before = at - passed;
    // What stands between two escapes is short, and copying more costs less than asking how much.
    if (text.size() - passed >= kMostWithPairs) {
      std::memcpy(into + size, text.data() + passed, kMostWithPairs);
    } else {
      std::memcpy(into + size, text.data() + passed, before);
    }
    size += before;
    into[size] = simple_escape(text[at + 1]);
    pairs |= std::uint64_t{1} << size++;
    passed = at + 2;
    at = leads.find(passed);
  } while (size + (at - passed) < kMostWithPairs && is_separating_pair(text, at));
  out.add_pairs(size, begin + from, begin + passed, pairs);
  return at;
}

template <class Syntax>
void EscapeDecoder<Syntax>::put(const Escape& escape, std::string_view text, std::size_t at,
                                Origin origin, TextRuns& out) {
  if (escape.removed) {
    if (removed_ == 0) removed_from_ = origin.begin;
    removed_ += escape.taken;
    return;
  }
  const bool exact = origin.stride == 1 && escape.size == 1;
  origin.stride = exact ? static_cast<std::uint8_t>(escape.taken) : std::uint8_t{0};
  origin.altered = true;
  const std::string_view meaning(escape.text.data(), escape.size);
  if (removed_ > 0) return put_behind_removed(meaning, origin, out);
  // One of two bytes that does is in a run with pairs, if it was not cut in two.
  const bool may_separate = escape.taken > 2 || at == 0;
  origin.separates = may_separate && separates(text, at, escape.taken, meaning.front());
  out.put(meaning, origin);
}

// What stood for nothing belongs to the character behind it, which is altered by that.
template <class Syntax>
void EscapeDecoder<Syntax>::put_behind_removed(std::string_view text, Origin origin,
                                               TextRuns& out) {
  removed_ = 0;
  origin.begin = removed_from_;
  origin.stride = 0;
  origin.altered = true;
  out.put(text, origin);
}

template <class Syntax>
void EscapeDecoder<Syntax>::pass(std::string_view text, const Origin& origin, TextRuns& out) {
  if (removed_ > 0) {
    const char first = meaning(text.front());
    put_behind_removed({&first, 1}, part(origin, 0, 1), out);
    text.remove_prefix(1);
    if (text.empty()) return;
    return pass(text, part(origin, 1, text.size() + 1), out);
  }
  if (!Syntax::kForm) return out.put(text, origin);
  std::array<char, 512> meant;
  for (std::size_t at = 0; at < text.size(); at += meant.size()) {
    const std::string_view piece = text.substr(at, meant.size());
    std::ranges::transform(piece, meant.begin(), &EscapeDecoder::meaning);
    Origin from = part(origin, at, at + piece.size());
    from.altered = true;
    out.put({meant.data(), piece.size()}, from);
  }
}

template <class Syntax>
void EscapeDecoder<Syntax>::hold_more(std::string_view text, const Origin& origin) noexcept {
  assert(held_ + text.size() <= kLongestEscape);
  std::ranges::copy(text, held_text_.begin() + static_cast<std::ptrdiff_t>(held_));
  if (held_ == 0) {
    held_origin_ = origin;
  } else {
    const bool joins = held_origin_.stride == 1 && origin.stride == 1;
    held_origin_.stride = joins ? 1 : 0;
    held_origin_.end = origin.end;
  }
  held_ += text.size();
}

template <class Syntax>
std::size_t EscapeDecoder<Syntax>::resume(std::string_view text, const Origin& origin,
                                          TextRuns& out) {
  std::array<char, kLongestEscape> joined = held_text_;
  const std::size_t borrowed = std::min(text.size(), kLongestEscape - held_);
  std::copy_n(text.begin(), borrowed, joined.begin() + static_cast<std::ptrdiff_t>(held_));
  const Escape escape = Syntax::parse({joined.data(), held_ + borrowed}, false);
  std::size_t taken = 0;
  if (escape.taken == 0 || escape.taken > held_) {
    taken = escape.taken == 0 ? borrowed : escape.taken - held_;
    hold_more(text.substr(0, taken), part(origin, 0, taken));
  }
  if (escape.taken > 0) release(escape, out);
  return taken;
}

template <class Syntax>
void EscapeDecoder<Syntax>::release(const Escape& escape, TextRuns& out) {
  const std::string_view held(held_text_.data(), held_);
  const Origin from = part(held_origin_, 0, escape.taken);
  if (escape.size > 0 || escape.removed) {
    put(escape, held, 0, from, out);
  } else {
    pass(held.substr(0, escape.taken), from, out);
  }
  const std::size_t next = Leads(held).find(escape.taken);
  if (next > escape.taken) {
    pass(held.substr(escape.taken, next - escape.taken), part(held_origin_, escape.taken, next),
         out);
  }
  held_origin_ = part(held_origin_, next, held_);
  std::copy(held_text_.begin() + static_cast<std::ptrdiff_t>(next),
            held_text_.begin() + static_cast<std::ptrdiff_t>(held_), held_text_.begin());
  held_ -= next;
}

}  // namespace

std::unique_ptr<Decoder> make_escape_decoder(bool form, std::size_t silence,
                                             const Openings* openings) {
  if (form) return std::make_unique<EscapeDecoder<FormEscapes>>(silence, nullptr);
  return std::make_unique<EscapeDecoder<Escapes>>(silence, openings);
}

std::unique_ptr<Decoder> make_hyphen_decoder(std::size_t silence) {
  return std::make_unique<EscapeDecoder<Hyphens>>(silence, nullptr);
}

std::unique_ptr<Decoder> make_quoted_decoder(std::size_t silence) {
  return std::make_unique<EscapeDecoder<Quoted>>(silence, nullptr);
}

}  // namespace cork::secrets
