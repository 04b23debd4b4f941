#include "rules/secrets/character_forms.h"

#include <algorithm>
#include <array>
#include <utility>

namespace cork::secrets {
namespace {

constexpr char letter(std::uint32_t index) noexcept {
  return static_cast<char>(index < 26 ? 'A' + index : 'a' + (index - 26));
}

// Letters that the mathematical alphabets leave out, because they were there before (Unicode's
// letterlike symbols).
constexpr std::array<std::pair<std::uint32_t, char>, 24> kLetterlike{{
    {0x2102, 'C'}, {0x210a, 'g'}, {0x210b, 'H'}, {0x210c, 'H'}, {0x210d, 'H'}, {0x210e, 'h'},
    {0x2110, 'I'}, {0x2111, 'I'}, {0x2112, 'L'}, {0x2115, 'N'}, {0x2119, 'P'}, {0x211a, 'Q'},
    {0x211b, 'R'}, {0x211c, 'R'}, {0x211d, 'R'}, {0x2124, 'Z'}, {0x2128, 'Z'}, {0x212c, 'B'},
    {0x212d, 'C'}, {0x212f, 'e'}, {0x2130, 'E'}, {0x2131, 'F'}, {0x2133, 'M'}, {0x2134, 'o'},
}};

}  // namespace

bool is_invisible(std::uint32_t code) noexcept {
  return code == 0xad || code == 0x34f || (code >= 0x200b && code <= 0x200f) ||
         (code >= 0x202a && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f) ||
         (code >= 0xfe00 && code <= 0xfe0f) || code == 0xfeff || code == 0xffa0 ||
         (code >= 0xfff9 && code <= 0xfffb) || (code >= 0x1d173 && code <= 0x1d17a) ||
         (code >= 0xe0000 && code <= 0xe01ef);
}

char compatible_ascii(std::uint32_t code) noexcept {
  if (code >= 0x2102 && code <= 0x2134) {
    const auto* const found =
        std::ranges::find(kLetterlike, code, [](const auto& letter) { return letter.first; });
    return found == kLetterlike.end() ? '\0' : found->second;
  }
  if (code >= 0xff10 && code <= 0xff19) return static_cast<char>('0' + (code - 0xff10));
  if (code >= 0xff21 && code <= 0xff3a) return static_cast<char>('A' + (code - 0xff21));
  if (code >= 0xff41 && code <= 0xff5a) return static_cast<char>('a' + (code - 0xff41));
  if (code == 0xff3f) return '_';
  if (code == 0xff0d) return '-';
  if (code >= 0x1d400 && code < 0x1d6a4) return letter((code - 0x1d400) % 52);
  if (code >= 0x1d7ce && code <= 0x1d7ff) return static_cast<char>('0' + (code - 0x1d7ce) % 10);
  return 0;
}

}  // namespace cork::secrets
