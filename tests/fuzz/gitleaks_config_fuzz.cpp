// Any text at all as a gitleaks configuration: rules, or located errors.
#include "rules/gitleaks/load.h"
#include "rules/gitleaks/own_rules.h"
#include "tests/fuzz/require.h"

#include <cstdint>
#include <string_view>

namespace {

using namespace cork;
using namespace cork::gitleaks;

using cork::fuzz::require;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(find_own_key(text, "f.toml"));
  // The file extends itself, as deep as that goes.
  const auto read = [text](const std::string& path,
                           const std::string&) -> Result<ReadText, Diagnostics> {
    if (path.empty() || path.size() > 8) return std::unexpected(Diagnostics{{"none", {}, ""}});
    return ReadText{path, std::string(text)};
  };
  const auto loaded = load_config(text, "f.toml", read);
  if (!loaded) {
    require(!loaded.error().empty());
    for (const Diagnostic& one : loaded.error()) require(!one.what.empty());
    return 0;
  }
  for (const Rule& rule : loaded->config.rules) {
    require(!rule.id.empty() && (rule.regex != nullptr || rule.path != nullptr));
    require(rule.regex == nullptr || rule.secret_group <= rule.regex->groups());
  }
  return 0;
}
