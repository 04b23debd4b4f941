// Where the bytes of a derived text came from: positions in it to positions in its input.
//
// Not thread-safe. Memory is bounded: where runs are many and short they are joined, and a joined
// run settles and is reported as one.
//
//   OriginMap map;
//   map.add(position, 1, {.begin = 9, .end = 12, .stride = 3});
//   map.source(position);   // 9
#pragma once

#include "rules/secrets/decoder.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace cork::secrets {

class OriginMap {
 public:
  // Runs past which short ones are joined: where places are reported, and where what stands there
  // is to be masked.
  static constexpr std::size_t kMany = 512, kManyExact = 8192;

  explicit OriginMap(std::size_t many = kMany) noexcept : many_(many) {}

  // The `size` bytes from `position`, where the last run ended, came from `origin`.
  void add(Offset position, std::size_t size, const Origin& origin) {
    const Run run{size, origin};
    add_all(position, {&run, 1});
  }
  // The same of runs, one behind the other.
  void add_all(Offset position, std::span<const Run> runs) {
    // All at once, since there are many.
    const std::size_t before = runs_.size();
    if (before + runs.size() > runs_.capacity()) {
      runs_.reserve(before + std::max({runs.size(), kFew, before / 2}));
    }
    runs_.resize(before + runs.size());
    Span* last = runs_.data() + before;  // the one behind it
    for (const Run& run : runs) {
      last = put(last, position, run);
      position += run.size;
    }
    runs_.resize(static_cast<std::size_t>(last - runs_.data()));
  }
  // The first input byte that the byte at `position` came from. At or past the end: the end of the
  // input seen so far.
  [[nodiscard]] Offset source(Offset position) const noexcept;
  // The end of the input bytes that the byte before `position` came from.
  [[nodiscard]] Offset source_end(Offset position) const noexcept;
  // Whether the bytes [begin, end), begin < end, came from exactly source(begin) to
  // source_end(end), and not from a part of that.
  [[nodiscard]] bool exact(Offset begin, Offset end) const noexcept;
  // How many bytes from `position` on came from as many, each from one; 0: that one did not.
  [[nodiscard]] std::size_t same_from(Offset position) const noexcept;
  // Nobody will ask about what lies before `position`.
  void forget_before(Offset position) noexcept;
  // Keeps no room for more, where that is much.
  void give_back_room();
  // The first input byte that anybody may still ask about.
  [[nodiscard]] Offset first() const noexcept;

 private:
  static constexpr std::size_t kFew = 32;
  struct Span {
    Offset position, begin, end;  // derived; input
    std::uint64_t pairs;          // see Run
    std::uint8_t stride;

    // Of what the derived bytes before `at`, which is in it, came from.
    [[nodiscard]] Offset end_before(Offset at) const noexcept {
      const Offset count = at - position;
      const std::uint64_t behind = count < kMostWithPairs ? ~std::uint64_t{0} << count : 0;
      return begin + count * stride + static_cast<Offset>(std::popcount(pairs & ~behind));
    }
  };
  // Adds to the span before `free`, or there; the place behind.
  Span* put(Span* free, Offset position, const Run& run) noexcept {
    const Origin& origin = run.origin;
    if (run.size == 0) return free;
    end_ = position + run.size;
    const auto count = static_cast<std::size_t>(free - runs_.data());
    if (count > head_) {
      Span& last = free[-1];
      const bool whole = last.end - last.begin == (position - last.position) * last.stride;
      if (last.stride != 0 && last.stride == origin.stride && last.end == origin.begin && whole &&
          run.pairs == 0) {
        last.end = origin.end;
        return free;
      }
      const bool crowded = count - head_ > many_;
      if ((last.stride == 0 || crowded) && join(last, position, run, crowded)) return free;
    }
    *free = {position, origin.begin, origin.end, run.pairs, origin.stride};
    return free + 1;
  }
  static bool join(Span& last, Offset position, const Run& run, bool crowded) noexcept;
  [[nodiscard]] const Span* find(Offset position) const noexcept;

  std::size_t many_;
  std::vector<Span> runs_;  // by position, from `head_`
  std::size_t head_ = 0;
  Offset end_ = 0;  // of the positions known
};

}  // namespace cork::secrets
