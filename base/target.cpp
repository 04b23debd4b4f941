#include "base/target.h"

#include "base/ascii.h"

namespace cork {
namespace {

Result<void> check_bytes(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x80) return fail("a request target is ASCII: percent-encode other bytes");
    if (byte <= 0x20 || byte == 0x7F) {
      return fail("a request target may not hold spaces or control characters");
    }
    if (byte == '#') return fail("a request target may not hold a fragment ('#')");
    if (byte == '\\') return fail("a request target may not hold a backslash");
    if (byte != '%') continue;
    if (text.size() - i < 3 || hex_value(text[i + 1]) < 0 || hex_value(text[i + 2]) < 0) {
      return fail("two hexadecimal digits must follow a '%' in a request target");
    }
  }
  return {};
}

}  // namespace

Result<Target> Target::parse(std::string_view text) {
  if (text.empty()) return fail("a request target may not be empty");
  if (text != "*" && text.front() != '/') return fail("a request target begins with '/'");
  if (Result<void> checked = check_bytes(text); !checked) return std::unexpected(checked.error());
  Target target;
  target.text_ = text;
  const std::size_t mark = text.find('?');
  target.path_ = text.substr(0, mark);
  if (mark != std::string_view::npos) target.query_ = text.substr(mark + 1);
  return target;
}

}  // namespace cork
