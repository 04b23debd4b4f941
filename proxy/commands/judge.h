// What cork would do with a request, found without sending anything: the proxy's own parser, policy
// and scanner over a request made up from a command line.
//
// Names are not resolved, so that only address literals are judged as addresses.
//
//   auto judgement = judge({"POST", "https://api.example.com/v1", {"X-A: b"}, "body.json"}, bottle,
//                          rules);
//   judgement->decision.allowed();
#pragma once

#include "base/result.h"
#include "proxy/audit/record.h"
#include "proxy/session/leak_rules.h"
#include "proxy/session/snapshot.h"
#include "rules/known/known_values.h"
#include "rules/policy/bottle.h"
#include "rules/secrets/ruleset.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cork::commands {

struct DraftRequest {
  std::string method;
  std::string url;                   // http or https; without a scheme https
  std::vector<std::string> headers;  // "Name: value"
  std::string body_file;             // "" for none, "-" for standard input
};

// What the bottle says of leaks, and on which day.
struct LeakContext {
  const session::LeakRules* rules = nullptr;
  std::chrono::system_clock::time_point now = {};
  secrets::FingerprintKey key = {};  // of what exceptions say
};

struct Judgement {
  policy::Decision decision;
  std::string method, place;  // "POST", "https://api.example.com:8443/v1": no query, and what looks
                              // random is masked
  bool comes_first = false;   // its credentials, where a route holds on to the first
  bool by_cork = false;       // http://cork.internal/: cork answers it itself
  bool resolves_a_name = false;                  // its addresses are judged only when it is dialled
  std::optional<std::uint64_t> body_bytes = {};  // that were looked at; none: there is no body
  std::uint64_t readable_bytes = 0;              // of them
  bool unread = false;                           // passed through: the request itself is never seen
  std::vector<audit::FindingNote> findings;      // recorded ones too
  std::vector<policy::Route> asked;              // that are for that place; one of them may decide
  std::vector<policy::Route> others;             // that match the host and were not asked
};

// `here`: where cork listens; nullptr: nowhere. An error is one of the command line: a URL that no
// proxy is asked for, a body that cannot be read.
Result<Judgement> judge(const DraftRequest& draft, const policy::Bottle& bottle,
                        const std::shared_ptr<const secrets::Ruleset>& rules,
                        const std::shared_ptr<const known::KnownValues>& known = nullptr,
                        const LeakContext& leaks = {}, const session::Snapshot* here = nullptr);

}  // namespace cork::commands
