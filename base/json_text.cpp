#include "base/json_text.h"

#include "base/utf8.h"

#include <fmt/format.h>

#include <iterator>

namespace cork {
namespace {

void append_escape(std::string& out, char32_t code_point) {
  switch (code_point) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      // Everything that is escaped lies in the basic plane, so four digits are enough.
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(code_point));
  }
}

}  // namespace

void append_json(std::string& out, std::string_view text) {
  constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD
  out.reserve(out.size() + text.size() + 2);
  out += '"';
  while (!text.empty()) {
    const CodePoint next = next_code_point(text);
    if (!next.value) {
      out += replacement;
    } else if (*next.value == '"' || *next.value == '\\' || is_deceptive(*next.value)) {
      append_escape(out, *next.value);
    } else {
      out += text.substr(0, next.length);
    }
    text.remove_prefix(next.length);
  }
  out += '"';
}

}  // namespace cork
