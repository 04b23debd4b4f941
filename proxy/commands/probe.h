// A client's first steps with a proxy: is somebody there, does it open a tunnel, which certificate
// does it show inside, and who would trust that.
#pragma once

#include "base/endpoint.h"
#include "base/result.h"
#include "certs/openssl_ptr.h"

#include <filesystem>
#include <string>

namespace cork::commands {

// Where a proxy variable points: "http://user:word@cork:8888/".
struct ProxyAddress {
  std::string scheme;  // "http" where the variable names none
  Endpoint endpoint;
  std::string credentials;  // "user:word" as written, "" without
};
Result<ProxyAddress> parse_proxy(std::string_view variable);

// Connects, asks for a tunnel to `host` on port 443 and does a handshake in it, without verifying
// and without a request. Blocks, for a few seconds at most.
Result<certs::X509Ptr> presented_certificate(const ProxyAddress& proxy, const Host& host);

// Why a client that trusts the certificates of `roots` refuses `leaf` for `host`; "": it does not.
[[nodiscard]] std::string distrust(X509* leaf, const std::filesystem::path& roots,
                                   const Host& host);

}  // namespace cork::commands
