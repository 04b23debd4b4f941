// zstd (RFC 8878, with the window limit of RFC 9659).
#include "rules/secrets/content_decoder.h"
#include "rules/secrets/counted_memory.h"

#define ZSTD_STATIC_LINKING_ONLY  // for an allocator of our own
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <span>
#include <utility>

namespace cork::secrets {
namespace {

constexpr std::uint32_t kFrameMagic = 0xfd2fb528, kSkippableMagic = 0x184d2a50;
constexpr std::size_t kMagicBytes = 4, kBlockHeaderBytes = 3;

constexpr std::uint64_t kMostBlockBytes = 128 * kKiB;
constexpr std::string_view kLargeWindow = "zstd data with too large a window";

constexpr std::size_t kKeptBytes = std::size_t{256} * 1024;

constexpr bool is_skippable(std::uint32_t magic) noexcept {
  return (magic & 0xfffffff0u) == kSkippableMagic;
}

std::uint64_t little_endian(std::span<const std::byte> bytes) noexcept {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i > 0; --i) {
    value = value << 8 | std::to_integer<std::uint64_t>(bytes[i - 1]);
  }
  return value;
}

// A frame's header behind its magic number (RFC 8878, section 3.1.1.1).
class FrameHeader {
 public:
  static constexpr std::size_t kLongest = 14;

  explicit FrameHeader(std::byte descriptor) noexcept
      : descriptor_(std::to_integer<unsigned>(descriptor)) {}

  [[nodiscard]] std::size_t size() const noexcept {
    return 1 + (single_segment() ? 0 : 1) + dictionary_bytes() + content_bytes();
  }
  // `header` is all of it.
  [[nodiscard]] std::uint64_t window(std::span<const std::byte> header) const noexcept {
    if (single_segment()) {
      const std::uint64_t content = little_endian(header.last(content_bytes()));
      return content_bytes() == 2 ? content + 256 : content;
    }
    const unsigned window = std::to_integer<unsigned>(header[1]);
    const std::uint64_t base = std::uint64_t{1} << (kLeastWindowLog + (window >> 3));
    return base + base / 8 * (window & 7);
  }
  // The same frame with a window of 2^log bytes, which does not say how much it holds; how long it
  // has become.
  std::size_t narrow(std::span<std::byte> header, unsigned log) const noexcept {
    const auto dictionary = header.subspan(single_segment() ? 1 : 2, dictionary_bytes());
    std::array<std::byte, 4> copy{};
    std::ranges::copy(dictionary, copy.begin());
    constexpr unsigned checksum_and_dictionary = 7;
    header[0] = static_cast<std::byte>(descriptor_ & checksum_and_dictionary);
    header[1] = static_cast<std::byte>((log - kLeastWindowLog) << 3);
    std::copy_n(copy.begin(), dictionary_bytes(), header.begin() + 2);
    return 2 + dictionary_bytes();
  }

 private:
  static constexpr unsigned kLeastWindowLog = 10;
  [[nodiscard]] bool single_segment() const noexcept { return (descriptor_ & 0x20u) != 0; }
  [[nodiscard]] std::size_t dictionary_bytes() const noexcept {
    return std::size_t{1} << (descriptor_ & 3u) >> 1;
  }
  [[nodiscard]] std::size_t content_bytes() const noexcept {
    const unsigned flag = descriptor_ >> 6;
    return flag == 0 ? (single_segment() ? 1 : 0) : std::size_t{1} << flag;
  }

