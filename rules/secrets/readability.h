// How much of a text nobody can read: binary data, and digits in long runs that stand for some.
//
// Not thread-safe; allocates nothing. Judged are blocks of 256 bytes, by their bytes alone: what no
// UTF-8 is or control characters, accented letters as dense as no language has them, a run of
// base64 or hexadecimal digits, or letters that follow one another as if by chance. What a decoder
// makes text of is told by cover(), within the next blocks; what it leaves of a block stays unread.
//
//   Readability readable;
//   readable.push(text);
//   readable.cover(begin, end);             // positions count from the first byte pushed
//   unread += readable.take_unread(true);
#pragma once

#include "base/bytes.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cork::secrets {

class Readability {
 public:
  // Decoders are behind by less than so many bytes: a batch of theirs, and a little.
  static constexpr std::size_t kBehind = 16'384;

  void push(std::string_view text) noexcept;
  // Stands in another text as well, where it is judged: here it shows what stands between it.
  void pass(std::string_view text) noexcept;
  // These bytes are read in another form.
  void cover(Offset begin, Offset end) noexcept;
  // Bytes found to be unread since this was asked last; with `last`, of all that was pushed.
  std::size_t take_unread(bool last) noexcept;

 private:
  static constexpr std::size_t kBlockBytes = 256;
  static constexpr std::size_t kWaiting = kBehind / kBlockBytes;
  struct Block {
    std::uint16_t size = 0;
    std::uint16_t unread = 0;  // bytes, where nothing covers them
    std::uint16_t covered = 0;
  };

  // Of `text`, what fits into the block that goes on, which ends where it is full.
  std::size_t hold(std::string_view text) noexcept;
  void end_block(bool whole) noexcept;
  void add(std::size_t size, std::size_t unread) noexcept;
  void settle_oldest() noexcept;

  std::array<char, kBlockBytes> held_;  // the block that goes on
  std::size_t size_ = 0, passed_ = 0;   // of it: pushed and passed; passed alone
  std::array<Block, kWaiting> blocks_{};
  std::uint64_t first_ = 0, next_ = 0;  // block numbers: not settled from, to come
  std::size_t settled_ = 0;             // unread bytes since they were asked for
  std::size_t more_digits_ = 0;         // blocks that are taken for what the last one was
};

// What a text that begins so is, and nobody reads: "an image (PNG)", "an encrypted message (age)".
// Empty: nothing that is known. Sixteen bytes are enough to tell. Static storage.
[[nodiscard]] std::string_view sealed_kind(std::string_view begin) noexcept;
inline constexpr std::size_t kSealedBytes = 32;

}  // namespace cork::secrets
