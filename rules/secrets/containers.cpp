#include "rules/secrets/containers.h"

#include "rules/secrets/content_decoder.h"
#include "rules/secrets/encoded_runs.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>

namespace cork::secrets {
namespace {

// Each is looked for by the byte of it that is rarest in text.
struct Magic {
  std::string_view bytes;
  std::size_t rare;
  ContainerKind kind;
};
// Of git's packs there is a third version as well, which it reads and does not write.
constexpr std::array<Magic, 5> kMagics{{{"\x1f\x8b\x08", 0, ContainerKind::gzip},
                                        {"\x28\xb5\x2f\xfd", 3, ContainerKind::zstd},
                                        {"PK\x03\x04", 3, ContainerKind::zip},
                                        {{"PACK\0\0\0\x02", 8}, 7, ContainerKind::git_pack},
                                        {{"PACK\0\0\0\x03", 8}, 7, ContainerKind::git_pack}}};
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
  if (!text.starts_with(magic.bytes)) return false;
  const std::size_t size = magic.bytes.size();
  return magic.kind != ContainerKind::zstd || text.size() == size ||
         (static_cast<unsigned char>(text[size]) & kReservedZstdFlag) == 0;
}

// Does the text end before it is told whether it is one?
bool is_cut(std::string_view text, const Magic& magic) noexcept {
  const std::size_t size = magic.bytes.size();
  if (text.size() <= size) return magic.bytes.starts_with(text);
  return magic.kind == ContainerKind::zip && text.size() < kZipMethod + 2 &&
         text.starts_with(magic.bytes);
}

// How many bytes tell that it is one.
constexpr std::size_t told_by(const Magic& magic) noexcept {
  switch (magic.kind) {
    case ContainerKind::zip:
      return kZipMethod + kZipDeflated.size();
    case ContainerKind::zstd:
      return magic.bytes.size() + 1;
    default:
      return magic.bytes.size();
  }
}

// The first whose magic number stands before `to`; `to`: none.
std::size_t find(std::string_view text, std::size_t from, std::size_t to,
                 const Magic& magic) noexcept {
  std::size_t at = from + magic.rare;
  while (at < to) {
    const void* hit = std::memchr(text.data() + at, magic.bytes[magic.rare], to - at);
    if (hit == nullptr) break;
    at = static_cast<std::size_t>(static_cast<const char*>(hit) - text.data());
    if (is_one(text.substr(at - magic.rare), magic)) return at - magic.rare;
    ++at;
  }
  return to;
}

// The bits of deflate data (RFC 1951, section 3.1.1), from the lowest of each byte on.
class Bits {
 public:
  explicit Bits(std::string_view data) noexcept : data_(data) {}
  [[nodiscard]] bool has(std::size_t count) const noexcept {
    return at_ + count <= data_.size() * 8;
  }
  unsigned take(std::size_t count) noexcept {
    unsigned value = 0;
    for (std::size_t i = 0; i < count; ++i, ++at_) {
      const unsigned byte = static_cast<unsigned char>(data_[at_ / 8]);
      value |= (byte >> (at_ % 8) & 1u) << i;
    }
    return value;
  }

