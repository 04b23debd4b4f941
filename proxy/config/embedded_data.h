// The files of rules/data that the configuration's readers need, carried inside the binary.
//
// Pure.
#pragma once

#include <span>
#include <string_view>

namespace cork::config {

struct EmbeddedPreset {
  std::string_view id;  // "npm@1"
  std::string_view text;
};
[[nodiscard]] std::span<const EmbeddedPreset> embedded_presets() noexcept;

// relays.yaml
[[nodiscard]] std::string_view builtin_relays_text() noexcept;

}  // namespace cork::config
