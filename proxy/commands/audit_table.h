// The rows of `cork audit ls`, as wide as the terminal.
#pragma once

#include "proxy/commands/audit_lines.h"
#include "proxy/commands/command.h"
#include "proxy/commands/terminal.h"

#include <string>

namespace cork::commands {

// On a terminal the day stands above its rows, and places are cut to the terminal's width;
// elsewhere every row has its whole time and nothing is cut.
class AuditTable {
 public:
  explicit AuditTable(const Context& context);
  void show(const AuditExchange& exchange);

 private:
  std::string print_day(std::string time);
  [[nodiscard]] std::string verdict(const AuditExchange& exchange) const;

  const Context& context_;
  Painter paint_;
  std::string day_;
};

}  // namespace cork::commands
