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

// "Credential=ID/date/region/service/aws4_request, SignedHeaders=…, Signature=…" in any order, each
// once and spelled like that: the origin checks that the key's owner made the signature. Anything
// else has readers that find another key id in it.
void read_aws4(std::string_view parameters, std::size_t offset, Authorization& read) {
  constexpr std::array names{"Credential="sv, "SignedHeaders="sv, "Signature="sv};
  std::array<std::string_view, names.size()> values{};
  for (std::size_t begin = 0; begin <= parameters.size();) {
    const std::size_t end = std::min(parameters.find(',', begin), parameters.size());
    std::string_view one = parameters.substr(begin, end - begin);
    one.remove_prefix(std::min(one.find_first_not_of(" \t"), one.size()));
    one = one.substr(0, one.find_last_not_of(" \t") + 1);
    const auto name = std::ranges::find_if(names, [&](auto n) { return one.starts_with(n); });
    if (name == names.end()) return;
    std::string_view& value = values[static_cast<std::size_t>(name - names.begin())];
    if (!value.empty()) return;
    value = one.substr(name->size());
    if (value.empty() || value.find_first_of("= \t\"'") != std::string_view::npos) return;
    begin = end + 1;
  }
  const auto id = aws_key_id(values.front());
  if (!id) return;
  add(read.readings, *id);
  read.begin = offset + static_cast<std::size_t>(id->data() - parameters.data());
  read.end = read.begin + id->size();
}

// "AWS ID:signature".
void read_aws2(std::string_view rest, std::size_t offset, Authorization& read) {
  const std::size_t colon = rest.find(':');
  if (colon == 0 || colon == std::string_view::npos) return;
  if (rest.find(':', colon + 1) != std::string_view::npos) return;
  add(read.readings, rest.substr(0, colon));
  read.begin = offset;
  read.end = offset + colon;
}

bool is_alphanumeric(std::string_view text) {
  return std::ranges::all_of(text, is_alnum);
}

// "eu-west-1", "execute-api".
bool is_scope_word(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return is_alnum(c) || c == '-' || c == '_'; });
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
  } else if (lower == "aws4-hmac-sha256") {
    read_aws4(rest, at, read);
  } else if (lower == "aws") {
    read_aws2(rest, at, read);
  }
  add(read.readings, rest);
  add(read.readings, value);
  return read;
}

std::optional<std::string_view> aws_key_id(std::string_view scope) {
  std::array<std::string_view, 5> parts;
  std::size_t begin = 0;
  for (std::string_view& part : parts) {
    if (begin > scope.size()) return std::nullopt;
    const std::size_t end = std::min(scope.find('/', begin), scope.size());
    part = scope.substr(begin, end - begin);
    begin = end + 1;
  }
  const auto& [id, date, region, service, end] = parts;
  const bool whole = begin == scope.size() + 1 && !id.empty() && is_alphanumeric(id) &&
                     date.size() == 8 && std::ranges::all_of(date, is_digit) &&
                     is_scope_word(region) && is_scope_word(service) && end == "aws4_request";
  return whole ? std::optional(id) : std::nullopt;
}

}  // namespace cork::policy
