#include "proxy/config/config.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

namespace cork::config {

Result<std::filesystem::path, Diagnostics> find(const std::optional<std::filesystem::path>& flag,
                                                const Environment& environment) {
  if (flag) return *flag;
  if (auto named = environment("CORK_CONFIG"); named && !named->empty()) {
    return std::filesystem::path(*std::move(named));
  }
  std::vector<std::string> looked;
  std::vector<std::filesystem::path> places;
  if (const auto home = environment("HOME"); home && !home->empty()) {
    places.push_back(std::filesystem::path(*home) / ".config/cork/cork.yaml");
  }
  const bool homeless = places.empty();
  places.emplace_back("/etc/cork/cork.yaml");
  for (std::filesystem::path& place : places) {
    std::error_code error;
    // What exists and cannot be read is found: skipping it would run another policy in silence.
    const auto kind = std::filesystem::status(place, error).type();
    if (kind != std::filesystem::file_type::not_found) return std::move(place);
    looked.push_back(place.native());
  }
  return std::unexpected(Diagnostics{
      {homeless ? fmt::format("there is no configuration: {} does not exist, and HOME is not set, "
                              "below which one may be",
                              looked[0])
                : fmt::format("there is no configuration: neither {} exists",
                              fmt::join(looked, " nor ")),
       {},
       homeless ? "name one by --config or CORK_CONFIG, or set HOME"
                : "name one by --config or CORK_CONFIG; `cork run` writes one to begin with"}});
}

}  // namespace cork::config
