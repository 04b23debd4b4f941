#include "tests/detection/encodings.h"

#include <cstddef>
#include <cstdint>
#include <iterator>

// Escapes that stand for single characters, and spellings of characters: JSON, percent, markup,
// YAML, UTF-16, lookalikes.

namespace cork::secrets::detection {

namespace {

std::uint8_t byte_of(char c) noexcept {
  return static_cast<std::uint8_t>(c);
}

char hex_digit(unsigned value, bool upper = false) noexcept {
  return (upper ? "0123456789ABCDEF" : "0123456789abcdef")[value & 15];
}

// The characters of UTF-8 text, which ours always is.
std::u16string utf16_of(std::string_view text) {
  std::u16string out;
  for (std::size_t i = 0; i < text.size();) {
    const unsigned first = byte_of(text[i]);
    const std::size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : 3;
    unsigned code = size == 1 ? first : first & (0xFFu >> (size + 1));
    for (std::size_t k = 1; k < size && i + k < text.size(); ++k) {
      code = code << 6 | (byte_of(text[i + k]) & 0x3Fu);
    }
    out += static_cast<char16_t>(code);
    i += size;
  }
  return out;
}

std::string utf16_bytes(std::string_view text, bool little, bool mark) {
  std::u16string units = utf16_of(text);
  if (mark) units.insert(units.begin(), u'\uFEFF');
  std::string out;
  for (const char16_t unit : units) {
    const char high = static_cast<char>(unit >> 8), low = static_cast<char>(unit & 0xFF);
    out += little ? low : high;
    out += little ? high : low;
  }
  return out;
}

std::string json_object(std::string_view text) {
  return "{\"id\": 7, \"note\": \"" + json_string(text) + "\", \"done\": false}";
}

std::string json_unicode(std::string_view text) {
  std::string out = "{\"note\":\"";
  for (const char16_t unit : utf16_of(text)) {
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) out += hex_digit(unsigned{unit} >> shift);
  }
  return out + "\"}";
}

std::string percent_all(std::string_view text, bool upper) {
  std::string out;
  for (const char c : text) {
    out += '%';
    out += hex_digit(byte_of(c) >> 4u, upper);
    out += hex_digit(byte_of(c), upper);
  }
  return out;
}

// As escape() of old browsers wrote it.
std::string percent_u(std::string_view text) {
  std::string out;
  for (const char16_t unit : utf16_of(text)) {
    out += "%u";
    for (int shift = 12; shift >= 0; shift -= 4) out += hex_digit(unsigned{unit} >> shift);
  }
  return out;
}

std::string entities(std::string_view text, bool hex) {
  std::string out;
  for (const char16_t unit : utf16_of(text)) {
    out += hex ? "&#x" : "&#";
    if (hex) {
      std::string digits;
      for (unsigned rest = unit; rest > 0; rest >>= 4) digits.insert(0, 1, hex_digit(rest));
      out += digits;
    } else {
      out += std::to_string(unsigned{unit});
    }
    out += ';';
  }
  return out;
}

// Punctuation by its names in HTML 5; letters and digits have none.
std::string named_entities(std::string_view text) {
  static constexpr struct {
    char character;
    std::string_view name;
  } names[] = {{'&', "amp"},   {'<', "lt"},      {'>', "gt"},     {'"', "quot"},   {'\'', "apos"},
               {':', "colon"}, {'=', "equals"},  {'_', "lowbar"}, {'.', "period"}, {',', "comma"},
               {';', "semi"},  {'/', "sol"},     {'(', "lpar"},   {')', "rpar"},   {'[', "lsqb"},
               {']', "rsqb"},  {'{', "lcub"},    {'}', "rcub"},   {'+', "plus"},   {'@', "commat"},
               {'!', "excl"},  {'#', "num"},     {'$', "dollar"}, {'%', "percnt"}, {'*', "ast"},
               {'?', "quest"}, {'\\', "bsol"},   {'^', "Hat"},    {'`', "grave"},  {'|', "verbar"},
               {'\t', "Tab"},  {'\n', "NewLine"}};
  std::string out;
  for (const char c : text) {
    std::string spelled(1, c);
    for (const auto& known : names) {
      if (known.character == c) spelled = "&" + std::string(known.name) + ";";
    }
    out += spelled;
  }
  return out;
}

// One of the characters without width, every few characters: what a copied web page has.
std::string with_invisible(std::string_view text, Random& random) {
  static constexpr std::string_view marks[] = {"\u200B", "\u200C", "\u200D", "\u2060",
                                               "\uFEFF", "\u00AD", "\u202E", "\u2066"};
  std::uniform_int_distribution<std::size_t> mark(0, std::size(marks) - 1), gap(2, 6);
  std::string out;
  std::size_t until = gap(random);
  for (const char c : text) {
    // Never inside a character.
    if (until == 0 && (byte_of(c) & 0xC0u) != 0x80) {
      out += marks[mark(random)];
      until = gap(random);
    }
    out += c;
    if (until > 0) --until;
  }
  return out;
}

// U+FF01 to U+FF5E for the printable ASCII characters.
std::string fullwidth(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c <= ' ' || c > '~') {
      out += c;
      continue;
    }
    const unsigned code = 0xFF00u + byte_of(c) - 0x20u;
    out += static_cast<char>(0xE0u | code >> 12);
    out += static_cast<char>(0x80u | (code >> 6 & 0x3F));
    out += static_cast<char>(0x80u | (code & 0x3F));
  }
  return out;
}

