#include "proxy/commands/output_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <system_error>

namespace cork::commands {
namespace {

bool write_all(int descriptor, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool is_written_through(const std::filesystem::path& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status) || std::filesystem::is_directory(status)) return false;
  return !std::filesystem::is_regular_file(status) || path.native().starts_with("/dev/");
}

Result<void> write_through(const std::filesystem::path& path, std::string_view content) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
  const bool written = descriptor >= 0 && write_all(descriptor, content);
  const int error = errno;
  const bool closed = descriptor >= 0 && ::close(descriptor) == 0;
  if (written && closed) return {};
  return fail(fmt::format("{}: {}", path.native(), std::strerror(written ? errno : error)));
}

}  // namespace

Result<void> replace_file(const std::filesystem::path& path, std::string_view content,
                          mode_t mode) {
  if (is_written_through(path)) return write_through(path, content);
  std::string beside = path.native() + ".XXXXXX";
  const int descriptor = ::mkostemp(beside.data(), O_CLOEXEC);
  if (descriptor < 0) return fail(fmt::format("{}: {}", path.native(), std::strerror(errno)));
  const bool written = write_all(descriptor, content) && ::fchmod(descriptor, mode) == 0;
  const int error = errno;
  const bool closed = ::close(descriptor) == 0;
  if (written && closed && std::rename(beside.c_str(), path.c_str()) == 0) return {};
  const int why = written ? errno : error;
  ::unlink(beside.c_str());
  return fail(fmt::format("{}: {}", path.native(), std::strerror(why)));
}

}  // namespace cork::commands
