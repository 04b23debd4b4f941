// git's pkt-lines (gitprotocol-common): four hexadecimal digits of length, themselves included, and
// then the line; 0000, 0001 and 0002 are marks without a line.
//
// Sans-io, not thread-safe. Keeps at most one line.
//
//   PktLines lines(65520);
//   while (auto packet = lines.next(bytes)) { ... }   // takes from the front of `bytes`
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cork::policy {

struct Packet {
  enum class Kind : std::uint8_t { line, flush, delimiter, response_end, malformed, too_long };
  Kind kind;
  std::string_view line;  // of a line: valid until the next call; without one line feed at its end
};

class PktLines {
 public:
  // A line, its length included, of more bytes than `longest` is too_long.
  explicit PktLines(std::size_t longest) noexcept : longest_(longest) {}

  // The next packet, or nullopt where `bytes` ends before it does: then all of them are taken. What
  // is malformed or too_long stays so.
  std::optional<Packet> next(std::string_view& bytes);

  // Nothing of a packet has been taken.
  [[nodiscard]] bool between() const noexcept { return taken_.empty() || given_; }

 private:
  bool take(std::string_view& bytes, std::size_t until);

  std::size_t longest_;
  std::string taken_;  // of the packet, its length included
  bool given_ = false;
  std::optional<Packet::Kind> broken_;
};

}  // namespace cork::policy
