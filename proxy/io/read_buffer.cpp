#include "proxy/io/read_buffer.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace cork::io {

BufferPool::Block BufferPool::take() {
  if (free_.empty()) return std::make_unique_for_overwrite<std::byte[]>(kBlockBytes);
  Block block = std::move(free_.back());
  free_.pop_back();
  return block;
}

void BufferPool::give(Block block) noexcept {
  if (free_.capacity() == 0) free_.reserve(kKept);
  if (free_.size() < kKept) free_.push_back(std::move(block));
}

ReadBuffer::ReadBuffer(ReadBuffer&& other) noexcept
    : pool_(other.pool_),
      block_(std::move(other.block_)),
      capacity_(std::exchange(other.capacity_, 0)),
      begin_(std::exchange(other.begin_, 0)),
      end_(std::exchange(other.end_, 0)) {}

ReadBuffer& ReadBuffer::operator=(ReadBuffer&& other) noexcept {
  if (this == &other) return *this;
  release();
  pool_ = other.pool_;
  block_ = std::move(other.block_);
  capacity_ = std::exchange(other.capacity_, 0);
  begin_ = std::exchange(other.begin_, 0);
  end_ = std::exchange(other.end_, 0);
  return *this;
}

Bytes ReadBuffer::view() const noexcept {
  return {block_.get() + begin_, end_ - begin_};
}

void ReadBuffer::consume(std::size_t n) noexcept {
  begin_ += std::min(n, end_ - begin_);
  if (begin_ == end_) release();
}

Awaitable<IoResult<std::size_t>> ReadBuffer::fill(Stream& stream, std::size_t limit) {
  if (empty()) {
    auto ready = co_await stream.wait_readable();
    if (!ready) co_return std::unexpected(std::move(ready.error()));
  }
  make_room(limit);
  if (end_ == capacity_) co_return std::unexpected(IoError{IoError::Kind::reset, "too large"});
  auto n = co_await stream.read_some({block_.get() + end_, capacity_ - end_});
  if (n) end_ += *n;
  if (empty()) release();
  co_return n;
}

void ReadBuffer::make_room(std::size_t limit) {
  if (!block_) {
    block_ = pool_->take();
    capacity_ = kBlockBytes;
    return;
  }
  if (end_ < capacity_) return;
  if (begin_ > 0) {
    std::memmove(block_.get(), block_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    return;
  }
  const std::size_t wanted = std::min(limit, capacity_ * 2);
  if (wanted <= capacity_) return;
  auto larger = std::make_unique_for_overwrite<std::byte[]>(wanted);
  std::memcpy(larger.get(), block_.get(), end_);
  if (capacity_ == kBlockBytes) pool_->give(std::move(block_));
  block_ = std::move(larger);
  capacity_ = wanted;
}

void ReadBuffer::release() noexcept {
  if (block_ && capacity_ == kBlockBytes) pool_->give(std::move(block_));
  block_.reset();
  capacity_ = begin_ = end_ = 0;
}

}  // namespace cork::io
