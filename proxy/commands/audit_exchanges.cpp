#include "proxy/commands/audit_exchanges.h"

#include "proxy/commands/terminal.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cork::commands {

AuditExchange& Window::add(AuditEvent event) {
  const auto same = std::find_if(exchanges_.rbegin(), exchanges_.rend(),
                                 [&](const AuditExchange& one) { return one.id == event.id; });
  if (same != exchanges_.rend()) {
    merge(*same, std::move(event));
    return *same;
  }
  if (exchanges_.size() >= most_) exchanges_.pop_front();
  merge(exchanges_.emplace_back(), std::move(event));
  return exchanges_.back();
}

void Window::forget(const AuditExchange& exchange) {
  std::erase_if(exchanges_, [&](const AuditExchange& one) { return &one == &exchange; });
}

std::string place_of(const AuditFields& fields) {
  const std::string_view scheme = get(fields, "scheme"), port = get(fields, "port");
  const bool usual = (scheme == "https" && port == "443") || (scheme == "http" && port == "80");
  std::string place = scheme.empty() ? "" : fmt::format("{}://", scheme);
  place += get(fields, "host");
  if (!port.empty() && !usual) place += fmt::format(":{}", port);
  return place + std::string(get(fields, "path"));
}

std::string rules_of(const AuditFields& fields) {
  // Of what was refused nothing need have left, masked or not.
  const bool denied = get(fields, "decision") == "deny";
  std::string rules;
  for (const auto& [name, value] : fields) {
    if (!names_rule(name)) continue;
    if (rules.find(value) != std::string::npos) continue;
    rules += (rules.empty() ? "" : ",") + value;
    const std::string finding = name.substr(0, name.rfind('.'));
    if (!denied && get(fields, finding + ".redacted") == "true") rules += " (masked)";
    if (!get(fields, finding + ".exception").empty()) rules += " (excused)";
  }
  return rules;
}

std::string times_of(const AuditExchange& exchange) {
  if (exchange.repeating) return "×…";
  const std::string_view count = get(exchange.fields, "repeated.count");
  if (count.empty()) return "";
  std::string text = "×";
  for (std::size_t i = 0; i < count.size(); ++i) {
    if (i > 0 && (count.size() - i) % 3 == 0) text += ',';
    text += count[i];
  }
  return text;
}

std::string short_id(const AuditExchange& exchange) {
  std::string id = visible(exchange.id);
  if (id.size() > kShortId) id.erase(0, id.size() - kShortId);
  return id;
}

std::string time_of(const AuditFields& fields) {
  std::string time(get(fields, "time").substr(0, 19));
  if (time.size() == 19) time[10] = ' ';
  return time;
}

}  // namespace cork::commands