std::string yaml_block(std::string_view text) {
  std::string out = "kind: Note\nspec:\n  text: |\n    ";
  for (const char c : text) {
    out += c;
    if (c == '\n') out += "    ";
  }
  return out + "\n  done: false\n";
}

}  // namespace

std::string json_string(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string markup_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string percent_escaped(std::string_view text) {
  constexpr std::string_view plain = "-_.!~*'()";
  std::string out;
  for (const char c : text) {
    const bool kept = kAlnum.find(c) != kAlnum.npos || plain.find(c) != plain.npos;
    out += kept ? std::string(1, c) : percent_all({&c, 1}, true);
  }
  return out;
}

std::string form_escaped(std::string_view text) {
  constexpr std::string_view plain = "-_.*";
  std::string out;
  for (const char c : text) {
    if (c == ' ') {
      out += '+';
    } else {
      const bool kept = kAlnum.find(c) != kAlnum.npos || plain.find(c) != plain.npos;
      out += kept ? std::string(1, c) : percent_all({&c, 1}, true);
    }
  }
  return out;
}

std::vector<Encoding> escape_encodings() {
  using Text = std::string_view;
  return {
      {"json", "json", [](Text t, Random&) { return json_object(t); }, false},
      {"json-json", "json",
       [](Text t, Random&) { return json_object("say \"now\":\n" + json_object(t)); }, false},
      {"json-unicode", "json", [](Text t, Random&) { return json_unicode(t); }, false},
      {"form", "form", [](Text t, Random&) { return "id=7&note=" + form_escaped(t) + "&done=0"; }},
      {"percent", "percent", [](Text t, Random&) { return percent_escaped(t); }},
      {"percent-all", "percent", [](Text t, Random&) { return percent_all(t, true); }},
      {"percent-all-lower", "percent", [](Text t, Random&) { return percent_all(t, false); }},
      {"percent-twice", "percent",
       [](Text t, Random&) { return percent_escaped(percent_all(t, true)); }},
      {"percent-u", "percent", [](Text t, Random&) { return percent_u(t); }, false},
      {"xml-text", "markup",
       [](Text t, Random&) {
         return "<note><to>a</to><text>" + markup_escaped(t) + "</text></note>";
       },
       false},
      {"xml-attribute", "markup",
       [](Text t, Random&) { return "<note to='a' text=\"" + markup_escaped(t) + "\"/>"; }, false},
      {"xml-cdata", "markup",
       [](Text t, Random&) { return "<note><![CDATA[" + std::string(t) + "]]></note>"; }, false},
      {"entities-decimal", "markup", [](Text t, Random&) { return entities(t, false); }, false},
      {"entities-hex", "markup", [](Text t, Random&) { return entities(t, true); }, false},
      {"entities-named", "markup", [](Text t, Random&) { return named_entities(t); }, false},
      {"yaml-double", "yaml",
       [](Text t, Random&) { return "id: 7\nnote: \"" + json_string(t) + "\"\n"; }, false},
      {"yaml-block", "yaml", [](Text t, Random&) { return yaml_block(t); }, false},
      {"utf-16le-bom", "utf-16", [](Text t, Random&) { return utf16_bytes(t, true, true); }, false,
       true},
      {"utf-16be-bom", "utf-16", [](Text t, Random&) { return utf16_bytes(t, false, true); }, false,
       true},
      {"utf-16le", "utf-16", [](Text t, Random&) { return utf16_bytes(t, true, false); }, false,
       true},
      {"utf-16be", "utf-16", [](Text t, Random&) { return utf16_bytes(t, false, false); }, false,
       true},
      {"invisible", "invisible", &with_invisible, false},
      {"fullwidth", "fullwidth", [](Text t, Random&) { return fullwidth(t); }, false},
  };
}

}  // namespace cork::secrets::detection
