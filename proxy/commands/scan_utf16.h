// Files in UTF-16, as Windows' tools write them, read as UTF-8: by their byte order mark (RFC
// 2781), since without one nobody is sure. All others are read as they are.
//
// Not thread-safe; holds a few kilobytes.
//
//   Utf16Reader text([&](std::span<char> into) { return read_file(into); });
//   FragmentReader pieces([&](std::span<char> into) { return text.fill(into); });
#pragma once

#include "rules/gitleaks/fragments.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace cork::commands {

class Utf16Reader {
 public:
  explicit Utf16Reader(gitleaks::ReadBytes read) : read_(std::move(read)) {}

  // All that the span holds, unless the end comes first.
  std::size_t fill(std::span<char> into);
  // It begins as UTF-16 does, or with the mark of UTF-32, and is read as it is.
  [[nodiscard]] bool is_unmarked() const noexcept { return unmarked_; }

 private:
  enum class Order : std::uint8_t { unknown, none, little, big };

  void begin();
  // More in ahead_; false: the end.
  bool more();
  void take(std::string_view bytes);
  void take(char16_t unit);
  void append(char32_t code_point);

  gitleaks::ReadBytes read_;
  Order order_ = Order::unknown;
  bool unmarked_ = false;
  std::string ahead_;  // to be handed out
  std::size_t taken_ = 0;
  std::string half_;   // of a unit
  char16_t high_ = 0;  // the first of two surrogates
};

}  // namespace cork::commands
