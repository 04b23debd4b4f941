// What the decoders of escapes have in common: text is passed on in runs, an escape that a push cut
// in two waits for the rest.
//
// Not thread-safe; allocates nothing. What an escape looks like is a template argument, for speed:
//
//   struct Syntax {
//     static constexpr char first;                            // what an escape begins with
//     static Escape parse(std::string_view text, bool last);  // `text` begins with `first`
//     char meaning(char c) const;                             // of ordinary text
//     bool alters_text() const;                               // does meaning() do anything?
//     std::string_view name() const;
//   };
#pragma once

#include "rules/secrets/decoder.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstring>
#include <string_view>
#include <utility>

namespace cork::secrets {

constexpr std::size_t kLongestEscape = 12;  // a surrogate pair: \ud83d\ude00

// What stands at the front of a text.
struct Escape {
  std::size_t taken = 0;       // input bytes; 0: more input is needed to tell
  std::size_t size = 0;        // bytes it stands for; 0: ordinary text
  std::array<char, 4> text{};  // what it stands for
};

// Gathers what a decoder makes of one push, so that a sink is not called for every escape.
class TextRuns {
 public:
  explicit TextRuns(Sink& sink) noexcept : sink_(sink) {}

  void put(std::string_view text, const Origin& origin) {
    if (text.size() > bytes_.size() / 2) {
      flush();
      sink_.append(as_bytes(text), origin);
      return;
    }
    if (text.size() > bytes_.size() - size_ || count_ == runs_.size()) flush();
    std::memcpy(bytes_.data() + size_, text.data(), text.size());
    size_ += text.size();
    add(text.size(), origin);
  }
  void flush() {
    if (size_ > 0) sink_.append(as_bytes({bytes_.data(), size_}), {runs_.data(), count_});
    size_ = count_ = 0;
  }

 private:
  void add(std::size_t size, const Origin& origin) noexcept {
    if (count_ > 0) {
      Run& last = runs_[count_ - 1];
      if (last.origin.stride == origin.stride && last.origin.end == origin.begin &&
          last.origin.altered == origin.altered && origin.stride != 0) {
        last.size += size;
        last.origin.end = origin.end;
        return;
      }
    }
    runs_[count_++] = {size, origin};
  }

  Sink& sink_;
  std::size_t size_ = 0, count_ = 0;
  std::array<char, 2048> bytes_;
  std::array<Run, 64> runs_;
};

template <class Syntax>
class TextDecoder final : public Decoder {
 public:
  explicit TextDecoder(Syntax syntax = {}) noexcept : syntax_(syntax) {}

  // Escapes do not expand: all of `input` is taken, whatever room there is.
  Verdict push_some(Bytes& input, Offset at, Sink& sink) override {
    std::string_view text = as_text(std::exchange(input, {}));
    const Offset end = at + text.size();
    Origin origin{at, end, 1, false};
    TextRuns out(sink);
    while (pending_ > 0 && !text.empty()) {
      const std::size_t taken = resume(text, origin, out);
      origin = part(origin, taken, text.size());
      text.remove_prefix(taken);
    }
    if (!text.empty()) decode(text, origin, out);
    end_ = end;
    out.flush();
    return Verdict::clean;
  }

  Verdict finish(Sink& sink) override {
    TextRuns out(sink);
    while (pending_ > 0) release(Syntax::parse({held_.data(), pending_}, true), out);
    out.flush();
    return Verdict::clean;
  }

  [[nodiscard]] Offset pending_from() const noexcept override {
    return pending_ > 0 ? held_origin_.begin : end_;
  }
  [[nodiscard]] std::string_view name() const noexcept override { return syntax_.name(); }

 private:
  // The part of `origin` that bytes [from, to) came from.
  static Origin part(const Origin& origin, std::size_t from, std::size_t to) noexcept {
    if (origin.stride == 0) return origin;
    return {origin.begin + from, origin.begin + to, 1, false};
  }

  void decode(std::string_view text, const Origin& origin, TextRuns& out);
  void pass(std::string_view text, const Origin& origin, TextRuns& out) const;
  static void put(const Escape& escape, Origin origin, TextRuns& out);
  // Completes the escape held back with the first bytes of `text`; how many of them it took.
  std::size_t resume(std::string_view text, const Origin& origin, TextRuns& out);
  // Hands on the escape at the front of the bytes held, and what follows it up to the next.
  void release(const Escape& escape, TextRuns& out);
  void hold_more(std::string_view text, const Origin& origin) noexcept;

  static std::size_t find(std::string_view text, std::size_t from) noexcept {
    if (from >= text.size()) return text.size();
    const void* hit = std::memchr(text.data() + from, Syntax::first, text.size() - from);
    return hit == nullptr ? text.size()
                          : static_cast<std::size_t>(static_cast<const char*>(hit) - text.data());
  }

