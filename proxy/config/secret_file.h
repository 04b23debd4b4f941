// Reading a secret from a file of its own: a password, a credential.
//
// Reads that file and never waits for it. No message quotes what was read.
//
//   auto secret = read_secret("/run/secrets/key", 1024);
//   if (!secret) report.add(at, secret.error().what, secret.error().hint);
#pragma once

#include <cstddef>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

namespace cork::config {

// Without the white space around it, which is no part of a secret.
[[nodiscard]] std::string_view trimmed(std::string_view text);

struct SecretProblem {
  std::string what, hint;
};

// The one line that the file holds, at most `most` bytes, without the white space around it.
// Refused: what is no regular file, is empty, has more, or may be read by every user of this
// machine.
[[nodiscard]] std::expected<std::string, SecretProblem> read_secret(
    const std::filesystem::path& path, std::size_t most);

// All that the file holds, whatever its lines, under the same conditions; it may be empty.
[[nodiscard]] std::expected<std::string, SecretProblem> read_private_text(
    const std::filesystem::path& path, std::size_t most);

// Whether what stands behind "env:" may be repeated: somebody may have put the secret there.
[[nodiscard]] bool is_variable_name(std::string_view name);

}  // namespace cork::config
