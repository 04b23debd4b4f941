// What a request may hold to make an origin take it for another one: another method or another path
// than those that were judged.
//
// Pure. FormFields and MultipartFields take a body piece by piece and keep less than 100 bytes.
//
//   if (auto found = find_override(head)) deny(found->reason, found->words);
#pragma once

#include "base/message.h"
#include "rules/policy/decision.h"

#include <optional>
#include <string>
#include <string_view>

namespace cork::policy {

struct Override {
  Reason reason;      // method_not_allowed or path_not_allowed
  std::string words;  // "its header X-Original-URL names another path"; never a value
};

// In the head's fields or the target's query. Names are compared as the most lenient frameworks do:
// without regard to case, '-' and '_' alike.
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

// The same for multipart/form-data: `name="_method"` anywhere.
class MultipartFields {
 public:
  bool feed(std::string_view text);
  bool finish();

 private:
  bool search(bool last);

  std::string tail_;
  bool found_ = false;
};

}  // namespace cork::policy
