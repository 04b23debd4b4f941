#include "certs/files.h"

#include "base/descriptor.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <system_error>
#include <utility>

namespace cork::certs {
namespace {

std::unexpected<Error> failed(std::string_view action, const std::filesystem::path& path,
                              int error) {
  return fail(fmt::format("cannot {} {}: {}", action, path.string(),
                          std::generic_category().message(error)));
}

std::string too_large(const std::filesystem::path& path, std::size_t max_bytes) {
  return fmt::format("{}: larger than {} bytes", path.string(), max_bytes);
}

Result<std::string> read_all(int fd, const std::filesystem::path& path, std::size_t max_bytes) {
  std::string content;
  std::array<char, 16384> block;
  for (;;) {
    const ssize_t count = read_some(fd, block);
    if (count < 0) return failed("read", path, errno);
    if (count == 0) break;
    if (static_cast<std::size_t>(count) > max_bytes - content.size()) {
      return fail(too_large(path, max_bytes));
    }
    content.append(block.data(), static_cast<std::size_t>(count));
  }
  OPENSSL_cleanse(block.data(), block.size());
  return content;
}

Result<void> refuse_exposed(const struct stat& status, const std::filesystem::path& path) {
  if (status.st_uid != ::geteuid() && status.st_uid != 0) {
    return fail(fmt::format(
        "{}: belongs to user {}, not to the user who runs cork ({}); run: chown {} '{}'",
        path.string(), status.st_uid, ::geteuid(), ::geteuid(), path.string()));
  }
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return fail(fmt::format("{}: others may use this key (mode {:04o}); run: chmod 600 '{}'",
                            path.string(), status.st_mode & 07777, path.string()));
  }
  return {};
}

Result<std::string> read_regular(const std::filesystem::path& path, std::size_t max_bytes,
                                 bool secret) {
  // O_NONBLOCK: a FIFO in this place must not hold the process up.
  const int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (secret ? O_NOFOLLOW : 0);
  const Descriptor file(::open(path.c_str(), flags));
  if (file.get() < 0) {
    if (secret && errno == ELOOP) {
      return fail(
          fmt::format("{}: is a symbolic link; put the key file itself there", path.string()));
    }
    return failed("open", path, errno);
  }
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return failed("examine", path, errno);
  if (!S_ISREG(status.st_mode)) {
    return fail(fmt::format("{}: is not a regular file", path.string()));
  }
  if (secret) {
    if (auto kept = refuse_exposed(status, path); !kept) return std::unexpected(kept.error());
  }
  if (static_cast<std::uintmax_t>(status.st_size) > max_bytes) {
    return fail(too_large(path, max_bytes));
  }
  return read_all(file.get(), path, max_bytes);
}

Result<void> write_all(int fd, const std::filesystem::path& path, std::string_view content) {
  while (!content.empty()) {
    const ssize_t count = ::write(fd, content.data(), content.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed("write", path, errno);
    content.remove_prefix(static_cast<std::size_t>(count));
  }
  if (::fsync(fd) != 0) return failed("sync", path, errno);
  return {};
}

// 0, or errno. EEXIST where `to` is there already.
int rename_without_replacing(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  // NFS and others know no RENAME_NOREPLACE; a hard link does not replace either.
  if (::link(from.c_str(), to.c_str()) != 0) return errno;
  ::unlink(from.c_str());
  return 0;
}

Result<std::filesystem::path> temporary_name(const std::filesystem::path& path) {
  std::array<unsigned char, 8> random{};
  if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) {
    return fail("no random bytes to be had");
  }
  std::string suffix;
  for (const unsigned char byte : random) suffix += fmt::format("{:02x}", byte);
  return path.parent_path() / fmt::format(".{}.{}", path.filename().string(), suffix);
}

Result<void> sync_folder_of(const std::filesystem::path& path) {
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  const Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() < 0 || ::fsync(directory.get()) != 0) {
    // Some network file systems cannot sync a folder; the name is there all the same.
    if (errno != EINVAL && errno != EROFS) return failed("sync", folder, errno);
  }
  return {};
}

int rename_replacing(const std::filesystem::path& from, const std::filesystem::path& to) {
  return ::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

// Writes beside `path`, then gives it that name with `put`, which answers 0 or errno; false
// where that is EEXIST.
Result<bool> write_whole(const std::filesystem::path& path, std::string_view content, mode_t mode,
                         int (*put)(const std::filesystem::path&, const std::filesystem::path&)) {
  const auto temporary = temporary_name(path);
  if (!temporary) return std::unexpected(temporary.error());
  Descriptor file(::open(temporary->c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (file.get() < 0) return failed("create", path, errno);
  auto written = write_all(file.get(), path, content);
  if (written && !file.close()) written = failed("write", path, errno);
  const int error = written ? put(*temporary, path) : 0;
  if (!written || error != 0) ::unlink(temporary->c_str());
  if (!written) return std::unexpected(written.error());
  if (error == EEXIST) return false;
  if (error != 0) return failed("create", path, error);
  if (auto synced = sync_folder_of(path); !synced) return std::unexpected(synced.error());
  return true;
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::size_t max_bytes) {
  return read_regular(path, max_bytes, false);
}

Result<std::string> read_private_file(const std::filesystem::path& path, std::size_t max_bytes) {
  return read_regular(path, max_bytes, true);
}

Result<bool> write_new_file(const std::filesystem::path& path, std::string_view content,
                            mode_t mode) {
  return write_whole(path, content, mode, rename_without_replacing);
}

Result<void> replace_file(const std::filesystem::path& path, std::string_view content,
                          mode_t mode) {
  const auto written = write_whole(path, content, mode, rename_replacing);
  if (!written) return std::unexpected(written.error());
  return {};
}

Result<void> make_private_folder(const std::filesystem::path& path) {
  // "a/b/" names b as "a/b" does, but its parent_path() would be b itself.
  const std::filesystem::path folder = path.has_filename() ? path : path.parent_path();
  std::error_code error;
  if (folder.has_parent_path() && !std::filesystem::is_directory(folder.parent_path(), error)) {
    if (auto made = make_private_folder(folder.parent_path()); !made) return made;
  }
  if (::mkdir(folder.c_str(), S_IRWXU) == 0) return {};
  if (errno != EEXIST) return failed("create", folder, errno);
  if (!std::filesystem::is_directory(folder, error)) {
    return fail(fmt::format("{}: is not a folder", folder.string()));
  }
  return {};
}

}  // namespace cork::certs
