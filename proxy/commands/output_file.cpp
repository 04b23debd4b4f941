#include "proxy/commands/output_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
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

// A descriptor that this process has, by the name that it has in /dev.
int named_descriptor(const std::filesystem::path& path) {
  if (path == "/dev/stdout") return STDOUT_FILENO;
  if (path == "/dev/stderr") return STDERR_FILENO;
  const std::string_view name = path.native();
  constexpr std::string_view folder = "/dev/fd/";
  if (!name.starts_with(folder)) return -1;
  const std::string_view number = name.substr(folder.size());
  int descriptor = -1;
  const auto read = std::from_chars(number.data(), number.data() + number.size(), descriptor);
  return read.ec == std::errc() && read.ptr == number.data() + number.size() ? descriptor : -1;
}

// Opened anew, a file that the shell has redirected to would be written from its beginning.
int open_to_write_through(const std::filesystem::path& path) {
  const int named = named_descriptor(path);
  if (named >= 0) return ::fcntl(named, F_DUPFD_CLOEXEC, 0);
  return ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
}

bool is_written_through(const std::filesystem::path& path) {
  if (named_descriptor(path) >= 0) return true;
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status) || std::filesystem::is_directory(status)) return false;
  return !std::filesystem::is_regular_file(status);
}

Result<void> write_through(const std::filesystem::path& path, std::string_view content) {
  const int descriptor = open_to_write_through(path);
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
