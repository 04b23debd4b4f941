// zstd (RFC 8878, with the window limit of RFC 9659).
#include "rules/secrets/content_decoder.h"
#include "rules/secrets/counted_memory.h"

#define ZSTD_STATIC_LINKING_ONLY  // for an allocator of our own
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <bit>

namespace cork::secrets {
namespace {

constexpr std::uint32_t kFrameMagic = 0xfd2fb528, kSkippableMagic = 0x184d2a50;
constexpr std::size_t kMagicBytes = 4, kBlockHeaderBytes = 3;

constexpr std::size_t kKeptBytes = std::size_t{256} * 1024;

constexpr bool is_skippable(std::uint32_t magic) noexcept {
  return (magic & 0xfffffff0u) == kSkippableMagic;
}

// Of versions before the first, which the library no longer reads and the tool does.
constexpr bool is_old(std::uint32_t magic) noexcept {
  return magic >= 0xfd2fb522u && magic < kFrameMagic;
}

std::uint32_t little_endian(std::string_view bytes) noexcept {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < kMagicBytes; ++i) {
    value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  }
  return value;
}

class ZstdDecoder final : public ContentDecoder {
 public:
  ZstdDecoder(const ScanLimits& limits, Found found, MemoryBudget* memory) noexcept
      : ContentDecoder(limits, limits.silent_wire_bytes),
        found_(found),
        context_(ZSTD_createDCtx_advanced({&allocate_counted, &free_counted, memory})) {
    const int log = static_cast<int>(std::bit_width(limits.zstd_window_bytes)) - 1;
    if (context_) {
      ready_ = ZSTD_isError(ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax,
                                                   std::max(log, 10))) == 0;
    }
  }
  bool restart() override;
  [[nodiscard]] std::string_view name() const noexcept override { return "zstd"; }

 private:
  Verdict decode(Bytes& slice) override;
  Verdict end() override {
    return between_ && filled_ == 0 ? verdict()
                                    : refuse(Verdict::unscannable, "zstd data ends early");
  }
  // Collects a frame's magic number, which says whether the library is to see the frame at all.
  Verdict begin_frame(Bytes& input);
  Verdict decompress(Bytes& input);
  // Keeps what is to go in at once; false: not all of it is here yet.
  bool gather(Bytes& input) noexcept;
  Verdict refuse_for(ZSTD_ErrorCode error) noexcept;

  struct Free {
    void operator()(ZSTD_DCtx* context) const noexcept { ZSTD_freeDCtx(context); }
  };
  Found found_;
  std::unique_ptr<ZSTD_DCtx, Free> context_;
  bool ready_ = false, between_ = true;
  std::array<std::byte, kMagicBytes> gathered_{};  // a magic number, or see gather()
  std::size_t filled_ = 0;
  std::size_t wanted_ = 0;  // of input, by the library, up to and with the next block's header
};

// Where processors are virtual, making a context takes microseconds: the library asks what they can
// do. One that has taken a wide window is not kept for the next frame.
bool ZstdDecoder::restart() {
  if (!ready_ || ZSTD_sizeof_DCtx(context_.get()) > kKeptBytes) return false;
  forget();
  between_ = true;
  filled_ = wanted_ = 0;
  return ZSTD_isError(ZSTD_DCtx_reset(context_.get(), ZSTD_reset_session_only)) == 0;
}

Verdict ZstdDecoder::decode(Bytes& slice) {
  if (!ready_) return refuse(Verdict::over_limit, kOutOfMemory);
  while ((!slice.empty() || draining_) && verdict() == Verdict::clean && !full()) {
    if (between_) {
      begin_frame(slice);
    } else {
      decompress(slice);
    }
  }
  return verdict();
}

Verdict ZstdDecoder::begin_frame(Bytes& input) {
  wanted_ = kMagicBytes;
  if (!gather(input)) return verdict();
  const std::uint32_t magic = little_endian(as_text(gathered_));
  if (is_skippable(magic) && found_ == Found::declared) {
    return refuse(Verdict::unscannable, "zstd data with a skippable frame");
  }
  if (is_old(magic)) return refuse(Verdict::over_limit, "zstd data of an old format");
  if (magic != kFrameMagic && !is_skippable(magic)) {
    return refuse(Verdict::unscannable, "bytes that are no zstd frame");
  }
  filled_ = 0;
  between_ = false;
  wanted_ = kMagicBytes + kBlockHeaderBytes;
  Bytes start = gathered_;
  return decompress(start);
}

bool ZstdDecoder::gather(Bytes& input) noexcept {
  while (filled_ < wanted_ && !input.empty()) {
    gathered_[filled_++] = input.front();
    input = input.subspan(1);
  }
  return filled_ >= wanted_;
}

Verdict ZstdDecoder::decompress(Bytes& input) {
  do {
    // A call that meets an error loses what it made before that. So one block goes in at a time,
    // without the header of the next; and the end of the last one, where a frame turns out to be
    // of another size than it says, is the same few bytes however the input is cut.
    const bool few = wanted_ <= kBlockHeaderBytes;
    const bool all = !few || gather(input);
    if (!all && !draining_) return verdict();
    const Bytes part = few ? Bytes(gathered_).first(all ? filled_ : 0)
                           : input.first(std::min(wanted_ - kBlockHeaderBytes, input.size()));
    ZSTD_inBuffer in{part.data(), part.size(), 0};
    ZSTD_outBuffer out{output_.data(), output_.size(), 0};
    const std::size_t code = ZSTD_decompressStream(context_.get(), &out, &in);
    if (few) {
      std::shift_left(gathered_.begin(), gathered_.end(), static_cast<std::ptrdiff_t>(in.pos));
      filled_ -= in.pos;
    } else {
      input = input.subspan(in.pos);
    }
    if (ZSTD_isError(code) != 0) {
      return refuse_for(ZSTD_getErrorCode(code));
    }
    wanted_ = code;
    between_ = code == 0;
    draining_ = !between_ && out.pos == out.size;
    if (!emit(Bytes(output_).first(out.pos))) return verdict();
  } while ((!input.empty() || draining_) && !between_ && !full());
  if (between_ && found_ == Found::recognised) {
    return refuse(Verdict::unscannable, "the end of a zstd frame");
  }
  return verdict();
}

Verdict ZstdDecoder::refuse_for(ZSTD_ErrorCode error) noexcept {
  if (error == ZSTD_error_memory_allocation) return refuse(Verdict::over_limit, kOutOfMemory);
  if (error == ZSTD_error_frameParameter_windowTooLarge) {
    return refuse(Verdict::over_limit, "zstd data with too large a window");
  }
  return refuse(Verdict::unscannable, "zstd data that does not decode");
}

}  // namespace

std::unique_ptr<Decoder> make_zstd_decoder(const ScanLimits& limits, Found found,
                                           MemoryBudget* memory) {
  return std::make_unique<ZstdDecoder>(limits, found, memory);
}

}  // namespace cork::secrets
