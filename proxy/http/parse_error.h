// The two ways to refuse a message, for the parsers of this folder.
//
// Pure. What is said never quotes the message: it may be a secret.
#pragma once

#include "proxy/http/head.h"

#include <expected>
#include <string>
#include <utility>

namespace cork::http {

[[nodiscard]] inline std::unexpected<ParseError> malformed(std::string what) {
  return std::unexpected(ParseError{ParseError::Kind::malformed, std::move(what)});
}

[[nodiscard]] inline std::unexpected<ParseError> too_large(std::string what) {
  return std::unexpected(ParseError{ParseError::Kind::too_large, std::move(what)});
}

}  // namespace cork::http
