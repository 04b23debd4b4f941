#include "rules/policy/authorization.h"

#include "base/ascii.h"
#include "base/base64.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

namespace cork::policy {
namespace {

using namespace std::string_view_literals;

// What stands for the user where the password is a token, as its issuer documents it: GitHub,
// GitLab, Bitbucket, PyPI and Google's registries. An ordinary name is not among them: anybody may
// have an account of that name, with a password of his choice.
constexpr std::array kDummyUsers{""sv,          "x-access-token"sv,   "x-oauth-basic"sv,
                                 "oauth2"sv,    "gitlab-ci-token"sv,  "x-token-auth"sv,
                                 "__token__"sv, "oauth2accesstoken"sv};
// And what stands for the password where the user is one.
constexpr std::array kDummyPasswords{""sv, "x-oauth-basic"sv};

void add(std::vector<std::string>& readings, std::string_view reading) {
  if (!reading.empty() && std::ranges::find(readings, reading) == readings.end()) {
    readings.emplace_back(reading);
  }
}

void read_basic(std::string_view encoded, Authorization& read) {
  const auto decoded = base64_decoded(encoded);
  if (!decoded || decoded->empty()) return;
  read.basic = true;
  const std::string_view text = *decoded;
  if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    const std::string_view user = text.substr(0, colon), password = text.substr(colon + 1);
    if (std::ranges::find(kDummyUsers, user) != kDummyUsers.end()) add(read.readings, password);
    if (std::ranges::find(kDummyPasswords, password) != kDummyPasswords.end()) {
      add(read.readings, user);
    }
  }
  add(read.readings, text);
}

// The key id of "Credential=ID/date/region/service/aws4_request, …": the origin checks that its
// owner made the signature. Named twice, nobody knows which one counts.
void read_aws4(std::string_view parameters, std::size_t offset, Authorization& read) {
  constexpr std::string_view mark = "credential=";
  const std::string lower = to_lower(parameters);
  const std::size_t at = lower.find(mark);
  if (at == std::string::npos || lower.find(mark, at + 1) != std::string::npos) return;
  if (at != 0 && parameters[at - 1] != ' ' && parameters[at - 1] != ',') return;
  const std::size_t begin = at + mark.size();
  const std::size_t end = parameters.find('/', begin);
  if (end == std::string_view::npos) return;
  const std::string_view id = parameters.substr(begin, end - begin);
  if (id.empty() || !std::ranges::all_of(id, [](char c) { return is_alpha(c) || is_digit(c); })) {
    return;
  }
  add(read.readings, id);
  read.begin = offset + begin;
  read.end = offset + end;
}

// "AWS ID:signature".
void read_aws2(std::string_view rest, std::size_t offset, Authorization& read) {
  const std::size_t colon = rest.find(':');
  if (colon == 0 || colon == std::string_view::npos) return;
  add(read.readings, rest.substr(0, colon));
  read.begin = offset;
  read.end = offset + colon;
}

}  // namespace

Authorization read_authorization(std::string_view value) {
  Authorization read;
  const std::size_t space = value.find_first_of(" \t");
  const std::string_view scheme = value.substr(0, space);
  const std::size_t at = space == std::string_view::npos ? std::string_view::npos
                                                         : value.find_first_not_of(" \t", space);
  if (at == std::string_view::npos) {
    // No scheme (cargo), or nothing but one.
    constexpr std::array schemes{"bearer"sv, "token"sv, "basic"sv, "negotiate"sv};
    if (std::ranges::find(schemes, to_lower(scheme)) == schemes.end()) add(read.readings, scheme);
    read.end = scheme.size();
    return read;
  }
  const std::string_view rest = value.substr(at);
  read.begin = at;
  read.end = value.size();
  const std::string lower = to_lower(scheme);
  if (lower == "basic") {
    read_basic(rest, read);
  } else if (lower.starts_with("aws4-")) {
    read_aws4(rest, at, read);
  } else if (lower == "aws") {
    read_aws2(rest, at, read);
  }
  add(read.readings, rest);
  add(read.readings, value);
  return read;
}

}  // namespace cork::policy
