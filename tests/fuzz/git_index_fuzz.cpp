// git's index, which is anybody's: whatever the bytes, no more is held than was allowed, and what
// is held in a folder is found in the folders above it.
#include "proxy/commands/scan_git_index.h"
#include "tests/fuzz/require.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace {

constexpr std::size_t kMost = 4096;

using cork::fuzz::require;

}  // namespace

// Also asked for: what stands in the bytes as a name would.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto index = cork::commands::GitIndex::parse(text, kMost);
  if (!index) {
    require(!index.error().what.empty());
    return 0;
  }
  require(index->size() <= kMost && !index->holds(""));
  for (std::size_t end = text.find('\0'); end != std::string_view::npos;
       end = text.find('\0', end + 1)) {
    const std::string_view name = text.substr(0, end).substr(text.substr(0, end).rfind('\0') + 1);
    if (!index->holds(name)) continue;
    for (std::size_t slash = name.find('/', 1); slash != std::string_view::npos;
         slash = name.find('/', slash + 1)) {
      require(index->holds_in(name.substr(0, slash)));
    }
  }
  return 0;
}
