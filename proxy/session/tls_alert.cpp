#include "proxy/session/tls_alert.h"

#include <array>

namespace cork::session {

namespace {

using Alert = std::array<std::byte, 7>;

constexpr Alert fatal(unsigned char description) {
  return {std::byte{21}, std::byte{3}, std::byte{3},          std::byte{0},
          std::byte{2},  std::byte{2}, std::byte{description}};
}

constexpr Alert kAccessDenied = fatal(49);
constexpr Alert kInternalError = fatal(80);
constexpr Alert kUnrecognizedName = fatal(112);

}  // namespace

Bytes alert_for(policy::Reason reason) noexcept {
  switch (reason) {
    case policy::Reason::sni_mismatch:
      return kUnrecognizedName;
    case policy::Reason::upstream_unreachable:
    case policy::Reason::upstream_tls:
    case policy::Reason::timeout:
    case policy::Reason::audit_unavailable:
      return kInternalError;
    default:
      return kAccessDenied;
  }
}

}  // namespace cork::session
