#include "rules/secrets/json_pointer.h"

#include "base/ascii.h"

#include <algorithm>

namespace cork::secrets {
namespace {

constexpr std::size_t kDeepest = 32;
constexpr std::size_t kLongestKey = 16;

bool is_plain(char c) noexcept {
  return is_alnum(c) || c == '_' || c == '-' || c == '.' || c == '$' || c == '@' || c == ' ';
}

}  // namespace

void JsonPointer::advance(std::string_view text) {
  std::size_t at = 0;
  if (state_ == State::start) {
    at = std::min(text.find_first_not_of(" \t\r\n"), text.size());
    if (at == text.size()) return;
    state_ = text[at] == '{' || text[at] == '[' ? State::outside : State::not_json;
  }
  if (state_ == State::not_json) return;
  while (at < text.size()) {
    if (state_ == State::inside_string) {
      at = string_part(text, at);
    } else {
      structural(text[at++]);
    }
  }
}

// Goes on to the end of the string or of the text.
std::size_t JsonPointer::string_part(std::string_view text, std::size_t from) {
  std::size_t at = from;
  bool ended = false;
  while (at < text.size() && !ended) {
    if (escaped_) {
      escaped_ = false;
      ++at;
      continue;
    }
    const std::size_t quote = std::min(text.find('"', at), text.size());
    std::size_t slashes = 0;
    while (quote - slashes > at && text[quote - slashes - 1] == '\\') ++slashes;
    escaped_ = slashes % 2 == 1;
    at = quote;
    ended = quote < text.size() && !escaped_;
  }
  if (at_key()) {
    std::string& key = levels_.back().key;
    const std::size_t room = kLongestKey + 1 - std::min(key.size(), kLongestKey + 1);
    key.append(text.substr(from, std::min(at - from, room)));
  }
  if (ended) {
    state_ = State::outside;
    ++at;
  }
  return at;
}

void JsonPointer::structural(char c) {
  switch (c) {
    case '"':
      state_ = State::inside_string;
      if (at_key()) levels_.back().key.clear();
      break;
    case '{':
      open(false);
      break;
    case '[':
      open(true);
      break;
    case '}':
    case ']':
      close();
      break;
    case ':':
      expects_key_ = false;
      break;
    case ',':
      if (depth_ == levels_.size() && depth_ > 0) {
        Level& level = levels_.back();
        ++level.index;
        expects_key_ = !level.array;
      }
      break;
    default:
      break;
  }
}

void JsonPointer::open(bool array) {
  ++depth_;
  if (levels_.size() < kDeepest && depth_ == levels_.size() + 1) levels_.push_back({array, 0, {}});
  expects_key_ = !array && depth_ == levels_.size();
}

void JsonPointer::close() noexcept {
  if (depth_ == 0) return;
  if (depth_ == levels_.size()) levels_.pop_back();
  --depth_;
  expects_key_ = false;
}

std::string JsonPointer::text() const {
  std::string pointer;
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    const Level& level = levels_[i];
    if (!level.array && i + 1 == levels_.size() && expects_key_) break;
    pointer += '/';
    if (level.array) {
      pointer += std::to_string(level.index);
    } else {
      const bool plain =
          level.key.size() <= kLongestKey && std::ranges::all_of(level.key, is_plain);
      pointer += plain ? std::string_view(level.key) : "*";
    }
  }
  return pointer;
}

}  // namespace cork::secrets
