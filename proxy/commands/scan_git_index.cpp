#include "proxy/commands/scan_git_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>

// gitformat-index(5): a header, entries in the order of their names, extensions, a hash of it all.
namespace cork::commands {
namespace {

constexpr std::size_t kSha1 = 20, kSha256 = 32;
constexpr std::size_t kHeader = 12;
constexpr std::size_t kStat = 40;        // of an entry, before its object's name
constexpr std::size_t kLongName = 4096;  // no system call takes a longer one
constexpr unsigned kLengthBits = 0x0fff, kExtended = 0x4000;

constexpr std::string_view kBroken = "the index is broken";

// What is left of a file, taken from its beginning; nullopt: there is less.
struct Bytes {
  std::string_view left;

  std::optional<std::string_view> take(std::size_t count) {
    if (left.size() < count) return std::nullopt;
    const std::string_view taken = left.substr(0, count);
    left.remove_prefix(count);
    return taken;
  }
  // Big-endian.
  std::optional<std::uint32_t> number(std::size_t width) {
    const auto bytes = take(width);
    if (!bytes) return std::nullopt;
    std::uint32_t value = 0;
    for (const char c : *bytes) value = value << 8 | static_cast<unsigned char>(c);
    return value;
  }
  // As packs write offsets: seven bits a byte, and one more for each that follows.
  std::optional<std::size_t> varint() {
    std::size_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      const auto byte = number(1);
      if (!byte) return std::nullopt;
      value = (i == 0 ? 0 : (value + 1) << 7) | (*byte & 0x7f);
      if ((*byte & 0x80) == 0) return value;
    }
    return std::nullopt;
  }
  std::optional<std::string_view> text_to_nul() {
    const auto text = take(std::min(left.find('\0'), left.size()));
    return take(1) ? text : std::nullopt;
  }
};

struct Entry {
  std::string_view name;    // in version 4 without what it has in common with the one before
  std::size_t dropped = 0;  // of the end of that one
  std::size_t said = 0;     // the length of the whole name, kLengthBits for that or more
};

std::optional<Entry> take_entry(Bytes& bytes, std::uint32_t version, std::size_t hash) {
  const std::size_t before = bytes.left.size();
  if (!bytes.take(kStat + hash)) return std::nullopt;
  const auto flags = bytes.number(2);
  if (!flags) return std::nullopt;
  if ((*flags & kExtended) != 0 && (version < 3 || !bytes.take(2))) return std::nullopt;
  Entry entry;
  entry.said = *flags & kLengthBits;
  if (version == 4) {
    const auto dropped = bytes.varint();
    if (!dropped) return std::nullopt;
    entry.dropped = *dropped;
  }
  const auto name = bytes.text_to_nul();
  if (!name) return std::nullopt;
  entry.name = *name;
  if (version == 4) return entry;
  // NULs to a multiple of eight, one at least.
  const std::size_t padding = (8 - (before - bytes.left.size()) % 8) % 8;
  const auto nuls = bytes.take(padding);
  if (!nuls || nuls->find_first_not_of('\0') != std::string_view::npos) return std::nullopt;
  return entry;
}

// Those that begin with a capital letter may be passed over.
Result<void> check_extensions(Bytes bytes) {
  while (!bytes.left.empty()) {
    const auto name = bytes.take(4);
    const auto length = bytes.number(4);
    if (!name || !length || !bytes.take(*length)) return fail(std::string(kBroken));
    if (name == "link")
      return fail("the index is split (git's core.splitIndex), and half elsewhere");
    if (name == "sdir") return fail("the index is sparse (git's index.sparse)");
    if (name->front() < 'A' || name->front() > 'Z') {
      return fail(fmt::format("the index has a part '{}', which is not understood", *name));
    }
  }
  return {};
}

}  // namespace

Result<GitIndex> GitIndex::parse(std::string_view bytes, std::size_t most) {
  // Which hash it is stands in the configuration alone; with the wrong one nothing fits.
  auto index = parse_hashed(bytes, most, kSha1);
  if (index || index.error().what != kBroken) return index;
  return parse_hashed(bytes, most, kSha256);
}

Result<GitIndex> GitIndex::parse_hashed(std::string_view text, std::size_t most, std::size_t hash) {
  if (text.size() < kHeader + hash) return fail(std::string(kBroken));
  Bytes bytes{text.substr(0, text.size() - hash)};
  if (bytes.take(4) != "DIRC") return fail("this is no index of git's");
  const std::uint32_t version = bytes.number(4).value_or(0);
  if (version < 2 || version > 4) {
    return fail(fmt::format("an index of version {} is not understood", version));
  }
  GitIndex index;
  std::string name;
  bool is_nameless = false;
  for (std::uint32_t left = bytes.number(4).value_or(0); left > 0; --left) {
    const auto entry = take_entry(bytes, version, hash);
    if (!entry || entry->dropped > name.size()) return fail(std::string(kBroken));
    name.resize(version == 4 ? name.size() - entry->dropped : 0);
    name += entry->name;
    const bool fits = entry->said == std::min<std::size_t>(name.size(), kLengthBits);
    if (!fits) return fail(std::string(kBroken));
    // Of a split index, where the name is in the other half.
    is_nameless = is_nameless || name.empty();
    if (name.empty()) continue;
    if (auto added = index.add(name, most); !added) return fail(added.error().what);
  }
  if (auto known = check_extensions(bytes); !known) return fail(known.error().what);
  if (is_nameless) return fail(std::string(kBroken));
  return index;
}

// The same name comes more than once while a merge is not done.
Result<void> GitIndex::add(std::string_view name, std::size_t most) {
  if (!names_.empty()) {
    const std::string_view last = text_of(names_.back());
    if (name == last) return {};
    if (name < last) return fail(std::string(kBroken));
  }
  if (name.size() > kLongName) return fail("the index has a name that is too long for a file");
  const std::size_t limit = std::min<std::size_t>(most, std::numeric_limits<std::uint32_t>::max());
  if (size() + name.size() + sizeof(Name) > limit) {
    return fail("the index has more names than are held at once");
  }
  names_.push_back(
      {static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(name.size())});
  text_ += name;
  return {};
}

bool GitIndex::holds(std::string_view path) const {
  return !path.empty() && first_from(path) == path;
}

bool GitIndex::holds_in(std::string_view folder) const {
  const std::string below = std::string(folder) + '/';
  return holds(folder) || first_from(below).starts_with(below);
}

std::size_t GitIndex::size() const noexcept {
  return text_.size() + names_.size() * sizeof(Name);
}

std::string_view GitIndex::text_of(const Name& name) const {
  return std::string_view(text_).substr(name.begin, name.length);
}

std::string_view GitIndex::first_from(std::string_view path) const {
  const auto found = std::ranges::lower_bound(names_, path, {},
                                              [this](const Name& name) { return text_of(name); });
  return found == names_.end() ? std::string_view() : text_of(*found);
}

}  // namespace cork::commands
