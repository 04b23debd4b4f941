#include "proxy/audit/log.h"

#include "base/descriptor.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <deque>
#include <mutex>
#include <string>
#include <utility>

namespace cork::audit {
namespace {

namespace fs = std::filesystem;

// An open file, closed with its owner.
struct OpenFile {
  Descriptor descriptor;
  bool torn = false;  // what was written last does not end in a newline
};

std::string reason_of(int error) {
  return std::strerror(error);
}

std::unexpected<Error> cannot(std::string_view what, const fs::path& path, int error,
                              std::string_view advice) {
  return fail(fmt::format("cannot {} the audit log {}: {}; {}", what, path.string(),
                          reason_of(error), advice));
}

// Missing folders, outermost first, each for the owner alone.
Result<void> make_folders(const fs::path& folder) {
  std::error_code ignored;
  if (folder.empty() || fs::exists(folder, ignored)) return {};
  if (Result<void> made = make_folders(folder.parent_path()); !made) return made;
  if (::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST) return {};
  return fail(
      fmt::format("cannot make the folder {} for the audit log: {}; make it, or name "
                  "another place at audit.path",
                  folder.string(), reason_of(errno)));
}

bool ends_without_newline(int fd, const struct stat& status) noexcept {
  if (!S_ISREG(status.st_mode) || status.st_size == 0) return false;
  char last = 0;
  ssize_t got = 0;
  do {
    got = ::pread(fd, &last, 1, status.st_size - 1);
  } while (got < 0 && errno == EINTR);
  return got != 1 || last != '\n';
}

Result<OpenFile> open_file(const fs::path& path) {
  constexpr std::string_view advice = "see its folder's owner and mode, or audit.path";
  if (Result<void> made = make_folders(path.parent_path()); !made) {
    return std::unexpected(made.error());
  }
  struct stat status{};
  // Looked at before it is opened: opening a pipe nobody reads would wait for ever.
  if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISCHR(status.st_mode)) {
    return fail(fmt::format("the audit log {} is not a file; name another place at audit.path",
                            path.string()));
  }
  // Readable too, for a look at the last byte; a terminal or /dev/full may be write-only.
  constexpr int flags = O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY;
  int fd = ::open(path.c_str(), flags | O_RDWR, 0600);
  if (fd < 0 && errno == EACCES) fd = ::open(path.c_str(), flags | O_WRONLY, 0600);
  if (fd < 0) return cannot("open", path, errno, advice);
  OpenFile file{Descriptor(fd)};
  if (::fstat(fd, &status) != 0) return cannot("open", path, errno, advice);
  file.torn = ends_without_newline(fd, status);
  return file;
}

// How many bytes the kernel took; fewer than all of them only with errno set.
std::size_t write_all(int fd, std::string_view bytes) noexcept {
  std::size_t written = 0;
  while (written < bytes.size()) {
    const ssize_t now = ::write(fd, bytes.data() + written, bytes.size() - written);
    if (now > 0) {
      written += static_cast<std::size_t>(now);
    } else if (now == 0) {
      errno = EIO;
      break;
    } else if (errno != EINTR) {
      break;
    }
  }
  return written;
}

// A log is looked at again after so many parts of the reserve were written into it.
constexpr std::uint64_t kLooksAReserve = 16;

// Of a file that is none, such as a terminal, nothing is known.
Space space_of(int fd, std::uint64_t max_bytes) noexcept {
  Space space;
  struct stat status{};
  struct statvfs disk{};
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return space;
  if (::fstatvfs(fd, &disk) == 0) {
    space = {std::uint64_t{disk.f_blocks} * disk.f_frsize,
             std::uint64_t{disk.f_bavail} * disk.f_frsize};
  }
  if (max_bytes > 0) {
    const auto size = static_cast<std::uint64_t>(std::max<off_t>(status.st_size, 0));
    space.capacity = std::min(space.capacity, max_bytes);
    space.left = std::min(space.left, max_bytes - std::min(size, max_bytes));
  }
  return space;
}

}  // namespace

struct Log::State {
  State(fs::path log_path, OpenFile opened, const AuditLimits& limits)
      : path(std::move(log_path)), file(std::move(opened)), audit_limits(limits), watch(limits) {}

  Result<void> reopen();
  Result<void> write(std::string_view line);
  // Whether a line that completes nothing still fits.
  [[nodiscard]] Result<void> has_room_for(std::string_view line);
  void look();
  Result<void> pay();  // what is owed
  [[nodiscard]] bool deleted() const noexcept;

