// The rows of `cork audit ls`, as wide as the terminal.
#pragma once

#include "proxy/commands/audit_headings.h"
#include "proxy/commands/audit_lines.h"
#include "proxy/commands/command.h"
#include "proxy/commands/terminal.h"

#include <string>

namespace cork::commands {

// On a terminal the day stands above its rows, and so does the bottle on a narrow one; places are
// cut to its width. Elsewhere every row has its whole time and nothing is cut.
class AuditTable {
 public:
  explicit AuditTable(const Context& context);
  void show(const AuditExchange& exchange);

 private:
  [[nodiscard]] std::string verdict(const AuditExchange& exchange) const;

  const Context& context_;
  Painter paint_;
  AuditHeadings headings_;
};

}  // namespace cork::commands
