// Prints to be found by their tag: a sieve that says at once where there is none, and a table
// behind it.
//
// Immutable once sealed; shared between threads.
//
//   finder.add({.tag = tag, .print = print, .size = 16, .span = 0, .value = 3});
//   finder.seal();
//   if (finder.hint(tag) != 0) finder.each(tag, [&](const Finder::Slot& slot) { ... });
#pragma once

#include "rules/known/sieve.h"

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
  // 0: there is none with that tag; else 1. Only once sealed.
  [[nodiscard]] std::uint64_t hint(std::uint64_t tag) const noexcept { return sieve_.passes(tag); }
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
  Sieve sieve_;
};

}  // namespace cork::known
