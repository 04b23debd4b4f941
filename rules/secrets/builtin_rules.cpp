#include "rules/secrets/rule.h"

namespace cork::secrets {

namespace {

constexpr unsigned char kRules[] = {
#include "builtin_rules.inc"
};

}  // namespace

std::string_view builtin_rules_text() noexcept {
  return {reinterpret_cast<const char*>(kRules), sizeof kRules};
}

}  // namespace cork::secrets
