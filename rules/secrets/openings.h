// Where a credential may begin, or go on, behind a backslash: whether the letter behind one matters
// as a letter, when it is that of an escape.
//
// Immutable once made, and then shared between threads.
//
//   const Openings openings(*openings_of(*parse_regex("npm_[a-z]{20}")));
//   openings.may_open(' ', "npm_abcd");   // so "\npm_abcd" has to be looked at as it is spelled
//   openings.may_open(' ', "newline");    // no
#pragma once

#include "rules/secrets/regex_openings.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace cork::secrets {

class Openings {
 public:
  // How many bytes behind a backslash are looked at in any case.
  static constexpr std::size_t kBytes = 16;

  Openings() = default;
  explicit Openings(std::vector<Opening> openings);

  // `before`: what stands in front of the backslash, where that is known; `behind` begins with what
  // stands behind it. Yes where the end of `behind` leaves it open.
  [[nodiscard]] bool may_open(std::optional<char> before, std::string_view behind) const {
    if (behind.size() < kBytes) return groups_.open(before, behind) != 0;
    const std::uint64_t open = groups_.open_whole(before, behind.data());
    return open != 0 && fits(open, before, behind);
  }

 private:
  static constexpr std::size_t kBits = 64;

  // Up to kBits openings, or groups of them: a bit for each, by which bytes may stand in it.
  struct Bits {
    using Table = std::array<std::uint64_t, 256>;
    std::uint64_t all = 0;
    Table before{};
    std::array<Table, kBytes> behind{};

    void add(std::size_t bit, const ByteSet& in_front, std::span<const ByteSet> bytes);
    // Those that are open where the text begins so.
    [[nodiscard]] std::uint64_t open(std::optional<char> in_front,
                                     std::string_view text) const noexcept {
      std::uint64_t open = in_front ? before[static_cast<unsigned char>(*in_front)] : all;
      const char* const bytes = text.data();
      const std::size_t size = text.size() < kBytes ? text.size() : kBytes;
      for (std::size_t i = 0; i < size && open != 0; ++i) {
        open &= behind[i][static_cast<unsigned char>(bytes[i])];
      }
      return open;
    }
    // The same of one that is no shorter than kBytes. Most words are, and what may be a credential
    // is a long one, so that a look at its end tells most.
    [[nodiscard]] std::uint64_t open_whole(std::optional<char> in_front,
                                           const char* bytes) const noexcept {
      constexpr std::array<unsigned char, kBytes> order{1, 10, 6, 2, 14, 4,  8,  12,
                                                        3, 5,  7, 9, 11, 13, 15, 0};
      std::uint64_t open = in_front ? before[static_cast<unsigned char>(*in_front)] : all;
      for (const unsigned char i : order) {
        open &= behind.data()[i].data()[static_cast<unsigned char>(bytes[i])];
        if (open == 0) break;
      }
      return open;
    }
  };

  // Is it one of those in these groups?
  [[nodiscard]] bool fits(std::uint64_t groups, std::optional<char> before,
                          std::string_view behind) const;
  [[nodiscard]] static bool fits(const Opening& opening, std::string_view behind);

  std::vector<Opening> openings_;
  std::vector<std::size_t> begins_;  // of the openings of each group, and the end of all
  Bits groups_;
  std::vector<Bits> each_;  // of the openings, kBits in each
};

}  // namespace cork::secrets