  unsigned descriptor_;
};

class ZstdDecoder final : public ContentDecoder {
 public:
  ZstdDecoder(const ScanLimits& limits, Found found, MemoryBudget* memory) noexcept
      : ContentDecoder(limits, limits.silent_wire_bytes),
        found_(found),
        window_log_(std::max(static_cast<unsigned>(std::bit_width(limits.zstd_window_bytes)), 11u) -
                    1),
        context_(ZSTD_createDCtx_advanced({&allocate_counted, &free_counted, memory})) {
    if (context_) {
      ready_ = ZSTD_isError(ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax,
                                                   static_cast<int>(window_log_))) == 0;
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
  // And its header; false: not all of it is here yet.
  bool gather_header(Bytes& input) noexcept;
  Verdict decompress(Bytes& input);
  // Keeps what is to go in at once; false: not all of it is here yet.
  bool gather(Bytes& input) noexcept;
  Verdict refuse_for(ZSTD_ErrorCode error) noexcept;
  // Of output that a block may refer to.
  [[nodiscard]] std::uint64_t room() const noexcept { return std::uint64_t{1} << window_log_; }

  struct Free {
    void operator()(ZSTD_DCtx* context) const noexcept { ZSTD_freeDCtx(context); }
  };
  Found found_;
  unsigned window_log_;
  std::unique_ptr<ZSTD_DCtx, Free> context_;
  bool ready_ = false, between_ = true;
  // A magic number and a header, or see gather().
  std::array<std::byte, kMagicBytes + FrameHeader::kLongest> gathered_{};
  std::size_t filled_ = 0;
  std::size_t wanted_ = 0;  // of input, by the library, up to and with the next block's header
  bool narrowed_ = false;   // the frame's window was
  std::uint64_t made_ = 0;  // of it
};

// Where processors are virtual, making a context takes microseconds: the library asks what they can
// do. One that has taken a wide window is not kept for the next frame.
bool ZstdDecoder::restart() {
  if (!ready_ || ZSTD_sizeof_DCtx(context_.get()) > kKeptBytes) return false;
  forget();
  between_ = true;
  narrowed_ = false;
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
  const auto magic =
      static_cast<std::uint32_t>(little_endian(std::span(gathered_).first(kMagicBytes)));
  if (is_skippable(magic) && found_ == Found::declared) {
    return refuse(Verdict::unscannable, "zstd data with a skippable frame");
  }
  if (magic != kFrameMagic && !is_skippable(magic)) {
    return refuse(Verdict::unscannable, "bytes that are no zstd frame");
  }
  if (!is_skippable(magic) && found_ == Found::recognised && !gather_header(input)) {
    return verdict();
  }
  Bytes start = Bytes(gathered_).first(std::exchange(filled_, 0));
  between_ = false;
  wanted_ = start.size() + kBlockHeaderBytes;
  return decompress(start);
}

// Programs that read zstd hold its magic number, and what follows there says mostly that the window
// is large: that is no frame, as its first block shows. So what was recognised is read with a
// window that there is room for, which holds all of it until so much was made.
bool ZstdDecoder::gather_header(Bytes& input) noexcept {
  wanted_ = kMagicBytes + 1;
  if (!gather(input)) return false;
  const FrameHeader header(gathered_[kMagicBytes]);
  wanted_ = kMagicBytes + header.size();
  if (!gather(input)) return false;
  const auto bytes = std::span(gathered_).subspan(kMagicBytes);
  narrowed_ = header.window(bytes.first(header.size())) > room();
  made_ = 0;
  if (narrowed_) filled_ = kMagicBytes + header.narrow(bytes, window_log_);
  return true;
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
    made_ += out.pos;
    if (narrowed_ && made_ > room()) return refuse(Verdict::over_limit, kLargeWindow);
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
    return refuse(Verdict::over_limit, kLargeWindow);
  }
  // It may be what a block refers to that there is no room for.
  if (narrowed_ && made_ + kMostBlockBytes > room())
    return refuse(Verdict::over_limit, kLargeWindow);
  return refuse(Verdict::unscannable, "zstd data that does not decode");
}

}  // namespace

std::unique_ptr<Decoder> make_zstd_decoder(const ScanLimits& limits, Found found,
                                           MemoryBudget* memory) {
  return std::make_unique<ZstdDecoder>(limits, found, memory);
}

}  // namespace cork::secrets
