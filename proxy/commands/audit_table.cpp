#include "proxy/commands/audit_table.h"

#include "proxy/commands/audit_exchanges.h"
#include "proxy/commands/print.h"

#include <fmt/format.h>

#include <algorithm>

namespace cork::commands {
namespace {

constexpr std::size_t kVerdict = 22;  // a mark, and the longest reason
constexpr std::size_t kMethod = 7, kBottle = 10;
constexpr std::size_t kNarrowest = 16;  // of places, however narrow the terminal

}  // namespace

AuditTable::AuditTable(const Context& context)
    : context_(context), paint_(context), headings_(context) {}

void AuditTable::show(const AuditExchange& exchange) {
  const AuditFields& fields = exchange.fields;
  const std::string status = exchange.ended ? visible(get(fields, "status")) : "...";
  const std::string request =
      fmt::format("{:<3} {} ", status, padded(visible(get(fields, "method")), kMethod));
  const std::string rules = visible(rules_of(fields));
  const std::string times = visible(times_of(exchange));
  if (context_.columns == 0) {
    print(context_, "{}  {}  {}  {}{}{}{}  {}\n", visible(time_of(fields)), verdict(exchange),
          padded(visible(get(fields, "bottle")), kBottle), request, visible(place_of(fields)),
          times.empty() ? "" : "  " + times, rules.empty() ? "" : fmt::format("  [{}]", rules),
          visible(exchange.id));
    return;
  }
  const std::string time = headings_.show(fields);
  const std::string bottle = headings_.column(fields);
  std::string place = visible(place_of(fields));
  if (place.starts_with("https://")) place.erase(0, 8);
  const std::size_t taken =
      time.size() + 2 + kVerdict + 2 + width_of(bottle) + width_of(request) + 2 + kShortId;
  const std::size_t room =
      std::max(context_.columns > taken ? context_.columns - taken : 0, kNarrowest);
  if (!times.empty()) {
    // How often it was counts more than the end of a long path.
    const std::size_t left = room > width_of(times) + 2 ? room - width_of(times) - 2 : 1;
    place = fmt::format("{}  {}", cut(place, left), times);
  }
  print(context_, "{}  {}  {}{}{}  {}\n", time, verdict(exchange), bottle, request,
        padded(cut(place, room), room), paint_(Colour::dim, short_id(exchange)));
  if (!rules.empty()) {
    print(context_, "{}{}\n", padded("", time.size() + 4),
          cut(fmt::format("found {}", rules), context_.columns - time.size() - 4));
  }
}

std::string AuditTable::verdict(const AuditExchange& exchange) const {
  const std::string_view decision = get(exchange.fields, "decision");
  const std::string_view mark = decision == "allow" ? "+" : decision == "deny" ? "-" : "~";
  const std::string text =
      padded(fmt::format("{} {}", mark, visible(get(exchange.fields, "reason"))), kVerdict);
  if (decision == "allow") return paint_(Colour::green, text);
  return paint_(decision == "deny" ? Colour::red : Colour::yellow, text);
}

}  // namespace cork::commands
