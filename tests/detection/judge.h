// Scans a whole request as the proxy does, and says what its default action would be.
//
// Not thread-safe: holds the scratch of one thread.
//
//   Judge judge(rules_at_home_nowhere());
//   bool stopped = judge.verdict(request).verdict == Verdict::leak;
#pragma once

#include "rules/known/known_values.h"
#include "rules/secrets/ruleset.h"
#include "tests/detection/parts.h"

#include <memory>
#include <set>
#include <string_view>

namespace cork::secrets::detection {

// cork's own rules, at home in no slot of every host: what is asked here is whether a credential is
// found, wherever it goes.
[[nodiscard]] std::shared_ptr<const Ruleset> rules_at_home_nowhere();

class Judge {
 public:
  struct Options {
    std::shared_ptr<const known::KnownValues> known = nullptr;  // looked for in bodies
    bool refuse_opaque = false;
  };
  explicit Judge(std::shared_ptr<const Ruleset> rules) : Judge(std::move(rules), Options()) {}
  Judge(std::shared_ptr<const Ruleset> rules, Options options)
      : rules_(std::move(rules)), options_(std::move(options)) {}

  struct Outcome {
    Verdict verdict = Verdict::clean;
    std::string_view problem;  // static storage
    std::set<RuleIndex> seen;  // rules with a finding, blocking or not
  };

  // The body in one piece, or in random pieces of a byte and more, with pauses between them.
  Outcome verdict(const Request& request);
  Outcome verdict_in_pieces(const Request& request, Random& random);

  [[nodiscard]] const Ruleset& rules() const noexcept { return *rules_; }

 private:
  void scan_head_of(const Request& request, Outcome& outcome);
  void scan_body_of(const Request& request, Random* pieces, Outcome& outcome);
  Outcome judged(const Request& request, Random* pieces);

  std::shared_ptr<const Ruleset> rules_;
  Options options_;
  WorkerScratch scratch_{*rules_};
};

}  // namespace cork::secrets::detection
