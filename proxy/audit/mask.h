// What of a request's target, or of any text its sender chose, may stand in the log.
//
// Pure. Masking errs on the side of hiding: a mark takes the place of whatever looks drawn at
// random, so that a credential no rule knows does not end up in the log either.
//
//   looks_random("d41d8cd98f00b204e9800998ecf8427e");  // true
//   mask_segments("/repos/octo/" + token);              // "/repos/octo/…"
#pragma once

#include "base/bytes.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace cork::audit {

inline constexpr std::string_view kMask = "\xE2\x80\xA6";  // "…"
// A target longer than this, masked, becomes a prefix and a hash.
inline constexpr std::size_t kMaxTargetBytes = 512;

// At least 20 letters and digits whose order no word or version number has. What reviewers need and
// nobody keeps secret is let through: 40 hexadecimal digits (git), UUIDs, "sha256:" and its digest.
[[nodiscard]] bool looks_random(std::string_view segment) noexcept;

// The parts between slashes that look random, each replaced by the mark.
[[nodiscard]] std::string mask_segments(std::string_view text);

struct Range {
  Offset begin, end;
};
// The ranges (which may overlap, touch or lie outside) replaced by one mark each.
[[nodiscard]] std::string mask_ranges(std::string_view text, std::span<const Range> ranges);

// The longest prefix of at most `max_bytes` that ends no UTF-8 sequence in its middle.
[[nodiscard]] std::string_view utf8_prefix(std::string_view text, std::size_t max_bytes) noexcept;

}  // namespace cork::audit
