#include "base/base64.h"
#include "tests/detection/evasion.h"
#include "tests/detection/issuer_shapes.h"

#include <fmt/format.h>

#include <algorithm>

// Rows of docs/evasion.md on digits: base64, hexadecimal, dumps, lists of numbers, and other sets
// of characters.

namespace cork::secrets::detection {

namespace {

using Text = const std::string&;

std::string listed(std::string_view text, std::string_view before, std::string_view behind) {
  return each_byte(text,
                   [&](unsigned char c) { return fmt::format("{}{:02x}{}", before, c, behind); });
}

// Lines of `width` bytes, `group` of them together, behind what `offset` makes of the line's place.
template <class Offset>
std::string dumped(std::string_view text, std::size_t width, std::size_t group, Offset offset) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += width) {
    out += offset(at);
    const std::string_view row = text.substr(at, width);
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i % group == 0) out += ' ';
      out += hex_digits(row.substr(i, 1));
    }
    out += '\n';
  }
  return out;
}

// Numbers of two bytes, as `od -x` and `hexdump` print them on most machines.
std::string words(std::string_view text, bool little, std::string_view blanks,
                  std::string_view offset) {
  std::string out;
  std::string even(text);
  if (even.size() % 2 != 0) even += '\n';
  for (std::size_t at = 0; at < even.size(); at += 2) {
    if (at % 16 == 0) {
      out += (at > 0 ? "\n" : "") + fmt::format(fmt::runtime(offset), at);
    }
    out += std::string(blanks) + hex_digits(even.substr(at + (little ? 1 : 0), 1)) +
           hex_digits(even.substr(at + (little ? 0 : 1), 1));
  }
  return out + "\n";
}

std::string offset8(std::size_t at) {
  return fmt::format("{:08x}:", at);
}

// Lines that are not as long as one another.
std::string ragged(std::string_view digits, Random& random) {
  std::uniform_int_distribution<std::size_t> width(5, 11);
  std::string out;
  for (std::size_t at = 0, size = 0; at < digits.size(); at += size) {
    size = width(random);
    out += std::string(digits.substr(at, size)) + "\n";
  }
  return out;
}

// Zeros in front or behind give each character `bytes`.
std::string wide(std::string_view text, std::size_t bytes, bool little) {
  return each_byte(text, [&](unsigned char c) {
    std::string unit(bytes, '\0');
    unit[little ? 0 : bytes - 1] = static_cast<char>(c);
    return unit;
  });
}

std::string ebcdic(std::string_view text) {
  return each_byte(text, [](unsigned char c) {
    const auto in = [&](char first, char last) { return c >= first && c <= last; };
    int code = 0x60;  // '-'
    if (in('0', '9')) code = 0xF0 + c - '0';
    if (in('A', 'I')) code = 0xC1 + c - 'A';
    if (in('J', 'R')) code = 0xD1 + c - 'J';
    if (in('S', 'Z')) code = 0xE2 + c - 'S';
    if (in('a', 'i')) code = 0x81 + c - 'a';
    if (in('j', 'r')) code = 0x91 + c - 'j';
    if (in('s', 'z')) code = 0xA2 + c - 's';
    return std::string(1, static_cast<char>(code));
  });
}

