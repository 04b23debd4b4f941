#include "rules/secrets/entropy.h"

#include <array>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace cork::secrets {

double shannon_entropy(std::string_view text) noexcept {
  std::array<std::size_t, 256> counts{};
  for (const char c : text) ++counts[static_cast<std::uint8_t>(c)];
  const auto total = static_cast<double>(text.size());
  double bits = 0;
  for (const std::size_t count : counts) {
    if (count == 0) continue;
    const double share = static_cast<double>(count) / total;
    bits -= share * std::log2(share);
  }
  return bits;
}

// Of n bytes, each of which is there c times: log2(n) - sum(c * log2(c)) / n.
bool entropy_exceeds(std::string_view text, double bits) noexcept {
  static const std::array<double, kCountedBytes + 1> terms = [] {
    std::array<double, kCountedBytes + 1> all{};
    for (std::size_t c = 1; c < all.size(); ++c) {
      all[c] = static_cast<double>(c) * std::log2(static_cast<double>(c));
    }
    return all;
  }();
  assert(text.size() <= kCountedBytes);
  if (text.empty()) return bits < 0;
  std::array<std::uint16_t, 256> counts{};
  for (const char c : text) ++counts[static_cast<std::uint8_t>(c)];
  // Four sums, since each addition waits for the one before.
  std::array<double, 4> sums{};
  for (std::size_t i = 0; i < counts.size(); i += sums.size()) {
    for (std::size_t j = 0; j < sums.size(); ++j) sums[j] += terms[counts[i + j]];
  }
  const double sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  const auto total = static_cast<double>(text.size());
  return (std::log2(total) - bits) * total > sum;
}

}  // namespace cork::secrets
