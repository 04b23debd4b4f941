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
  // Text that stands at `begin`, and `meaning`, what the `taken` bytes behind it stand for.
  void put_escaped(std::string_view text, Offset begin, char meaning, std::size_t taken,
                   bool separates) {
    if (text.size() > bytes_.size() / 2) {
      put(text, {begin, begin + text.size(), 1, false});
      begin += text.size();
      text = {};
    }
    const std::size_t size = text.size() + 1;
    if (size > bytes_.size() - size_ || count_ == runs_.size()) flush();
    copy_short(bytes_.data() + size_, text);
    bytes_[size_ + text.size()] = meaning;
    size_ += size;
    runs_[count_++] = {size, {begin, begin + text.size() + taken, 1, true, separates}};
  }
  void flush() {
    if (size_ > 0) sink_.append(as_bytes({bytes_.data(), size_}), {runs_.data(), count_});
    size_ = count_ = 0;
  }

 private:
  // What stands between two escapes is short, and a call costs more than copying it.
  static void copy_short(char* to, std::string_view text) noexcept {
    const std::size_t size = text.size();
    if (size > 16) {
      std::memcpy(to, text.data(), size);
    } else if (size >= 8) {
      std::memcpy(to, text.data(), 8);
      std::memcpy(to + size - 8, text.data() + size - 8, 8);
    } else if (size >= 4) {
      std::memcpy(to, text.data(), 4);
      std::memcpy(to + size - 4, text.data() + size - 4, 4);
    } else {
      for (std::size_t i = 0; i < size; ++i) to[i] = text[i];
    }
  }
  void add(std::size_t size, const Origin& origin) noexcept {
    if (count_ > 0) {
      Run& last = runs_[count_ - 1];
      const bool follows =
          last.origin.end == origin.begin && origin.stride != 0 && !last.ends_in_escape();
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
    runs_[count_++] = {size, origin};
  }

  Sink& sink_;
  std::size_t size_ = 0, count_ = 0;
  std::array<char, 2048> bytes_;
  std::array<Run, 64> runs_;
};

}  // namespace cork::secrets
