#include "proxy/commands/scan_git_file.h"

#include "base/size_text.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace cork::commands {
namespace {

// Of a file that names a folder or a branch.
constexpr std::size_t kMostShort = 8192;
constexpr std::size_t kAtOnce = std::size_t{64} << 10;

}  // namespace

Result<GitFile> GitFile::open(const std::filesystem::path& path, Links links) {
  const int no_links = links == Links::refuse ? O_NOFOLLOW : 0;
  GitFile opened;
  // A pipe would be waited for.
  opened.file_ = Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | no_links));
  if (!opened.file_) {
    if (errno == ENOENT || errno == ENOTDIR) return GitFile();
    const bool is_link = errno == ELOOP && no_links != 0;
    return fail(is_link ? "this is a symbolic link, which git does not follow"
                        : fmt::format("cannot be opened: {}", std::strerror(errno)));
  }
  struct stat status{};
  if (::fstat(opened.file_.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return fail("this is no regular file");
  }
  opened.id_ = {status.st_dev, status.st_ino};
  opened.size_ = static_cast<std::size_t>(status.st_size);
  opened.owner_ = status.st_uid;
  return opened;
}

Result<std::string> GitFile::read(std::size_t most) const {
  std::string text;
  for (;;) {
    const std::size_t before = text.size();
    text.resize(before + std::min(kAtOnce, most - before + 1));
    const ssize_t got = read_some(file_.get(), std::span(text).subspan(before));
    text.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0) return text;
    if (got < 0) return fail(std::strerror(errno));
    if (text.size() > most) return fail(fmt::format("this is longer than {}", size_text(most)));
  }
}

std::string short_git_file(const std::filesystem::path& path) {
  const auto file = GitFile::open(path, GitFile::Links::follow);
  if (!file || !*file) return {};
  return file->read(kMostShort).value_or("");
}

}  // namespace cork::commands
