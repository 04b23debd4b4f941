// Quoted-printable (RFC 2045, section 6.7): what spells a byte in it, and what shows that a text is
// that.
//
// Pure functions.
#pragma once

#include "rules/secrets/escapes.h"

#include <cstddef>
#include <string_view>

namespace cork::secrets {

// `text` begins with '='; with `last` nothing follows it. Read are =67 and a line's end behind '=',
// also where white space stands between them.
[[nodiscard]] Escape parse_quoted(std::string_view text, bool last) noexcept;

// What shows that a text is quoted-printable: =67 alone where that is known, and a line's end
// behind '=' only where the line has so many characters.
struct QuotedSigns {
  bool known = false;
  bool last = false;  // nothing follows the text
  std::size_t shortest_line = 0;
};
// Where, at or after `from`, a text shows that it is quoted-printable, or may when it goes on: by
// =3D, a line's end behind '=' where the next line is not indented, or =67=68. text.size():
// nowhere.
[[nodiscard]] std::size_t find_quoted(std::string_view text, std::size_t from,
                                      const QuotedSigns& signs) noexcept;

}  // namespace cork::secrets
