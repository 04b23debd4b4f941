#include "rules/secrets/content_decoder.h"

#include <algorithm>

namespace cork::secrets {
namespace {

constexpr std::size_t slice_bytes = 1024;

}  // namespace

Verdict ContentDecoder::push(Bytes input, Origin origin, Sink& sink) {
  if (verdict_ != Verdict::clean || input.empty()) return verdict_;
  sink_ = &sink;
  if (!started_) pending_from_ = origin.begin;
  started_ = true;
  if (origin.stride != 1) {
    push_slice(input, origin.begin, origin.end);
  } else {
    Offset at = origin.begin;
    while (!input.empty() && verdict_ == Verdict::clean) {
      const Bytes slice = input.first(std::min(slice_bytes, input.size()));
      push_slice(slice, at, at + slice.size());
      at += slice.size();
      input = input.subspan(slice.size());
    }
  }
  sink_ = nullptr;
  return verdict_;
}

Verdict ContentDecoder::push_slice(Bytes slice, Offset begin, Offset end) {
  slice_begin_ = begin;
  slice_end_ = end;
  spoke_ = false;
  taken_ += slice.size();
  silent_ += slice.size();
  verdict_ = worse(verdict_, decode(slice));
  if (spoke_) {
    pending_from_ = slice_begin_;
    silent_ = 0;
  } else if (silent_ > silence_ && verdict_ == Verdict::clean) {
    refuse(Verdict::over_limit, "compressed data that yields nothing");
  }
  return verdict_;
}

Verdict ContentDecoder::finish(Sink& sink) {
  if (verdict_ != Verdict::clean || !started_) return verdict_;
  sink_ = &sink;
  slice_begin_ = slice_end_;
  verdict_ = worse(verdict_, end());
  sink_ = nullptr;
  if (verdict_ == Verdict::clean) pending_from_ = slice_end_;
  return verdict_;
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
  constexpr std::array<std::string_view, 5> known{"gzip", "x-gzip", "deflate", "br", "zstd"};
  return std::ranges::find(known, coding) != known.end();
}

std::unique_ptr<Decoder> make_content_decoder(std::string_view coding, const ScanLimits& limits) {
  if (coding == "gzip" || coding == "x-gzip") return make_gzip_decoder(limits, Optional::refused);
  if (coding == "deflate") return make_deflate_decoder(limits);
  if (coding == "br") return make_brotli_decoder(limits);
  if (coding == "zstd") return make_zstd_decoder(limits, Optional::refused);
  return nullptr;
}

bool may_begin_container(std::string_view start) noexcept {
  constexpr std::string_view gzip = "\x1f\x8b\x08", zstd = "\x28\xb5\x2f\xfd", skippable = "*M\x18";
  if (start.empty() || gzip.starts_with(start) || zstd.starts_with(start)) return true;
  return (static_cast<unsigned char>(start.front()) & 0xf0u) == 0x50 &&
         skippable.starts_with(start.substr(1));
}

std::unique_ptr<Decoder> make_sniffed_decoder(std::string_view start, const ScanLimits& limits) {
  if (begins_gzip(start)) return make_gzip_decoder(limits, Optional::allowed);
  if (begins_zstd(start)) return make_zstd_decoder(limits, Optional::allowed);
  return nullptr;
}

}  // namespace cork::secrets
