#include "rules/policy/credentials.h"

#include "base/ascii.h"
#include "rules/policy/authorization.h"
#include "rules/policy/credential_names.h"
#include "rules/policy/percent.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace cork::policy {
namespace {

using Place = Credential::Place;

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  text.remove_prefix(begin);
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

using Readings = std::vector<CredentialReading>;

void add_reading(Readings& readings, std::string text, std::size_t begin, std::size_t end) {
  if (text.empty()) return;
  if (std::ranges::find(readings, text, &CredentialReading::text) != readings.end()) return;
  readings.push_back({std::move(text), begin, end});
}

// Of a part of `value`, which spells itself.
void add_reading(Readings& readings, std::string_view part, std::string_view value) {
  const auto begin = static_cast<std::size_t>(part.data() - value.data());
  add_reading(readings, std::string(part), begin, begin + part.size());
}

// Where the first slash is spelled, as itself or escaped; npos: nowhere.
std::size_t find_slash(std::string_view spelled) {
  for (std::size_t i = 0; i < spelled.size(); ++i) {
    if (spelled[i] == '/' || escape_at(spelled, i) == '/') return i;
  }
  return std::string_view::npos;
}

// Whether the origin finds the owner of that parameter by what stands in front of its first slash:
// in exactly "ID/date/region/service/…4_request".
bool names_signer(std::string_view name, std::string_view value) {
  if (equals_ignoring_case(name, "x-amz-credential")) return aws_key_id(value).has_value();
  return equals_ignoring_case(name, "x-goog-credential") && value.ends_with("/goog4_request") &&
         std::ranges::count(value, '/') == 4;
}

class Collector {
 public:
  explicit Collector(std::size_t most) : most_(most) {}

  void take_fields(std::span<const Field> fields);
  void take_query(std::string_view query);
  void take_path(std::string_view path);
  [[nodiscard]] Credentials finish() && { return std::move(found_); }

 private:
  void add(Credential credential);
  void take_authorization(const Field& field);
  void take_cookies(const Field& field);
  void take_subprotocols(const Field& field);
  void take_parameter(std::string_view spelled, std::string_view slot, Place place,
                      std::size_t offset);

