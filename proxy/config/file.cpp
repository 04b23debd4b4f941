#include "proxy/config/file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

namespace cork::config {

Result<std::string, Diagnostics> read_file(const std::filesystem::path& file, std::size_t most) {
  const auto failed = [&](std::string what) {
    return std::unexpected(Diagnostics{{std::move(what), {file.native(), 0, 0}, {}}});
  };
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(file, error);
  if (!std::filesystem::exists(status)) {
    return failed(status.type() == std::filesystem::file_type::not_found
                      ? "there is no such file"
                      : fmt::format("cannot be opened: {}", error.message()));
  }
  if (std::filesystem::is_directory(status)) return failed("this is a folder: name a file in it");
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return failed(fmt::format("cannot be opened: {}", std::strerror(errno)));
  std::string text;
  for (char buffer[16 * 1024]; stream.read(buffer, sizeof buffer) || stream.gcount() > 0;) {
    text.append(buffer, static_cast<std::size_t>(stream.gcount()));
    if (text.size() > most) return failed(fmt::format("the file is larger than {} bytes", most));
  }
  if (stream.bad()) return failed("cannot be read");
  return text;
}

}  // namespace cork::config
