// Masking a credential where it stands: how far it goes on behind what a rule needs of it to be
// sure, where it can be cut out without breaking what it stands in, and what is put in its place.
//
// Pure but for Extent, which is not thread-safe.
//
//   Extent extent = Extent::of_alphabet(set);
//   const auto end = extent.advance(text, last);    // npos: it goes on in the text to come
//   write_mask(wire, true);
#pragma once

#include "base/bytes.h"
#include "rules/secrets/byte_class.h"

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace cork::secrets {

// Bytes of a part on the wire, to be masked.
struct WireRange {
  Offset begin = 0, end = 0;
  bool worded = true;  // the mask may say what it is; else a rule could take the words for a secret
  bool operator==(const WireRange&) const = default;
};

// The rest of a credential. What a rule asks for is its shortest form, and what follows it may be
// more of the same.
class Extent {
 public:
  static constexpr std::size_t npos = std::string_view::npos;

  // All that comes before a byte that is not in the set.
  static Extent of_alphabet(const ByteSet& set) { return {set, false}; }
  // To the end of the line with `-----END`, or before a quotation mark: what stands around the
  // lines of a key can be anything.
  static Extent of_pem();

  // How many bytes of `text`, which follows what came before, belong to it; npos: all, and what
  // comes next may as well. Not after it has ended.
  std::size_t advance(std::string_view text);
  [[nodiscard]] bool is_pem() const noexcept { return pem_; }
  // Of of_pem(): its last line was seen.
  [[nodiscard]] bool complete() const noexcept { return state_ == State::over; }

 private:
  enum class State : std::uint8_t { inside, last_line, over };
  Extent(const ByteSet& set, bool pem) : set_(set), pem_(pem) {}

  ByteSet set_;
  bool pem_;
  State state_ = State::inside;
  std::size_t matched_ = 0;  // of "-----END", then of the dashes behind it
};

// The start of the escape or of the UTF-8 character in whose middle `at` is; else `at`. A run of
// backslashes is not cut in two either, since how they pair may depend on who reads them.
[[nodiscard]] std::size_t token_begin(std::string_view text, std::size_t at) noexcept;
// `at` without the backslashes before it: what they escape stands behind it.
[[nodiscard]] std::size_t before_backslashes(std::string_view text, std::size_t at) noexcept;
// Whether a quotation mark stands there that no backslash escapes: the end of a JSON string.
[[nodiscard]] bool holds_quote(std::string_view text) noexcept;
// How far back token_begin() looks.
inline constexpr std::size_t kTokenReach = 64;

// Writes "*cork*redacted*****", or asterisks alone where there is no room or it is not to be
// `worded`: no credential has them, no rule takes them for one, and they need no escape in JSON,
// forms, XML and heads.
void write_mask(std::span<std::byte> bytes, bool worded) noexcept;

}  // namespace cork::secrets
