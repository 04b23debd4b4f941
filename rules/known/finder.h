// Prints to be found by their tag: a bit for each tag that says at once where there is none, and a
// table behind it.
//
// Immutable once sealed; shared between threads.
//
//   finder.add({.tag = tag, .print = print, .size = 16, .span = 0, .value = 3});
//   finder.seal();
//   if (finder.hint(tag) != 0) finder.each(tag, [&](const Finder::Slot& slot) { ... });
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace cork::known {

using ValueIndex = std::uint16_t;

class Finder {
 public:
  struct Slot {
    std::uint64_t tag = 0, print = 0;
    std::uint32_t size = 0;  // characters that `print` is of; 0: no slot
    std::uint32_t span = 0;  // the most bytes of text that they may take; 0: any number
    ValueIndex value = 0;
  };

  void add(const Slot& slot) { slots_.push_back(slot); }
  // Nothing is found before, and nothing added afterwards.
  void seal();

  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  // 0: there is none with that tag; else its lowest bit is set. Only once sealed.
  [[nodiscard]] std::uint64_t hint(std::uint64_t tag) const noexcept { return hints()(tag); }
  // The same question, for one who asks it often. Valid as long as this is.
  struct Hints {
    const std::uint64_t* bits;
    unsigned shift;
    std::uint64_t operator()(std::uint64_t tag) const noexcept {
      // Unchecked, since it is asked for every byte: `shift` keeps it inside the table.
      const std::uint64_t bit = tag >> shift;
      return bits[bit / 64] >> (bit % 64) & 1;
    }
  };
  [[nodiscard]] Hints hints() const noexcept { return {bits_.data(), shift_}; }
  [[nodiscard]] bool has(std::uint64_t tag) const {
    bool found = false;
    each(tag, [&](const Slot&) { found = true; });
    return found;
  }
  template <class Visit>
  void each(std::uint64_t tag, Visit visit) const {
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = tag & mask; slots_[at].size != 0; at = (at + 1) & mask) {
      if (slots_[at].tag == tag) visit(slots_[at]);
    }
  }

 private:
  std::vector<Slot> slots_;  // once sealed: by the low bits of their tags, with gaps
  std::size_t count_ = 0;
  std::vector<std::uint64_t> bits_;
  unsigned shift_ = 64;
};

}  // namespace cork::known