std::vector<EvasionRow> bases() {
  return {
      {"base64, either alphabet",
       "yes",
       {{"standard", Seen::stopped, [](Text t, Random& r) { return as("base64", t, r); }},
        {"URL-safe", Seen::stopped, [](Text t, Random& r) { return as("base64url", t, r); }},
        {"not padded", Seen::stopped,
         [](Text t, Random& r) { return as("base64url-unpadded", t, r); }},
        {"one character glued to it", Seen::stopped,
         [](Text t, Random& r) { return as("base64-glued-1", t, r); }},
        {"two", Seen::stopped, [](Text t, Random& r) { return as("base64-glued-2", t, r); }},
        {"three", Seen::stopped, [](Text t, Random& r) { return as("base64-glued-3", t, r); }},
        {"one byte before it", Seen::stopped,
         [](Text t, Random& r) { return as("base64", " " + t, r); }},
        {"two bytes before it", Seen::stopped,
         [](Text t, Random& r) { return as("base64", ": " + t, r); }},
        {"in lines", Seen::stopped,
         [](Text t, Random& r) { return as("base64-mime", "a: " + t + "\n" + t, r); }}}},
      {"base64 or hexadecimal in short lines",
       "where all lines are as long",
       {{"base64, four digits a line", Seen::stopped,
         [](Text t, Random&) { return in_lines(base64_encoded(t), 4); }},
        {"hexadecimal, eight digits a line", Seen::stopped,
         [](Text t, Random&) { return in_lines(hex_digits(t), 8); }},
        {"indented, 16 digits a line", Seen::stopped,
         [](Text t, Random&) { return in_lines(base64_encoded(t), 16, "  "); }},
        {"indented, eight digits a line", Seen::passes,
         [](Text t, Random&) { return in_lines(base64_encoded(t), 8, "  "); }},
        {"lines of other lengths", Seen::passes,
         [](Text t, Random& r) { return ragged(base64_encoded(t), r); }}}},
      {"base64 with something between the digits",
       "no",
       {{"a comma behind each four", Seen::passes,
         [](Text t, Random&) {
           std::string out;
           const std::string digits = base64_encoded(t);
           for (std::size_t at = 0; at < digits.size(); at += 4) out += digits.substr(at, 4) + ",";
           return out;
         }}}},
      {"hexadecimal, either case",
       "yes",
       {{"lower", Seen::stopped, [](Text t, Random&) { return hex_digits(t); }},
        {"upper", Seen::stopped, [](Text t, Random&) { return hex_digits(t, true); }},
        {"a digit before it", Seen::stopped, [](Text t, Random&) { return "a" + hex_digits(t); }},
        {"in lines", Seen::stopped, [](Text t, Random& r) { return as("hex-lines", t, r); }},
        {"\\x", Seen::stopped, [](Text t, Random&) { return listed(t, "\\x", ""); }}}},
      {"base32",
       "in host names only",
       {{"in a body", Seen::passes, [](Text t, Random&) { return base32_digits(t); }},
        {"in a host's name", Seen::stopped,
         [](Text t, Random& r) { return find_part("name, base32 labels")->put(t, r); }}}},
  };
}

std::vector<EvasionRow> dumps() {
  return {
      {"hexadecimal with up to four signs between the bytes",
       "yes",
       {{"blanks", Seen::stopped, [](Text t, Random&) { return listed(t, "", " "); }},
        {"one byte a line", Seen::stopped, [](Text t, Random&) { return listed(t, "", "\n"); }},
        {"lines of four bytes", Seen::stopped,
         [](Text t, Random&) { return dumped(t, 4, 1, &offset8); }},
        {"four signs", Seen::stopped, [](Text t, Random&) { return listed(t, "", " :: "); }},
        {"0x67", Seen::stopped, [](Text t, Random&) { return listed(t, "0x", ", "); }},
        {"xxd", Seen::stopped, [](Text t, Random& r) { return as("xxd", t, r); }},
        {"hexdump", Seen::stopped, [](Text t, Random&) { return words(t, true, " ", "{:07x}"); }},
        {"hexdump -C", Seen::stopped, [](Text t, Random& r) { return as("hexdump", t, r); }},
        {"od -x", Seen::stopped, [](Text t, Random&) { return words(t, true, " ", "{:07o}"); }},
        {"tcpdump -X", Seen::stopped,
         [](Text t, Random&) {
           return dumped(t, 16, 2, [](std::size_t at) { return fmt::format("\t0x{:04x}: ", at); });
         }},
        {"curl --trace", Seen::stopped,
         [](Text t, Random&) {
           return dumped(t, 16, 1, [](std::size_t at) { return fmt::format("{:04x}:", at); });
         }},
        {"line numbers in front", Seen::stopped,
         [](Text t, Random&) {
           int line = 0;
           return dumped(t, 16, 2,
                         [&](std::size_t at) { return fmt::format("{:5}\t{:08x}:", ++line, at); });
         }}}},
  };
}

