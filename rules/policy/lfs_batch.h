// The body of an LFS batch request, as it streams: does it ask for a download?
//
// Sans-io, not thread-safe; keeps less than 32 bytes. Looks at the outermost object's keys alone:
// exactly one is "operation", and its value is "download". Strict: what is no JSON, such as a
// comment or a name in other quotes, is refused, since lenient readers find other keys in it.
//
//   LfsBatch batch;
//   if (!batch.feed(text) || !batch.finish()) deny(batch.problem());
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace cork::policy {

class LfsBatch {
 public:
  // False, for good: that is no request for a download.
  bool feed(std::string_view text);
  bool finish();

  // "its body …". Static storage; empty while nothing is wrong.
  [[nodiscard]] std::string_view problem() const noexcept { return problem_; }

 private:
  bool byte(char c);
  bool in_string(char c);
  bool outside(char c);
  bool begin_string();
  bool end_string();
  bool refuse(std::string_view problem) noexcept;

  std::size_t depth_ = 0;
  bool string_ = false, escaped_ = false, spelled_plainly_ = true;
  bool key_ = false;        // a string at depth 1 that comes next is a key
  bool colon_ = false;      // a key at depth 1 waits for its colon
  bool operation_ = false;  // the value that comes next is the operation's
  bool seen_ = false, over_ = false;
  std::string text_;  // of a string at depth 1, as far as it can matter
  std::string_view problem_;
};

}  // namespace cork::policy
