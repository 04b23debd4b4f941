// Every credential that a request's head presents, and where: what a route that pins one compares.
//
// Pure. Looks at the head alone; a body is not searched. Text is judged as the most lenient origin
// would: what cannot be told apart is a credential as a whole, and so equal to no pinned one.
//
//   for (const Credential& one : credentials_in(head, limits.credentials).all) ...
#pragma once

#include "base/message.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cork::policy {

// What an origin may take a credential for, never empty, and which bytes of the field's value or of
// the query spell it: those and no others have a reason to be there.
struct CredentialReading {
  std::string text;
  std::size_t begin = 0, end = 0;
};

struct Credential {
  // "header:x-api-key", "basic", "cookie:session", "query:key", "path:jsessionid". Fit for messages
  // and the log: a name that its sender made up is not in it (shown_name()).
  std::string slot;
  // In clear, for as long as it takes to compare: at least one. The first is the one to remember.
  std::vector<CredentialReading> readings;
  // Where it is spelled: in the value of that field, whose name is the head's very bytes, or in the
  // query. Only what has a place of its own can be at home there.
  enum class Place : std::uint8_t { field, query, elsewhere } place = Place::field;
  std::string_view field;
};

struct Credentials {
  std::vector<Credential> all;
  bool too_many = false;  // there are more than `most`, and `all` has the first of them
};

// Authorization (with its scheme taken off; what Basic holds; the key id of a signature), every
// field, parameter and cookie that credential_names.h names. Proxy-Authorization is none.
[[nodiscard]] Credentials credentials_in(const RequestHead& head, std::size_t most);
// The same for a trailer section, of which only the fields count.
[[nodiscard]] Credentials credentials_in(std::span<const Field> trailers, std::size_t most);

// "its header x-api-key", "its Basic credentials": a slot for people.
[[nodiscard]] std::string describe_slot(std::string_view slot);

}  // namespace cork::policy
