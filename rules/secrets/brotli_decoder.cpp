// br (RFC 7932).
#include "rules/secrets/content_decoder.h"
#include "rules/secrets/counted_memory.h"

#include <brotli/decode.h>

#include <algorithm>

namespace cork::secrets {
namespace {

// The library skips metadata blocks without a word, and where a meta-block begins is known to it
// alone. So silence is what gives them away: the prefix codes and context maps at the head of an
// ordinary meta-block stay below this, and output is handed out as soon as its bits are there. Up
// to this many bytes between two runs of output can still be metadata; they are seen in the raw
// view, where nothing is decoded.
constexpr std::size_t kLongestSilence = 32 * kKiB;

class BrotliDecoder final : public ContentDecoder {
 public:
  // The library's large-window extension, which is not `br`, is off by default.
  BrotliDecoder(const ScanLimits& limits, MemoryBudget* memory) noexcept
      : ContentDecoder(limits, std::min(limits.silent_wire_bytes, kLongestSilence)),
        state_(BrotliDecoderCreateInstance(&allocate_counted, &free_counted, memory)) {}
  [[nodiscard]] std::string_view name() const noexcept override { return "br"; }

 private:
  Verdict decode(Bytes& slice) override;
  Verdict end() override {
    return ended_ ? verdict() : refuse(Verdict::unscannable, "br data ends early");
  }

  struct Free {
    void operator()(BrotliDecoderState* state) const noexcept {
      BrotliDecoderDestroyInstance(state);
    }
  };
  std::unique_ptr<BrotliDecoderState, Free> state_;
  bool ended_ = false;
};

Verdict BrotliDecoder::decode(Bytes& slice) {
  if (!state_) return refuse(Verdict::over_limit, kOutOfMemory);
  const auto* next = reinterpret_cast<const std::uint8_t*>(slice.data());
  std::size_t left = slice.size();
  while (!ended_ && !full()) {
    auto* out = reinterpret_cast<std::uint8_t*>(output_.data());
    std::size_t room = output_.size();
    const auto result =
        BrotliDecoderDecompressStream(state_.get(), &left, &next, &room, &out, nullptr);
    slice = slice.last(left);
    if (!emit(Bytes(output_).first(output_.size() - room))) return verdict();
    if (result == BROTLI_DECODER_RESULT_ERROR) {
      const auto error = BrotliDecoderGetErrorCode(state_.get());
      if (error <= BROTLI_DECODER_ERROR_ALLOC_CONTEXT_MODES &&
          error >= BROTLI_DECODER_ERROR_ALLOC_BLOCK_TYPE_TREES) {
        return refuse(Verdict::over_limit, kOutOfMemory);
      }
      return refuse(Verdict::unscannable, "br data that does not decode");
    }
    draining_ = result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;
    ended_ = result == BROTLI_DECODER_RESULT_SUCCESS;
    if (!draining_ && !ended_) return verdict();
  }
  if (ended_ && left > 0) return refuse(Verdict::unscannable, "bytes after the end of br data");
  return verdict();
}

}  // namespace

std::unique_ptr<Decoder> make_brotli_decoder(const ScanLimits& limits, MemoryBudget* memory) {
  return std::make_unique<BrotliDecoder>(limits, memory);
}

}  // namespace cork::secrets
