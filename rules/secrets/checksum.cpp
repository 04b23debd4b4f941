#include "rules/secrets/checksum.h"

#include <zlib.h>

#include <cstdint>

namespace cork::secrets {
namespace {

constexpr std::size_t kDigits = 6;
constexpr std::string_view kBase62 =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

}  // namespace

std::string crc32_in_base62(std::string_view text, std::size_t digits) {
  auto value = static_cast<std::uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(text.data()), text.size()));
  std::string spelled(digits, '0');
  for (auto digit = spelled.rbegin(); digit != spelled.rend(); ++digit, value /= 62) {
    *digit = kBase62[value % 62];
  }
  return spelled;
}

bool ends_in_crc32(std::string_view token) {
  const std::string_view drawn = token.substr(token.rfind('_') + 1);
  if (drawn.size() < kDigits) return false;
  const std::size_t size = drawn.size() - kDigits;
  return drawn.substr(size) == crc32_in_base62(drawn.substr(0, size), kDigits);
}

}  // namespace cork::secrets
