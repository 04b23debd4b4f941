// The bytes that a dump shows, one by one: handed on from where enough of them in a row are text.
//
// Not thread-safe; allocates nothing.
//
//   DumpBytes bytes(kFewestBytes);
//   bytes.add({'k', 9, 11}, sink, out);
//   bytes.end(sink, out);
#pragma once

#include "rules/secrets/digit_codes.h"
#include "rules/secrets/text_runs.h"

#include <boost/container/static_vector.hpp>

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

namespace cork::secrets {

class DumpBytes {
 public:
  struct Byte {
    char c = 0;
    Offset from = 0, to = 0;  // of its digits
  };
  static constexpr std::size_t kMost = 20;

  // So many begin a stretch, at most kMost.
  explicit DumpBytes(std::size_t fewest) noexcept : fewest_(fewest) { assert(fewest <= kMost); }

  void add(const Byte& byte, Sink& sink, TextRuns& out) {
    // Zeros in a row are no wide characters.
    const bool padding = byte.c == '\0' && last_ == '\0';
    last_ = byte.c;
    if (open_) return is_text(byte.c) && !padding ? put(byte, out) : end(sink, out);
    if (!is_printable(byte.c) || padding) {
      waiting_.clear();
      return;
    }
    waiting_.push_back(byte);
    if (waiting_.size() < fewest_) return;
    for (const Byte& each : waiting_) put(each, out);
    waiting_.clear();
    open_ = true;
  }
  // What comes next does not follow.
  void end(Sink& sink, TextRuns& out) {
    waiting_.clear();
    out.flush();
    if (std::exchange(open_, false)) sink.boundary();
  }
  // The first of those that may yet begin a stretch.
  [[nodiscard]] std::optional<Offset> waiting_from() const noexcept {
    return waiting_.empty() ? std::nullopt : std::optional(waiting_.front().from);
  }

 private:
  static void put(const Byte& byte, TextRuns& out) {
    const std::size_t taken = byte.to - byte.from;
    out.put({&byte.c, 1},
            {byte.from, byte.to, static_cast<std::uint8_t>(taken == 2 ? 2 : 0), true});
  }

  std::size_t fewest_;
  bool open_ = false;
  boost::container::static_vector<Byte, kMost> waiting_;
  char last_ = 0;
};

}  // namespace cork::secrets
