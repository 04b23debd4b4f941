// Gathers what a decoder makes of one push, so that a sink is not called for every escape.
//
// Not thread-safe; allocates nothing. flush() before the sink is used otherwise.
//
//   TextRuns out(sink);
//   out.put("g", {.begin = 4, .end = 10, .stride = 6, .altered = true});
//   out.flush();
#pragma once

#include "rules/secrets/decoder.h"

#include <boost/container/static_vector.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace cork::secrets {

class TextRuns {
 public:
  explicit TextRuns(Sink& sink) noexcept : sink_(sink) {}

  void put(std::string_view text, const Origin& origin) {
    if (text.size() > kRoom / 2) {
      flush();
      sink_.append(as_bytes(text), origin);
      return;
    }
    make_room(text.size());
    std::memcpy(bytes_.data() + size_, text.data(), text.size());
    size_ += text.size();
    add(text.size(), origin);
  }
  // Where to write a run with pairs, of up to kMostWithPairs bytes, and as many behind them as may
  // be overwritten. Then add_pairs() it.
  char* room_for_pairs() {
    make_room(kMostWithPairs);
    return bytes_.data() + size_;
  }
  void add_pairs(std::size_t size, Offset begin, Offset end, std::uint64_t pairs) noexcept {
    size_ += size;
    runs_.push_back({size, {begin, end, 1, true, true}, pairs});
  }
  void flush() {
    if (size_ > 0) sink_.append(as_bytes({bytes_.data(), size_}), runs_);
    size_ = 0;
    runs_.clear();
  }

 private:
  static constexpr std::size_t kRoom = 2048, kMostRuns = 64;

  void make_room(std::size_t size) {
    if (size > kRoom - size_ || runs_.size() == kMostRuns) flush();
  }
  void add(std::size_t size, const Origin& origin) noexcept {
    if (!runs_.empty()) {
      Run& last = runs_.back();
      const bool follows = last.origin.end == origin.begin && origin.stride != 0 &&
                           last.pairs == 0 && !last.ends_in_escape();
      const bool alike =
          last.origin.stride == origin.stride && last.origin.altered == origin.altered;
      const bool escape = last.origin.stride == 1 && !last.origin.altered && size == 1;
      if (follows && (alike || escape)) {
        last.size += size;
        last.origin.end = origin.end;
        last.origin.separates = origin.separates && (last.origin.separates || !last.origin.altered);
        last.origin.altered = origin.altered;
        return;
      }
    }
    runs_.push_back({size, origin, 0});
  }

  Sink& sink_;
  std::size_t size_ = 0;
  // Neither is written before it is used: one of these is made for every piece of every text.
  std::array<char, kRoom + kMostWithPairs> bytes_;
  boost::container::static_vector<Run, kMostRuns> runs_;
};

}  // namespace cork::secrets