  [[no_unique_address]] Syntax syntax_;
  std::array<char, kLongestEscape> held_{};  // an escape cut in two
  std::size_t pending_ = 0;
  Origin held_origin_;
  Offset end_ = 0;
};

template <class Syntax>
void TextDecoder<Syntax>::decode(std::string_view text, const Origin& origin, TextRuns& out) {
  std::size_t passed = 0;  // text before this is handed on
  for (std::size_t at = find(text, 0); at < text.size();) {
    const Escape escape = Syntax::parse(text.substr(at), false);
    if (escape.taken > 0 && escape.size == 0) {
      at = find(text, at + escape.taken);
      continue;
    }
    if (at > passed) pass(text.substr(passed, at - passed), part(origin, passed, at), out);
    if (escape.taken == 0) return hold_more(text.substr(at), part(origin, at, text.size()));
    put(escape, part(origin, at, at + escape.taken), out);
    passed = at + escape.taken;
    // Escapes often follow one another: backslashes of text escaped twice, bytes of UTF-8.
    at = passed < text.size() && text[passed] == Syntax::first ? passed : find(text, passed);
  }
  if (text.size() > passed) pass(text.substr(passed), part(origin, passed, text.size()), out);
}

template <class Syntax>
void TextDecoder<Syntax>::put(const Escape& escape, Origin origin, TextRuns& out) {
  const bool exact = origin.stride == 1 && escape.size == 1;
  origin.stride = exact ? static_cast<std::uint8_t>(escape.taken) : std::uint8_t{0};
  origin.altered = true;
  out.put({escape.text.data(), escape.size}, origin);
}

template <class Syntax>
void TextDecoder<Syntax>::pass(std::string_view text, const Origin& origin, TextRuns& out) const {
  if (!syntax_.alters_text()) return out.put(text, origin);
  std::array<char, 512> meant;
  for (std::size_t at = 0; at < text.size(); at += meant.size()) {
    const std::string_view piece = text.substr(at, meant.size());
    std::transform(piece.begin(), piece.end(), meant.begin(),
                   [this](char c) { return syntax_.meaning(c); });
    Origin from = part(origin, at, at + piece.size());
    from.altered = true;
    out.put({meant.data(), piece.size()}, from);
  }
}

template <class Syntax>
void TextDecoder<Syntax>::hold_more(std::string_view text, const Origin& origin) noexcept {
  assert(pending_ + text.size() <= kLongestEscape);
  std::copy(text.begin(), text.end(), held_.begin() + static_cast<std::ptrdiff_t>(pending_));
  if (pending_ == 0) {
    held_origin_ = origin;
  } else {
    const bool joins = held_origin_.stride == 1 && origin.stride == 1;
    held_origin_.stride = joins ? 1 : 0;
    held_origin_.end = origin.end;
  }
  pending_ += text.size();
}

template <class Syntax>
std::size_t TextDecoder<Syntax>::resume(std::string_view text, const Origin& origin,
                                        TextRuns& out) {
  std::array<char, kLongestEscape> joined = held_;
  const std::size_t borrowed = std::min(text.size(), kLongestEscape - pending_);
  std::copy_n(text.begin(), borrowed, joined.begin() + static_cast<std::ptrdiff_t>(pending_));
  const Escape escape = Syntax::parse({joined.data(), pending_ + borrowed}, false);
  std::size_t taken = 0;
  if (escape.taken == 0 || escape.taken > pending_) {
    taken = escape.taken == 0 ? borrowed : escape.taken - pending_;
    hold_more(text.substr(0, taken), part(origin, 0, taken));
  }
  if (escape.taken > 0) release(escape, out);
  return taken;
}

template <class Syntax>
void TextDecoder<Syntax>::release(const Escape& escape, TextRuns& out) {
  const std::string_view held(held_.data(), pending_);
  const Origin from = part(held_origin_, 0, escape.taken);
  if (escape.size > 0) {
    put(escape, from, out);
  } else {
    pass(held.substr(0, escape.taken), from, out);
  }
  const std::size_t next = find(held, escape.taken);
  if (next > escape.taken) {
    pass(held.substr(escape.taken, next - escape.taken), part(held_origin_, escape.taken, next),
         out);
  }
  held_origin_ = part(held_origin_, next, pending_);
  std::copy(held_.begin() + static_cast<std::ptrdiff_t>(next),
            held_.begin() + static_cast<std::ptrdiff_t>(pending_), held_.begin());
  pending_ -= next;
}

// Where, at or after `from`, stands an escape that the decoder would take off, or one cut by the
// end of the text that may be; text.size(): nowhere.
[[nodiscard]] std::size_t find_json_escape(std::string_view text, std::size_t from) noexcept;
[[nodiscard]] std::size_t find_percent_escape(std::string_view text, std::size_t from) noexcept;

}  // namespace cork::secrets
