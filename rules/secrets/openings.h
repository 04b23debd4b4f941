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
    std::uint64_t open = before ? before_[static_cast<unsigned char>(*before)] : all_;
    for (std::size_t i = 0; i < kBytes && open != 0; ++i) {
      if (i == behind.size()) return true;
      open &= behind_[i][static_cast<unsigned char>(behind[i])];
    }
    return open != 0 && fits(open, before, behind);
  }

 private:
  using Table = std::array<std::uint64_t, 256>;

  static constexpr std::size_t kBits = 64;

  // Is it one of those that share these bits?
  [[nodiscard]] bool fits(std::uint64_t bits, std::optional<char> before,
                          std::string_view behind) const;

  std::vector<Opening> openings_;
  std::vector<std::size_t> begins_;  // of those that share a bit, and the end of all
  // Bit by bit, which openings each byte may stand in.
  std::uint64_t all_ = 0;
  Table before_{};
  std::array<Table, kBytes> behind_{};
};

}  // namespace cork::secrets
