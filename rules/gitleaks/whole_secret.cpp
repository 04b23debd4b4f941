#include "rules/gitleaks/whole_secret.h"

#include "rules/secrets/masks.h"
#include "rules/secrets/regex_shape.h"

namespace cork::gitleaks {
namespace {

using secrets::Extent;

constexpr std::string_view kPemAnchor = "-----BEGIN";

// Of a key whose first lines the match is.
std::size_t rest_of_key(std::string_view secret, std::string_view rest) {
  Extent extent = Extent::of_pem();
  if (extent.advance(secret, false).state != Extent::State::open) return 0;
  const std::size_t taken = extent.advance(rest, true).taken;
  return extent.complete() ? taken : 0;
}

}  // namespace

WholeSecret::WholeSecret(const secrets::Rule& own) {
  if (secrets::decides(own.checksum)) return;  // which has settled where the secret ends
  if (auto shape = secrets::analyse_regex(own.regex, {own.secret_group, 0})) {
    alphabet_ = shape->credential;
  }
}

std::size_t WholeSecret::rest(std::string_view text, std::string_view secret,
                              std::size_t end) const {
  if (!alphabet_ || secret.data() + secret.size() != text.data() + end) return 0;
  const std::string_view rest = text.substr(end, kLongestRest);
  if (!secrets::holds_separators(*alphabet_)) {
    return Extent::of_alphabet(*alphabet_).advance(rest, true).taken;
  }
  return secret.starts_with(kPemAnchor) ? rest_of_key(secret, rest) : 0;
}

}  // namespace cork::gitleaks
