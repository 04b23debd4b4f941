// How much a text looks like what anybody may write: what is plain is no secret by itself.
//
// Pure.
//
//   is_plain("sonnet4520250929");          // true: words and a date
//   weakness_of("password");               // "reads like ordinary text"
//   std::string what_is_public = structure_of("postgres://app:" + password + "@db.example/app");
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cork::known {

// So many successive characters of a value are as good as all of it.
inline constexpr std::size_t kWindow = 16;
// A value has at least as many bytes.
inline constexpr std::size_t kShortest = 8;

// A run of words, numbers behind words, a row of keys, or a few characters over and over.
[[nodiscard]] bool is_plain(std::string_view text) noexcept;
// Whether kWindow characters of a value give it away; `structure`: what structure_of() says of
// them.
[[nodiscard]] bool is_telling(std::string_view window, std::string_view structure) noexcept;

// Why a text cannot be looked for: ordinary traffic would hold it too, or anybody could guess it.
// Fits behind "the value ". Static storage.
[[nodiscard]] std::optional<std::string_view> weakness_of(std::string_view value) noexcept;

// As many bytes as `value` has: 's' for those that say how the secret is used and not what it is: a
// URL's scheme, user and host, a JWT's header and claims, the armour and first line of a PEM file;
// else '.'.
[[nodiscard]] std::string structure_of(std::string_view value);

// "secret" of "scheme://user:secret@host/path"; else empty.
[[nodiscard]] std::string_view password_in(std::string_view url) noexcept;

}  // namespace cork::known