  std::size_t most_;
  Credentials found_;
};

void Collector::add(Credential credential) {
  if (credential.readings.empty()) return;
  if (found_.all.size() >= most_) {
    found_.too_many = true;
    return;
  }
  found_.all.push_back(std::move(credential));
}

void Collector::take_fields(std::span<const Field> fields) {
  for (const Field& field : fields) {
    if (found_.too_many) return;
    if (equals_ignoring_case(field.name, "authorization")) {
      take_authorization(field);
    } else if (equals_ignoring_case(field.name, "cookie")) {
      take_cookies(field);
    } else if (equals_ignoring_case(field.name, "sec-websocket-protocol")) {
      take_subprotocols(field);
    } else if (is_credential_field(field.name)) {
      Readings readings;
      add_reading(readings, field.value, field.value);
      add({"header:" + shown_name(field.name), std::move(readings), Place::field, field.name});
    }
  }
}

void Collector::take_authorization(const Field& field) {
  Authorization read = read_authorization(field.value);
  Readings readings;
  for (std::string& text : read.readings) {
    add_reading(readings, std::move(text), read.begin, read.end);
  }
  add({read.basic ? "basic" : "header:authorization", std::move(readings), Place::field,
       field.name});
}

// RFC 6265, section 4.2.1. A pair without '=' is a value to some origins and a name to others.
void Collector::take_cookies(const Field& field) {
  for (std::size_t begin = 0; begin <= field.value.size() && !found_.too_many;) {
    const std::size_t end = std::min(field.value.find(';', begin), field.value.size());
    const std::string_view pair = trimmed(field.value.substr(begin, end - begin));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view name = trimmed(pair.substr(0, equals));
    const std::string_view value = trimmed(pair.substr(std::min(equals + 1, pair.size())));
    const bool named = equals < pair.size();
    if (!pair.empty() && !(named && is_harmless_cookie(name, value))) {
      const bool quoted = value.size() >= 2 && value.front() == '"' && value.back() == '"';
      Readings readings;
      if (quoted) add_reading(readings, value.substr(1, value.size() - 2), field.value);
      if (named) add_reading(readings, value, field.value);
      if (!named || !readings.empty()) add_reading(readings, pair, field.value);
      add({"cookie:" + (named ? shown_name(name) : "…"), std::move(readings), Place::field,
           field.name});
    }
    begin = end + 1;
  }
}

// Browsers can put a credential nowhere else when they open a WebSocket.
void Collector::take_subprotocols(const Field& field) {
  constexpr std::array<std::string_view, 3> carriers{
      "openai-insecure-api-key.", "base64url.bearer.authorization.k8s.io.", "bearer."};
  for (std::size_t begin = 0; begin <= field.value.size() && !found_.too_many;) {
    const std::size_t end = std::min(field.value.find(',', begin), field.value.size());
    const std::string_view one = trimmed(field.value.substr(begin, end - begin));
    for (const std::string_view carrier : carriers) {
      if (one.size() <= carrier.size() ||
          !equals_ignoring_case(one.substr(0, carrier.size()), carrier)) {
        continue;
      }
      Readings readings;
      add_reading(readings, one.substr(carrier.size()), field.value);
      add({"header:sec-websocket-protocol", std::move(readings), Place::field, field.name});
      break;
    }
    begin = end + 1;
  }
}

// "name=value", as spelled at `offset` of the query.
void Collector::take_parameter(std::string_view spelled, std::string_view slot, Place place,
                               std::size_t offset) {
  const std::size_t equals = spelled.find('=');
  if (equals == std::string_view::npos || equals + 1 == spelled.size()) return;
  std::string with_spaces(spelled);
  std::ranges::replace(with_spaces, '+', ' ');
  std::string name = percent_decoded(std::string_view(with_spaces).substr(0, equals));
  name.erase(0, std::min(name.find_first_not_of(' '), name.size()));
  if (!is_credential_parameter(name)) return;
  const std::string_view value = spelled.substr(equals + 1);
  const std::size_t begin = offset + equals + 1, end = offset + spelled.size();
  Readings readings;
  // A presigned URL: who signed is the key id in front of the date.
  if (const std::size_t slash = find_slash(value);
      slash < value.size() && names_signer(name, percent_decoded(value))) {
    add_reading(readings, percent_decoded(value.substr(0, slash)), begin, begin + slash);
  }
  add_reading(readings, percent_decoded(value), begin, end);
  add_reading(readings, percent_decoded(std::string_view(with_spaces).substr(equals + 1)), begin,
              end);
  add({fmt::format("{}:{}", slot, shown_name(name)), std::move(readings), place, {}});
}

// Some origins begin another parameter at a semicolon too.
void Collector::take_query(std::string_view query) {
  for (std::size_t begin = 0; begin < query.size() && !found_.too_many;) {
    const std::size_t end = std::min(query.find_first_of("&;", begin), query.size());
    take_parameter(query.substr(begin, end - begin), "query", Place::query, begin);
    begin = end + 1;
  }
}

// "/a;jsessionid=x/b": parameters of a path's segment (RFC 3986, section 3.3).
void Collector::take_path(std::string_view path) {
  for (std::size_t begin = path.find(';'); begin < path.size() && !found_.too_many;) {
    const std::size_t end = std::min(path.find_first_of(";/", begin + 1), path.size());
    take_parameter(path.substr(begin + 1, end - begin - 1), "path", Place::elsewhere, 0);
    begin = path.find(';', end);
  }
}

}  // namespace

Credentials credentials_in(const RequestHead& head, std::size_t most) {
  Collector collector(most);
  collector.take_fields(head.fields);
  collector.take_query(head.target.query());
  collector.take_path(head.target.path());
  return std::move(collector).finish();
}

Credentials credentials_in(std::span<const Field> trailers, std::size_t most) {
  Collector collector(most);
  collector.take_fields(trailers);
  return std::move(collector).finish();
}

std::string describe_slot(std::string_view slot) {
  if (slot == "basic") return "its Basic credentials";
  const std::size_t colon = std::min(slot.find(':'), slot.size());
  const std::string_view kind = slot.substr(0, colon);
  const std::string_view name = slot.substr(std::min(colon + 1, slot.size()));
  if (kind == "query") return fmt::format("its query parameter {}", name);
  if (kind == "path") return fmt::format("its path parameter {}", name);
  return fmt::format("its {} {}", kind, name);
}

}  // namespace cork::policy
