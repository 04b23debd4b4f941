#include "rules/secrets/finding.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <utility>

namespace cork::secrets {

std::string_view name_of(Part part) noexcept {
  switch (part) {
    case Part::authority:
      return "authority";
    case Part::method:
      return "method";
    case Part::path:
      return "path";
    case Part::query:
      return "query";
    case Part::field:
      return "field";
    case Part::body:
      return "body";
    case Part::message:
      return "message";
    case Part::trailer:
      return "trailer";
  }
  return "body";
}

std::string_view name_of_action(const Finding& finding) noexcept {
  if (finding.redacted) return "redact";
  return finding.blocking ? "block" : "record";
}

Fingerprint fingerprint(const FingerprintKey& key, std::string_view secret) noexcept {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(secret.data()), secret.size(), digest.data(), &size);
  Fingerprint print;
  for (std::size_t i = 0; i < sizeof print.value; ++i) print.value = print.value << 8 | digest[i];
  return print;
}

bool is_note(const Finding& finding) noexcept {
  return !finding.blocking && !finding.redacted && finding.exception.empty();
}

void keep(std::vector<Finding>& findings, Finding found, std::size_t most) {
  if (findings.size() < std::max<std::size_t>(most, 1)) {
    findings.push_back(std::move(found));
  } else if (found.blocking && std::ranges::none_of(findings, &Finding::blocking)) {
    const auto last = std::find_if(findings.rbegin(), findings.rend(), &is_note);
    if (last != findings.rend()) {
      *last = std::move(found);
    } else {
      findings.push_back(std::move(found));
    }
  }
}

void keep_new(std::vector<Finding>& findings, Finding found, std::size_t most) {
  for (Finding& told : findings) {
    const bool alike =
        told.kind == Kind::rule && told.rule == found.rule && told.blocking == found.blocking;
    if (!alike) continue;
    if (told.print == found.print) return;
    if (told.spot != found.spot) continue;
    if (found.spot.end > told.spot.end) {
      told.print = found.print;
      told.spot.end = found.spot.end;
      told.place.end = std::max(told.place.end, found.place.end);
    }
    return;
  }
  keep(findings, std::move(found), most);
}

}  // namespace cork::secrets
