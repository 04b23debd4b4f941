#include "proxy/config/embedded_data.h"

namespace cork::config {
namespace {

template <std::size_t kSize>
std::string_view text_of(const unsigned char (&bytes)[kSize]) noexcept {
  return {reinterpret_cast<const char*>(bytes), kSize};
}

#include "preset_texts.inc"

constexpr unsigned char kRelays[] = {
#include "data_relays.inc"
};

}  // namespace

std::span<const EmbeddedPreset> embedded_presets() noexcept {
  static const EmbeddedPreset presets[] = {
#include "preset_rows.inc"
  };
  return presets;
}

std::string_view builtin_relays_text() noexcept {
  return text_of(kRelays);
}

}  // namespace cork::config
