// Where in a JSON document a stream of text has come to, as a JSON pointer (RFC 6901).
//
// Not thread-safe. Bounded: 32 levels, and a key longer than 16 bytes or of unusual characters is
// "*", so that a pointer has no room for a secret that stands in a key.
//
//   JsonPointer pointer;
//   pointer.advance(R"({"messages":[{"content":"he)");
//   pointer.text();  // "/messages/0/content"
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cork::secrets {

class JsonPointer {
 public:
  // Text that does not begin as JSON does is passed over at no cost.
  void advance(std::string_view text);
  // The pointer of the value, or of the value around the key, that the text so far ends in.
  [[nodiscard]] std::string text() const;

 private:
  struct Level {
    bool array = false;
    std::uint64_t index = 0;
    std::string key;
  };
  enum class State : std::uint8_t { start, outside, inside_string, not_json };

  std::size_t string_part(std::string_view text, std::size_t from);
  void structural(char c);
  void open(bool array);
  void close() noexcept;
  [[nodiscard]] bool at_key() const noexcept { return expects_key_ && depth_ == levels_.size(); }

  State state_ = State::start;
  bool escaped_ = false;      // a backslash was the last byte of the string so far
  bool expects_key_ = false;  // in an object, before the ':'
  std::size_t depth_ = 0;     // counts on where `levels_` stops
  std::vector<Level> levels_;
};

}  // namespace cork::secrets
