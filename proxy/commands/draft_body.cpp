#include "proxy/commands/draft_body.h"

#include "base/ascii.h"
#include "base/descriptor.h"
#include "base/limits.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>

namespace cork::commands {
namespace {

constexpr std::size_t kMostOfStandardInput = 256 * kMiB;
constexpr std::size_t kLongestName = 128;  // of a form's first field

// `name`: how it is called where it cannot be read.
Result<std::string> read_all(int descriptor, std::string_view name) {
  std::string text;
  std::array<char, 65'536> buffer;
  for (;;) {
    const ssize_t got = read_some(descriptor, buffer);
    if (got < 0 && errno == EBADF) {
      return fail(fmt::format("{} is closed: pipe the body into it, or name a file", name));
    }
    if (got < 0) return fail(fmt::format("{} cannot be read: {}", name, std::strerror(errno)));
    if (got == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
    if (text.size() > kMostOfStandardInput) {
      return fail(fmt::format("{} is longer than 256 MiB: write the body to a file", name));
    }
  }
}

}  // namespace

Result<DraftBody> DraftBody::open(const std::string& file, int standard_input) {
  std::error_code error;
  // A pipe, as of "--body <(make-body)", has no size before its end.
  const bool is_other = file != "-" && std::filesystem::is_other(file, error);
  if (file == "-" || is_other) {
    const Descriptor pipe(is_other ? ::open(file.c_str(), O_RDONLY | O_CLOEXEC) : -1);
    if (is_other && !pipe) {
      return fail(fmt::format("{} cannot be opened: {}", file, std::strerror(errno)));
    }
    auto text = is_other ? read_all(pipe.get(), file) : read_all(standard_input, "standard input");
    if (!text) return fail(text.error().what);
    const std::uint64_t size = text->size();
    return DraftBody(std::make_unique<std::istringstream>(std::move(*text)), size);
  }
  const auto size = std::filesystem::file_size(file, error);
  if (error) return fail(fmt::format("{}: {}", file, error.message()));
  auto stream = std::make_unique<std::ifstream>(file, std::ios::binary);
  if (!*stream) return fail(fmt::format("{}: {}", file, std::strerror(errno)));
  return DraftBody(std::move(stream), size);
}

bool DraftBody::begins_form() {
  std::array<char, kLongestName + 1> front;
  stream_->read(front.data(), front.size());
  const std::string_view text(front.data(), static_cast<std::size_t>(stream_->gcount()));
  stream_->clear();
  stream_->seekg(0);
  for (const char c : text) {
    if (c == '=') return text.front() != '=';
    if (!is_alpha(c) && !is_digit(c) &&
        std::string_view("_-.[]%+").find(c) == std::string_view::npos)
      return false;
  }
  return false;
}

}  // namespace cork::commands
