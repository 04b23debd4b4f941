// What an Authorization field presents: its scheme taken off, what Basic holds, who signed.
//
// Pure.
//
//   read_authorization("Bearer abc").readings;             // {"abc", "Bearer abc"}
//   read_authorization("Basic eC1hY2Nlc3MtdG9rZW46YWJj");  // "abc" first: its user is a dummy
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cork::policy {

struct Authorization {
  // What an origin may take it for; the first is the one to remember. Empty: it presents nothing.
  std::vector<std::string> readings;
  bool basic = false;              // Basic credentials that every origin decodes alike
  std::size_t begin = 0, end = 0;  // where in the value the credential is spelled
};

// What has parts in two places (another scheme behind a comma, two key ids) or in a form that
// receivers read in different ways is read as a whole.
[[nodiscard]] Authorization read_authorization(std::string_view value);

// The key id of exactly "ID/8 digits/region/service/aws4_request", as X-Amz-Credential and the
// Credential of a signature spell it; a view into `scope`. Some origins take all but the last four
// parts for the id, some the first, so that with more of them nobody knows whose it is.
[[nodiscard]] std::optional<std::string_view> aws_key_id(std::string_view scope);

}  // namespace cork::policy
