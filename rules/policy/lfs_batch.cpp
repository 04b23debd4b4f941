#include "rules/policy/lfs_batch.h"

#include "base/ascii.h"

#include <utility>

namespace cork::policy {
namespace {

constexpr std::size_t kLongestWord = 16;  // longer than "operation" and "download"
constexpr std::string_view kNoDownload = "is an LFS batch that is not for a download";
constexpr std::string_view kNoJson = "is no JSON, which some readers would take for some";
// Of numbers, true, false and null.
constexpr std::string_view kScalars = "0123456789+-.eEtrufalsn";

}  // namespace

bool LfsBatch::feed(std::string_view text) {
  for (const char c : text) {
    if (!problem_.empty() || !byte(c)) return false;
  }
  return problem_.empty();
}

bool LfsBatch::finish() {
  if (!problem_.empty()) return false;
  return (over_ && seen_) || refuse("is not a whole LFS batch");
}

bool LfsBatch::byte(char c) {
  if (string_) return in_string(c);
  if (c == ' ' || c == '\t' || c == '\r' || c == '\n') return true;
  if (over_) return refuse("goes on behind the LFS batch");
  return outside(c);
}

bool LfsBatch::in_string(char c) {
  if (static_cast<unsigned char>(c) < 0x20) return refuse(kNoJson);
  if (escaped_) {
    escaped_ = false;
  } else if (c == '\\') {
    escaped_ = true;
  } else if (c == '"') {
    string_ = false;
    return depth_ == 1 ? end_string() : true;
  }
  if (depth_ != 1) return true;
  spelled_plainly_ = spelled_plainly_ && c != '\\' && static_cast<unsigned char>(c) < 0x80;
  if (text_.size() < kLongestWord) text_ += c;
  return true;
}

bool LfsBatch::end_string() {
  if (!key_) {
    if (!operation_) return true;
    operation_ = false;
    return (spelled_plainly_ && text_ == "download") || refuse(kNoDownload);
  }
  key_ = false;
  colon_ = true;
  // Some readers compare keys without regard to case.
  if (!spelled_plainly_)
    return refuse("is an LFS batch with a key that readers may take for another");
  if (!equals_ignoring_case(text_, "operation")) return true;
  if (seen_) return refuse("is an LFS batch with more than one operation");
  seen_ = operation_ = true;
  return true;
}

bool LfsBatch::begin_string() {
  if (depth_ == 1 && colon_) return refuse(kNoJson);
  string_ = spelled_plainly_ = true;
  text_.clear();
  return true;
}

bool LfsBatch::outside(char c) {
  if (depth_ == 0 && c != '{') return refuse("is no JSON object");
  switch (c) {
    case '"':
      return begin_string();
    case '{':
    case '[':
      if (operation_) return refuse(kNoDownload);
      key_ = depth_++ == 0;
      return true;
    case '}':
    case ']':
      if (operation_) return refuse(kNoDownload);
      over_ = --depth_ == 0;
      return true;
    case ',':
      if (operation_) return refuse(kNoDownload);
      key_ = depth_ == 1;
      return true;
    case ':':
      // Without its comma a key would pass for a value.
      return depth_ > 1 || std::exchange(colon_, false) || refuse(kNoJson);
    default:
      if (!kScalars.contains(c)) return refuse(kNoJson);
      return !operation_ || refuse(kNoDownload);
  }
}

bool LfsBatch::refuse(std::string_view problem) noexcept {
  problem_ = problem;
  return false;
}

}  // namespace cork::policy
