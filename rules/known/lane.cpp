#include "rules/known/lane.h"

#include "base/ascii.h"
#include "base/squeeze.h"
#include "rules/known/clear.h"
#include "rules/known/separators.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <iterator>
#include <set>
#include <span>
#include <utility>

namespace cork::known {
namespace {

// What may stand between the characters of a value that is found as a whole: one byte at each where
// chance could put them together, three ("+") where it could not.
constexpr std::size_t kShortSpread = 2, kSpread = 4;
// A value that long is found by its windows, even by those that others have as well.
constexpr std::size_t kLongestWhole = 1024;

Lane::Cursor cursor_at_end(std::string_view text) noexcept {
  Lane::Cursor at;
  for (const char c : text.substr(text.size() - std::min(text.size(), kWindow))) {
    at.first = at.first >> 8 | at.last << 56;
    at.last = at.last >> 8 | std::uint64_t{static_cast<unsigned char>(c)} << 56;
  }
  return at;
}

// What is passed over at a time.
constexpr std::size_t kPiece = 512;

// Eight characters, the first of them lowest, so that what is read takes no instruction more.
std::uint64_t eight_at(const char* characters) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, characters, sizeof word);
  return std::endian::native == std::endian::big ? __builtin_bswap64(word) : word;
}
Lane::Cursor window_at(const char* characters) noexcept {
  return {eight_at(characters), eight_at(characters + 8)};
}

void put_window(const Lane::Cursor& at, char* characters) noexcept {
  for (std::uint64_t word : {at.first, at.last}) {
    if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
    std::memcpy(std::exchange(characters, characters + sizeof word), &word, sizeof word);
  }
}

std::array<char, kWindow> text_of(const Lane::Cursor& at) noexcept {
  std::array<char, kWindow> text;
  put_window(at, text.data());
  return text;
}

// As reading_ has them; without a branch: see base/byte_runs.h.
struct Something {
  static constexpr unsigned char has(unsigned char c) noexcept {
    return static_cast<unsigned char>(c != 0);
  }
};
struct LettersAndDigits {
  static constexpr unsigned char has(unsigned char c) noexcept {
    const auto folded = static_cast<unsigned char>(c | 0x20);
    return static_cast<unsigned char>(((folded >= 'a') & (folded <= 'z')) |
                                      ((c >= '0') & (c <= '9')) | (c >= 0x80));
  }
};

}  // namespace

Lane::Lane(Reads reads, const HashKeys& keys)
    : keys_(keys), everything_(reads == Reads::everything), folds_(reads == Reads::folded) {
  for (std::size_t byte = 0; byte < reading_.size(); ++byte) {
    const auto c = static_cast<char>(byte);
    const bool kept = reads == Reads::everything || is_alnum(c) || byte >= 0x80;
    const char read = reads == Reads::folded ? to_lower(c) : c;
    reading_[byte] = kept ? static_cast<unsigned char>(read) : 0;
  }
}

template <class Visit>
std::size_t Lane::each_piece(std::string_view text, std::size_t from, Visit visit) const {
  for (;;) {
    const Separator next = everything_ ? Separator{text.size(), 0} : find_separator(text, from);
    visit(from, next.at);
    if (next.size == 0) return next.at;
    from = next.at + next.size;
  }
}

std::string Lane::read(std::string_view text) const {
  std::string out;
  out.reserve(text.size());
  const auto take = [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const unsigned char read = reading_[static_cast<unsigned char>(text[i])];
      if (read != 0) out += static_cast<char>(read);
    }
  };
  take(each_piece(text, 0, take), text.size());
  return out;
}

std::uint64_t Lane::tag_of(const Cursor& at) const noexcept {
  return mix(at.last ^ keys_.mix_low, at.first ^ keys_.mix_high);
}

// Of the last eight characters.
std::uint64_t Lane::short_tag_of(const Cursor& at) const noexcept {
  return mix(at.last ^ keys_.mix_high, keys_.mix_low | 1);
}

std::uint64_t Lane::block_tag_of(const HashKeys& keys, const char* block) noexcept {
  std::uint64_t first = 0, last = 0;
  std::memcpy(&first, block, sizeof first);
  std::memcpy(&last, block + kBlock - sizeof last, sizeof last);
  // The same backwards, or the other way round would be a second answer about the same guess.
  const std::uint64_t mirrored = __builtin_bswap64(last);
  return mix((first ^ mirrored) ^ keys.mix_high, (first + mirrored) ^ keys.mix_low);
}

Lane::Blocks Lane::blocks_of(const Cursor& at) const noexcept {
  const auto window = text_of(at);
  Blocks blocks;
  for (std::size_t i = 0; i < blocks.size(); ++i)
    blocks[i] = block_tag_of(keys_, window.data() + i);
  return blocks;
}

void Lane::look_for(const Finder::Slot& slot, const Blocks& blocks) {
  windows_.add(slot);
  blocks_made_.insert(blocks_made_.end(), blocks.begin(), blocks.end());
}

