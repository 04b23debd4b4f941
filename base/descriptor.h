// A file descriptor that is owned: closed once, by whoever holds it last.
//
// Not thread-safe.
//
//   const Descriptor file(::open(path, O_RDONLY | O_CLOEXEC));
//   if (!file) return fail(std::strerror(errno));
//   const ssize_t got = read_some(file.get(), block);
#pragma once

#include <unistd.h>

#include <cerrno>
#include <span>
#include <utility>

namespace cork {

class Descriptor {
 public:
  // Holds none.
  Descriptor() = default;
  // Takes over what a system call gave; negative: none, and errno is left alone.
  explicit Descriptor(int fd) noexcept : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }

  [[nodiscard]] explicit operator bool() const noexcept { return fd_ >= 0; }
  [[nodiscard]] int get() const noexcept { return fd_; }
  // The caller's from now on.
  int release() noexcept { return std::exchange(fd_, -1); }
  // For who must know whether the last write arrived; false: errno says why not.
  [[nodiscard]] bool close() noexcept { return ::close(release()) == 0; }

 private:
  int fd_ = -1;
};

// As read(2): how many bytes came, 0 at the end, negative where errno says why not. A signal in
// between is none of these.
[[nodiscard]] inline ssize_t read_some(int fd, std::span<char> into) noexcept {
  for (;;) {
    const ssize_t got = ::read(fd, into.data(), into.size());
    if (got >= 0 || errno != EINTR) return got;
  }
}

}  // namespace cork
