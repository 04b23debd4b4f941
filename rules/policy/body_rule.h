// What a request's body must be, where its route says: git's own, an LFS batch for a download, or a
// form that does not ask for another method.
//
// Pure, not thread-safe; keeps at most one line of the body.
//
//   BodyRule rule(bottle, head);                 // head: allowed
//   if (auto no = rule.feed(decoded)) ...        // no->allowed(): the bottle only observes
//   if (auto no = rule.finish()) ...
#pragma once

#include "base/message.h"
#include "rules/policy/decision.h"
#include "rules/policy/git_body.h"
#include "rules/policy/lfs_batch.h"
#include "rules/policy/overrides.h"

#include <optional>
#include <string_view>
#include <variant>

namespace cork::policy {

class Bottle;

class BodyRule {
 public:
  // Says nothing of any body.
  BodyRule() = default;
  // Of a request that the bottle admits; of any other, nothing. Keeps no reference to either.
  BodyRule(const Bottle& bottle, const RequestHead& head);

  [[nodiscard]] bool has_say() const noexcept {
    return !std::holds_alternative<std::monostate>(check_);
  }
  // The next bytes, without their content coding. A decision where they are refused: once, and then
  // the rule has said all it will.
  std::optional<Decision> feed(std::string_view text);
  std::optional<Decision> finish();
  // The same decision for a body that cannot be decoded.
  Decision undecodable(std::string_view problem);
  // The same decision for any other reason, which ends the sentence "…, and the body".
  Decision refuse(std::string_view because);
  // Whether a body that this rule reads needs no other reader where `other` is asked, of the same
  // request.
  [[nodiscard]] bool covers(const BodyRule& other) const noexcept {
    return !other.has_say() || check_.index() == other.check_.index();
  }

 private:
  struct Empty {};  // no body at all
  struct Odd {};    // one that nobody here can read

  std::variant<std::monostate, Empty, Odd, GitBody, LfsBatch, FormFields, MultipartFields> check_;
  Decision denial_;  // its detail ends where the reason begins
};

}  // namespace cork::policy
