// A bottle or a rule that `cork audit ls` is asked for and nothing is known of: most likely it is
// misspelled, and silence would say that nothing happened.
//
//   AuditNames names(filter);
//   while (auto event = log->next()) names.see(event->fields);
//   return names.judge(options.config, context);
#pragma once

#include "proxy/commands/audit_filter.h"
#include "proxy/commands/audit_lines.h"
#include "proxy/commands/command.h"
#include "proxy/commands/settings.h"

#include <set>
#include <string>

namespace cork::commands {

class AuditNames {
 public:
  // `wanted` outlives this.
  explicit AuditNames(const AuditFilterText& wanted) noexcept : wanted_(wanted) {}

  void see(const AuditFields& fields);
  // kYes where each is of the log, of the configuration or, a rule, cork's own; else kNo, and what
  // there is was printed.
  [[nodiscard]] int judge(const ConfigFlag& flag, const Context& context) const;

 private:
  const AuditFilterText& wanted_;
  bool saw_rule_ = false, saw_bottle_ = false;
  std::set<std::string, std::less<>> bottles_;  // the first of them
};

}  // namespace cork::commands
