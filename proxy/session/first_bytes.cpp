#include "proxy/session/first_bytes.h"

#include "base/ascii.h"

#include <algorithm>

namespace cork::session {

FirstBytes first_bytes(std::string_view received, std::size_t method_bytes) noexcept {
  const auto in_method = [](char c) { return is_alpha(c) || c == '-' || c == '_'; };
  const auto end =
      static_cast<std::size_t>(std::ranges::find_if_not(received, in_method) - received.begin());
  if (end > method_bytes) return FirstBytes::other;
  if (end == received.size()) return FirstBytes::need_more;
  return end > 0 && received[end] == ' ' ? FirstBytes::request : FirstBytes::other;
}

}  // namespace cork::session
