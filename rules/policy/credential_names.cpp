#include "rules/policy/credential_names.h"

#include "base/ascii.h"
#include "rules/policy/percent.h"

#include <algorithm>
#include <array>
#include <span>

namespace cork::policy {
namespace {

using namespace std::string_view_literals;
using Names = std::span<const std::string_view>;

// Fields are compared with every '_' and '.' as '-', parameters without any of them.

// Those that the general rules below would take for credentials.
constexpr std::array kHarmlessFields{
    // The request's own name, so that doing it twice is doing it once.
    "idempotency-key"sv,
    "x-idempotency-key"sv,
    "x-ms-client-request-token"sv,
    // Guard a browser's session, and are none without its cookie.
    "x-csrf-token"sv,
    "x-xsrf-token"sv,
    "csrf-token"sv,
    "xsrf-token"sv,
    "x-request-token"sv,
    "x-requestverificationtoken"sv,
    // Name what is cached or stored, and where.
    "surrogate-key"sv,
    "cache-key"sv,
    "x-cache-key"sv,
    "partition-key"sv,
    "x-ms-documentdb-partitionkey"sv,
    "lock-token"sv,
    // Where a list or a session's reads go on.
    "x-continuation-token"sv,
    "x-page-token"sv,
    "x-next-token"sv,
    "sync-token"sv,
    "x-ms-session-token"sv,
    // Encrypt what is stored; whose it is they do not say.
    "x-amz-server-side-encryption-customer-key"sv,
    "x-amz-copy-source-server-side-encryption-customer-key"sv,
    "x-amz-server-side-encryption-aws-kms-key-id"sv,
    "x-ms-encryption-key"sv,
    "x-goog-encryption-key"sv,
};
constexpr std::array kCredentialFields{
    "auth"sv, "authentication"sv, "x-authentication"sv, "key"sv,
    // Signed requests name their signer here (RFC 9421 and the draft before it).
    "signature"sv, "signature-input"sv,
    // Keys whose field does not say so.
    "x-jfrog-art-api"sv, "x-honeycomb-team"sv};
constexpr std::array kFieldEnds{"-key"sv, "-key-id"sv, "-auth"sv};

// Both kinds of name, without separators.
constexpr std::array kInside{"apikey"sv, "accesskey"sv, "authorization"sv};
constexpr std::array kEnds{"token"sv, "secret"sv,          "password"sv,   "passwd"sv,
                           "jwt"sv,   "subscriptionkey"sv, "credential"sv, "credentials"sv};

constexpr std::array kHarmlessParameters{
    // Where a list goes on.
    "pagetoken"sv,
    "nextpagetoken"sv,
    "nexttoken"sv,
    "prevtoken"sv,
    "prevpagetoken"sv,
    "starttoken"sv,
    "startingtoken"sv,
    "continuationtoken"sv,
    "synctoken"sv,
    "nextsynctoken"sv,
    "deltatoken"sv,
    "skiptoken"sv,
    "resumetoken"sv,
    "cursortoken"sv,
    // The request's own name, so that doing it twice is doing it once.
    "clienttoken"sv,
    "clientrequesttoken"sv,
    "idempotencytoken"sv,
    // See the fields.
    "csrftoken"sv,
    "xsrftoken"sv,
};
// X-Amz-Signature and X-Goog-Signature are left out: X-Amz-Credential beside them says who signed.
constexpr std::array kCredentialParameters{"key"sv,
                                           "auth"sv,
                                           "sig"sv,
                                           "signature"sv,
                                           "pat"sv,
                                           "sid"sv,
                                           "session"sv,
                                           "sessionid"sv,
                                           "jsessionid"sv,
                                           "phpsessid"sv,
                                           "secret"sv,
                                           "pwd"sv,
                                           "pass"sv,
                                           "passphrase"sv,
                                           "ticket"sv,
                                           "awsaccesskeyid"sv,
                                           "googleaccessid"sv,
                                           "keypairid"sv};

constexpr std::array kHarmlessCookies{
    // Cloudflare
    "__cf_bm"sv, "_cfuvid"sv, "__cflb"sv, "__cfruid"sv, "cf_clearance"sv,
    // AWS, Google Cloud, Azure
    "AWSALB"sv, "AWSALBCORS"sv, "AWSALBTG"sv, "AWSALBTGCORS"sv, "AWSELB"sv, "AWSELBCORS"sv,
    "GCLB"sv, "ARRAffinity"sv, "ARRAffinitySameSite"sv,
    // Akamai
    "ak_bmsc"sv, "bm_sv"sv, "bm_sz"sv, "bm_mi"sv, "_abck"sv};
constexpr std::array kHarmlessCookiePrefixes{"incap_ses_"sv, "visid_incap_"sv, "nlbi_"sv};

constexpr std::array kShownWords{"access"sv,
                                 "account"sv,
                                 "admin"sv,
                                 "amz"sv,
                                 "api"sv,
                                 "apikey"sv,
                                 "apim"sv,
                                 "app"sv,
                                 "application"sv,
                                 "art"sv,
                                 "auth"sv,
                                 "authentication"sv,
                                 "authorization"sv,
                                 "awsaccesskeyid"sv,
                                 "cf"sv,
                                 "client"sv,
                                 "consul"sv,
                                 "credential"sv,
                                 "csrf"sv,
                                 "dd"sv,
                                 "deploy"sv,
                                 "figma"sv,
                                 "functions"sv,
                                 "gh"sv,
                                 "github"sv,
                                 "gitlab"sv,
                                 "goog"sv,
                                 "google"sv,
                                 "googleaccessid"sv,
                                 "honeycomb"sv,
                                 "id"sv,
                                 "input"sv,
                                 "jfrog"sv,
                                 "job"sv,
                                 "jsessionid"sv,
                                 "jwt"sv,
                                 "key"sv,
                                 "login"sv,
                                 "ms"sv,
                                 "oauth"sv,
                                 "ocp"sv,
                                 "openai"sv,
                                 "original"sv,
                                 "parse"sv,
                                 "pass"sv,
                                 "password"sv,
                                 "pat"sv,
                                 "phpsessid"sv,
                                 "private"sv,
                                 "protocol"sv,
                                 "rapidapi"sv,
                                 "refresh"sv,
                                 "rest"sv,
                                 "sec"sv,
                                 "secret"sv,
                                 "security"sv,
                                 "server"sv,
                                 "serverless"sv,
                                 "service"sv,
                                 "sess"sv,
                                 "session"sv,
                                 "sessionid"sv,
                                 "shopify"sv,
                                 "sid"sv,
                                 "sig"sv,
                                 "signature"sv,
                                 "subscription"sv,
                                 "team"sv,
                                 "ticket"sv,
                                 "token"sv,
                                 "user"sv,
                                 "vault"sv,
                                 "websocket"sv,
                                 "x"sv};
constexpr std::size_t kMostShown = 48;

bool is_one_of(std::string_view name, Names names) {
  return std::ranges::find(names, name) != names.end();
}

bool ends_with_any(std::string_view name, Names ends) {
  return std::ranges::any_of(ends, [&](std::string_view end) { return name.ends_with(end); });
}

bool is_separator(char c) noexcept {
  return c == '-' || c == '_' || c == '.';
}

std::string folded(std::string_view name) {
  std::string text = to_lower(name);
  std::ranges::replace_if(text, is_separator, '-');
  return text;
}

std::string squeezed(std::string_view name) {
  std::string text = to_lower(name);
  std::erase_if(text, [](char c) { return is_separator(c) || c == ' '; });
  return text;
}

bool sounds_like_one(std::string_view squeezed_name) {
  return ends_with_any(squeezed_name, kEnds) ||
         std::ranges::any_of(kInside,
                             [&](std::string_view word) { return squeezed_name.contains(word); });
}

bool is_parameter_as_spelled(std::string_view name) {
  // PHP cuts a name at its first bracket; OData's own begin with a dollar.
  name = name.substr(0, name.find('[', 1));
  if (name.starts_with('$')) name.remove_prefix(1);
  const std::string text = squeezed(name);
  if (is_one_of(text, kHarmlessParameters)) return false;
  return is_one_of(text, kCredentialParameters) || sounds_like_one(text);
}

}  // namespace

bool is_credential_field(std::string_view name) {
  const std::string text = folded(name);
  if (text.starts_with("proxy-") || text.starts_with("sec-")) return false;
  if (is_one_of(text, kHarmlessFields)) return false;
  return is_one_of(text, kCredentialFields) || ends_with_any(text, kFieldEnds) ||
         sounds_like_one(squeezed(name));
}

bool is_credential_parameter(std::string_view name) {
  // Some origins take escapes off twice.
  return is_parameter_as_spelled(name) ||
         (holds_escape(name) && is_parameter_as_spelled(percent_decoded(name)));
}

bool is_harmless_cookie(std::string_view name, std::string_view value) {
  const bool known = is_one_of(name, kHarmlessCookies) ||
                     std::ranges::any_of(kHarmlessCookiePrefixes, [&](std::string_view prefix) {
                       return name.starts_with(prefix);
                     });
  // Some origins begin another cookie at a comma, a space or a quote.
  return known && std::ranges::all_of(value, [](char c) {
           return is_alpha(c) || is_digit(c) || std::string_view("-_.~+/=%:|*!").contains(c);
         });
}

std::string shown_name(std::string_view name) {
  const std::string text = to_lower(name.substr(0, kMostShown + 1));
  if (text.size() > kMostShown) return "…";
  std::string shown;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto from = text.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto end =
        static_cast<std::size_t>(std::find_if(from, text.end(), is_separator) - text.begin());
    const std::string_view word = std::string_view(text).substr(begin, end - begin);
    shown += word.empty() || is_one_of(word, kShownWords) ? word : "…"sv;
    if (end < text.size()) shown += text[end];
    begin = end + 1;
  }
  return shown;
}

}  // namespace cork::policy
