#include "rules/gitleaks/file_type.h"

#include "base/ascii.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace cork::gitleaks {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::array kArchiveEndings{".7z"sv,  ".br"sv, ".bz2"sv, ".gz"sv,  ".lz"sv,
                                     ".lz4"sv, ".mz"sv, ".rar"sv, ".s2"sv,  ".sz"sv,
                                     ".tar"sv, ".xz"sv, ".zip"sv, ".zst"sv, ".zz"sv};

// A mark, where it stands, and how many bytes there must be at least.
struct Mark {
  std::string_view bytes;
  std::size_t at = 0;
  std::size_t least = 0;
};

constexpr std::array kMarks{
    // programs
    Mark{"\0asm\1\0\0\0"sv},
    Mark{"\x7F"
         "ELF"sv,
         0, 53},
    Mark{"MZ"sv},
    Mark{"\xFE\xED\xFA\xCF"sv},
    Mark{"\xFE\xED\xFA\xCE"sv},
    Mark{"\xBE\xBA\xFE\xCA"sv},
    Mark{"\xCF\xFA\xED\xFE"sv},
    Mark{"\xCE\xFA\xED\xFE"sv},
    Mark{"\xCA\xFE\xBA\xBE"sv},
    Mark{"NES\x1A"sv},
    Mark{"Cr24"sv},
    Mark{"CWS"sv},
    Mark{"FWS"sv},
    // archives and compressed files
    Mark{"ustar"sv, 257},
    Mark{"Rar!\x1A\x07\0"sv},
    Mark{"Rar!\x1A\x07\1"sv},
    Mark{"\x1F\x8B\x08"sv},
    Mark{"BZh"sv},
    Mark{"7z\xBC\xAF\x27\x1C"sv},
    Mark{"\xFD"
         "7zXZ\0"sv},
    Mark{"MSCF"sv},
    Mark{"ISc("sv},
    Mark{"!<arch>"sv},
    Mark{"\x1F\xA0"sv},
    Mark{"\x1F\x9D"sv},
    Mark{"LZIP"sv},
    Mark{"\xED\xAB\xEE\xDB"sv, 0, 97},
    Mark{"CD001"sv, 32769},
    // documents and data
    Mark{"%PDF"sv},
    Mark{"%!"sv},
    Mark{"{\\rtf"sv},
    Mark{"SQLi"sv},
    Mark{"DICM"sv, 128},
    // fonts
    Mark{"wOFF\0\1\0\0"sv},
    Mark{"wOF2\0\1\0\0"sv},
    Mark{"\0\1\0\0\0"sv},
    Mark{"OTTO\0"sv},
};

bool has(std::string_view text, const Mark& mark) {
  return text.size() >= mark.least && text.size() >= mark.at &&
         text.substr(mark.at).starts_with(mark.bytes);
}

bool is_zip(std::string_view head) {
  const auto one_of = [head](std::size_t at, std::string_view bytes) {
    return bytes.find(head[at]) != std::string_view::npos;
  };
  return head.size() > 3 && head.starts_with("PK") && one_of(2, "\3\5\7"sv) &&
         one_of(3, "\4\6\x8"sv);
}

std::size_t little_endian(std::string_view head, std::size_t at) {
  std::size_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = value << 8 | static_cast<std::uint8_t>(head[at + i]);
  return value;
}

// Frames that may be skipped come before the one that counts.
bool is_zstd(std::string_view head) {
  while (!head.starts_with("\x28\xB5\x2F\xFD"sv)) {
    if (head.size() < 8 || (little_endian(head, 0) & 0xFFFFFFF0) != 0x184D2A50) return false;
    const std::size_t skipped = 8 + little_endian(head, 4);
    if (head.size() < skipped) return false;
    head.remove_prefix(skipped);
  }
  return true;
}

// Word, Excel and PowerPoint of old. Up to 513 bytes the first four decide.
bool is_office(std::string_view head) {
  if (!head.starts_with("\xD0\xCF\x11\xE0"sv)) return false;
  const std::string_view kind = head.size() > 513 ? head.substr(512, 2) : ""sv;
  return kind.empty() || kind == "\xEC\xA5"sv || kind == "\x09\x08"sv || kind == "\xA0\x46"sv;
}

bool is_embedded_font(std::string_view head) {
  if (head.size() <= 35 || head.substr(34, 2) != "LP") return false;
  const std::string_view version = head.substr(8, 3);
  return version == "\2\0\1"sv || version == "\1\0\0"sv || version == "\2\0\2"sv;
}

bool is_dalvik(std::string_view head) {
  if (head.size() > 100 && head.starts_with("dey\n")) head = head.substr(40, 60);
  return head.size() > 36 && head.starts_with("dex\n") && head[36] == '\x70';
}

}  // namespace

bool is_archive_name(std::string_view path) {
  std::string name = to_lower(path.substr(path.rfind('/') + 1));
  if (const std::size_t dot = name.rfind('.');
      dot != name.npos && dot + 1 < name.size() &&
      std::all_of(name.begin() + static_cast<std::ptrdiff_t>(dot) + 1, name.end(), is_digit)) {
    name.resize(dot);
  }
  return std::ranges::any_of(kArchiveEndings,
                             [&name](std::string_view ending) { return name.ends_with(ending); });
}

bool begins_like_binary(std::string_view head) {
  return std::ranges::any_of(kMarks, [head](const Mark& mark) { return has(head, mark); }) ||
         is_zip(head) || is_zstd(head) || is_office(head) || is_embedded_font(head) ||
         is_dalvik(head);
}

}  // namespace cork::gitleaks
