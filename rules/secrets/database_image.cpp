#include "rules/secrets/database_image.h"

#include <hs/hs.h>
#include <openssl/sha.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <type_traits>

namespace cork::secrets {

namespace {

// Also to be counted up when anything about compiling changes that the patterns do not show: flags,
// modes, which rules are taken.
constexpr std::uint32_t kFormat = 3;
constexpr std::string_view kMagic = "cork-hsd";

using Digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

// The image:
//   magic | digest of what follows | format | key | sizes of the sections | sections
// Numbers are written as the processor has them, which the key pins.
enum Section : std::uint8_t { widths_section, block_section, folded_section, spelled_section };
constexpr std::size_t kSections = 4;
using Sizes = std::array<std::uint64_t, kSections>;
constexpr std::size_t kDigested = kMagic.size() + sizeof(Digest);
constexpr std::size_t kHeader = kDigested + sizeof kFormat + sizeof(ImageKey) + sizeof(Sizes);

template <class T>
concept Plain = std::is_trivially_copyable_v<T>;

template <Plain T>
std::string_view bytes_of(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

Digest digest_of(std::string_view bytes) {
  Digest digest;
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return digest;
}

// With its length before it, so that no two lists of texts look the same.
void add(std::string& to, std::string_view text) {
  to += bytes_of(std::uint64_t{text.size()});
  to += text;
}

struct FreeBytes {
  void operator()(char* bytes) const noexcept { std::free(bytes); }
};

// Empty where there is no memory.
std::string serialised(const hs_database* database) {
  if (database == nullptr) return {};
  char* bytes = nullptr;
  std::size_t size = 0;
  if (hs_serialize_database(database, &bytes, &size) != HS_SUCCESS) return {};
  const std::unique_ptr<char, FreeBytes> owned(bytes);
  return {bytes, size};
}

Database deserialised(std::string_view bytes) {
  if (bytes.empty()) return nullptr;
  hs_database* database = nullptr;
  // Refuses another version, another processor and a checksum that is wrong.
  if (hs_deserialize_database(bytes.data(), bytes.size(), &database) != HS_SUCCESS) return nullptr;
  return Database(database);
}

// Takes a T off the front of `bytes`, which has that many.
template <Plain T>
T take(std::string_view& bytes) {
  T value;
  std::memcpy(&value, bytes.data(), sizeof value);
  bytes.remove_prefix(sizeof value);
  return value;
}

}  // namespace

ImageKey image_key(std::span<const Rule> rules, std::span<const Pattern> patterns) {
  std::string made_from(bytes_of(kFormat));
  add(made_from, hs_version());
  hs_platform_info_t platform{};
  hs_populate_platform(&platform);
  made_from += bytes_of(platform.tune);
  made_from += bytes_of(platform.cpu_features);
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const Rule& rule = rules[i];
    add(made_from, patterns[i].text);
    made_from += bytes_of(patterns[i].in_host_name);
    made_from += bytes_of(patterns[i].spells);
    add(made_from, rule.regex);
    made_from += bytes_of(rule.secret_group);
    made_from += bytes_of(rule.confidence);
    made_from += bytes_of(std::uint64_t{rule.allowlists.size()});
    for (const RuleAllowlist& list : rule.allowlists) {
      made_from += bytes_of(std::uint64_t{list.regexes.size()});
      for (const std::string& regex : list.regexes) add(made_from, regex);
    }
  }
  return digest_of(made_from);
}

std::string write_image(const ImageKey& key, const Databases& databases,
                        std::span<const Widths> widths) {
  const std::array<std::string, kSections> sections = {
      std::string(reinterpret_cast<const char*>(widths.data()), widths.size_bytes()),
      serialised(databases.block.get()), serialised(databases.folded.get()),
      serialised(databases.spelled.get())};
  const bool whole = !sections[block_section].empty() && !sections[folded_section].empty() &&
                     sections[spelled_section].empty() == !databases.spelled;
  if (!whole) return {};
  Sizes sizes;
  std::ranges::transform(sections, sizes.begin(), &std::string::size);
  std::string image(kMagic);
  image.resize(kDigested);
  image += bytes_of(kFormat);
  image += bytes_of(key);
  image += bytes_of(sizes);
  for (const std::string& section : sections) image += section;
  const Digest digest = digest_of(std::string_view(image).substr(kDigested));
  std::memcpy(image.data() + kMagic.size(), digest.data(), digest.size());
  return image;
}

std::optional<Image> read_image(std::string_view bytes, const ImageKey& key) {
  if (bytes.size() < kHeader || !bytes.starts_with(kMagic)) return std::nullopt;
  const std::string_view digested = bytes.substr(kDigested);
  bytes.remove_prefix(kMagic.size());
  const auto digest = take<Digest>(bytes);
  if (take<std::uint32_t>(bytes) != kFormat || take<ImageKey>(bytes) != key) return std::nullopt;
  if (digest_of(digested) != digest) return std::nullopt;
  std::array<std::string_view, kSections> sections;
  const auto sizes = take<Sizes>(bytes);
  for (std::size_t i = 0; i < kSections; ++i) {
    if (sizes[i] > bytes.size()) return std::nullopt;
    sections[i] = bytes.substr(0, sizes[i]);
    bytes.remove_prefix(sizes[i]);
  }
  const std::string_view widths = sections[widths_section];
  if (!bytes.empty() || widths.size() % sizeof(Widths) != 0) return std::nullopt;
  const std::string_view spelled = sections[spelled_section];
  Image image{{deserialised(sections[block_section]), deserialised(sections[folded_section]),
               deserialised(spelled)},
              std::vector<Widths>(widths.size() / sizeof(Widths))};
  std::memcpy(image.widths.data(), widths.data(), widths.size());
  const Databases& made = image.databases;
  if (!made.block || !made.folded || spelled.empty() != !made.spelled) return std::nullopt;
  return image;
}

}  // namespace cork::secrets
