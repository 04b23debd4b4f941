// What stands above rows of exchanges on a terminal, so that it need not stand in each: the day,
// and where there is no room for a column of its own, the bottle.
//
// Not thread-safe.
//
//   AuditHeadings headings(context);
//   const std::string time = headings.show(fields);  // "03:04:05"
#pragma once

#include "proxy/commands/audit_lines.h"
#include "proxy/commands/command.h"

#include <cstddef>
#include <string>

namespace cork::commands {

class AuditHeadings {
 public:
  explicit AuditHeadings(const Context& context) : context_(context) {}

  // Prints what is another than above the row before; the time of the row, without its day.
  std::string show(const AuditFields& fields);
  // The bottle as a column with the blanks behind it; "" where it stands above.
  [[nodiscard]] std::string column(const AuditFields& fields) const;

 private:
  [[nodiscard]] std::size_t width() const noexcept;

  const Context& context_;
  bool any_ = false;
  std::string day_, bottle_;
};

}  // namespace cork::commands
