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
    {"Basic credentials", "fullwidth", 0.30},
    {"Basic credentials", "mail-quoted-printable", 0.60},
    {"Basic credentials", "zlib", 0.00},
    {"JSON key", "fullwidth", 0.30},
    {"JSON key", "mail-quoted-printable", 0.80},
    {"JSON value", "fullwidth", 0.35},
    {"JSON value", "mail-quoted-printable", 0.70},
    {"NDJSON", "fullwidth", 0.35},
    {"NDJSON", "mail-quoted-printable", 0.80},
    {"WebSocket message", "fullwidth", 0.10},
    {"WebSocket message", "mail-quoted-printable", 0.70},
    {"XML attribute", "fullwidth", 0.25},
    {"XML text", "fullwidth", 0.35},
    {"YAML", "fullwidth", 0.30},
    {"YAML", "mail-quoted-printable", 0.80},
    {"body in br", "fullwidth", 0.40},
    {"body in deflate", "fullwidth", 0.20},
    {"body in gzip", "fullwidth", 0.20},
    {"body in zstd", "fullwidth", 0.25},
    {"chat", "fullwidth", 0.30},
    {"chat", "mail-quoted-printable", 0.80},
    {"cookie", "fullwidth", 0.30},
    {"cookie", "mail-quoted-printable", 0.70},
    {"cookie", "zlib", 0.00},
    {"field name", "HEX", 0.00},
    {"field name", "base64-glued-1", 0.00},
    {"field name", "base64-glued-2", 0.00},
    {"field name", "base64-glued-3", 0.00},
    {"field name", "base64-shift-1", 0.00},
    {"field name", "base64-twice", 0.05},
    {"field name", "base64-unpadded", 0.00},
    {"field name", "base64url-unpadded", 0.00},
    {"field name", "entities-named", 0.75},
    {"field name", "hex", 0.00},
    {"field name", "none", 0.85},
    {"field name", "percent", 0.20},
    {"field name", "percent-all", 0.00},
    {"field name", "percent-all-lower", 0.00},
    {"field name", "percent-twice", 0.00},
    {"field name", "percent-u", 0.00},
    {"form name", "fullwidth", 0.20},
    {"form name", "mail-quoted-printable", 0.60},
    {"form name", "zlib", 0.00},
    {"form value", "fullwidth", 0.25},
    {"form value", "mail-quoted-printable", 0.70},
    {"form value", "zlib", 0.00},
    {"gRPC message", "fullwidth", 0.20},
    {"gRPC message", "zlib", 0.00},
    {"multipart field", "form", 0.85},
    {"multipart field", "fullwidth", 0.30},
    {"multipart field", "zlib", 0.00},
    {"multipart file, base64", "fullwidth", 0.00},
    {"multipart file, base64", "invisible", 0.00},
    {"multipart file, quoted-printable", "fullwidth", 0.30},
    {"multipart file, quoted-printable", "mail-quoted-printable", 0.65},
    {"name", "base64-twice", 0.15},
    {"name", "none", 0.85},
    {"name, base32 labels", "HEX", 0.00},
    {"name, base32 labels", "base64", 0.00},
    {"name, base32 labels", "base64-glued-1", 0.00},
    {"name, base32 labels", "base64-glued-2", 0.00},
    {"name, base32 labels", "base64-glued-3", 0.00},
    {"name, base32 labels", "base64-mime", 0.00},
    {"name, base32 labels", "base64-shift-1", 0.00},
    {"name, base32 labels", "base64-shift-2", 0.00},
    {"name, base32 labels", "base64-twice", 0.25},
    {"name, base32 labels", "base64-unpadded", 0.00},
    {"name, base32 labels", "base64url", 0.00},
    {"name, base32 labels", "base64url-unpadded", 0.00},
    {"name, base32 labels", "entities-named", 0.00},
    {"name, base32 labels", "form", 0.20},
    {"name, base32 labels", "fullwidth", 0.00},
    {"name, base32 labels", "gzip", 0.00},
    {"name, base32 labels", "gzip-base64-json", 0.00},
    {"name, base32 labels", "hex", 0.00},
    {"name, base32 labels", "hex-colons", 0.00},
    {"name, base32 labels", "hex-escapes", 0.00},
    {"name, base32 labels", "hex-lines", 0.00},
    {"name, base32 labels", "hex-spaces", 0.00},
    {"name, base32 labels", "invisible", 0.00},
    {"name, base32 labels", "percent", 0.15},
    {"name, base32 labels", "percent-all", 0.00},
    {"name, base32 labels", "percent-all-lower", 0.00},
    {"name, base32 labels", "utf-16be", 0.10},
    {"name, base32 labels", "utf-16be-bom", 0.10},
    {"name, base32 labels", "utf-16le", 0.00},
    {"name, base32 labels", "utf-16le-bom", 0.00},
    {"name, base32 labels", "xml-attribute", 0.60},
    {"name, base32 labels", "xml-text", 0.60},
    {"name, base32 labels", "zlib", 0.00},
    {"name, base32 labels", "zlib-base64-json", 0.00},
    {"name, base32 labels", "zstd", 0.80},
    {"name, base32 labels", "zstd-base64-json", 0.00},
    {"name, hex labels", "HEX", 0.00},
    {"name, hex labels", "base64", 0.00},
    {"name, hex labels", "base64-glued-1", 0.00},
    {"name, hex labels", "base64-glued-2", 0.00},
    {"name, hex labels", "base64-glued-3", 0.00},
    {"name, hex labels", "base64-mime", 0.00},
    {"name, hex labels", "base64-shift-1", 0.00},
    {"name, hex labels", "base64-shift-2", 0.00},
    {"name, hex labels", "base64-twice", 0.20},
    {"name, hex labels", "base64-unpadded", 0.00},
    {"name, hex labels", "base64url", 0.00},
    {"name, hex labels", "base64url-unpadded", 0.00},
    {"name, hex labels", "entities-named", 0.05},
    {"name, hex labels", "form", 0.15},
    {"name, hex labels", "fullwidth", 0.00},
    {"name, hex labels", "gzip", 0.00},
    {"name, hex labels", "hex", 0.00},
    {"name, hex labels", "hex-colons", 0.00},
    {"name, hex labels", "hex-lines", 0.00},
    {"name, hex labels", "hex-spaces", 0.00},
    {"name, hex labels", "invisible", 0.00},
    {"name, hex labels", "percent", 0.25},
    {"name, hex labels", "percent-all", 0.00},
    {"name, hex labels", "percent-all-lower", 0.00},
    {"name, hex labels", "utf-16be", 0.00},
    {"name, hex labels", "utf-16be-bom", 0.00},
    {"name, hex labels", "utf-16le", 0.00},
    {"name, hex labels", "utf-16le-bom", 0.00},
    {"name, hex labels", "xml-attribute", 0.50},
    {"name, hex labels", "xml-text", 0.65},
    {"name, hex labels", "zlib", 0.00},
    {"name, hex labels", "zlib-base64-json", 0.00},
    {"name, hex labels", "zstd", 0.75},
    {"name, hex labels", "zstd-base64-json", 0.00},
    {"path", "fullwidth", 0.30},
    {"path", "mail-quoted-printable", 0.65},
    {"path", "zlib", 0.00},
    {"protobuf string", "fullwidth", 0.20},
    {"protobuf string", "zlib", 0.00},
    {"query name", "fullwidth", 0.20},
    {"query name", "mail-quoted-printable", 0.60},
    {"query name", "zlib", 0.00},
    {"query value", "fullwidth", 0.20},
    {"query value", "mail-quoted-printable", 0.55},
    {"query value", "zlib", 0.00},
    {"text", "fullwidth", 0.15},
    {"undeclared body", "fullwidth", 0.25},
};