bool Lane::add(ValueIndex index, std::string_view value) {
  std::string text = read(value);
  std::string marks;
  const std::string structure = structure_of(value);
  const auto mark = [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      if (reading_[static_cast<unsigned char>(value[i])] != 0) marks += structure[i];
    }
  };
  mark(each_piece(value, 0, mark), value.size());
  const bool fits = !weakness_of(text);
  if (fits) {
    add_windows(index, text, marks);
    add_whole(index, text, value.size());
    ++texts_;
  }
  wipe(text);
  return fits;
}

void Lane::add_windows(ValueIndex index, const std::string& text, const std::string& marks) {
  for (std::size_t begin = 0; begin + kWindow <= text.size(); ++begin) {
    const std::string_view window = std::string_view(text).substr(begin, kWindow);
    if (!is_telling(window, std::string_view(marks).substr(begin, kWindow))) continue;
    std::array<char, kWindow> turned{};
    std::ranges::reverse_copy(window, turned.begin());
    const std::string_view backwards(turned.data(), turned.size());
    for (const std::string_view text_of_it : {window, backwards}) {
      const Cursor end = cursor_at_end(text_of_it);
      windows_made_.push_back(
          {tag_of(end), print_of(keys_, text_of_it), blocks_of(end), index, texts_});
    }
  }
}

void Lane::add_whole(ValueIndex index, std::string text, std::size_t bytes) {
  const bool is_short = text.size() < kWindow;
  const std::size_t span = std::max(bytes, text.size() * (is_short ? kShortSpread : kSpread));
  for (const bool reversed : {false, true}) {
    if (reversed) std::ranges::reverse(text);
    const Cursor end = cursor_at_end(text);
    wholes_made_.push_back({{.tag = is_short ? short_tag_of(end) : tag_of(end),
                             .print = print_of(keys_, text),
                             .size = static_cast<std::uint32_t>(text.size()),
                             .span = static_cast<std::uint32_t>(span),
                             .value = index},
                            blocks_of(end),
                            texts_});
  }
  wipe(text);
}

// What several values have in common says of none of them that it is there, as their issuer's
// prefix does not; but for one that has nothing else, since another one holds all of it.
void Lane::seal() {
  std::ranges::sort(windows_made_, {},
                    [](const Made& made) { return std::pair(made.print, made.value); });
  std::set<std::size_t> by_windows;  // texts
  const auto each_window = [&](auto visit) {
    for (auto at = windows_made_.begin(); at != windows_made_.end();) {
      const auto next = std::find_if(at, windows_made_.end(),
                                     [&](const Made& made) { return made.print != at->print; });
      visit(std::span(at, next), at->value == std::prev(next)->value);
      at = next;
    }
  };
  each_window([&](std::span<const Made> same, bool alone) {
    if (alone) look_for({same[0].tag, same[0].print, kWindow, 0, same[0].value}, same[0].blocks);
    for (const Made& made : same.first(alone ? same.size() : 0)) by_windows.insert(made.text);
  });
  const std::set<std::size_t> by_their_own = by_windows;
  each_window([&](std::span<const Made> same, bool alone) {
    if (alone) return;
    const auto held = std::ranges::find_if(
        same, [&](const Made& made) { return !by_their_own.contains(made.text); });
    if (held == same.end()) return;
    look_for({held->tag, held->print, kWindow, 0, held->value}, held->blocks);
    for (const Made& made : same) by_windows.insert(made.text);
  });
  for (const Whole& whole : wholes_made_) {
    if (by_windows.contains(whole.text) || whole.slot.size > kLongestWhole) continue;
    if (whole.slot.size < kWindow) {
      shorts_.add(whole.slot);
    } else {
      look_for(whole.slot, whole.blocks);
    }
    widest_whole_ = std::max<std::size_t>(widest_whole_, whole.slot.span);
  }
  windows_.seal();
  shorts_.seal();
  std::ranges::sort(blocks_made_);
  blocks_made_.erase(std::ranges::unique(blocks_made_).begin(), blocks_made_.end());
  blocks_ = Sieve(blocks_made_, kOneInBlocks);
  blocks_made_ = {};
  windows_made_ = {};
  wholes_made_ = {};
}

void Lane::find(Cursor& at, std::string_view text, std::size_t from,
                std::vector<Found>& found) const {
  if (empty()) return;
  from -= std::min(from, std::exchange(at.cut, 0));
  const std::size_t cut = each_piece(text, from, [&](std::size_t begin, std::size_t end) {
    find_in(at, text, begin, end, found);
  });
  at.cut = text.size() - cut;
}

// Whatever kWindow characters are found, one of the blocks that begin at each kStride-th character
// of the text is part of them. So most of it is passed over.
void Lane::find_in(Cursor& at, std::string_view text, std::size_t from, std::size_t to,
                   std::vector<Found>& found) const {
  // What is short has no blocks, and shorter ones would tell by the time it takes what it begins
  // with.
  if (!shorts_.empty()) return look<true>(at, text, from, to, found);
  if (folds_) return look<false>(at, text, from, to, found);
  while (from < to) {
    const std::size_t end = std::min(to, from + kPiece);
    Cursor behind = at;
    if (holds_window(behind, text.substr(from, end - from))) {
      look<false>(at, text, from, end, found);
    }
    at = behind;
    from = end;
  }
}

