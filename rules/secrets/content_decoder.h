// What gzip, deflate, br and zstd decoders have in common: input cut into slices, so that output
// can be tied to the wire, and the limits on output and on silence.
//
// Not thread-safe.
//
//   class Decoder final : public ContentDecoder { decode(slice) { ... emit(output); } end() };
#pragma once

#include "rules/secrets/decoder.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace cork::secrets {

// A compressed byte cannot be tied to input bytes exactly: a symbol may begin in the slice before,
// in which the symbol ahead of it ended. It cannot begin before that, since decoders hand out all
// that their input allows. So a slice's output comes from the last slice that had output before it,
// up to its own end, and settles as one.
class ContentDecoder : public Decoder {
 public:
  Verdict push_some(Bytes& input, Offset at, Sink& sink) final;
  [[nodiscard]] bool busy() const noexcept final { return draining_; }
  Verdict finish(Sink& sink) final;
  [[nodiscard]] Offset pending_from() const noexcept final { return pending_from_; }
  [[nodiscard]] std::string_view problem() const noexcept final { return problem_; }

 protected:
  // `silence`: input bytes in a row that may pass without output.
  ContentDecoder(const ScanLimits& limits, std::size_t silence) noexcept
      : limits_(limits), silence_(silence) {}

  // Decodes from the front of `slice` until it is empty and nothing is draining_, or until full().
  virtual Verdict decode(Bytes& slice) = 0;
  // The input is over and was not empty.
  virtual Verdict end() = 0;

  // False: a limit is exhausted, and the decoder returns verdict().
  [[nodiscard]] bool emit(Bytes output);
  // No room: return where the state allows to go on.
  [[nodiscard]] bool full() const noexcept { return sink_->full(); }
  Verdict refuse(Verdict verdict, std::string_view problem) noexcept;
  void forget() noexcept;  // for restart()
  [[nodiscard]] Verdict verdict() const noexcept { return verdict_; }
  [[nodiscard]] const ScanLimits& limits() const noexcept { return limits_; }

  std::span<std::byte> output_;  // room, within decode() and end()
  bool draining_ = false;        // more output is due without more input

 private:
  class Room;
  void begin_slice(Offset begin, std::size_t size) noexcept;
  void end_slice() noexcept;

  ScanLimits limits_;
  std::size_t silence_;
  Sink* sink_ = nullptr;
  std::uint64_t taken_ = 0, produced_ = 0, silent_ = 0;
  Offset slice_begin_ = 0, slice_end_ = 0, pending_from_ = 0;
  bool started_ = false, in_slice_ = false, spoke_ = false;
  Verdict verdict_ = Verdict::clean;
  std::string_view problem_;
};

inline constexpr std::string_view kOutOfMemory =
    "compressed data for which there is no memory left now";

// A container that was declared has no optional regions, and nothing behind its end but members or
// frames like it. One that was recognised in a text has what it has, and ends with its first member
// or frame: the next one is recognised again. What is behind is `unscannable` then.
enum class Found : std::uint8_t { declared, recognised };

std::unique_ptr<Decoder> make_gzip_decoder(const ScanLimits& limits, Found found,
                                           MemoryBudget* memory = nullptr);
// Recognised: with the header of zlib, by which it was.
std::unique_ptr<Decoder> make_deflate_decoder(const ScanLimits& limits, Found found,
                                              MemoryBudget* memory = nullptr);
std::unique_ptr<Decoder> make_brotli_decoder(const ScanLimits& limits,
                                             MemoryBudget* memory = nullptr);
std::unique_ptr<Decoder> make_zstd_decoder(const ScanLimits& limits, Found found,
                                           MemoryBudget* memory = nullptr);

// What clients of S3 send in signed pieces: the pieces in a row. Without its end, or with something
// behind that, it is `unscannable`.
std::unique_ptr<Decoder> make_aws_chunked_decoder();

// One entry, from its local header, whose word for how it is packed is not asked: receivers ask the
// central directory. What does not inflate is `unscannable`.
std::unique_ptr<Decoder> make_zip_entry_decoder(const ScanLimits& limits,
                                                MemoryBudget* memory = nullptr);

// A pack of git, from its first byte: the text of each object, and a line's end behind it.
std::unique_ptr<Decoder> make_git_pack_decoder(const ScanLimits& limits,
                                               MemoryBudget* memory = nullptr);

// Is it one that make_content_decoder() knows?
[[nodiscard]] bool is_content_coding(std::string_view coding) noexcept;

}  // namespace cork::secrets
