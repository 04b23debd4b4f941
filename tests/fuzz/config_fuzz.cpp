// Any text at all: parse() returns a configuration or located errors, and what it accepts is sound.
#include "proxy/config/config.h"
#include "tests/fuzz/require.h"

#include <cstdint>
#include <string_view>

using cork::fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const cork::config::Environment environment =
      [](const std::string& name) -> std::optional<std::string> {
    if (name == "HOME") return "/home/kim";
    return std::nullopt;
  };
  const auto config = cork::config::parse(text, "/etc/cork/cork.yaml", environment);
  if (!config) {
    require(!config.error().empty());
    require(!cork::render(config.error()).empty());
    for (const cork::Diagnostic& one : config.error()) {
      require(!one.what.empty() && one.where.file == "/etc/cork/cork.yaml");
      require(one.where.line >= 0 && one.where.column >= 0);
    }
    return 0;
  }
  require(!config->bottles.empty());
  require(!config->ca_directory.empty() && !config->audit_path.empty());
  for (const auto& bottle : config->bottles) {
    require(!bottle.bottle.name().empty() && !bottle.bottle.routes().empty());
    for (const auto& route : bottle.bottle.routes()) require(route.where.line > 0);
  }
  return 0;
}
