// Gathers what a decoder makes of one push, so that a sink is not called for every escape.
//
// Not thread-safe; allocates nothing. flush() before the sink is used otherwise.
//
//   TextRuns out(sink);
//   out.put("g", {.begin = 4, .end = 10, .stride = 6, .altered = true});
//   out.flush();
#pragma once

#include "rules/secrets/decoder.h"

#include <array>
#include <cstddef>
#include <cstring>
#include <string_view>

namespace cork::secrets {

class TextRuns {
 public:
  explicit TextRuns(Sink& sink) noexcept : sink_(sink) {}

  void put(std::string_view text, const Origin& origin) {
    if (text.size() > bytes_.size() / 2) {
      flush();
      sink_.append(as_bytes(text), origin);
      return;
    }
    if (text.size() > bytes_.size() - size_ || count_ == runs_.size()) flush();
    std::memcpy(bytes_.data() + size_, text.data(), text.size());
    size_ += text.size();
    add(text.size(), origin);
  }
  void flush() {
    if (size_ > 0) sink_.append(as_bytes({bytes_.data(), size_}), {runs_.data(), count_});
    size_ = count_ = 0;
  }

 private:
  void add(std::size_t size, const Origin& origin) noexcept {
    if (count_ > 0) {
      Run& last = runs_[count_ - 1];
      if (last.origin.stride == origin.stride && last.origin.end == origin.begin &&
          last.origin.altered == origin.altered && origin.stride != 0) {
        last.size += size;
        last.origin.end = origin.end;
        return;
      }
    }
    runs_[count_++] = {size, origin};
  }

  Sink& sink_;
  std::size_t size_ = 0, count_ = 0;
  std::array<char, 2048> bytes_;
  std::array<Run, 64> runs_;
};

}  // namespace cork::secrets
