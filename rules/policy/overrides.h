// What a request may hold to make an origin take it for another one: another method or another path
// than those that were judged.
//
// Pure. FormFields and MultipartFields take a body piece by piece and keep less than 100 bytes.
//
//   if (auto found = find_override(head)) deny(found->reason, found->words);
#pragma once

#include "base/message.h"
#include "rules/policy/decision.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cork::policy {

struct Override {
  Reason reason;      // method_not_allowed or path_not_allowed
  std::string words;  // "its header X-Original-URL names another path"; never a value
};

// In the head's fields or the target's query. Names are compared as the most lenient frameworks do:
// without regard to case, and whatever is neither letter nor digit alike.
[[nodiscard]] std::optional<Override> find_override(const RequestHead& head);

// Does a parameter of that name, percent-decoded, override the method?
[[nodiscard]] bool overrides_method(std::string_view name);

// The names in an application/x-www-form-urlencoded body.
class FormFields {
 public:
  // True once a field overrides the method.
  bool feed(std::string_view text);
  bool finish();

 private:
  bool end_name();

  std::string name_;  // as spelled, as far as it has come
  bool in_name_ = true;
  bool found_ = false;
};

// The same for multipart/form-data: `name` of a part's Content-Disposition (RFC 7578, section 4.2).
// Spelled in pieces or in a character set of its own (`name*0`, `name*`, `=?utf-8?…`), which no
// form has need of, it counts as one that overrides.
class MultipartFields {
 public:
  bool feed(std::string_view text);
  bool finish();

 private:
  enum class State : std::uint8_t {
    line,       // at the beginning of one, or within the word that it begins with
    elsewhere,  // on a line that is no Content-Disposition
    header,     // within one
    name,       // behind the parameter's name
    sign,       // behind its '='
    value,
    ended,  // behind a line of it, which the next may continue
  };

  void take(char c);
  void take_in_line(char c);
  void take_in_header(char c);
  void take_in_value(char c);
  void end_value();

  State state_ = State::line;
  std::size_t matched_ = 0;  // characters of the word that is looked for
  bool boundary_ = true;     // a parameter may begin here
  bool escaped_ = false;     // behind a backslash
  std::string value_;
  bool found_ = false;
};

}  // namespace cork::policy
