// Accept-Encoding, reduced to the codings whose content cork can read.
//
// Pure.
//
//   reduced_accept_encoding(fields);  // "gzip, dcb, br;q=0.5" -> "gzip, br;q=0.5"
#pragma once

#include "base/message.h"

#include <span>
#include <string>

namespace cork::http {

// All Accept-Encoding fields as one value: gzip, deflate, br, zstd and identity, in their order
// with their weights; "identity" where nothing is left. "*", what is unknown and what is malformed
// goes. `fields` holds at least one Accept-Encoding.
[[nodiscard]] std::string reduced_accept_encoding(std::span<const Field> fields);

}  // namespace cork::http
