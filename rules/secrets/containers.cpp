#include "rules/secrets/containers.h"

#include "rules/secrets/content_decoder.h"
#include "rules/secrets/encoded_runs.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace cork::secrets {
namespace {

// Each is looked for by the byte of it that is rarest in text.
struct Magic {
  std::string_view bytes;
  std::size_t rare;
  ContainerKind kind;
};
constexpr std::array<Magic, 3> kMagics{{{"\x1f\x8b\x08", 0, ContainerKind::gzip},
                                        {"\x28\xb5\x2f\xfd", 3, ContainerKind::zstd},
                                        {"PK\x03\x04", 3, ContainerKind::zip}}};
// Frames of zstd before its first version, which its tool still reads, begin with one byte less.
constexpr char kOldestZstd = '\x22', kZstd = '\x28';
// Where a zip entry says how it is packed, and what for deflate.
constexpr std::size_t kZipMethod = 8;
constexpr std::string_view kZipDeflated("\x08\0", 2);
// Of the byte behind zstd's magic number: a bit that is 0 in what a decoder reads.
constexpr unsigned kReservedZstdFlag = 0x08;

bool is_one(std::string_view text, const Magic& magic) noexcept {
  // What its header says is stored is read as it is: most archives have many such entries.
  if (magic.kind == ContainerKind::zip && text.size() >= kZipMethod + 2 &&
      text.substr(kZipMethod, 2) != kZipDeflated) {
    return false;
  }
  if (magic.kind != ContainerKind::zstd) return text.starts_with(magic.bytes);
  const std::size_t size = magic.bytes.size();
  if (text.size() < size || text[0] < kOldestZstd || text[0] > kZstd) return false;
  if (text.substr(1, size - 1) != magic.bytes.substr(1)) return false;
  return text[0] != kZstd || text.size() == size ||
         (static_cast<unsigned char>(text[size]) & kReservedZstdFlag) == 0;
}

std::size_t find(std::string_view text, std::size_t from, const Magic& magic) noexcept {
  std::size_t at = from + magic.rare;
  while (at < text.size()) {
    const void* hit = std::memchr(text.data() + at, magic.bytes[magic.rare], text.size() - at);
    if (hit == nullptr) break;
    at = static_cast<std::size_t>(static_cast<const char*>(hit) - text.data());
    if (is_one(text.substr(at - magic.rare), magic)) return at - magic.rare;
    ++at;
  }
  return text.size();
}

}  // namespace

std::optional<FoundContainer> find_container(std::string_view text, std::size_t from) noexcept {
  FoundContainer first{.at = text.size()};
  for (const Magic& magic : kMagics) {
    const std::size_t at = find(text.substr(0, first.at), from, magic);
    if (at < first.at) first = {at, magic.kind};
  }
  if (first.at == text.size()) return std::nullopt;
  return first;
}

std::size_t find_cut_container(std::string_view text) noexcept {
  constexpr std::size_t longest = 3;  // of what may be there of one
  for (std::size_t at = text.size() - std::min(text.size(), longest); at < text.size(); ++at) {
    for (const Magic& magic : kMagics) {
      if (magic.bytes.starts_with(text.substr(at))) return at;
    }
  }
  return text.size();
}

bool begins_zlib(std::string_view text) noexcept {
  if (text.size() < 2) return false;
  const auto method = static_cast<unsigned char>(text[0]),
             flags = static_cast<unsigned char>(text[1]);
  return (method & 0x0f) == 8 && method >> 4 <= 7 && (method * 256u + flags) % 31 == 0 &&
         (flags & 0x20u) == 0;
}

std::unique_ptr<Decoder> make_container_decoder(ContainerKind kind, const ScanLimits& limits,
                                                MemoryBudget* memory) {
  switch (kind) {
    case ContainerKind::gzip:
      return make_gzip_decoder(limits, Found::recognised, memory);
    case ContainerKind::zstd:
      return make_zstd_decoder(limits, Found::recognised, memory);
    case ContainerKind::zip:
      return make_zip_entry_decoder(limits, memory);
    case ContainerKind::zlib:
      return make_deflate_decoder(limits, Found::recognised, memory);
    case ContainerKind::base64:
      return make_base64_decoder();
    case ContainerKind::hex:
      return make_hex_decoder();
  }
  return nullptr;
}

}  // namespace cork::secrets
