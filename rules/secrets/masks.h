// Masking a credential where it stands: how far it goes on behind what a rule needs of it to be
// sure, where it can be cut out without breaking what it stands in, and what is put in its place.
//
// Pure but for Extent, which is not thread-safe.
//
//   Extent extent = Extent::of_alphabet(set, {.levels = 1, .form = false});
//   const auto step = extent.advance(text, last);
//   if (step.state == Extent::State::ended) write_mask(wire.first(step.taken), true);
#pragma once

#include "base/bytes.h"
#include "rules/secrets/byte_class.h"

#include <cstddef>
#include <cstdint>
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

// How what follows in a text may be escaped.
struct EscapeDepth {
  std::size_t levels = 0;  // so often, one inside the other
  bool form = false;       // an '&' separates fields, so that none is cut out
};

// The rest of a credential. What a rule asks for is its shortest form, and what follows it may be
// more of the same, also where a character of it is escaped.
class Extent {
 public:
  enum class State : std::uint8_t {
    open,     // what comes next may belong to it
    ended,    // what comes next does not
    unknown,  // nobody can tell, or what belongs to it cannot be cut out
  };
  struct Step {
    std::size_t taken = 0;  // bytes that belong to it
    State state = State::open;
  };

  // All that comes before a character that is not in the set.
  static Extent of_alphabet(const ByteSet& set, EscapeDepth escaping = {}) {
    return {set, escaping, false};
  }
  // To the end of the line with `-----END`, or before a quotation mark: what stands around the
  // lines of a key can be anything.
  static Extent of_pem();

  // How many bytes of `text`, which follows what was taken before, belong to it. Where it is still
  // open, the text behind them is to be given again with more: an escape may be cut there. `last`:
  // nothing follows. Not after it has ended.
  Step advance(std::string_view text, bool last);
  [[nodiscard]] bool is_pem() const noexcept { return pem_; }
  // Of of_pem(): its last line was seen.
  [[nodiscard]] bool complete() const noexcept { return line_ == Line::over; }

 private:
  enum class Line : std::uint8_t { inside, last, over };
  Extent(const ByteSet& set, EscapeDepth escaping, bool pem)
      : set_(set), escaping_(escaping), pem_(pem) {}
  // The byte of a key is one of its last.
  bool ends_key(char c);
  // The escape at the front of `text`, where it stands for what belongs to it.
  [[nodiscard]] Step escaped(std::string_view text, bool last) const;

  ByteSet set_;
  EscapeDepth escaping_;
  bool pem_;
  Line line_ = Line::inside;
  std::size_t matched_ = 0;  // of "-----END", then of the dashes behind it
};

// The start of the escape or of the UTF-8 character in whose middle `at` is; else `at`. A run of
// backslashes is not cut in two either, since how they pair may depend on who reads them.
[[nodiscard]] std::size_t token_begin(std::string_view text, std::size_t at) noexcept;
// `at` without the backslashes before it: what they escape stands behind it.
[[nodiscard]] std::size_t before_backslashes(std::string_view text, std::size_t at) noexcept;
// Whether a quotation mark stands there that no backslash escapes: the end of a JSON string.
[[nodiscard]] bool holds_quote(std::string_view text) noexcept;
// Whether what no text holds stands there: bytes beside it may be lengths and tags.
[[nodiscard]] bool holds_control(std::string_view text) noexcept;
// How far back token_begin() looks.
inline constexpr std::size_t kTokenReach = 64;

// Writes "*cork*redacted*****", or asterisks alone where there is no room or it is not to be
// `worded`: no credential has them, no rule takes them for one, and they need no escape in JSON,
// forms, XML and heads.
void write_mask(std::span<std::byte> bytes, bool worded) noexcept;

}  // namespace cork::secrets
