#include "tests/detection/evasion.h"
#include "tests/detection/issuer_shapes.h"

#include <fmt/format.h>

// Rows of docs/evasion.md on how a token is written: what stands beside it, and its characters.

namespace cork::secrets::detection {

namespace {

// Escaped so many times more, of which each leaves the letters alone.
std::string percent_often(std::string_view escaped, int times) {
  std::string more;
  for (int i = 0; i < times; ++i) more += "25";
  std::string out;
  for (const char c : escaped) out += c == '%' ? "%" + more : std::string(1, c);
  return out;
}

using Text = const std::string&;

std::string utf8(char32_t code) {
  std::string out;
  if (code < 0x80) return {static_cast<char>(code)};
  if (code < 0x800) {
    out += static_cast<char>(0xC0 | code >> 6);
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | code >> 18);
    out += static_cast<char>(0x80 | (code >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
  }
  return out + static_cast<char>(0x80 | (code & 0x3F));
}

std::string between(std::string_view text, std::string_view mark) {
  std::string out;
  for (const char c : text) out += (out.empty() ? "" : std::string(mark)) + c;
  return out;
}

std::string mathematical(std::string_view text) {
  return each_byte(text, [](unsigned char c) {
    if (c >= 'A' && c <= 'Z') return utf8(0x1D400u + c - 'A');
    if (c >= 'a' && c <= 'z') return utf8(0x1D41Au + c - 'a');
    if (c >= '0' && c <= '9') return utf8(0x1D7CEu + c - '0');
    return utf8(c == '-' ? 0xFF0Du : c == '_' ? 0xFF3Fu : c);
  });
}

// Cyrillic letters for the first of each kind that looks like one.
std::string cyrillic(std::string text) {
  for (const auto& [letter, like] : {std::pair{'A', "\u0410"}, {'a', "\u0430"}}) {
    if (const auto at = text.find(letter); at != text.npos && at < 16) text.replace(at, 1, like);
  }
  return text;
}

std::string percent(std::string_view text) {
  return each_byte(text, [](unsigned char c) { return fmt::format("%{:02X}", c); });
}

// Each character escaped in another way than the one before it.
std::string mixed(std::string_view text) {
  std::size_t next = 0;
  return each_byte(text, [&](unsigned char c) {
    switch (next++ % 6) {
      case 0:
        return fmt::format("\\u{:04x}", c);
      case 1:
        return fmt::format("\\x{:02x}", c);
      case 2:
        return fmt::format("%{:02x}", c);
      case 3:
        return fmt::format("%u{:04X}", c);
      case 4:
        return fmt::format("&#{};", c);
      default:
        return std::string(1, static_cast<char>(c));
    }
  });
}

std::string underscored(Random& r) {
  return with_crc("ghp_", 30, r);
}

// How a machine joins a cluster; the token's first character is `first`.
std::string joining(std::string_view first, Random& r) {
  return "kubeadm join 10.0.0.1:6443 --token " + std::string(first) + drawn(r, 5, kLowerAlnum) +
         "." + drawn(r, 16, kLowerAlnum) + " --discovery-token-unsafe-skip-ca-verification";
}

std::string with_wrong_sum(Random& r) {
  std::string token = underscored(r);
  for (char& c : std::span(token).last(6)) c = c == '0' ? '1' : '0';
  return token;
}

std::vector<EvasionRow> beside() {
  return {
      {"glues letters to either side of a token",
       "yes",
       {{"a letter before it", Seen::stopped, [](Text t, Random&) { return "x" + t; }},
        {"an underscore before it", Seen::stopped, [](Text t, Random&) { return "_" + t; }},
        {"a digit before it", Seen::stopped, [](Text t, Random&) { return "9" + t; }},
        {"a letter behind it", Seen::stopped, [](Text t, Random&) { return t + "x"; }},
        {"letters on both sides", Seen::stopped, [](Text t, Random&) { return "abc" + t + "xyz"; }},
        {"a letter before a token with the right checksum", Seen::stopped,
         [](Text, Random& r) { return "x" + underscored(r); }},
        {"a letter before a refresh token of GitHub", Seen::stopped,
         [](Text, Random& r) { return "x" + with_crc("ghr_", 70, r); }},
        {"a letter before one of crates.io", Seen::passes,
         [](Text, Random& r) { return "xcio" + alnum(r, 32); }},
        {"a letter behind one of crates.io that begins a line", Seen::passes,
         [](Text, Random& r) { return "a line\ncio" + alnum(r, 33); }}}},
      {"glues a letter to the front of a token whose prefix is short",
       "no",
       {{"nothing", Seen::stopped, [](Text, Random& r) { return "r8_" + alnum(r, 37); }},
        {"a letter", Seen::passes, [](Text, Random& r) { return "xr8_" + alnum(r, 37); }}}},
      {"glues something to the front of a token of GitHub",
       "no",
       {{"a letter, and a wrong checksum", Seen::passes,
         [](Text, Random& r) { return "x" + with_wrong_sum(r); }},
        {"nothing, and a wrong checksum", Seen::stopped,
         [](Text, Random& r) { return with_wrong_sum(r); }},
        {"leaves the checksum out", Seen::passes,
         [](Text, Random& r) { return underscored(r).substr(0, 34); }}}},
      {"glues 256 random characters of base64url",
       "no",
       {{"256", Seen::passes,
         [](Text, Random& r) { return url_safe(r, 256) + "gsk_" + alnum(r, 52); }},
        {"255", Seen::stopped,
         [](Text, Random& r) { return "." + url_safe(r, 255) + "gsk_" + alnum(r, 52); }},
        {"256 behind a longer prefix", Seen::stopped,
         [](Text, Random& r) {
           return url_safe(r, 256) + "sk-ant-api03-" + url_safe(r, 93) + "AA";
         }}}},
      {"appends words such as",
       "yes",
       {{"false", Seen::stopped, [](Text t, Random&) { return t + "false"; }},
        {"example", Seen::stopped, [](Text t, Random&) { return t + "example"; }},
        {"EXAMPLE", Seen::stopped, [](Text t, Random&) { return t + "EXAMPLE"; }}}},
      {"writes `gitleaks:allow`",
       "yes",
       {{"in a comment", Seen::stopped,
         [](Text t, Random&) { return "key = '" + t + "'  # gitleaks:allow\n"; }},
        {"the path of a lock file", Seen::stopped,
         [](Text t, Random&) {
           return in_body("multipart/form-data; boundary=-b",
                          multipart_body("-b",
                                         "Content-Disposition: form-data; name=\"file\"; "
                                         "filename=\"node_modules/package-lock.json\"",
                                         t));
         }}}},
  };
}

std::vector<EvasionRow> escaped() {
  return {
      {"escapes some or all characters",
       "yes",
       {{"\\u0067", Seen::stopped,
         [](Text t, Random&) {
           return each_byte(t, [](unsigned char c) { return fmt::format("\\u{:04x}", c); });
         }},
        {"\\x67", Seen::stopped,
         [](Text t, Random&) {
           return each_byte(t, [](unsigned char c) { return fmt::format("\\x{:02x}", c); });
         }},
        {"%67", Seen::stopped, [](Text t, Random&) { return percent(t); }},
        {"%u0067", Seen::stopped,
         [](Text t, Random&) {
           return each_byte(t, [](unsigned char c) { return fmt::format("%u{:04x}", c); });
         }},
        {"&#103;", Seen::stopped,
         [](Text t, Random&) {
           return each_byte(t, [](unsigned char c) { return fmt::format("&#{};", c); });
         }},
        {"&lowbar;", Seen::stopped,
         [](Text, Random& r) { return "ghp&lowbar;" + underscored(r).substr(4); }},
        {"one character", Seen::stopped,
         [](Text t, Random&) { return fmt::format("\\u{:04x}", t[0]) + t.substr(1); }},
        {"mixed", Seen::stopped, [](Text t, Random&) { return mixed(t); }},
        {"four deep", Seen::stopped,
         [](Text t, Random&) { return percent(percent(percent(mixed(t)))); }}}},
      {"escapes in one another more than four deep",
       "yes",
       {{"eight", Seen::stopped, [](Text t, Random&) { return percent_often(percent(t), 7); }},
        {"some characters", Seen::stopped,
         [](Text t, Random&) { return t.substr(0, 3) + percent_often(percent(t.substr(3)), 6); }},
        {"deeper", Seen::refused, [](Text t, Random&) { return percent_often(percent(t), 8); }}}},
      {"puts half of one escape in front",
       "no",
       {{"%A", Seen::passes,
         [](Text, Random& r) { return "%AAK\\u0049A" + drawn(r, 16, kBase32); }},
        {"nothing", Seen::stopped,
         [](Text, Random& r) { return "AK\\u0049A" + drawn(r, 16, kBase32); }}}},
      {"writes a short name or value behind a backslash",
       "no",
       {{"nothing", Seen::stopped, [](Text, Random& r) { return joining("b", r); }},
        {"a backslash", Seen::passes, [](Text, Random& r) { return joining("\\b", r); }},
        {"a backslash, where a value is given", Seen::stopped,
         [](Text, Random& r) { return "\\twilio_auth_token=" + hex(r, 32); }},
        {"a backslash before 16 characters", Seen::stopped,
         [](Text, Random& r) { return "\\r8_" + alnum(r, 37); }}}},
      {"numeric references with more than eighteen leading zeros",
       "no",
       {{"eight", Seen::stopped,
         [](Text t, Random&) {
           return each_byte(t, [](unsigned char c) { return fmt::format("&#00000000{};", c); });
         }},
        {"sixteen", Seen::stopped,
         [](Text t, Random&) {
           return each_byte(
               t, [](unsigned char c) { return fmt::format("&#0000000000000000{};", c); });
         }},
        {"twenty", Seen::passes,
         [](Text t, Random&) {
           return each_byte(
               t, [](unsigned char c) { return fmt::format("&#00000000000000000000{};", c); });
         }}}},
  };
}

std::vector<EvasionRow> characters() {
  return {
      {"puts invisible characters between the others",
       "yes",
       {{"zero width", Seen::stopped, [](Text t, Random&) { return between(t, "\u200B"); }},
        {"soft hyphen", Seen::stopped, [](Text t, Random&) { return between(t, "\u00AD"); }},
        {"directions", Seen::stopped, [](Text t, Random&) { return between(t, "\u202E"); }},
        {"tags", Seen::stopped, [](Text t, Random&) { return between(t, utf8(0xE0061)); }},
        {"\\u00ad", Seen::stopped, [](Text t, Random&) { return between(t, "\\u00ad"); }},
        {"\\xad", Seen::stopped, [](Text t, Random&) { return between(t, "\\xad"); }},
        {"\\255", Seen::stopped, [](Text t, Random&) { return between(t, "\\255"); }},
        {"very many", Seen::refused,
         [](Text t, Random&) {
           std::string many;
           for (int i = 0; i < 400'000; ++i) many += "\u200B";
           return t.substr(0, 8) + many + t.substr(8);
         }}}},
      {"puts invisible or full-width characters into it, and encodes that",
       "no",
       {{"base64", Seen::passes,
         [](Text t, Random& r) { return as("base64", between(t, "\u200B"), r); }},
        {"hexadecimal", Seen::passes,
         [](Text t, Random& r) { return as("hex", between(t, "\u200B"), r); }},
        {"UTF-16", Seen::passes,
         [](Text t, Random& r) { return as("utf-16le", between(t, "\u200B"), r); }},
        {"a dump", Seen::passes,
         [](Text t, Random& r) { return as("hexdump", between(t, "\u200B"), r); }},
        {"base64 of full-width characters", Seen::passes,
         [](Text t, Random& r) { return as("base64", as("fullwidth", t, r), r); }},
        {"between the digits of base64", Seen::stopped,
         [](Text t, Random& r) { return between(as("base64", t, r), "\u200B"); }}}},
      {"writes it full-width or in mathematical letters",
       "yes",
       {{"full-width", Seen::stopped, [](Text t, Random& r) { return as("fullwidth", t, r); }},
        {"mathematical", Seen::stopped, [](Text t, Random&) { return mathematical(t); }}}},
      {"writes letters of other scripts that look alike",
       "no",
       {{"Cyrillic", Seen::passes, [](Text t, Random&) { return cyrillic(t); }}}},
  };
}

std::vector<EvasionRow> backslashes() {
  return {
      {"puts a backslash before punctuation",
       "yes",
       {{"before _", Seen::stopped,
         [](Text, Random& r) { return "ghp\\_" + underscored(r).substr(4); }},
        {"before all of it", Seen::stopped,
         [](Text t, Random&) {
           return each_byte(t, [](unsigned char c) {
             return (c == '-' || c == '_' ? "\\" : "") + std::string(1, static_cast<char>(c));
           });
         }}}},
      {"puts a backslash before letters",
       "no",
       {{"\\g\\h\\p", Seen::passes,
         [](Text t, Random&) {
           return each_byte(t, [](unsigned char c) { return "\\" + std::string(1, char(c)); });
         }},
        {"\\60", Seen::passes,
         [](Text t, Random&) {
           return each_byte(t, [](unsigned char c) { return fmt::format("\\{:o}", c); });
         }},
        {"\\67 for one character", Seen::passes,
         [](Text t, Random&) {
           return t.substr(0, 3) + fmt::format("\\{:x} ", t[3]) + t.substr(4);
         }},
        {"\\67 for each", Seen::stopped,
         [](Text t, Random&) {
           return each_byte(t, [](unsigned char c) { return fmt::format("\\{:x} ", c); });
         }},
        {"&amp#103;", Seen::passes,
         [](Text t, Random&) {
           return each_byte(t, [](unsigned char c) { return fmt::format("&amp#{};", c); });
         }}}},
  };
}

}  // namespace

std::vector<EvasionRow> spelling_rows() {
  std::vector<EvasionRow> rows = beside();
  for (const auto& more : {escaped(), characters(), backslashes()}) {
    rows.insert(rows.end(), more.begin(), more.end());
  }
  return rows;
}

}  // namespace cork::secrets::detection