// Not read yet: families of encodings in each other.
inline constexpr Floor kPairsNotReadYet[] = {
    {"archive", "fullwidth", 0.05},
    {"archive", "zlib", 0.60},
    {"base64", "fullwidth", 0.00},
    {"base64", "invisible", 0.00},
    {"base64", "zlib", 0.70},
    {"compressed", "fullwidth", 0.30},
    {"dump", "archive", 0.45},
    {"dump", "compressed", 0.60},
    {"dump", "fullwidth", 0.00},
    {"dump", "invisible", 0.00},
    {"dump", "zlib", 0.40},
    {"form", "fullwidth", 0.70},
    {"form", "mail", 0.65},
    {"form", "zlib", 0.40},
    {"fullwidth", "archive", 0.00},
    {"fullwidth", "compressed", 0.15},
    {"fullwidth", "dump", 0.50},
    {"fullwidth", "form", 0.20},
    {"fullwidth", "fullwidth", 0.05},
    {"fullwidth", "hex", 0.65},
    {"fullwidth", "invisible", 0.55},
    {"fullwidth", "json", 0.05},
    {"fullwidth", "mail", 0.65},
    {"fullwidth", "markup", 0.00},
    {"fullwidth", "percent", 0.40},
    {"fullwidth", "yaml", 0.40},
    {"fullwidth", "zlib", 0.55},
    {"hex", "fullwidth", 0.00},
    {"hex", "invisible", 0.15},
    {"hex", "mail", 0.85},
    {"hex", "zlib", 0.75},
    {"invisible", "dump", 0.85},
    {"invisible", "fullwidth", 0.40},
    {"invisible", "mail", 0.70},
    {"invisible", "markup", 0.50},
    {"json", "fullwidth", 0.25},
    {"json", "mail", 0.65},
    {"mail", "archive", 0.80},
    {"mail", "compressed", 0.85},
    {"mail", "fullwidth", 0.00},
    {"mail", "invisible", 0.40},
    {"mail", "mail", 0.80},
    {"mail", "zlib", 0.65},
    {"markup", "fullwidth", 0.30},
    {"markup", "mail", 0.80},
    {"percent", "fullwidth", 0.15},
    {"percent", "mail", 0.75},
    {"percent", "zlib", 0.45},
    {"protobuf", "fullwidth", 0.40},
    {"protobuf", "zlib", 0.40},
    {"utf-16", "fullwidth", 0.00},
    {"utf-16", "invisible", 0.00},
    {"yaml", "form", 0.80},
    {"yaml", "fullwidth", 0.20},
    {"yaml", "mail", 0.80},
    {"zlib", "fullwidth", 0.45},
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
