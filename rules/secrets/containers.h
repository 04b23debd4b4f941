// Compressed containers that stand in a text: where one begins, and what reads it.
//
// Pure functions.
//
//   for (Offset at = 0; auto found = find_container(text, at); at = found->at + 1)
//     auto decoder = make_container_decoder(found->kind, limits, memory);
#pragma once

#include "base/limits.h"
#include "base/memory_budget.h"
#include "rules/secrets/decoder.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace cork::secrets {

enum class ContainerKind : std::uint8_t { gzip, zstd, zip, git_pack, zlib, base64, hex };

struct FoundContainer {
  std::size_t at = 0;
  ContainerKind kind = ContainerKind::gzip;
  std::size_t told_by = 0;  // so many bytes, or what the end of the text leaves of them
};

// gzip (RFC 1952), zstd (RFC 8878), an entry of a zip archive that is packed or a pack of git, by
// their first bytes, the first that begins at or after `from`; of what the end of the text cuts
// too, where it may be one by the first four.
[[nodiscard]] std::optional<FoundContainer> find_container(std::string_view text,
                                                           std::size_t from) noexcept;
// Where one may begin of whose first bytes the end of the text cuts some; text.size(): none. zstd's
// formats before its first version are none: nobody writes them, and programs hold their numbers.
[[nodiscard]] std::size_t find_cut_container(std::string_view text) noexcept;
// Of the first byte of a text: whether zlib data may begin with it.
[[nodiscard]] constexpr bool may_be_zlib(char method) noexcept {
  return (static_cast<unsigned char>(method) & 0x8fu) == 8;
}
// The two bytes of its header (RFC 1950, section 2.2), without a dictionary.
[[nodiscard]] constexpr bool is_zlib_header(char method, char flags) noexcept {
  const auto both = static_cast<unsigned char>(method) * 256u + static_cast<unsigned char>(flags);
  return may_be_zlib(method) && both % 31 == 0 && (both & 0x20u) == 0;
}
// Does the text begin as zlib data does (RFC 1950), with a block that inflate goes on with? Two
// bytes and a few bits are too little to look for them elsewhere.
[[nodiscard]] bool begins_zlib(std::string_view text) noexcept;

// Reads it from its first byte to its end, or to where it turns out to be none: `unscannable` both.
// base64 and hex: of the digits that a container was recognised in.
std::unique_ptr<Decoder> make_container_decoder(ContainerKind kind, const ScanLimits& limits,
                                                MemoryBudget* memory);

}  // namespace cork::secrets
