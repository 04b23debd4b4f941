#include "proxy/config/password.h"

#include "proxy/config/values.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace cork::config {
namespace {

using Password = std::expected<std::string, PasswordProblem>;

constexpr std::size_t kLongestPassword = 1024;

std::unexpected<PasswordProblem> refuse(std::string what, std::string hint) {
  return std::unexpected(PasswordProblem{std::move(what), std::move(hint)});
}

class Descriptor {
 public:
  explicit Descriptor(int number) noexcept : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const noexcept { return number_; }

 private:
  int number_;
};

Password read_whole(int file, const std::string& name) {
  std::string text;
  std::array<char, 512> block;
  for (;;) {
    const ssize_t got = ::read(file, block.data(), block.size());
    if (got == 0) return text;
    if (got < 0) {
      if (errno == EINTR) continue;
      return refuse(fmt::format("{}: {}", name, std::strerror(errno)), "");
    }
    text.append(block.data(), static_cast<std::size_t>(got));
    if (text.size() > kLongestPassword + 2) {
      return refuse(fmt::format("{} holds more than a password", name),
                    fmt::format("a password has at most {} bytes", kLongestPassword));
    }
  }
}

Password read_from(const std::filesystem::path& path) {
  const std::string& name = path.native();
  // Without waiting for the other end of what is no file.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat info{};
  if (file.number() < 0 || ::fstat(file.number(), &info) != 0) {
    return refuse(fmt::format("{}: {}", name, std::strerror(errno)),
                  "write the password into that file, for cork to read");
  }
  if (!S_ISREG(info.st_mode)) return refuse(name + " is no file", "name a file with the password");
  if ((info.st_mode & S_IROTH) != 0) {
    return refuse(fmt::format("every user of this machine may read {}", name),
                  fmt::format("chmod o-r '{}'", name));
  }
  auto text = read_whole(file.number(), name);
  if (text && text->ends_with('\n')) text->pop_back();
  if (text && text->ends_with('\r')) text->pop_back();
  if (text && text->empty()) return refuse(name + " is empty", "write the password into it");
  return text;
}

}  // namespace

std::string to_string(const PasswordSource& source) {
  return source.variable.empty() ? "file:" + source.file.native() : "env:" + source.variable;
}

Password read_password(const PasswordSource& source, const Environment& environment) {
  Password password;
  if (source.variable.empty()) {
    password = read_from(source.file);
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
