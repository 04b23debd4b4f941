// One run of bytes as dumps and programs show them, read character by character. Where one begins
// is told by dump_runs.cpp.
//
// Not thread-safe; allocates nothing.
//
//   DumpRun run(DumpRun::Reads::lists, at, false);
//   while (i < text.size() && run.take(text[i], at + i, sink, out)) ++i;
//   if (i == text.size()) run.finish(sink, out); else run.end(sink, out);
#pragma once

#include "rules/secrets/dump_bytes.h"
#include "rules/secrets/dump_words.h"
#include "rules/secrets/encoded_runs.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cork::secrets {

class DumpRun {
 public:
  // One of three readings. Of lines that begin with an offset, the bytes behind it and nothing of
  // what is behind those; the same, but that an offset begins a line anew wherever it stands; or
  // lists of bytes, wherever they stand. For what looks like an offset, and like what is behind a
  // dump's bytes, may be there to hide one.
  enum class Reads : std::uint8_t { lines, offsets, lists };

  // At the front of a line, as far as is known; `in_line`: behind what may be a dump's offset.
  DumpRun(Reads reads, Offset at, bool in_line) noexcept;

  // False: the run ended before this character. end() it, and read no more.
  bool take(char c, Offset at, Sink& sink, TextRuns& out);
  // Nothing more comes. Neither take() nor another call after either.
  void finish(Sink& sink, TextRuns& out);
  void end(Sink& sink, TextRuns& out) { bytes_.end(sink, out); }

  // Where what may begin another run begins: the last word, or the number in front of it.
  [[nodiscard]] Offset last_from() const noexcept { return numbered_ ? number_at_ : word_at_; }
  [[nodiscard]] bool in_word() const noexcept { return size_ > 0; }
  // What came from there on is not judged yet.
  [[nodiscard]] bool undecided() const noexcept { return in_word() || numbered_; }
  [[nodiscard]] Offset began() const noexcept { return began_; }
  // Before it, everything was handed on or is no byte of a dump.
  [[nodiscard]] Offset pending_from() const noexcept {
    return bytes_.waiting_from().value_or(last_from());
  }

 private:
  bool take_gap(char c) noexcept;
  bool end_line() noexcept;
  // What stands before `behind`. False: it is none of the dump's.
  bool end_word(char behind, Sink& sink, TextRuns& out);
  void begin_line(std::string_view offset, char behind, Sink& sink, TextRuns& out);
  // Whether what stands behind the bytes of a line begins here.
  [[nodiscard]] bool gutter_begins() const noexcept;
  void add_group(std::string_view digits, Sink& sink, TextRuns& out);

  Reads reads_;
  Offset began_;
  DumpBytes bytes_;

  std::array<char, kLongestWord> word_;  // letters and digits in a row
  std::size_t size_ = 0;                 // of it
  bool too_long_ = false;                // more of it came, in a gutter
  Offset word_at_;                       // of it, or of the last one
  bool escape_ = false;                  // a backslash came
  std::size_t between_ = 0;              // characters since the last word, and blanks among them
  std::size_t blanks_ = 0;

  bool has_offsets_ = false;  // lines have
  bool colon_ = false;        // behind the offset
  bool short_ = false;        // the offset is
  bool needs_blank_ = false;  // or what came is no offset

  bool line_begins_ = true;  // no word came in it
  bool numbered_ = false;    // but one that another one stands behind, which may be the offset
  Offset number_at_ = 0;
  std::size_t in_line_ = 0;  // bytes
  bool gutter_ = false;
  std::size_t in_gutter_ = 0;  // characters
  std::size_t empty_lines_ = 0;
};

}  // namespace cork::secrets
