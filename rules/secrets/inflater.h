// zlib's stream, for the decoders of formats that hold deflate data (RFC 1951).
//
// Not thread-safe. Not movable: zlib's state points back at it. What it keeps is taken from a
// budget, which outlives it; nullptr: not counted.
//
//   Inflater inflater(memory);
//   inflater.restart(Inflater::Format::raw);
//   inflater.inflate_some(input, buffer, [](Bytes output) { return true; });
#pragma once

#include "base/bytes.h"
#include "base/memory_budget.h"
#include "rules/secrets/counted_memory.h"

#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <span>

namespace cork::secrets {

class Inflater {
 public:
  enum class Format : std::uint8_t { raw, zlib };
  enum class Progress : std::uint8_t { more, ended, broken, no_memory, stopped };
  // Since the last call gave all the output there was room for, more may be due.
  [[nodiscard]] bool draining() const noexcept { return draining_; }

  explicit Inflater(MemoryBudget* memory) noexcept {
    stream_.zalloc = [](void* budget, uInt items, uInt size) -> void* {
      return allocate_counted(budget, std::size_t{items} * size);
    };
    stream_.zfree = &free_counted;
    stream_.opaque = memory;
    ready_ = inflateInit2(&stream_, -MAX_WBITS) == Z_OK;
  }
  ~Inflater() {
    if (ready_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  void restart(Format format) noexcept {
    if (ready_) inflateReset2(&stream_, format == Format::zlib ? MAX_WBITS : -MAX_WBITS);
  }

  // Takes from the front of `input`; each run of output goes to `emit`, which may stop it: then
  // `input` is what was not taken, and the next call goes on.
  template <class Emit>
  Progress inflate_some(Bytes& input, std::span<std::byte> buffer, Emit emit) {
    if (!ready_) return Progress::no_memory;
    // zlib reads the input; its pointer is not const in builds without ZLIB_CONST.
    stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(input.data()));
    stream_.avail_in = static_cast<uInt>(input.size());
    int code = Z_OK;
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
      stream_.avail_out = static_cast<uInt>(buffer.size());
      code = ::inflate(&stream_, Z_NO_FLUSH);
      input = input.last(stream_.avail_in);
      draining_ = code == Z_OK && stream_.avail_out == 0;
      const bool go_on = emit(Bytes(buffer.first(buffer.size() - stream_.avail_out)));
      if (!go_on && code == Z_OK) return Progress::stopped;
    } while (code == Z_OK && (draining_ || stream_.avail_in > 0));
    if (code == Z_STREAM_END) return Progress::ended;
    if (code == Z_MEM_ERROR) return Progress::no_memory;
    return code == Z_OK || code == Z_BUF_ERROR ? Progress::more : Progress::broken;
  }

 private:
  z_stream stream_{};
  bool ready_ = false, draining_ = false;
};

}  // namespace cork::secrets
