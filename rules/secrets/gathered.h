// All that a decoder makes of one short text, with where it came from.
//
// Not thread-safe.
//
//   Gathered out;
//   decoder->push(as_bytes(text), 0, out);
//   decoder->finish(out);
//   use(out.text, out.origins);
#pragma once

#include "rules/secrets/decoder.h"
#include "rules/secrets/origin_map.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace cork::secrets {

class Gathered final : public Sink {
 public:
  Gathered() = default;
  // Leaves out the stretches that begin where `wanted` says no.
  explicit Gathered(std::function<bool(Offset)> wanted) : wanted_(std::move(wanted)) {}

  using Sink::append;
  void append(Bytes derived, std::span<const Run> runs) override {
    if (!std::exchange(inside_, true)) {
      left_out_ = wanted_ && !runs.empty() && !wanted_(runs.front().origin.begin);
      stretch_ = text.size();
    }
    if (left_out_) return;
    origins.add_all(text.size(), runs);
    if (!runs.empty()) last_ = runs.back().origin.end;
    text.append(as_text(derived));
    longest = std::max(longest, text.size() - stretch_);
  }
  // Stretches that have nothing to do with each other stand on lines of their own.
  void boundary() override {
    if (!left_out_) append(as_bytes("\n"), {last_, last_, 0, true});
    inside_ = left_out_ = false;
  }

  std::string text;
  OriginMap origins;
  std::size_t longest = 0;  // stretch, in bytes, with its newline

 private:
  std::function<bool(Offset)> wanted_;
  bool inside_ = false, left_out_ = false;
  std::size_t stretch_ = 0;
  Offset last_ = 0;
};

// The same of digits, at each of their alignments.
class Readings final : public Sink {
 public:
  explicit Readings(const std::function<bool(Offset)>& wanted = nullptr) {
    readings.fill(Gathered(wanted));
  }

  using Sink::append;
  void append(Bytes derived, std::span<const Run> runs) override {
    readings[0].append(derived, runs);
  }
  void boundary() override { readings[0].boundary(); }
  Sink& lane(std::size_t reading) override { return readings[reading]; }
  void container(Offset at) override { containers.push_back(at); }
  void zlib(Offset at) override { containers.push_back(at); }

  std::array<Gathered, 8> readings;
  std::vector<Offset> containers;  // where digits begin that stand for compressed data
};

}  // namespace cork::secrets
