// A file descriptor that is owned: closed once, by whoever holds it last.
//
// Not thread-safe.
//
//   const Descriptor file(::open(path, O_RDONLY | O_CLOEXEC));
//   if (!file) return fail(std::strerror(errno));
//   ::read(file.get(), …);
#pragma once

#include <unistd.h>

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

}  // namespace cork
