#include "proxy/audit/json_line.h"

#include "base/json_text.h"
#include "proxy/audit/mask.h"

#include <fmt/format.h>

#include <cstring>
#include <utility>

namespace cork::audit {
namespace {

// What is its own JSON: most of what is ever written here.
bool is_plain(std::string_view text) noexcept {
  bool other = false;
  for (const char c : text) other |= c < 0x20 || c > 0x7e || c == '"' || c == '\\';
  return !other;  // no early exit above: the loop vectorises
}

}  // namespace

JsonLine::JsonLine() : buffer_(1536, '\0') {
  put('{');
}

void JsonLine::reserve(std::size_t bytes) {
  if (buffer_.size() - size_ < bytes) buffer_.resize(2 * (size_ + bytes));
}

void JsonLine::put(std::string_view text) noexcept {
  std::memcpy(buffer_.data() + size_, text.data(), text.size());
  size_ += text.size();
}

void JsonLine::separate() noexcept {
  const char last = buffer_[size_ - 1];
  if (last != '{' && last != '[') put(',');
}

void JsonLine::key(std::string_view key, std::size_t value_bytes) {
  reserve(key.size() + value_bytes + 8);
  separate();
  put('"');
  put(key);
  put("\":");
}

void JsonLine::text(std::string_view name, std::string_view value, std::size_t max_bytes) {
  std::string_view part = utf8_prefix(value, max_bytes);
  if (part.size() == value.size() && is_plain(part)) return word(name, part);
  std::string escaped;
  append_json(escaped, part);
  // Escapes may make it too long. One byte becomes six at most, so this ends soon.
  while (escaped.size() > max_bytes + 2) {
    part = utf8_prefix(part, part.size() / 2);
    escaped.clear();
    append_json(escaped, part);
  }
  key(name, escaped.size() + kMask.size());
  if (part.size() == value.size()) return put(escaped);
  escaped.pop_back();
  put(escaped);
  put(kMask);
  put('"');
}

void JsonLine::text_unless_empty(std::string_view name, std::string_view value,
                                 std::size_t max_bytes) {
  if (!value.empty()) text(name, value, max_bytes);
}

void JsonLine::word(std::string_view name, std::string_view value) {
  key(name, value.size() + 2);
  put('"');
  put(value);
  put('"');
}

void JsonLine::number(std::string_view name, std::uint64_t value) {
  const fmt::format_int digits(value);
  key(name, digits.size());
  put({digits.data(), digits.size()});
}

void JsonLine::boolean(std::string_view name, bool value) {
  const std::string_view text = value ? "true" : "false";
  key(name, text.size());
  put(text);
}

void JsonLine::open(std::string_view name) {
  key(name, 1);
  put('{');
}

void JsonLine::open_array(std::string_view name) {
  key(name, 1);
  put('[');
}

void JsonLine::open_element() {
  reserve(2);
  separate();
  put('{');
}

void JsonLine::close() {
  reserve(1);
  put('}');
}

void JsonLine::close_array() {
  reserve(1);
  put(']');
}

std::string JsonLine::finish() && {
  close();
  buffer_.resize(size_);
  return std::move(buffer_);
}

}  // namespace cork::audit
