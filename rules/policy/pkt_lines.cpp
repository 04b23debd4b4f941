#include "rules/policy/pkt_lines.h"

#include "base/ascii.h"

#include <algorithm>

namespace cork::policy {
namespace {

constexpr std::size_t kLengthDigits = 4;

// -1: not four hexadecimal digits.
int length_of(std::string_view digits) {
  int length = 0;
  for (const char c : digits) {
    const int value = hex_value(c);
    if (value < 0) return -1;
    length = length * 16 + value;
  }
  return length;
}

}  // namespace

std::optional<Packet> PktLines::next(std::string_view& bytes) {
  if (broken_) return Packet{*broken_, {}};
  if (given_) taken_.clear();
  given_ = false;
  if (!take(bytes, kLengthDigits)) return std::nullopt;
  const int length = length_of(std::string_view(taken_).substr(0, kLengthDigits));
  if (length >= 0 && length < 3) {
    given_ = true;
    const auto mark = static_cast<std::uint8_t>(Packet::Kind::flush) + length;
    taken_.clear();
    return Packet{static_cast<Packet::Kind>(mark), {}};
  }
  // A length of 3 is none, and the file formats' of 4 is an empty line.
  if (length < static_cast<int>(kLengthDigits)) broken_ = Packet::Kind::malformed;
  if (length > static_cast<int>(longest_)) broken_ = Packet::Kind::too_long;
  if (broken_) return Packet{*broken_, {}};
  if (!take(bytes, static_cast<std::size_t>(length))) return std::nullopt;
  given_ = true;
  std::string_view line = std::string_view(taken_).substr(kLengthDigits);
  if (line.ends_with('\n')) line.remove_suffix(1);
  return Packet{Packet::Kind::line, line};
}

bool PktLines::take(std::string_view& bytes, std::size_t until) {
  if (taken_.size() < until) {
    const std::size_t more = std::min(until - taken_.size(), bytes.size());
    taken_ += bytes.substr(0, more);
    bytes.remove_prefix(more);
  }
  return taken_.size() >= until;
}

}  // namespace cork::policy
