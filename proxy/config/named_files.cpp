#include "proxy/config/named_files.h"

#include "proxy/config/ownership.h"
#include "proxy/config/rule_files.h"
#include "proxy/config/upstream.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace cork::config {
namespace {

void add_trust_problem(const Config& config, Diagnostics& problems) {
  // Without a file of the operator's the system's roots are all there is, and nobody's mistake.
  if (config.upstream_ca_file.empty()) return;
  if (auto trust = upstream_trust(config); !trust) problems.push_back(std::move(trust.error()));
}

}  // namespace

Diagnostics problems_to_serve(const Config& config) {
  Diagnostics problems;
  if (auto problem = writable_by_others(config)) problems.push_back(*std::move(problem));
  add_trust_problem(config, problems);
  if (!problems.empty()) std::ranges::move(rule_problems(config), std::back_inserter(problems));
  return problems;
}

Diagnostics problems_beside(const Config& config) {
  Diagnostics problems;
  add_trust_problem(config, problems);
  std::ranges::move(rule_problems(config), std::back_inserter(problems));
  return problems;
}

}  // namespace cork::config
