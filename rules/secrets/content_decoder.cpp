#include "rules/secrets/content_decoder.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace cork::secrets {
namespace {

constexpr std::size_t kSliceBytes = 1024;

}  // namespace

// For the time of a call, since many decoders wait for their input.
class ContentDecoder::Room {
 public:
  Room(ContentDecoder& decoder, Sink& sink) noexcept : decoder_(decoder) {
    decoder.sink_ = &sink;
    decoder.output_ = bytes_;
  }
  ~Room() {
    decoder_.sink_ = nullptr;
    decoder_.output_ = {};
  }
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

 private:
  ContentDecoder& decoder_;
  std::array<std::byte, 4096> bytes_;
};

Verdict ContentDecoder::push_some(Bytes& input, Offset at, Sink& sink) {
  const Room room(*this, sink);
  // Less may be left of a slice than there was: another container was found in it.
  if (in_slice_) slice_end_ = std::min<Offset>(slice_end_, at + input.size());
  while (verdict_ == Verdict::clean && !sink.full() && (in_slice_ || !input.empty())) {
    if (!in_slice_) begin_slice(at, std::min(kSliceBytes, input.size()));
    const auto left = static_cast<std::size_t>(slice_end_ - at);
    Bytes slice = input.first(left);
    verdict_ = worse(verdict_, decode(slice));
    input = input.subspan(left - slice.size());
    at = slice_end_ - slice.size();
    if (slice.empty() && !draining_) end_slice();
  }
  return verdict_;
}

void ContentDecoder::begin_slice(Offset begin, std::size_t size) noexcept {
  if (!started_) pending_from_ = begin;
  started_ = true;
  in_slice_ = true;
  slice_begin_ = begin;
  slice_end_ = begin + size;
  spoke_ = false;
  taken_ += size;
  silent_ += size;
}

void ContentDecoder::end_slice() noexcept {
  in_slice_ = false;
  if (spoke_) {
    pending_from_ = slice_begin_;
    silent_ = 0;
  } else if (silent_ > silence_) {
    refuse(Verdict::over_limit, "compressed data that yields nothing");
  }
}

Verdict ContentDecoder::finish(Sink& sink) {
  if (verdict_ != Verdict::clean || !started_) return verdict_;
  const Room room(*this, sink);
  slice_begin_ = slice_end_;
  verdict_ = worse(verdict_, end());
  if (verdict_ == Verdict::clean) pending_from_ = slice_end_;
  return verdict_;
}

void ContentDecoder::forget() noexcept {
  draining_ = started_ = in_slice_ = spoke_ = false;
  taken_ = produced_ = silent_ = 0;
  slice_begin_ = slice_end_ = pending_from_ = 0;
  verdict_ = Verdict::clean;
  problem_ = {};
}

bool ContentDecoder::emit(Bytes output) {
  if (output.empty()) return true;
  produced_ += output.size();
  if (produced_ > limits_.decoded_floor && produced_ / limits_.decoded_ratio > taken_) {
    refuse(Verdict::over_limit, "compressed data that expands too far");
    return false;
  }
  spoke_ = true;
  sink_->append(output, Origin{pending_from_, slice_end_, 0, true});
  return true;
}

Verdict ContentDecoder::refuse(Verdict verdict, std::string_view problem) noexcept {
  if (verdict_ == Verdict::clean) problem_ = problem;
  verdict_ = worse(verdict_, verdict);
  return verdict_;
}

bool is_content_coding(std::string_view coding) noexcept {
  constexpr std::array<std::string_view, 6> known{"gzip", "x-gzip", "deflate",
                                                  "br",   "zstd",   "aws-chunked"};
  return std::ranges::find(known, coding) != known.end();
}

std::unique_ptr<Decoder> make_content_decoder(std::string_view coding, const ScanLimits& limits,
                                              MemoryBudget* memory) {
  if (coding == "gzip" || coding == "x-gzip") {
    return make_gzip_decoder(limits, Found::declared, memory);
  }
  if (coding == "deflate") return make_deflate_decoder(limits, Found::declared, memory);
  if (coding == "br") return make_brotli_decoder(limits, memory);
  if (coding == "zstd") return make_zstd_decoder(limits, Found::declared, memory);
  if (coding == "aws-chunked") return make_aws_chunked_decoder();
  return nullptr;
}

}  // namespace cork::secrets
