#include "proxy/config/password.h"

#include "proxy/config/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cork::config {
namespace {

using Password = std::expected<std::string, SecretProblem>;

constexpr std::size_t kLongestPassword = 1024;

std::unexpected<SecretProblem> refuse(std::string what, std::string hint) {
  return std::unexpected(SecretProblem{std::move(what), std::move(hint)});
}

}  // namespace

std::string to_string(const PasswordSource& source) {
  return source.variable.empty() ? "file:" + source.file.native() : "env:" + source.variable;
}

Password read_password(const PasswordSource& source, const Environment& environment) {
  Password password;
  if (source.variable.empty()) {
    password = read_secret(source.file, kLongestPassword);
  } else if (auto value = resolve_env("env:" + source.variable, environment)) {
    password = std::move(*value);
  } else {
    password = refuse(value.error().what, "set it in cork's environment, or write file:PATH");
  }
  if (!password) return password;
  const bool sendable = std::ranges::none_of(
      *password, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  if (sendable && password->size() <= kLongestPassword) return password;
  return refuse(
      fmt::format("what {} holds is no password that a client can send", to_string(source)),
      fmt::format("write one line of at most {} bytes", kLongestPassword));
}

}  // namespace cork::config
