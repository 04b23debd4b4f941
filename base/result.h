// Success or a reason: what functions return that can fail for reasons outside the program.
//
//   Result<Host> host = Host::parse(text);
//   if (!host) return fail(host.error().what);
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace cork {

// Why something failed, in words fit for a person: no secret, no address of a buffer.
struct Error {
  std::string what;
};

template <class T, class E = Error>
using Result = std::expected<T, E>;

[[nodiscard]] inline std::unexpected<Error> fail(std::string what) {
  return std::unexpected(Error{std::move(what)});
}

}  // namespace cork
