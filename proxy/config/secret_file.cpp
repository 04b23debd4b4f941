#include "proxy/config/secret_file.h"

#include "base/ascii.h"
#include "base/descriptor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

namespace cork::config {
namespace {

using Secret = std::expected<std::string, SecretProblem>;

constexpr std::size_t kMostWhiteSpace = 1024;

std::unexpected<SecretProblem> refuse(std::string what, std::string hint) {
  return std::unexpected(SecretProblem{std::move(what), std::move(hint)});
}

std::unexpected<SecretProblem> too_large(const std::string& name, std::size_t most) {
  return refuse(fmt::format("{} holds more than the {} bytes that such a secret has", name, most),
                "name a file that holds the secret and nothing else");
}

Secret read_whole(int file, const std::string& name, std::size_t most) {
  std::string text;
  text.reserve(most + kMostWhiteSpace);  // grown, it would leave copies behind
  std::array<char, 512> block;
  for (;;) {
    const ssize_t got = read_some(file, block);
    if (got == 0) return text;
    if (got < 0) return refuse(fmt::format("{}: {}", name, std::strerror(errno)), "");
    text.append(block.data(), static_cast<std::size_t>(got));
    OPENSSL_cleanse(block.data(), block.size());
    if (text.size() > most + kMostWhiteSpace) return too_large(name, most);
  }
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  text.remove_prefix(std::min(text.find_first_not_of(space), text.size()));
  return text.substr(0, text.find_last_not_of(space) + 1);
}

bool is_variable_name(std::string_view name) {
  const bool lower = std::ranges::any_of(name, [](char c) { return c >= 'a' && c <= 'z'; });
  return !name.empty() && name.size() <= 64 && !(lower && name.size() >= 20) &&
         std::ranges::all_of(name, [](char c) { return is_alnum(c) || c == '_'; });
}

Secret read_private_text(const std::filesystem::path& path, std::size_t most) {
  const std::string& name = path.native();
  // Without waiting for the other end of what is no file.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat info{};
  if (file.get() < 0 || ::fstat(file.get(), &info) != 0) {
    return refuse(fmt::format("{}: {}", name, std::strerror(errno)),
                  "write the secret into that file, for cork to read");
  }
  if (!S_ISREG(info.st_mode)) return refuse(name + " is no file", "name a file with the secret");
  if ((info.st_mode & S_IROTH) != 0) {
    return refuse(fmt::format("every user of this machine may read {}", name),
                  fmt::format("chmod o-r '{}'", name));
  }
  return read_whole(file.get(), name, most);
}

Secret read_secret(const std::filesystem::path& path, std::size_t most) {
  const std::string& name = path.native();
  const auto text = read_private_text(path, most);
  if (!text) return text;
  const std::string_view secret = trimmed(*text);
  if (secret.empty()) return refuse(name + " is empty", "write the secret into it, as one line");
  if (secret.size() > most) return too_large(name, most);
  if (secret.find_first_of("\r\n") != std::string_view::npos) {
    return refuse(name + " has more than one line",
                  "the file holds the secret as it is sent, and nothing else");
  }
  return std::string(secret);
}

}  // namespace cork::config
