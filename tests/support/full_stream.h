// A stream that keeps what it is given until it is flushed, and then refuses it.
#pragma once

#include <sys/types.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>

namespace cork::test {

class FullStream {
 public:
  // `why`: what errno is then.
  explicit FullStream(int why)
      : why_(why),
        file_(::fopencookie(
            this, "w", {.read = nullptr, .write = &refuse, .seek = nullptr, .close = nullptr})) {}
  ~FullStream() { std::fclose(file_); }
  FullStream(const FullStream&) = delete;
  FullStream& operator=(const FullStream&) = delete;

  std::FILE* file() { return file_; }

 private:
  static ssize_t refuse(void* self, const char*, std::size_t) {
    errno = static_cast<FullStream*>(self)->why_;
    return 0;
  }

  int why_;
  std::FILE* file_;
};

}  // namespace cork::test
