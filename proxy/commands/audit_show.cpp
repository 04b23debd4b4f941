#include "proxy/commands/audit_show.h"

#include "base/ascii.h"
#include "proxy/commands/audit_exchanges.h"
#include "proxy/commands/audit_file.h"
#include "proxy/commands/audit_lines.h"
#include "proxy/commands/audit_rotation.h"
#include "proxy/commands/print.h"
#include "proxy/commands/terminal.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace cork::commands {
namespace {

constexpr std::size_t kMostMatches = 10;

// Ids are Crockford's base32: their case says nothing.
bool names(std::string_view wanted, std::string_view id) {
  if (wanted.size() > id.size()) return false;
  return equals_ignoring_case(wanted, id.substr(0, wanted.size())) ||
         equals_ignoring_case(wanted, id.substr(id.size() - wanted.size()));
}

struct Found {
  std::vector<AuditExchange> matches;  // at most kMostMatches + 1, but every exact one
  std::uint64_t skipped = 0;
};

void add(Found& found, AuditEvent event, std::string_view wanted) {
  if (!names(wanted, event.id)) return;
  auto same = std::ranges::find(found.matches, event.id, &AuditExchange::id);
  if (same == found.matches.end()) {
    const bool exact = equals_ignoring_case(wanted, event.id);
    if (found.matches.size() > kMostMatches && !exact) return;
    same = found.matches.emplace(found.matches.end());
  }
  merge(*same, std::move(event));
}

Found search(RotatingLog& reader, std::string_view wanted) {
  Found found;
  while (auto event = reader.next()) add(found, std::move(*event), wanted);
  while (auto event = reader.rest()) add(found, std::move(*event), wanted);
  const auto exact = std::ranges::find_if(found.matches, [&](const AuditExchange& one) {
    return equals_ignoring_case(wanted, one.id);
  });
  if (exact != found.matches.end()) found.matches = {std::move(*exact)};
  found.skipped = reader.skipped();
  return found;
}

std::string state_of(const AuditExchange& exchange) {
  if (exchange.repeating) {
    return "refused more than once: still being counted, or cork ended before it was";
  }
  if (const std::string times = times_of(exchange); !times.empty()) return "refused " + times;
  if (exchange.refused) return "refused";
  if (exchange.answered) return "answered by cork itself";
  return exchange.ended ? "closed" : "open: still under way, or cork ended before it did";
}

void print(const AuditExchange& exchange, const Context& context) {
  std::size_t width = 0;
  for (const auto& [name, value] : exchange.fields) width = std::max(width, name.size());
  width = std::min<std::size_t>(width, 32);
  const auto line = [&](std::string_view name, std::string_view value) {
    print(context, "{:<{}}  {}\n", visible(name), width, visible(value));
  };
  line("id", exchange.id);
  line("state", state_of(exchange));
  for (const auto& [name, value] : exchange.fields) line(name, value);
}

}  // namespace

int audit_show(const AuditShowOptions& options, const Context& context) {
  if (options.id.empty()) return complain(context, kUsage, "an id has at least one character");
  const auto path = audit_file(options.file, options.config, context);
  if (!path) return kUsage;
  auto reader = RotatingLog::open(*path);
  if (!reader) return no_log(options.file, reader.error(), context);
  const Found found = search(*reader, options.id);
  report_skipped(found.skipped, *path, context);
  if (found.matches.empty()) {
    return complain(context, kNo, fmt::format("{} has no record '{}'", path->native(), options.id));
  }
  if (found.matches.size() == 1) {
    print(found.matches.front(), context);
    return kYes;
  }
  complain(context, kUsage, fmt::format("'{}' begins or ends more than one id:", options.id));
  for (std::size_t i = 0; i < std::min(found.matches.size(), kMostMatches); ++i) {
    print_error(context, "    {}\n", visible(found.matches[i].id));
  }
  if (found.matches.size() > kMostMatches) print_error(context, "    ...\n");
  return kUsage;
}

}  // namespace cork::commands
