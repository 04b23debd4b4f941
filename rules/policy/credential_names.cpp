#include "rules/policy/credential_names.h"

#include "base/ascii.h"
#include "rules/policy/percent.h"

#include <algorithm>
#include <array>
#include <functional>
#include <span>

namespace cork::policy {
namespace {

using namespace std::string_view_literals;
using Names = std::span<const std::string_view>;

// Fields are compared with everything that is no letter and no digit as '-', parameters without it:
// CGI, and some servers on the way to it, make one '_' of all that.

// Those that the general rules below would take for credentials.
constexpr std::array kHarmlessFields{
    // Every WebSocket's nonce.
    "sec-websocket-key"sv,
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
    // Name a run of the program, in its maker's log.
    "npm-session"sv,
    "x-opencode-session"sv,
    // Encrypt what is stored; whose it is they do not say.
    "x-amz-server-side-encryption-customer-key"sv,
    "x-amz-copy-source-server-side-encryption-customer-key"sv,
    "x-amz-server-side-encryption-aws-kms-key-id"sv,
    "x-ms-encryption-key"sv,
    "x-goog-encryption-key"sv,
};
constexpr std::array kCredentialFields{
    "auth"sv,
    // Signed requests name their signer here (RFC 9421 and the draft before it).
    "signature"sv, "signature-input"sv,
    // Sessions, where the name does not end in one. Not "session-id", which Codex sends and which
    // names a conversation.
    "session"sv, "x-session-id"sv, "x-sessionid"sv, "sessionid"sv, "jsessionid"sv, "x-sid"sv,
    // Cookies of before RFC 6265.
    "cookie2"sv,
    // Read apart where they are spelled like that, and as a whole in any other spelling.
    "cookie"sv, "sec-websocket-protocol"sv,
    // Keys whose field does not say so.
    "x-jfrog-art-api"sv, "x-honeycomb-team"sv, "x-ovh-application"sv, "x-ovh-consumer"sv};
constexpr std::array kFieldEnds{"-key"sv, "-key-id"sv, "-auth"sv, "-session"sv};
// A gateway takes this off, and what is left is a field of the gRPC call.
constexpr std::string_view kGatewayPrefix = "grpc-metadata-";

// Both kinds of name, without separators.
constexpr std::array kInside{"apikey"sv, "accesskey"sv, "authorization"sv, "macaroon"sv};
constexpr std::array kEnds{"key"sv,         "token"sv,         "secret"sv,   "password"sv,
                           "passwd"sv,      "passphrase"sv,    "passcode"sv, "jwt"sv,
                           "bearer"sv,      "wsse"sv,          "sessid"sv,   "credential"sv,
                           "credentials"sv, "authentication"sv};
// Words that end like one.
constexpr std::array kOtherWords{"monkey"sv, "turkey"sv,  "donkey"sv, "hockey"sv,
                                 "jockey"sv, "whiskey"sv, "hotkey"sv};

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
    "idempotencykey"sv,
    "dedupkey"sv,
    "deduplicationkey"sv,
    // See the fields.
    "csrftoken"sv,
    "xsrftoken"sv,
    // By what a list is ordered or grouped, and from where to where it goes (CouchDB, Azure).
    "sortkey"sv,
    "orderkey"sv,
    "groupkey"sv,
    "startkey"sv,
    "endkey"sv,
    "nextkey"sv,
    "lastkey"sv,
    "paginationkey"sv,
    "nextpartitionkey"sv,
    "nextrowkey"sv,
    // Where something is stored, routed or cached, and by which column.
    "partitionkey"sv,
    "rowkey"sv,
    "rangekey"sv,
    "hashkey"sv,
    "shardkey"sv,
    "routingkey"sv,
    "cachekey"sv,
    "primarykey"sv,
    "foreignkey"sv,
    "objectkey"sv,
    // Which thing is asked for: Jira, Confluence, SonarQube.
    "projectkey"sv,
    "issuekey"sv,
    "issueidorkey"sv,
    "spacekey"sv,
    // Anybody may know it, and who knows it is nobody yet.
    "publickey"sv,
    "pubkey"sv,
    // What says who signed is beside them, and counts: X-Amz-Credential, X-Goog-Credential, q-ak,
    // oauth_consumer_key.
    "xamzsignature"sv,
    "xgoogsignature"sv,
    "qsignature"sv,
    "oauthsignature"sv,
};
constexpr std::array kCredentialParameters{
    "auth"sv,      "pat"sv, "sid"sv,  "session"sv, "sessionid"sv,      "jsessionid"sv,
    "pwd"sv,       "pw"sv,  "pass"sv, "ticket"sv,  "awsaccesskeyid"sv, "googleaccessid"sv,
    "keypairid"sv, "qak"sv};
constexpr std::array kParameterEnds{"signature"sv, "sig"sv};
// More escapes around escapes than any origin takes off.
constexpr int kMostEscapes = 8;

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
                                 "ak"sv,
                                 "amz"sv,
                                 "api"sv,
                                 "apikey"sv,
                                 "apim"sv,
                                 "app"sv,
                                 "appkey"sv,
                                 "application"sv,
                                 "appwrite"sv,
                                 "art"sv,
                                 "auth"sv,
                                 "authentication"sv,
                                 "authkey"sv,
                                 "authorization"sv,
                                 "awsaccesskeyid"sv,
                                 "bearer"sv,
                                 "cf"sv,
                                 "client"sv,
                                 "consul"sv,
                                 "consumer"sv,
                                 "cookie2"sv,
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
                                 "grpc"sv,
                                 "honeycomb"sv,
                                 "id"sv,
                                 "input"sv,
                                 "jfrog"sv,
                                 "job"sv,
                                 "jsessionid"sv,
                                 "jwt"sv,
                                 "key"sv,
                                 "license"sv,
                                 "login"sv,
                                 "macaroon"sv,
                                 "metadata"sv,
                                 "ms"sv,
                                 "oauth"sv,
                                 "ocp"sv,
                                 "openai"sv,
                                 "original"sv,
                                 "ovh"sv,
                                 "parse"sv,
                                 "pass"sv,
                                 "passphrase"sv,
                                 "passwd"sv,
                                 "password"sv,
                                 "pat"sv,
                                 "phpsessid"sv,
                                 "private"sv,
                                 "protocol"sv,
                                 "proxy"sv,
                                 "pw"sv,
                                 "q"sv,
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
                                 "sessid"sv,
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
                                 "wsse"sv,
                                 "x"sv};
