// A request target's path and query (RFC 9112, section 3.2), checked but not changed.
//
// Pure. Holds views: lives no longer than the buffer it was parsed from.
//
//   Result<Target> target = Target::parse("/a/b?x=1");
//   target->path();   // "/a/b"
//   target->query();  // "x=1"
#pragma once

#include "base/result.h"

#include <string_view>

namespace cork {

class Target {
 public:
  // origin-form ("/path?query") or "*". Refuses fragments, non-ASCII, control characters, spaces,
  // backslashes and a '%' that two hexadecimal digits do not follow. Dot segments are kept: what is
  // decided must be what the origin sees.
  static Result<Target> parse(std::string_view text);

  [[nodiscard]] std::string_view text() const noexcept { return text_; }
  [[nodiscard]] std::string_view path() const noexcept { return path_; }
  // Without the '?'; empty both for "/p" and "/p?".
  [[nodiscard]] std::string_view query() const noexcept { return query_; }
  // "*", as in OPTIONS *.
  [[nodiscard]] bool is_asterisk() const noexcept { return text_ == "*"; }

 private:
  Target() = default;

  std::string_view text_, path_, query_;
};

}  // namespace cork