  const fs::path path;
  std::mutex mutex;
  OpenFile file;  // guarded by mutex, as are the next two
  std::deque<std::string> owed;
  std::string buffer;  // a line and its newlines, for a single write
  // Guarded by mutex too.
  const AuditLimits audit_limits;
  RoomWatch watch;
  std::uint64_t max_bytes = 0;   // 0: no limit
  std::uint64_t until_look = 0;  // bytes
  std::atomic<std::uint64_t> room_period{0}, room_bytes{0};
  std::atomic<bool> healthy{true};
  std::atomic<std::uint64_t> lines{0};
};

Result<void> Log::State::reopen() {
  Result<OpenFile> opened = open_file(path);
  if (!opened) return std::unexpected(opened.error());
  file = std::move(*opened);
  look();
  return {};
}

void Log::State::look() {
  const Space space = space_of(file.descriptor.get(), max_bytes);
  watch.look(space);
  // The bytes first: who sees the period sees what belongs to it.
  room_bytes = watch.room().bytes;
  room_period = watch.room().period;
  until_look = reserve_of(space, audit_limits) / kLooksAReserve;
}

Result<void> Log::State::has_room_for(std::string_view line) {
  if (max_bytes == 0 || deleted()) return {};  // a deleted one is made anew
  struct stat status{};
  if (::fstat(file.descriptor.get(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
  const auto size = static_cast<std::uint64_t>(std::max<off_t>(status.st_size, 0));
  if (size + line.size() + 1 <= max_bytes) return {};
  healthy = false;
  return fail(
      fmt::format("the audit log {} has reached audit.max_bytes; rotate it, or raise the limit",
                  path.string()));
}

bool Log::State::deleted() const noexcept {
  struct stat status{};
  return ::fstat(file.descriptor.get(), &status) == 0 && status.st_nlink == 0;
}

Result<std::unique_ptr<Log>> Log::open(const fs::path& path, const AuditLimits& limits) {
  Result<OpenFile> file = open_file(path);
  if (!file) return std::unexpected(file.error());
  auto state = std::make_unique<State>(path, std::move(*file), limits);
  state->look();
  return std::unique_ptr<Log>(new Log(std::move(state)));
}

Log::Log(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
Log::~Log() = default;

Result<void> Log::append(std::string_view line) {
  const std::lock_guard lock(state_->mutex);
  if (line.find('\n') != std::string_view::npos) return fail("an audit record is one line");
  if (Result<void> paid = state_->pay(); !paid) return paid;
  if (Result<void> room = state_->has_room_for(line); !room) return room;
  return state_->write(line);
}

void Log::append_owed(std::string_view line) {
  const std::lock_guard lock(state_->mutex);
  if (state_->pay() && state_->write(line)) return;
  if (state_->owed.size() < kOwedLines) state_->owed.emplace_back(line);
}

std::size_t Log::owed() const noexcept {
  const std::lock_guard lock(state_->mutex);
  return state_->owed.size();
}

Result<void> Log::State::pay() {
  while (!owed.empty()) {
    if (Result<void> written = write(owed.front()); !written) return written;
    owed.pop_front();
  }
  return {};
}

Result<void> Log::State::write(std::string_view line) {
  if (deleted()) {
    if (Result<void> made = reopen(); !made) {
      healthy = false;
      return made;
    }
  }
  buffer.clear();
  if (file.torn) buffer += '\n';
  buffer += line;
  buffer += '\n';
  const int fd = file.descriptor.get();
  struct stat before{};
  const bool known = ::fstat(fd, &before) == 0 && S_ISREG(before.st_mode);
  const std::size_t written = write_all(fd, buffer);
  if (written < buffer.size()) {
    const int error = errno;
    // A line of which the caller is told that it was not taken must not be completed by the next.
    const bool undone = written == 0 || (known && ::ftruncate(fd, before.st_size) == 0);
    if (!undone) file.torn = true;
    healthy = false;
    return cannot("write to", path, error, "traffic is refused until it can be written");
  }
  file.torn = false;
  healthy = true;
  ++lines;
  until_look -= std::min<std::uint64_t>(until_look, buffer.size());
  if (until_look == 0) look();
  return {};
}

void Log::limit(std::uint64_t max_bytes) {
  const std::lock_guard lock(state_->mutex);
  state_->max_bytes = max_bytes;
  state_->look();
}

void Log::look() {
  const std::lock_guard lock(state_->mutex);
  state_->look();
}

Room Log::room() const noexcept {
  const std::uint64_t period = state_->room_period;
  return {period, state_->room_bytes};
}

Result<void> Log::reopen() {
  const std::lock_guard lock(state_->mutex);
  return state_->reopen();
}

bool Log::healthy() const noexcept {
  return state_->healthy && owed() == 0;
}
std::uint64_t Log::lines() const noexcept {
  return state_->lines;
}

}  // namespace cork::audit