constexpr std::size_t kMostShown = 48;

bool is_one_of(std::string_view name, Names names) {
  return std::ranges::find(names, name) != names.end();
}

bool ends_with_any(std::string_view name, Names ends) {
  return std::ranges::any_of(ends, [&](std::string_view end) { return name.ends_with(end); });
}

bool is_shown_separator(char c) noexcept {
  return c == '-' || c == '_' || c == '.';
}

bool is_letter_or_digit(char c) noexcept {
  // Nobody agrees on what other bytes are; they stay.
  return is_alnum(c) || static_cast<unsigned char>(c) >= 0x80;
}

std::string folded(std::string_view name) {
  std::string text = to_lower(name);
  std::ranges::replace_if(text, std::not_fn(is_letter_or_digit), '-');
  return text;
}

std::string squeezed(std::string_view name) {
  std::string text = to_lower(name);
  std::erase_if(text, std::not_fn(is_letter_or_digit));
  return text;
}

bool sounds_like_one(std::string_view squeezed_name) {
  if (std::ranges::any_of(kInside,
                          [&](std::string_view word) { return squeezed_name.contains(word); })) {
    return true;
  }
  return ends_with_any(squeezed_name, kEnds) && !ends_with_any(squeezed_name, kOtherWords);
}

bool is_parameter_without_brackets(std::string_view name) {
  const std::string text = squeezed(name);
  if (is_one_of(text, kHarmlessParameters)) return false;
  return is_one_of(text, kCredentialParameters) || ends_with_any(text, kParameterEnds) ||
         sounds_like_one(text);
}

// "user[token]" is the token of a user to PHP and Rails, and "token[]" a list of one.
bool is_parameter_as_spelled(std::string_view name) {
  if (is_parameter_without_brackets(name)) return true;
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find_first_of("[]", begin), name.size());
    if (is_parameter_without_brackets(name.substr(begin, end - begin))) return true;
    begin = end + 1;
  }
  return false;
}

// "%u0074", which ASP takes off as well.
bool holds_wide_escape(std::string_view text) {
  for (std::size_t i = text.find('%'); i != std::string_view::npos; i = text.find('%', i + 1)) {
    const std::string_view four = text.substr(std::min(i + 2, text.size()), 4);
    if (i + 6 <= text.size() && to_lower(text[i + 1]) == 'u' &&
        std::ranges::all_of(four, [](char c) { return hex_value(c) >= 0; })) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool is_credential_field(std::string_view name) {
  // Goes no further than cork, spelled like that; an origin behind CGI reads other spellings.
  if (equals_ignoring_case(name, "proxy-authorization")) return false;
  std::string text = folded(name);
  while (text.starts_with(kGatewayPrefix)) text.erase(0, kGatewayPrefix.size());
  if (is_one_of(text, kHarmlessFields)) return false;
  return is_one_of(text, kCredentialFields) || ends_with_any(text, kFieldEnds) ||
         sounds_like_one(squeezed(text));
}

bool is_credential_parameter(std::string_view name) {
  std::string text(name);
  for (int taken = 0; taken <= kMostEscapes; ++taken) {
    // PHP and whatever is written in C end a name at a NUL; no honest one has such bytes.
    if (holds_control(text) || holds_wide_escape(text)) return true;
    if (is_parameter_as_spelled(text)) return true;
    if (!holds_escape(text)) return false;
    text = percent_decoded(text);
  }
  return true;
}

bool is_harmless_cookie(std::string_view name, std::string_view value) {
  const bool known = is_one_of(name, kHarmlessCookies) ||
                     std::ranges::any_of(kHarmlessCookiePrefixes, [&](std::string_view prefix) {
                       return name.starts_with(prefix);
                     });
  // Some origins begin another cookie at a comma, a space or a quote.
  return known && std::ranges::all_of(value, [](char c) {
           return is_alnum(c) || std::string_view("-_.~+/=%:|*!").contains(c);
         });
}

std::string shown_name(std::string_view name) {
  const std::string text = to_lower(name.substr(0, kMostShown + 1));
  if (text.size() > kMostShown) return "…";
  std::string shown;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto from = text.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto end =
        static_cast<std::size_t>(std::find_if(from, text.end(), is_shown_separator) - text.begin());
    const std::string_view word = std::string_view(text).substr(begin, end - begin);
    shown += word.empty() || is_one_of(word, kShownWords) ? word : "…"sv;
    if (end < text.size()) shown += text[end];
    begin = end + 1;
  }
  return shown;
}

}  // namespace cork::policy
