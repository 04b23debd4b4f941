// gzip (RFC 1952) and deflate (RFC 1950, or RFC 1951 bare). zlib inflates; the gzip member around
// it is read here, because zlib skips what may be in it.
#include "rules/secrets/content_decoder.h"
#include "rules/secrets/inflater.h"

#include <zlib.h>

#include <cassert>

namespace cork::secrets {
namespace {

class GzipDecoder final : public ContentDecoder {
 public:
  GzipDecoder(const ScanLimits& limits, Found found, MemoryBudget* memory) noexcept
      : ContentDecoder(limits, limits.silent_wire_bytes), found_(found), inflater_(memory) {}
  [[nodiscard]] std::string_view name() const noexcept override { return "gzip"; }

 private:
  enum class State : std::uint8_t {
    between,  // members: before the first, or after one
    header,
    extra_length,
    extra,
    file_name,
    comment,
    header_crc,
    body,
    trailer,
  };
  static constexpr unsigned kFlagCrc = 2, kFlagExtra = 4, kFlagName = 8, kFlagComment = 16;

  Verdict decode(Bytes& slice) override;
  Verdict end() override {
    return state_ == State::between ? verdict()
                                    : refuse(Verdict::unscannable, "gzip data ends early");
  }
  Verdict header_byte(std::byte byte);
  Verdict after_fixed_header();
  Verdict region(Bytes& input);       // extra
  Verdict text_region(Bytes& input);  // file_name, comment
  Verdict inflate_body(Bytes& input);
  Verdict trailer_byte(std::byte byte);
  void next_region() noexcept;
  [[nodiscard]] unsigned byte_at(std::size_t i) const noexcept {
    return std::to_integer<unsigned>(fixed_[i]);
  }

  Found found_;
  State state_ = State::between;
  std::array<std::byte, 10> fixed_{};  // the field being read: header, lengths, trailer
  std::size_t filled_ = 0;
  unsigned flags_ = 0;
  std::size_t extra_left_ = 0;
  uLong crc_ = 0;
  std::uint32_t size_ = 0;
  Inflater inflater_;
};

Verdict GzipDecoder::decode(Bytes& slice) {
  while ((!slice.empty() || draining_) && verdict() == Verdict::clean && !full()) {
    switch (state_) {
      case State::extra:
        region(slice);
        break;
      case State::file_name:
      case State::comment:
        text_region(slice);
        break;
      case State::body:
        inflate_body(slice);
        break;
      case State::trailer:
        trailer_byte(slice.front());
        slice = slice.subspan(1);
        break;
      case State::between:
        state_ = State::header;
        [[fallthrough]];
      case State::header:
      case State::extra_length:
      case State::header_crc:
        header_byte(slice.front());
        slice = slice.subspan(1);
        break;
    }
  }
  return verdict();
}

Verdict GzipDecoder::header_byte(std::byte byte) {
  assert(filled_ < fixed_.size());
  fixed_[filled_++] = byte;
  if (state_ == State::header) {
    constexpr std::array<unsigned, 3> magic{0x1f, 0x8b, 8};
    if (filled_ <= magic.size() && byte_at(filled_ - 1) != magic[filled_ - 1]) {
      return refuse(Verdict::unscannable, "bytes that are no gzip member");
    }
    if (filled_ == fixed_.size()) return after_fixed_header();
  } else if (filled_ == 2) {
    filled_ = 0;
    if (state_ == State::extra_length) {
      extra_left_ = byte_at(0) | byte_at(1) << 8;
      state_ = State::extra;
      if (extra_left_ == 0) next_region();
    } else {
      next_region();
    }
  }
  return verdict();
}

Verdict GzipDecoder::after_fixed_header() {
  filled_ = 0;
  flags_ = byte_at(3);
  if (found_ == Found::declared && (flags_ & 0xe0) != 0) {
    return refuse(Verdict::unscannable, "gzip header with reserved flags");
  }
  if (found_ == Found::declared && (flags_ & (kFlagCrc | kFlagExtra | kFlagComment)) != 0) {
    return refuse(Verdict::unscannable, "gzip header with optional regions");
  }
  crc_ = crc32(0, nullptr, 0);
  size_ = 0;
  inflater_.restart(Inflater::Format::raw);
  next_region();
  return verdict();
}

// To the next region that the flags announce, which takes its flag away.
void GzipDecoder::next_region() noexcept {
  const auto take = [this](unsigned flag) {
    const bool set = (flags_ & flag) != 0;
    flags_ &= ~flag;
    return set;
  };
  state_ = take(kFlagExtra)     ? State::extra_length
           : take(kFlagName)    ? State::file_name
           : take(kFlagComment) ? State::comment
           : take(kFlagCrc)     ? State::header_crc
                                : State::body;
}

Verdict GzipDecoder::region(Bytes& input) {
  const Bytes part = input.first(std::min(input.size(), extra_left_));
  extra_left_ -= part.size();
  input = input.subspan(part.size());
  if (!emit(part)) return verdict();
  if (extra_left_ == 0) {
    if (!emit(as_bytes("\n"))) return verdict();
    next_region();
  }
  return verdict();
}

Verdict GzipDecoder::text_region(Bytes& input) {
  const std::string_view text = as_text(input);
  const std::size_t zero = text.find('\0');
  if (!emit(input.first(std::min(zero, text.size())))) return verdict();
  if (zero == std::string_view::npos) {
    input = {};
    return verdict();
  }
  if (!emit(as_bytes("\n"))) return verdict();
  input = input.subspan(zero + 1);
  next_region();
  return verdict();
}

Verdict GzipDecoder::inflate_body(Bytes& input) {
  const auto progress = inflater_.inflate_some(input, output_, [this](Bytes output) {
    if (output.empty()) return true;
    crc_ = crc32(crc_, reinterpret_cast<const Bytef*>(output.data()),
                 static_cast<uInt>(output.size()));
    size_ += static_cast<std::uint32_t>(output.size());
    return emit(output) && !full();
  });
  draining_ = inflater_.draining();
  if (progress == Inflater::Progress::no_memory) return refuse(Verdict::over_limit, kOutOfMemory);
  if (progress == Inflater::Progress::broken) {
    return refuse(Verdict::unscannable, "gzip data that does not inflate");
  }
  if (progress == Inflater::Progress::ended) state_ = State::trailer;
  return verdict();
}

Verdict GzipDecoder::trailer_byte(std::byte byte) {
  fixed_[filled_++] = byte;
  if (filled_ < 8) return verdict();
  filled_ = 0;
  const auto word = [this](std::size_t i) {
    return byte_at(i) | byte_at(i + 1) << 8 | byte_at(i + 2) << 16 | byte_at(i + 3) << 24;
  };
  if (word(0) != crc_ || word(4) != size_) {
    return refuse(Verdict::unscannable, "gzip data that fails its checksum");
  }
  state_ = State::between;
  return found_ == Found::recognised ? refuse(Verdict::unscannable, "the end of a gzip member")
                                     : verdict();
}

class DeflateDecoder final : public ContentDecoder {
 public:
  DeflateDecoder(const ScanLimits& limits, Found found, MemoryBudget* memory) noexcept
      : ContentDecoder(limits, limits.silent_wire_bytes), found_(found), inflater_(memory) {}
  [[nodiscard]] std::string_view name() const noexcept override { return "deflate"; }

