#include "rules/secrets/masks.h"

#include "rules/secrets/escapes.h"

#include <algorithm>
#include <array>

namespace cork::secrets {
namespace {

constexpr std::string_view kLastLine = "-----END";
constexpr std::size_t kDashes = 5;
// No escape of escapes that anybody writes takes more.
constexpr std::size_t kLongestNested = 256;
constexpr std::string_view kMark = "*cork*redacted*";

bool continues_character(char c) noexcept {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

// Where an escape begins that goes on behind `at`, or may once more of the text is there.
std::size_t escape_around(std::string_view text, std::size_t at, std::size_t floor) noexcept {
  std::size_t lead = std::max(floor, at - std::min(at, kLongestEscape - 1));
  for (; lead < at; ++lead) {
    if (EscapeLead::has(static_cast<unsigned char>(text[lead])) == 0) continue;
    const Escape escape = parse_escape(text.substr(lead, kLongestEscape), false);
    if (escape.taken == 0) return lead;
    if ((escape.size > 0 || escape.removed) && lead + escape.taken > at) return lead;
  }
  return at;
}

// One character, or what stands for none, at the front of `text` once `levels` of escapes are taken
// off; `taken` is 0 where more input is needed to tell.
Escape read_escaped(std::string_view text, std::size_t levels, bool last) noexcept {
  if (text.empty()) return {};
  if (levels == 0) return {.taken = 1, .size = 1, .text = {text.front()}};
  const Escape first = read_escaped(text, levels - 1, last);
  if (first.size != 1 || EscapeLead::has(static_cast<unsigned char>(first.text[0])) == 0) {
    return first;
  }
  // The text with one level less, as much of it as the escape needs, and where each byte ends.
  std::array<char, kLongestEscape + 4> bytes{};
  std::array<std::size_t, kLongestEscape + 4> ends{};
  std::size_t size = 0, at = 0;
  Escape escape;
  for (Escape next = first; escape.taken == 0;
       next = read_escaped(text.substr(at), levels - 1, last)) {
    if (next.taken == 0) {
      if (!last) return {};
      escape = parse_escape({bytes.data(), size}, true);
      break;
    }
    at += next.taken;
    for (std::size_t i = 0; i < next.size; ++i) {
      bytes[size] = next.text[i];
      ends[size++] = at;
    }
    escape = parse_escape({bytes.data(), size}, false);
  }
  if (escape.taken == 0 || (escape.size == 0 && !escape.removed)) return first;
  escape.taken = ends[escape.taken - 1];
  return escape;
}

}  // namespace

Extent Extent::of_pem() {
  ByteSet set;
  set.set();
  set.reset('"');
  return {set, {}, true};
}

Extent::Step Extent::advance(std::string_view text, bool last) {
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (set_[c]) {
      ++i;
      if (pem_ && ends_key(text[i - 1])) return {i, State::ended};
      continue;
    }
    if (escaping_.levels == 0 || EscapeLead::has(c) == 0) return {i, State::ended};
    const Step escape = escaped(text.substr(i, kLongestNested), last);
    if (escape.state != State::open || escape.taken == 0) return {i, escape.state};
    i += escape.taken;
  }
  return {text.size(), last ? State::ended : State::open};
}

bool Extent::ends_key(char c) {
  if (line_ == Line::last) {
    matched_ = c == '-' ? matched_ + 1 : 0;
    if (matched_ < kDashes) return false;
    line_ = Line::over;
    return true;
  }
  // More dashes than five are still five.
  matched_ = c == kLastLine[matched_] ? matched_ + 1
             : c != '-'               ? 0
             : matched_ == kDashes    ? kDashes
                                      : 1;
  if (matched_ < kLastLine.size()) return false;
  line_ = Line::last;
  matched_ = 0;
  return false;
}

// With as few levels taken off as it needs: whoever reads the text takes off all or one of them.
Extent::Step Extent::escaped(std::string_view text, bool last) const {
  Escape read;
  for (std::size_t levels = 1; levels <= escaping_.levels; ++levels) {
    read = read_escaped(text, levels, last);
    if (read.taken == 0) {
      return {0, text.size() < kLongestNested ? State::open : State::unknown};
    }
    const bool belongs = std::all_of(read.text.begin(), read.text.begin() + read.size,
                                     [&](char c) { return set_[static_cast<unsigned char>(c)]; });
    const bool separates = escaping_.form && text.front() == '&';
    if (belongs) return {read.taken, separates ? State::unknown : State::open};
    if (EscapeLead::has(static_cast<unsigned char>(read.text[0])) == 0) return {0, State::ended};
  }
  // What is escaped deeper than that goes on, perhaps.
  const Escape more = read_escaped(text, escaping_.levels + 1, last);
  return {0, read.taken == more.taken ? State::ended : State::unknown};
}

std::size_t token_begin(std::string_view text, std::size_t at) noexcept {
  const std::size_t floor = at - std::min(at, kTokenReach);
  for (std::size_t before = at + 1; at < before;) {
    before = at;
    while (at > floor && at < text.size() && continues_character(text[at])) --at;
    at = escape_around(text, at, floor);
    at = std::max(before_backslashes(text, at), floor);
  }
  return at;
}

std::size_t before_backslashes(std::string_view text, std::size_t at) noexcept {
  while (at > 0 && text[at - 1] == '\\') --at;
  return at;
}

bool holds_quote(std::string_view text) noexcept {
  for (std::size_t at = text.find('"'); at != text.npos; at = text.find('"', at + 1)) {
    if ((at - before_backslashes(text, at)) % 2 == 0) return true;
  }
  return false;
}

bool holds_control(std::string_view text) noexcept {
  return std::ranges::any_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < ' ' && c != '\t' && c != '\n' && c != '\r') || byte == 0x7f;
  });
}

void write_mask(std::span<std::byte> bytes, bool worded) noexcept {
  std::ranges::fill(bytes, std::byte{'*'});
  if (worded && bytes.size() >= kMark.size()) {
    std::ranges::copy(std::as_bytes(std::span(kMark)), bytes.begin());
  }
}

}  // namespace cork::secrets
