// Scans what is not body: authority, method, path, query, field names and values, trailers.
//
// Thread-safe with a scratch a thread. One pass over all fields; percent-encoding, JSON escapes and
// Basic credentials are looked into where they occur.
//
//   HeadReport report = scan_head(rules, head, limits, key, scratch);
//   if (report.verdict != Verdict::clean) refuse(report.findings);
#pragma once

#include "base/limits.h"
#include "base/message.h"
#include "rules/known/known_values.h"
#include "rules/secrets/actions.h"
#include "rules/secrets/finding.h"
#include "rules/secrets/ruleset.h"

#include <span>
#include <string_view>
#include <vector>

namespace cork::secrets {

struct HeadReport {
  Verdict verdict = Verdict::clean;
  // At most ScanLimits::findings and one; those at home have blocking == false.
  std::vector<Finding> findings;
  std::string_view problem;  // what exhausted a limit; static storage
};

// Bytes of a head that belong where they are, whatever they look like: a credential that its route
// pins.
struct AtHome {
  Part part = Part::field;         // or Part::query
  std::string_view name;           // of the field: the head's very bytes, not others like them
  std::size_t begin = 0, end = 0;  // in its value, or in the query
};

// A credential in the slot of its audience, or within one of `home`, is recorded, not blocked.
// Proxy-Authorization is left out: it is for cork, and no origin is sent it. `known`: the bottle's
// own secrets, each at home in the fields of its hosts alone; nullptr: none. What `actions` would
// mask stops it: nothing of a head is masked.
HeadReport scan_head(const Ruleset& rules, const RequestHead& head, const ScanLimits& limits,
                     const FingerprintKey& key, WorkerScratch& scratch,
                     std::span<const AtHome> home = {}, const known::KnownValues* known = nullptr,
                     const Actions& actions = Actions());

// An authority as it was spelled ("GHP_….example.com:443"), before it becomes a Host: case is
// ignored, since names lose it. Every leak there stops it.
HeadReport scan_authority(const Ruleset& rules, std::string_view authority,
                          const ScanLimits& limits, const FingerprintKey& key,
                          WorkerScratch& scratch, const known::KnownValues* known = nullptr);

// Trailer fields: like a head's, but nothing is at home there.
HeadReport scan_trailers(const Ruleset& rules, std::span<const Field> fields,
                         const ScanLimits& limits, const FingerprintKey& key,
                         WorkerScratch& scratch, const known::KnownValues* known = nullptr,
                         const Actions& actions = Actions());

}  // namespace cork::secrets
