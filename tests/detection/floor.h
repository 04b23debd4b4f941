// What recall must not fall below, cell by cell. Everything that the tables here do not name is
// held to kSingle or kPair; what they name is not read yet, and held to what it was last.
//
// Pure values.
//
//   Tally tally = ...;
//   EXPECT_GE(tally.share(), floor_of(part, encoding));
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace cork::secrets::detection {

inline constexpr double kSingle = 0.995;  // one encoding
inline constexpr double kPair = 0.98;     // two encodings, one in the other
// Of one cell, where each sample counts for much; rows and columns are held to kSingle.
inline constexpr double kSingleCell = 0.95;

// Samples of each encoding in each part, and of each pair of encodings.
inline constexpr std::size_t kPerCell = 40, kPerPair = 6;

struct Floor {
  std::string_view first, second;  // part and encoding, or outer and inner family; "*": any
  double share;
};

// Not read yet: encodings in parts of a request.
inline constexpr Floor kPartsNotReadYet[] = {
    {"Basic credentials", "fullwidth", 0.25},
    {"Basic credentials", "mail-quoted-printable", 0.70},
    {"Basic credentials", "zlib", 0.00},
    {"JSON key", "fullwidth", 0.10},
    {"JSON value", "fullwidth", 0.20},
    {"NDJSON", "fullwidth", 0.30},
    {"WebSocket message", "form", 0.85},
    {"WebSocket message", "fullwidth", 0.20},
    {"XML attribute", "form", 0.85},
    {"XML attribute", "fullwidth", 0.20},
    {"XML text", "fullwidth", 0.30},
    {"YAML", "fullwidth", 0.25},
    {"body in br", "fullwidth", 0.30},
    {"body in deflate", "fullwidth", 0.35},
    {"body in gzip", "fullwidth", 0.15},
    {"body in zstd", "fullwidth", 0.20},
    {"chat", "fullwidth", 0.35},
    {"cookie", "fullwidth", 0.20},
    {"cookie", "mail-quoted-printable", 0.55},
    {"cookie", "zlib", 0.00},
    {"field name", "HEX", 0.00},
    {"field name", "base64-glued-1", 0.00},
    {"field name", "base64-glued-2", 0.00},
    {"field name", "base64-glued-3", 0.00},
    {"field name", "base64-shift-1", 0.00},
    {"field name", "base64-twice", 0.10},
    {"field name", "base64-unpadded", 0.00},
    {"field name", "base64url-unpadded", 0.00},
    {"field name", "entities-named", 0.75},
    {"field name", "hex", 0.00},
    {"field name", "none", 0.80},
    {"field name", "percent", 0.10},
    {"field name", "percent-all", 0.00},
    {"field name", "percent-all-lower", 0.00},
    {"field name", "percent-twice", 0.00},
    {"field name", "percent-u", 0.00},
    {"form name", "fullwidth", 0.25},
    {"form name", "zlib", 0.00},
    {"form value", "fullwidth", 0.20},
    {"form value", "zlib", 0.00},
    {"gRPC message", "fullwidth", 0.10},
    {"gRPC message", "zlib", 0.00},
    {"multipart field", "fullwidth", 0.25},
    {"multipart field", "zlib", 0.00},
    {"multipart file, base64", "fullwidth", 0.00},
    {"multipart file, base64", "git-pack", 0.00},
    {"multipart file, base64", "invisible", 0.00},
    {"multipart file, quoted-printable", "fullwidth", 0.25},
    {"name", "base64-twice", 0.10},
    {"name", "percent", 0.80},
    {"name, base32 labels", "HEX", 0.00},
    {"name, base32 labels", "base64", 0.00},
    {"name, base32 labels", "base64-glued-1", 0.00},
    {"name, base32 labels", "base64-glued-2", 0.00},
    {"name, base32 labels", "base64-glued-3", 0.00},
    {"name, base32 labels", "base64-mime", 0.00},
    {"name, base32 labels", "base64-shift-1", 0.00},
    {"name, base32 labels", "base64-shift-2", 0.00},
    {"name, base32 labels", "base64-twice", 0.00},
    {"name, base32 labels", "base64-unpadded", 0.00},
    {"name, base32 labels", "base64url", 0.00},
    {"name, base32 labels", "base64url-unpadded", 0.00},
    {"name, base32 labels", "entities-named", 0.05},
    {"name, base32 labels", "form", 0.30},
    {"name, base32 labels", "fullwidth", 0.00},
    {"name, base32 labels", "git-pack", 0.00},
    {"name, base32 labels", "gzip", 0.00},
    {"name, base32 labels", "gzip-base64-json", 0.00},
    {"name, base32 labels", "hex", 0.00},
    {"name, base32 labels", "hex-colons", 0.00},
    {"name, base32 labels", "hex-escapes", 0.00},
    {"name, base32 labels", "hex-lines", 0.00},
    {"name, base32 labels", "hex-spaces", 0.00},
    {"name, base32 labels", "invisible", 0.00},
    {"name, base32 labels", "json-json", 0.85},
    {"name, base32 labels", "percent", 0.15},
    {"name, base32 labels", "percent-all", 0.00},
    {"name, base32 labels", "percent-all-lower", 0.00},
    {"name, base32 labels", "utf-16be", 0.20},
    {"name, base32 labels", "utf-16be-bom", 0.05},
    {"name, base32 labels", "utf-16le", 0.05},
    {"name, base32 labels", "utf-16le-bom", 0.10},
    {"name, base32 labels", "xml-attribute", 0.50},
    {"name, base32 labels", "xml-text", 0.55},
    {"name, base32 labels", "zlib", 0.00},
    {"name, base32 labels", "zlib-base64-json", 0.00},
    {"name, base32 labels", "zstd", 0.85},
    {"name, base32 labels", "zstd-base64-json", 0.00},
    {"name, hex labels", "HEX", 0.00},
    {"name, hex labels", "base64", 0.00},
    {"name, hex labels", "base64-glued-1", 0.00},
    {"name, hex labels", "base64-glued-2", 0.00},
    {"name, hex labels", "base64-glued-3", 0.00},
    {"name, hex labels", "base64-mime", 0.00},
    {"name, hex labels", "base64-shift-1", 0.00},
    {"name, hex labels", "base64-shift-2", 0.00},
    {"name, hex labels", "base64-twice", 0.15},
    {"name, hex labels", "base64-unpadded", 0.00},
    {"name, hex labels", "base64url", 0.00},
    {"name, hex labels", "base64url-unpadded", 0.00},
    {"name, hex labels", "entities-named", 0.05},
    {"name, hex labels", "form", 0.10},
    {"name, hex labels", "fullwidth", 0.00},
    {"name, hex labels", "git-pack", 0.00},
    {"name, hex labels", "gzip", 0.00},
    {"name, hex labels", "hex", 0.00},
    {"name, hex labels", "hex-colons", 0.00},
    {"name, hex labels", "hex-lines", 0.00},
    {"name, hex labels", "hex-spaces", 0.00},
    {"name, hex labels", "invisible", 0.00},
    {"name, hex labels", "percent", 0.30},
    {"name, hex labels", "percent-all", 0.00},
    {"name, hex labels", "percent-all-lower", 0.00},
    {"name, hex labels", "utf-16be", 0.00},
    {"name, hex labels", "utf-16be-bom", 0.00},
    {"name, hex labels", "utf-16le", 0.00},
    {"name, hex labels", "utf-16le-bom", 0.00},
    {"name, hex labels", "xml-attribute", 0.60},
    {"name, hex labels", "xml-text", 0.55},
    {"name, hex labels", "zlib", 0.00},
    {"name, hex labels", "zlib-base64-json", 0.00},
    {"name, hex labels", "zstd", 0.75},
    {"name, hex labels", "zstd-base64-json", 0.00},
    {"path", "fullwidth", 0.15},
    {"path", "mail-quoted-printable", 0.45},
    {"path", "zlib", 0.00},
    {"protobuf string", "fullwidth", 0.20},
    {"protobuf string", "zlib", 0.00},
    {"query name", "fullwidth", 0.25},
    {"query name", "mail-quoted-printable", 0.60},
    {"query name", "zlib", 0.00},
    {"query value", "fullwidth", 0.20},
    {"query value", "mail-quoted-printable", 0.75},
    {"query value", "zlib", 0.00},
    {"text", "fullwidth", 0.20},
    {"undeclared body", "fullwidth", 0.20},
};

// Not read yet: families of encodings in each other.
inline constexpr Floor kPairsNotReadYet[] = {
    {"archive", "fullwidth", 0.25},
    {"archive", "zlib", 0.65},
    {"base64", "archive", 0.75},
    {"base64", "fullwidth", 0.00},
    {"base64", "invisible", 0.00},
    {"base64", "zlib", 0.70},
    {"compressed", "fullwidth", 0.20},
    {"dump", "archive", 0.40},
    {"dump", "compressed", 0.55},
    {"dump", "fullwidth", 0.00},
    {"dump", "invisible", 0.00},
    {"dump", "zlib", 0.40},
    {"form", "archive", 0.75},
    {"form", "fullwidth", 0.05},
    {"form", "zlib", 0.40},
    {"fullwidth", "archive", 0.00},
    {"fullwidth", "compressed", 0.30},
    {"fullwidth", "dump", 0.50},
    {"fullwidth", "form", 0.20},
    {"fullwidth", "fullwidth", 0.20},
    {"fullwidth", "hex", 0.65},
    {"fullwidth", "invisible", 0.00},
    {"fullwidth", "json", 0.15},
    {"fullwidth", "mail", 0.40},
    {"fullwidth", "markup", 0.05},
    {"fullwidth", "percent", 0.35},
    {"fullwidth", "yaml", 0.45},
    {"fullwidth", "zlib", 0.40},
    {"hex", "archive", 0.80},
    {"hex", "fullwidth", 0.00},
    {"hex", "invisible", 0.15},
    {"hex", "zlib", 0.75},
    {"invisible", "fullwidth", 0.20},
    {"invisible", "json", 0.80},
    {"invisible", "markup", 0.55},
    {"json", "fullwidth", 0.25},
    {"mail", "archive", 0.75},
    {"mail", "compressed", 0.85},
    {"mail", "fullwidth", 0.05},
    {"mail", "invisible", 0.40},
    {"mail", "zlib", 0.65},
    {"markup", "fullwidth", 0.25},
    {"percent", "archive", 0.85},
    {"percent", "fullwidth", 0.40},
    {"percent", "zlib", 0.45},
    {"protobuf", "fullwidth", 0.55},
    {"protobuf", "zlib", 0.40},
    {"utf-16", "fullwidth", 0.00},
    {"utf-16", "invisible", 0.00},
    {"yaml", "fullwidth", 0.05},
    {"yaml", "mail", 0.85},
    {"zlib", "fullwidth", 0.40},
};

// The entry for a cell, an exact one before one with "*"; nullptr: it is read.
[[nodiscard]] constexpr const Floor* not_read_yet(std::span<const Floor> table,
                                                  std::string_view first,
                                                  std::string_view second) noexcept {
  const Floor* found = nullptr;
  int best = -1;
  for (const Floor& entry : table) {
    const bool fits = (entry.first == first || entry.first == "*") &&
                      (entry.second == second || entry.second == "*");
    const int exactness = (entry.first == first ? 1 : 0) + (entry.second == second ? 1 : 0);
    if (!fits || exactness <= best) continue;
    found = &entry;
    best = exactness;
  }
  return found;
}

}  // namespace cork::secrets::detection