 private:
  // Enough to tell the formats apart: two bytes of a zlib header, or five of a stored block.
  static constexpr std::size_t kStartBytes = 5;

  Verdict decode(Bytes& slice) override;
  Verdict end() override;
  Verdict choose_format();
  Verdict inflate(Bytes& input);
  [[nodiscard]] unsigned byte_at(std::size_t i) const noexcept {
    return std::to_integer<unsigned>(start_[i]);
  }

  const Found found_;
  std::array<std::byte, kStartBytes> start_{};
  std::size_t filled_ = 0;
  bool chosen_ = false, ended_ = false;
  Inflater inflater_;
};

Verdict DeflateDecoder::decode(Bytes& slice) {
  while (!chosen_ && !slice.empty()) {
    start_[filled_++] = slice.front();
    slice = slice.subspan(1);
    if (filled_ == kStartBytes && choose_format() != Verdict::clean) return verdict();
  }
  return chosen_ ? inflate(slice) : verdict();
}

// Receivers differ in whether they expect the zlib header. One that would be a stored block's
// beginning as well reads two ways, and nobody knows which the receiver chooses.
Verdict DeflateDecoder::choose_format() {
  chosen_ = true;
  const bool zlib = filled_ >= 2 && (byte_at(0) & 0x0f) == 8 && byte_at(0) >> 4 <= 7 &&
                    (byte_at(0) * 256 + byte_at(1)) % 31 == 0 && (byte_at(1) & 0x20) == 0;
  const bool stored = filled_ == kStartBytes && (byte_at(1) ^ byte_at(3)) == 0xff &&
                      (byte_at(2) ^ byte_at(4)) == 0xff;
  if (zlib && stored && found_ == Found::declared)
    return refuse(Verdict::unscannable, "deflate data that reads two ways");
  inflater_.restart(zlib ? Inflater::Format::zlib : Inflater::Format::raw);
  // So few bytes make less output than the buffer takes: none of them stays behind.
  Bytes start = Bytes(start_).first(filled_);
  return inflate(start);
}

Verdict DeflateDecoder::inflate(Bytes& input) {
  if (!ended_) {
    const auto progress = inflater_.inflate_some(
        input, output_, [this](Bytes output) { return emit(output) && !full(); });
    draining_ = inflater_.draining();
    if (progress == Inflater::Progress::no_memory) {
      return refuse(Verdict::over_limit, kOutOfMemory);
    }
    if (progress == Inflater::Progress::broken) {
      return refuse(Verdict::unscannable, "deflate data that does not inflate");
    }
    ended_ = progress == Inflater::Progress::ended;
  }
  if (ended_ && !input.empty()) {
    return refuse(Verdict::unscannable, "bytes after the end of deflate data");
  }
  return verdict();
}

Verdict DeflateDecoder::end() {
  if (!chosen_ && choose_format() != Verdict::clean) return verdict();
  return ended_ ? verdict() : refuse(Verdict::unscannable, "deflate data ends early");
}

}  // namespace

std::unique_ptr<Decoder> make_gzip_decoder(const ScanLimits& limits, Found found,
                                           MemoryBudget* memory) {
  return std::make_unique<GzipDecoder>(limits, found, memory);
}

std::unique_ptr<Decoder> make_deflate_decoder(const ScanLimits& limits, Found found,
                                              MemoryBudget* memory) {
  return std::make_unique<DeflateDecoder>(limits, found, memory);
}

}  // namespace cork::secrets
