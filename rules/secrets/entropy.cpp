#include "rules/secrets/entropy.h"

#include <array>
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

}  // namespace cork::secrets
