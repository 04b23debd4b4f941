// A Stream without a socket, for tests of what reads and writes: it gives what it was told to.
//
//   FakeStream stream({"GET / ", "HTTP/1.1\r\n"});    // one piece a read, then the end
//   stream.written;                                  // what was sent to it
#pragma once

#include "proxy/io/stream.h"

#include <algorithm>
#include <cstring>
#include <deque>
#include <optional>
#include <string>
#include <utility>

namespace cork::test {

class FakeStream final : public io::Stream {
 public:
  explicit FakeStream(std::deque<std::string> pieces = {}) : pieces_(std::move(pieces)) {}
  ~FakeStream() override {
    if (destroyed != nullptr) ++*destroyed;
  }

  io::Awaitable<io::IoResult<void>> wait_readable() override {
    if (pieces_.empty() && fails_with) co_return std::unexpected(*fails_with);
    co_return io::IoResult<void>{};
  }
  io::Awaitable<io::IoResult<std::size_t>> read_some(std::span<std::byte> into) override {
    if (pieces_.empty()) {
      if (fails_with) co_return std::unexpected(*fails_with);
      co_return std::size_t{0};
    }
    std::string& piece = pieces_.front();
    const std::size_t n = std::min(into.size(), piece.size());
    std::memcpy(into.data(), piece.data(), n);
    piece.erase(0, n);
    if (piece.empty()) pieces_.pop_front();
    co_return n;
  }
  io::Awaitable<io::IoResult<void>> write(Bytes bytes) override {
    written += as_text(bytes);
    co_return io::IoResult<void>{};
  }
  io::Awaitable<void> shutdown() override { co_return; }
  void close() noexcept override { closed = true; }
  [[nodiscard]] bool readable() noexcept override { return something_arrived; }
  void set_read_deadline(std::uint64_t) override {}
  void set_write_deadline(std::uint64_t) override {}
  [[nodiscard]] std::string_view tls_version() const noexcept override { return ""; }

  std::string written;
  std::optional<io::IoError> fails_with;  // once the pieces are read, instead of the end
  bool something_arrived = false;         // what readable() says
  bool closed = false;
  int* destroyed = nullptr;  // counts, where set

 private:
  std::deque<std::string> pieces_;
};

}  // namespace cork::test
