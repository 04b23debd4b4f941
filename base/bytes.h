// Bytes on the wire, and the two casts between them and text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace cork {

using Bytes = std::span<const std::byte>;
using Offset = std::uint64_t;  // in wire bytes of the part: as they will be forwarded

[[nodiscard]] inline Bytes as_bytes(std::string_view text) noexcept {
  return std::as_bytes(std::span(text.data(), text.size()));
}

[[nodiscard]] inline std::string_view as_text(Bytes bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace cork
