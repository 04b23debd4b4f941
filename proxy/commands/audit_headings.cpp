#include "proxy/commands/audit_headings.h"

#include "proxy/commands/audit_exchanges.h"
#include "proxy/commands/print.h"
#include "proxy/commands/terminal.h"

#include <fmt/format.h>

#include <utility>

namespace cork::commands {
namespace {

constexpr std::size_t kDay = 10;  // "2026-01-02"

}  // namespace

// Of the column; 0: there is none.
std::size_t AuditHeadings::width() const noexcept {
  if (context_.columns >= 120) return 16;
  return context_.columns >= 100 ? 10 : 0;
}

std::string AuditHeadings::show(const AuditFields& fields) {
  std::string time = visible(time_of(fields));
  const bool dated = time.size() > kDay;
  std::string day = dated ? time.substr(0, kDay) : day_;
  std::string bottle = width() == 0 ? visible(get(fields, "bottle")) : "";
  const bool new_day = day != day_, new_bottle = bottle != bottle_;
  if (new_day || new_bottle) {
    std::string heading = new_day ? day + " UTC" : "";
    if (!bottle.empty()) heading += (heading.empty() ? "bottle " : ", bottle ") + bottle;
    if (!heading.empty()) {
      const std::size_t room = context_.columns;
      print(context_, "{}{}\n", any_ && new_day ? "\n" : "", cut(heading, room));
    }
  }
  any_ = true;
  day_ = std::move(day);
  bottle_ = std::move(bottle);
  return dated ? time.substr(kDay + 1) : time;
}

std::string AuditHeadings::column(const AuditFields& fields) const {
  if (width() == 0) return {};
  return padded(cut(visible(get(fields, "bottle")), width()), width()) + "  ";
}

}  // namespace cork::commands
