// A list of what git ignores, which is anybody's: it is read and asked within bounds, and what
// stands in place of one that is not heeded ignores nothing.
#include "proxy/commands/scan_gitignore.h"
#include "tests/fuzz/require.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

using cork::fuzz::require;

// The first line is the path, the others are the list.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string_view path = text.substr(0, text.find('\n'));
  cork::commands::GitIgnore ignore;
  if (!ignore.add("", text.substr(path.size()))) return 0;
  const auto file = ignore.ignores(path, false), folder = ignore.ignores(path, true);
  // Patterns that are for folders alone are no fewer where none takes something out again.
  if (file == true && folder && text.find('!') == std::string_view::npos) require(*folder);
  ignore.add_nothing("");
  require(!ignore.ignores(path, false).value_or(false));
  ignore.forget_beyond(0);
  require(ignore.ignores(path, false) == false);
  return 0;
}
