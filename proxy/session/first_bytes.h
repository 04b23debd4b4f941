// What the first bytes through a tunnel begin: TLS, or a request in clear text.
//
// Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cork::session {

enum class FirstBytes : std::uint8_t {
  need_more,  // the beginning of a method, or nothing yet
  request,    // a method and a space
  other,      // TLS, or nothing that cork speaks
};

// A method is letters, '-' and '_' here, at most `method_bytes` of them: enough for every method
// there is, and neither the beginning of TLS nor that of SSH.
[[nodiscard]] FirstBytes first_bytes(std::string_view received, std::size_t method_bytes) noexcept;

}  // namespace cork::session