 private:
  std::string_view data_;
  std::size_t at_ = 0;
};

// The next symbol of a fixed code (RFC 1951, section 3.2.6); nullopt: the end cuts it.
std::optional<unsigned> fixed_symbol(Bits& bits) noexcept {
  const auto code = [&](unsigned so_far, std::size_t more) {
    for (; more > 0; --more) so_far = so_far << 1 | bits.take(1);
    return so_far;
  };
  if (!bits.has(7)) return std::nullopt;
  const unsigned seven = code(0, 7);
  if (seven < 0x18) return 256 + seven;
  if (!bits.has(1)) return std::nullopt;
  const unsigned eight = code(seven, 1);
  if (eight < 0xc0) return eight - 0x30;
  if (eight < 0xc8) return eight - 0xc0 + 280;
  if (!bits.has(1)) return std::nullopt;
  return code(eight, 1) - 0x190 + 144;
}

// A credential that is no longer tells little.
constexpr std::uint64_t kTellingBytes = 8;

// Do the symbols of a block with a fixed code repeat nothing but what came before?
bool may_be_fixed_block(Bits bits) noexcept {
  constexpr unsigned end_of_block = 256, first_with_bits = 265, longest = 285, distances = 30;
  std::uint64_t made = 0;
  for (;;) {
    const auto symbol = fixed_symbol(bits);
    if (!symbol || *symbol == end_of_block) return true;
    if (*symbol < end_of_block) {
      // Whatever ends it, that was put out before.
      if (++made == kTellingBytes) return true;
      continue;
    }
    if (*symbol > longest) return false;
    const unsigned number = *symbol - first_with_bits;
    const std::size_t more = *symbol < first_with_bits || *symbol == longest ? 0 : number / 4 + 1;
    if (!bits.has(more + 5)) return true;
    bits.take(more);
    unsigned distance = 0;
    for (int i = 0; i < 5; ++i) distance = distance << 1 | bits.take(1);
    // Of the first four each is one, and each two that follow are as many as all before them.
    const unsigned nearest =
        distance < 4 ? distance + 1 : (2u + distance % 2) * (1u << (distance / 2 - 1)) + 1;
    if (distance >= distances || nearest > made) return false;
    if (distance >= 4) return true;  // how far exactly, is not looked at
    made += 258;                     // at most
  }
}

// Whether zlib reads on behind the front of the first block (RFC 1951, section 3.2.3): most text
// stops it there. Yes where the end leaves it open.
bool may_be_deflate(std::string_view data) noexcept {
  constexpr unsigned stored = 0, fixed = 1, dynamic = 2;
  constexpr unsigned most_lengths = 286 - 257, most_distances = 30 - 1;
  constexpr std::size_t stored_header = 5;
  Bits bits(data);
  if (!bits.has(3)) return true;
  bits.take(1);  // whether it is the last
  const unsigned type = bits.take(2);
  if (type == fixed) return may_be_fixed_block(bits);
  if (type == stored) {
    if (data.size() < stored_header) return true;
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(data[i]); };
    return (byte(1) ^ byte(3)) == 0xff && (byte(2) ^ byte(4)) == 0xff;
  }
  if (type != dynamic) return false;
  if (!bits.has(14)) return true;
  const unsigned lengths = bits.take(5), distances = bits.take(5), codes = bits.take(4) + 4;
  if (lengths > most_lengths || distances > most_distances) return false;
  if (!bits.has(std::size_t{3} * codes)) return true;
  // The code that the lengths of the others are written in uses all that there is room for.
  unsigned used = 0;
  for (unsigned i = 0; i < codes; ++i) {
    if (const unsigned length = bits.take(3); length > 0) used += 1u << (7 - length);
  }
  return used == 1u << 7;
}

}  // namespace

std::optional<FoundContainer> find_container(std::string_view text, std::size_t from) noexcept {
  FoundContainer first{.at = text.size()};
  for (const Magic& magic : kMagics) {
    const std::size_t at = find(text, from, first.at, magic);
    if (at < first.at) first = {at, magic.kind, std::min(told_by(magic), text.size() - at)};
  }
  if (first.at == text.size()) return std::nullopt;
  return first;
}

std::size_t find_cut_container(std::string_view text) noexcept {
  constexpr std::size_t longest = kZipMethod + 1;  // of what may be there of one
  for (std::size_t at = text.size() - std::min(text.size(), longest); at < text.size(); ++at) {
    for (const Magic& magic : kMagics) {
      if (is_cut(text.substr(at), magic)) return at;
    }
  }
  return text.size();
}

bool begins_zlib(std::string_view text) noexcept {
  return text.size() >= 2 && is_zlib_header(text[0], text[1]) && may_be_deflate(text.substr(2));
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
    case ContainerKind::git_pack:
      return make_git_pack_decoder(limits, memory);
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