std::vector<EvasionRow> other_lists() {
  return {
      {"a list of bytes with `%` or `=` behind one",
       "no",
       {{"67% 68%", Seen::passes, [](Text t, Random&) { return listed(t, "", "% "); }},
        {"67=>68", Seen::passes, [](Text t, Random&) { return listed(t, "", "=>"); }},
        {"%41 %42", Seen::passes, [](Text t, Random&) { return listed(t, "%", " "); }},
        {"\\x41 \\x42", Seen::passes, [](Text t, Random&) { return listed(t, "\\x", " "); }}}},
      {"hexadecimal with more between the bytes",
       "no",
       {{"one byte a line, and four blanks", Seen::passes,
         [](Text t, Random&) { return listed(t, "    ", "\n"); }},
        {"(byte) 0x67", Seen::passes, [](Text t, Random&) { return listed(t, "(byte) 0x", ", "); }},
        {"groups of two without an offset", Seen::passes,
         [](Text t, Random&) {
           return dumped(t, 16, 2, [](std::size_t) { return std::string(); });
         }},
        {"xxd -g4", Seen::passes, [](Text t, Random&) { return dumped(t, 16, 4, &offset8); }},
        {"xxd -g0", Seen::passes, [](Text t, Random&) { return dumped(t, 16, 16, &offset8); }},
        {"lines of seven bytes, two together", Seen::passes,
         [](Text t, Random&) { return dumped(t, 7, 2, &offset8); }},
        {"lines of three bytes", Seen::passes,
         [](Text t, Random&) { return dumped(t, 3, 1, &offset8); }},
        {"od -x --endian=big", Seen::passes,
         [](Text t, Random&) { return words(t, false, " ", "{:07o}"); }},
        {"hexdump -x", Seen::passes,
         [](Text t, Random&) { return words(t, true, "    ", "{:07x}"); }},
        {"0x67u8", Seen::passes, [](Text t, Random&) { return listed(t, "0x", "u8, "); }},
        {"a comment between the bytes", Seen::passes,
         [](Text t, Random&) { return listed(t, "0x", " /* key */, "); }}}},
      {"glues a digit to the first or the last byte of a list",
       "no",
       {{"to the first", Seen::passes, [](Text t, Random&) { return "a" + listed(t, "", " "); }},
        {"another letter", Seen::stopped, [](Text t, Random&) { return "g" + listed(t, "", " "); }},
        {"words in front of each line", Seen::passes,
         [](Text t, Random&) {
           return dumped(t, 16, 2, [](std::size_t at) {
             return fmt::format("12:00:01 app-1 | {:08x}:", at);
           });
         }}}},
      {"a list of decimal numbers",
       "no",
       {{"[103, 104]", Seen::passes,
         [](Text t, Random&) {
           return "[" + each_byte(t, [](unsigned char c) { return fmt::format("{}, ", c); }) + "0]";
         }},
        {"octal", Seen::passes,
         [](Text t, Random&) {
           return each_byte(t, [](unsigned char c) { return fmt::format("{:03o} ", c); });
         }},
        {"binary", Seen::passes,
         [](Text t, Random&) {
           return each_byte(t, [](unsigned char c) { return fmt::format("{:08b} ", c); });
         }}}},
  };
}

std::vector<EvasionRow> sets() {
  return {
      {"UTF-16, UTF-32",
       "yes",
       {{"UTF-16, the low byte first", Seen::stopped,
         [](Text t, Random&) { return wide(t, 2, true); }},
        {"UTF-16, the high byte first", Seen::stopped,
         [](Text t, Random&) { return wide(t, 2, false); }},
        {"UTF-16 with a mark", Seen::stopped,
         [](Text t, Random&) { return "\xff\xfe" + wide(t, 2, true); }},
        {"UTF-32, the low byte first", Seen::stopped,
         [](Text t, Random&) { return wide(t, 4, true); }},
        {"UTF-32, the high byte first", Seen::stopped,
         [](Text t, Random&) { return wide(t, 4, false); }},
        {"UTF-16 in base64", Seen::stopped,
         [](Text t, Random&) { return base64_encoded(wide(t, 2, true)); }},
        {"UTF-16 in hexadecimal", Seen::stopped,
         [](Text t, Random&) { return hex_digits(wide(t, 2, false)); }},
        {"UTF-32 in base64", Seen::passes,
         [](Text t, Random&) { return base64_encoded(wide(t, 4, true)); }}}},
      {"other character sets",
       "no",
       {{"EBCDIC", Seen::passes, [](Text t, Random&) { return ebcdic(t); }},
        {"UTF-7", Seen::passes,
         [](Text t, Random&) {
           return each_byte(t, [](unsigned char c) {
             return "+" + unpadded_base64url(wide({reinterpret_cast<char*>(&c), 1}, 2, false)) +
                    "-";
           });
         }}}},
      {"quoted-printable",
       "yes",
       {{"each byte", Seen::stopped, [](Text t, Random&) { return listed(t, "=", ""); }},
        {"a soft line break", Seen::stopped,
         [](Text t, Random&) { return "A line. " + t.substr(0, 9) + "=\r\n" + t.substr(9); }},
        {"one byte, behind =3D", Seen::stopped,
         [](Text t, Random&) {
           return "a=3Db " + t.substr(0, 6) + fmt::format("={:02X}", t[6]) + t.substr(7);
         }}}},
  };
}

}  // namespace

std::vector<EvasionRow> digit_rows() {
  std::vector<EvasionRow> rows = bases();
  for (const auto& more : {dumps(), other_lists(), sets()})
    rows.insert(rows.end(), more.begin(), more.end());
  return rows;
}

}  // namespace cork::secrets::detection
