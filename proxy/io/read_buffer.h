// What has been read from a stream and not yet used: heads and bodies are read through it.
//
// Belongs to one worker. Holds memory only while something is in it, so that an idle connection
// costs none; blocks come from the worker's pool.
//
//   auto n = co_await buffer.fill(stream);      // 0: the peer is done
//   parse(buffer.view()); buffer.consume(k);
#pragma once

#include "base/limits.h"
#include "proxy/io/stream.h"

#include <cstddef>
#include <memory>
#include <vector>

namespace cork::io {

// Two TLS records: each read takes what is there, each write sends few records.
inline constexpr std::size_t kBlockBytes = 32 * kKiB;

class BufferPool {
 public:
  using Block = std::unique_ptr<std::byte[]>;
  [[nodiscard]] Block take();
  void give(Block block) noexcept;

 private:
  static constexpr std::size_t kKept = 64;
  std::vector<Block> free_;
};

class ReadBuffer {
 public:
  explicit ReadBuffer(BufferPool& pool) noexcept : pool_(&pool) {}
  ~ReadBuffer() { release(); }
  ReadBuffer(ReadBuffer&& other) noexcept;
  ReadBuffer& operator=(ReadBuffer&& other) noexcept;

  [[nodiscard]] Bytes view() const noexcept;
  [[nodiscard]] bool empty() const noexcept { return begin_ == end_; }
  // Gives the block back once nothing is left; views of it end then.
  void consume(std::size_t n) noexcept;

  // Waits, then appends what is there; 0 at the peer's end. Grows past a block up to `limit` for a
  // head that needs it; full is an error of kind `reset` that says so.
  Awaitable<IoResult<std::size_t>> fill(Stream& stream, std::size_t limit = kBlockBytes);

 private:
  void make_room(std::size_t limit);
  void release() noexcept;

  BufferPool* pool_;
  BufferPool::Block block_;
  std::size_t capacity_ = 0, begin_ = 0, end_ = 0;
};

}  // namespace cork::io
