// The roots a Java program trusts, as a JKS file: the one form that every Java since 1.2 reads
// without being told a password or a type.
//
// Pure.
//
//   auto store = java_truststore(bundle_pem);   // write it, then -Djavax.net.ssl.trustStore=FILE
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace cork::certs {

// A trusted entry for each certificate of `bundle_pem`, under the customary password "changeit",
// which only `keytool` asks for. The same bundle gives the same bytes. A damaged certificate is an
// error, and so is a bundle without any.
Result<std::string> java_truststore(std::string_view bundle_pem);

}  // namespace cork::certs