[[gnu::always_inline]] inline bool Lane::holds_window_around(const char* characters,
                                                             std::size_t block,
                                                             std::size_t end) const noexcept {
  const std::size_t first = block - std::min(block - 1, kStride - 1);
  const auto tag = [&](std::size_t window) {
    return tag_of(window_at(characters + std::min(first + window, end - kWindow)));
  };
  std::uint64_t any = 0;
  for (std::size_t window = 0; window < kStride; ++window) any |= windows_.hint(tag(window));
  if (any == 0) return false;
  for (std::size_t window = 0; window < kStride; ++window) {
    if (windows_.hint(tag(window)) != 0 && windows_.has(tag(window))) return true;
  }
  return false;
}

bool Lane::holds_window(Cursor& at, std::string_view text) const noexcept {
  // Behind the kWindow characters that came before.
  std::array<char, kWindow + kPiece + kSqueezeRoom> characters;
  put_window(at, characters.data());
  char* const fresh = characters.data() + kWindow;
  const std::size_t count =
      everything_ ? squeeze<Something>(text, fresh) : squeeze<LettersAndDigits>(text, fresh);
  const std::size_t end = kWindow + count;
  const std::size_t first = 1 + (kStride - at.phase) % kStride;
  // Compiled for what processors have that have the wide masks: shifts by any register.
  const bool held = by_masks([&](auto) __attribute__((always_inline)) {
    // From the first that a window which has not ended before may begin with. No branch for what
    // may be there by chance: nothing foretells it.
    std::array<std::uint16_t, (kWindow + kPiece) / kStride + 1> chosen;
    std::size_t few = 0;
    const Sieve::Bits passes = blocks_.bits();
    const HashKeys keys = keys_;
    for (std::size_t block = first; block + kBlock <= end; block += kStride) {
      chosen.data()[few] = static_cast<std::uint16_t>(block);
      few += passes(block_tag_of(keys, characters.data() + block));
    }
    bool any = false;
    for (std::size_t i = 0; i < few; ++i) {
      any = holds_window_around(characters.data(), chosen.data()[i], end) || any;
    }
    return any;
  });
  at.phase = static_cast<std::uint8_t>((at.phase + count) % kStride);
  const Cursor behind = window_at(characters.data() + count);
  at.first = behind.first;
  at.last = behind.last;
  return held;
}

// For every byte of a text: no branch but where something was found.
template <bool kShorts>
void Lane::look(Cursor& at, std::string_view text, std::size_t from, std::size_t to,
                std::vector<Found>& found) const {
  Cursor now = at;
  for (std::size_t i = from; i < to; ++i) {
    const std::uint64_t c = reading_[static_cast<unsigned char>(text[i])];
    const std::uint64_t kept = c != 0 ? 1 : 0;
    const std::uint64_t shift = kept * 8;
    now.first = now.first >> shift | (now.last << 56) * kept;
    now.last = now.last >> shift | c << 56;
    const std::uint64_t tag = tag_of(now);
    if ((kept & windows_.hint(tag)) != 0) confirm(windows_, {tag, now, i + 1}, text, found);
    if constexpr (kShorts) {
      const std::uint64_t short_tag = short_tag_of(now);
      if ((kept & shorts_.hint(short_tag)) != 0) {
        confirm(shorts_, {short_tag, now, i + 1}, text, found);
      }
    }
  }
  at = now;
}

void Lane::confirm(const Finder& finder, const Hit& hit, std::string_view text,
                   std::vector<Found>& found) const {
  finder.each(hit.tag, [&](const Finder::Slot& slot) {
    std::size_t begin = 0;
    if (slot.span == 0) {
      const auto window = text_of(hit.at);
      if (print_of(keys_, {window.data(), window.size()}) != slot.print) return;
      begin = begin_of(text, hit.end, kWindow);
      if (begin == text.npos) begin = 0;  // longer ago than anybody remembers
    } else {
      begin = begin_of(text, hit.end, slot.size);
      if (begin == text.npos || hit.end - begin > slot.span) return;
      if (print_of(keys_, read(text.substr(begin, hit.end - begin))) != slot.print) return;
    }
    for (auto known = found.rbegin(); known != found.rend(); ++known) {
      if (known->value != slot.value) continue;
      if (begin > known->end) break;
      known->end = hit.end;
      return;
    }
    found.push_back({slot.value, begin, hit.end});
  });
}

std::size_t Lane::begin_of(std::string_view text, std::size_t end,
                           std::size_t count) const noexcept {
  for (std::size_t at = end; at > 0; --at) {
    const auto last = static_cast<unsigned char>(text[at - 1]);
    if (reading_[last] == 0) continue;
    const bool ascii = last < 0x80 || everything_;
    const std::size_t separator = ascii ? 0 : separator_at_end(text.substr(0, at));
    if (separator > 0) {
      at -= separator - 1;
    } else if (--count == 0) {
      return at - 1;
    }
  }
  return text.npos;
}

}  // namespace cork::known
