// One layer of encoding taken off a stream, and the bookkeeping that ties every decoded byte to the
// input bytes it came from.
//
// Not thread-safe; allocation-free after construction where the codec allows it.
//
//   auto decoder = make_content_decoder("gzip", limits);
//   Verdict v = decoder->push(bytes, offset, sink);
//   v = decoder->finish(sink);
#pragma once

#include "base/bytes.h"
#include "base/limits.h"
#include "base/memory_budget.h"
#include "rules/secrets/finding.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace cork::secrets {

class Openings;

// The input bytes that a run of derived bytes came from, in the numbering of whoever pushed them.
struct Origin {
  Offset begin = 0, end = 0;
  // How many input bytes each derived byte came from, one run after the other: 1 for text passed
  // on, 3 for %XX. 0: the whole run came from somewhere in [begin, end) and settles as one. Where
  // the stride is 1 and the input is longer than the run, its last byte came from all the rest:
  // text up to an escape, and the escape, are one run.
  std::uint8_t stride = 1;
  // False: these bytes are passed on as they came.
  bool altered = false;
  // Altered, but what matches beside it matches in both texts: see escapes.h.
  bool separates = false;
};

// The most derived bytes of a run with pairs.
inline constexpr std::size_t kMostWithPairs = 64;

struct Run {
  std::size_t size = 0;  // in derived bytes
  Origin origin;
  // Where the stride is 1, and all that is altered separates: a bit for each derived byte that came
  // from two, the first byte's being the lowest. Text and its commonest escapes are one run so.
  std::uint64_t pairs = 0;

  [[nodiscard]] bool ends_in_escape() const noexcept {
    return pairs == 0 && origin.stride == 1 && origin.end - origin.begin > size;
  }
};

class Sink {
 public:
  // `derived` is the runs one behind the other.
  virtual void append(Bytes derived, std::span<const Run> runs) = 0;
  void append(Bytes derived, const Origin& origin) {
    const Run run{derived.size(), origin};
    append(derived, std::span(&run, 1));
  }
  // What comes next has nothing to do with what came before.
  virtual void boundary() {}
  // Where what comes of one reading of the input goes, of several that do not follow one another.
  virtual Sink& lane(std::size_t /*reading*/) { return *this; }
  // In the input, at `at`, digits begin that stand for a compressed container.
  virtual void container(Offset /*at*/) {}
  // The same of zlib data, which is looked for at the front of what they stand for alone.
  virtual void zlib(Offset /*at*/) {}
  // Enough for now: whoever decodes into this goes on later.
  [[nodiscard]] virtual bool full() const noexcept { return false; }

 protected:
  ~Sink() = default;
};

class Decoder {
 public:
  virtual ~Decoder() = default;

  // Decodes the front of `input`, which lies at `at`, until all is taken and has come out or `sink`
  // is full, and moves `input` behind what was taken. Successive calls follow one another; one
  // without input goes on with what is busy().
  virtual Verdict push_some(Bytes& input, Offset at, Sink& sink) = 0;
  // Output is due for which everything was taken.
  [[nodiscard]] virtual bool busy() const noexcept { return false; }
  // All of it, into a sink that is never full.
  Verdict push(Bytes input, Offset at, Sink& sink) { return push_some(input, at, sink); }
  // The input is over: half a group, member or frame is `unscannable`. Not while busy().
  virtual Verdict finish(Sink& sink) = 0;
  // Keeps no room for what comes, where that is much.
  virtual void give_back_room() {}
  // Forgets all that it read, to begin with something else; false: a new one has to be made.
  virtual bool restart() { return false; }
  // The first input byte not yet turned into output; the end of the input where there is none.
  [[nodiscard]] virtual Offset pending_from() const noexcept = 0;
  // Bytes at the front of the input that are read where they stand: names.
  [[nodiscard]] virtual std::size_t passed_over() const noexcept { return 0; }
  // "gzip", "json", "form": for a finding's place. Static storage.
  [[nodiscard]] virtual std::string_view name() const noexcept = 0;
  // Why the last verdict was not clean: "gzip data ends early". Static storage.
  [[nodiscard]] virtual std::string_view problem() const noexcept { return {}; }
};

// Content codings (RFC 9110, section 8.4.1): "gzip"/"x-gzip", "deflate" (zlib or raw), "br",
// "zstd", and "aws-chunked". nullptr: no such coding. Optional regions that decoders skip (gzip
// FEXTRA, FCOMMENT and FHCRC, zstd skippable frames, bytes after the end) are `unscannable`. gzip's
// FNAME, which `gzip FILE` writes, is a line of the derived text instead. gzip members and zstd
// frames may follow one another. What they keep is taken from `memory`, which outlives them;
// nullptr: not counted.
std::unique_ptr<Decoder> make_content_decoder(std::string_view coding, const ScanLimits& limits,
                                              MemoryBudget* memory = nullptr);

// One level of escapes, of every kind that escapes.h knows; what is none passes unchanged. With
// `form`, also '+' to space and '&' to newline (WHATWG URL, section 5.1). `silence`: input bytes in
// a row that may stand for nothing; more are `over_limit`. Without `openings`, and in a form, no
// escape separates; they outlive the decoder.
std::unique_ptr<Decoder> make_escape_decoder(bool form, std::size_t silence,
                                             const Openings* openings = nullptr);
// The same of kDeepEscapes levels at once, of what is escaped so often that nobody looks at what is
// between them; none separates.
inline constexpr std::size_t kDeepEscapes = 4;
std::unique_ptr<Decoder> make_deep_escape_decoder(std::size_t silence);
// One level, and without what find_soft_hyphen() finds.
std::unique_ptr<Decoder> make_hyphen_decoder(std::size_t silence);
// Quoted-printable (RFC 2045, section 6.7): =67, and a line's end behind '='.
std::unique_ptr<Decoder> make_quoted_decoder(std::size_t silence);

}  // namespace cork::secrets
