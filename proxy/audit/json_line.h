// One JSON object on one line, written by hand: fields in the order they are said, no value longer
// than it may be.
//
// Pure: appends to a string of its own. Keys are literals that need no escaping.
//
//   JsonLine line;
//   line.text("event", "open", 16);
//   line.open("bytes"); line.number("sent", 12); line.close();
//   return std::move(line).finish();
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace cork::audit {

class JsonLine {
 public:
  JsonLine();

  // A value whose JSON is longer than `max_bytes` is cut and ends in "…".
  void text(std::string_view key, std::string_view value, std::size_t max_bytes);
  // The same, left out where it is empty.
  void text_unless_empty(std::string_view key, std::string_view value, std::size_t max_bytes);
  // Printable ASCII of our own, without quotes and backslashes.
  void word(std::string_view key, std::string_view value);
  void number(std::string_view key, std::uint64_t value);
  void boolean(std::string_view key, bool value);

  void open(std::string_view key);        // {
  void open_array(std::string_view key);  // [
  void open_element();                    // { in an array
  void close();                           // }
  void close_array();                     // ]

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  // Forgets everything written since size() was `size`, at which no value was begun.
  void cut_back(std::size_t size) noexcept { size_ = size; }

  [[nodiscard]] std::string finish() &&;

 private:
  // Makes room for `bytes` more.
  void reserve(std::size_t bytes);
  void put(char c) noexcept { buffer_[size_++] = c; }
  void put(std::string_view text) noexcept;
  void key(std::string_view key, std::size_t value_bytes);
  void separate() noexcept;

  // Written by hand rather than appended to: a record is some 250 small pieces.
  std::string buffer_;
  std::size_t size_ = 0;
};

}  // namespace cork::audit
