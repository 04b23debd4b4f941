// Asks a route what it has to say of a request's body (rules/policy/body_rule.h), with the content
// coding taken off, before any of it may leave.
//
// Not thread-safe; one a body. Knows nothing of the wire version.
//
//   BodyJudge judge(bottle, request, limits);
//   if (auto no = judge.feed(payload)) ...     // no->allowed(): the bottle only observes
//   if (auto no = judge.finish()) ...
#pragma once

#include "base/bytes.h"
#include "base/limits.h"
#include "rules/policy/body_rule.h"
#include "rules/policy/bottle.h"
#include "rules/secrets/decoder.h"

#include <memory>
#include <optional>
#include <string_view>

namespace cork::session {

class BodyJudge {
 public:
  // Has nothing to say.
  BodyJudge() = default;
  // `memory`, from which a decoder takes what it keeps, outlives this; nullptr: not counted.
  BodyJudge(const policy::Bottle& bottle, const RequestHead& request, const ScanLimits& limits,
            MemoryBudget* memory = nullptr);

  // A decision is given once; then there is nothing more to say.
  std::optional<policy::Decision> feed(Bytes payload);
  std::optional<policy::Decision> finish();
  // What `now`, under another configuration, objects to in a body that was not read for it.
  [[nodiscard]] std::optional<policy::Decision> objection_of(const policy::Bottle& now,
                                                             const RequestHead& request) const;

 private:
  std::optional<policy::Decision> decoded(secrets::Verdict verdict);

  policy::BodyRule rule_;
  std::unique_ptr<secrets::Decoder> decoder_;  // nullptr: the body is as it is
  std::string_view problem_;                   // why nothing can be decoded
  Offset fed_ = 0;
  std::optional<policy::Decision> said_;  // while the decoder runs
};

}  // namespace cork::session
