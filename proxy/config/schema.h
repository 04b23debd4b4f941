// Every key that a configuration may hold, with its type and default: what readers of cork.yaml are
// checked against, and what docs/configuration.md lists.
//
// Pure.
//
//   check_keys(bottle, Section::bottle, report);  // "unknown key 'metod'", "did you mean 'mode'?"
#pragma once

#include "proxy/config/document.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace cork::config {

enum class Section : std::uint8_t {
  root,
  ca,
  audit,
  metrics,
  upstream,
  rules,
  bottle,
  proxy_auth,
  secret,
  exception,
  route
};

struct Key {
  Section section;
  std::string_view name;
  std::string_view type;      // in words
  std::string_view fallback;  // the default in words; "required"
};

// In the order of the documentation.
[[nodiscard]] std::span<const Key> all_keys() noexcept;
// How a section is written in paths: "bottles.NAME.allow[]"; "" for the root.
[[nodiscard]] std::string_view path_of(Section section) noexcept;

inline constexpr std::string_view kDefaultCaDirectory = "~/.local/share/cork/ca";
inline constexpr std::string_view kDefaultAuditPath = "~/.local/share/cork/audit.jsonl";

// Reports each key that is not the section's: with the word that was probably meant, with the
// section it belongs to, or as something that this version does not do yet.
void check_keys(const YamlNode& mapping, Section section, Report& report);
// Whether the section has not that key, nor one that check_keys() takes for it: a word that is
// spelled wrong is one error.
[[nodiscard]] bool lacks(const YamlNode& mapping, Section section, std::string_view key);

}  // namespace cork::config
