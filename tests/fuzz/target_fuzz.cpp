// Whatever the text: an accepted target is kept byte for byte, and its parts put together are it.
// The same bytes also go through the JSON writer, whose output must be one safe string.
#include "base/ascii.h"
#include "base/json_text.h"
#include "base/target.h"
#include "base/utf8.h"
#include "tests/fuzz/require.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using cork::fuzz::require;

void check_target(std::string_view text) {
  const cork::Result<cork::Target> target = cork::Target::parse(text);
  if (!target) return require(!target.error().what.empty());
  require(target->text() == text);
  const std::string path(target->path()), query(target->query());
  require(text == path || text == path + '?' + query);
  require(path.find('?') == std::string::npos);
  require(target->is_asterisk() || path.starts_with('/'));
  require(std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7F && c != '#'; }));
  for (std::size_t i = text.find('%'); i != std::string_view::npos; i = text.find('%', i + 1)) {
    require(i + 2 < text.size());
    require(cork::hex_value(text[i + 1]) >= 0 && cork::hex_value(text[i + 2]) >= 0);
  }
}

void check_json(std::string_view text) {
  std::string json;
  cork::append_json(json, text);
  require(json.size() >= 2 && json.front() == '"' && json.back() == '"');
  std::string_view inside = std::string_view(json).substr(1, json.size() - 2);
  while (!inside.empty()) {
    const cork::CodePoint next = cork::next_code_point(inside);
    require(next.value && *next.value != U'"' && !cork::is_deceptive(*next.value));
    const bool escape = *next.value == U'\\';
    require(!escape || inside.size() >= 2);
    inside.remove_prefix(escape ? 2 : next.length);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_target(text);
  check_json(text);
  return 0;
}
