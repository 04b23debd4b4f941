// Values under one way of reading text: with all of its characters, or with letters and digits
// alone, so that what separates them hides nothing.
//
// A value is found by any kWindow successive characters of it that are not plain, also backwards.
// One that has none, or fewer characters, is found as a whole. Immutable once sealed; shared
// between threads. Holds prints alone.
//
//   Lane lane(Lane::Reads::letters_and_digits, keys);
//   if (!lane.add(3, value)) ...       // not under this reading
//   lane.seal();
//   Lane::Cursor at;
//   lane.find(at, text, 0, found);
#pragma once

#include "rules/known/finder.h"
#include "rules/known/keyed_hash.h"
#include "rules/known/plainness.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cork::known {

// A value seen, or a part of one: in the text that was given.
struct Found {
  ValueIndex value;
  std::size_t begin, end;
};

class Lane {
 public:
  enum class Reads : std::uint8_t {
    everything,
    letters_and_digits,  // and what is beyond ASCII, but for separators.h
    folded,              // the same, whatever the case
  };
  // What came before in a text: its last kWindow characters as this lane reads it.
  struct Cursor {
    std::uint64_t first = 0, last = 0;
    std::size_t cut = 0;     // bytes before it that are not read yet: they may begin a separator
    std::uint8_t phase = 0;  // characters since the last place where a block may begin
  };

  Lane(Reads reads, const HashKeys& keys);

  // False: read like this it is too short or too weak.
  [[nodiscard]] bool add(ValueIndex index, std::string_view value);
  void seal();

  [[nodiscard]] bool empty() const noexcept { return windows_.empty() && shorts_.empty(); }
  // The most bytes that a value which is found as a whole takes.
  [[nodiscard]] std::size_t widest_whole() const noexcept { return widest_whole_; }
  [[nodiscard]] std::size_t prints() const noexcept { return windows_made_.size(); }

  // Adds what ends in text[from, end), which follows what `at` has seen; `text` is as much of what
  // came before as there is. Findings of one value that touch are one.
  void find(Cursor& at, std::string_view text, std::size_t from, std::vector<Found>& found) const;

 private:
  // A block begins at each seventh character of a text, and a window holds one wherever the window
  // begins. All windows around one that may be a value's are asked for, and so many others may be
  // (kOneInBlocks) that the time which that takes tells little of a guess.
  static constexpr std::size_t kStride = 7, kBlock = kWindow - kStride + 1;
  static constexpr std::size_t kOneInBlocks = 8;
  using Blocks = std::array<std::uint64_t, kStride>;  // tags of those in one window
  struct Made {  // of a window, until it is known which are one value's alone
    std::uint64_t tag, print;
    Blocks blocks;
    ValueIndex value;
    std::size_t text;  // which of those that were added
  };
  struct Whole {
    Finder::Slot slot;
    Blocks blocks;
    std::size_t text;
  };
  struct Hit {
    std::uint64_t tag;
    Cursor at;
    std::size_t end;
  };

  [[nodiscard]] std::string read(std::string_view text) const;
  // Calls visit(begin, end) for what separators beyond ASCII part. Returns where the end of the
  // text cuts what may be one.
  template <class Visit>
  std::size_t each_piece(std::string_view text, std::size_t from, Visit visit) const;
  void add_windows(ValueIndex index, const std::string& text, const std::string& marks);
  void add_whole(ValueIndex index, std::string text, std::size_t bytes);
  [[nodiscard]] std::uint64_t tag_of(const Cursor& at) const noexcept;
  // Of the last eight characters.
  [[nodiscard]] std::uint64_t short_tag_of(const Cursor& at) const noexcept;
  [[nodiscard]] static std::uint64_t block_tag_of(const HashKeys& keys, const char* block) noexcept;
  [[nodiscard]] Blocks blocks_of(const Cursor& at) const noexcept;
  void look_for(const Finder::Slot& slot, const Blocks& blocks);
  // Finds in text[from, to), in which nothing separates but single bytes.
  void find_in(Cursor& at, std::string_view text, std::size_t from, std::size_t to,
               std::vector<Found>& found) const;
  // Moves `at` behind `text`, which is no longer than kPiece; whether one of windows_ ends in it.
  bool holds_window(Cursor& at, std::string_view text) const noexcept;
  // Whether one that is no longer than `end` of those characters holds the block at `block`.
  bool holds_window_around(const char* characters, std::size_t block,
                           std::size_t end) const noexcept;
  template <bool kShorts>
  void look(Cursor& at, std::string_view text, std::size_t from, std::size_t to,
            std::vector<Found>& found) const;
  void confirm(const Finder& finder, const Hit& hit, std::string_view text,
               std::vector<Found>& found) const;
  // Where the last `count` characters before `end` begin; npos where `text` has fewer.
  [[nodiscard]] std::size_t begin_of(std::string_view text, std::size_t end,
                                     std::size_t count) const noexcept;

  HashKeys keys_;
  bool everything_, folds_;
  std::array<unsigned char, 256> reading_{};  // of each byte; 0: left out
  std::vector<Made> windows_made_;
  std::vector<Whole> wholes_made_;
  std::vector<std::uint64_t> blocks_made_;
  Finder windows_, shorts_;
  Sieve blocks_;  // of all that windows_ finds
  std::size_t texts_ = 0, widest_whole_ = 0;
};

}  // namespace cork::known
