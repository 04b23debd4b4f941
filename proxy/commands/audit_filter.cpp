#include "proxy/commands/audit_filter.h"

#include "base/ascii.h"
#include "base/diagnostic.h"
#include "base/host.h"
#include "rules/policy/decision.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace cork::commands {
namespace {

using std::chrono::seconds;

constexpr std::size_t kMostDigits = 6;  // of a number of seconds, minutes, hours or days

std::string moment(std::chrono::system_clock::time_point when) {
  const auto at =
      std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(when));
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.000Z", fmt::gmtime(at));
}

std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(0, digits)) {
    if (!is_digit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<seconds> ago(std::string_view text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits == 0 || digits > kMostDigits || digits + 1 != text.size()) return std::nullopt;
  const auto count = take_number(text, digits);
  switch (text.front()) {
    case 's':
      return seconds(*count);
    case 'm':
      return std::chrono::minutes(*count);
    case 'h':
      return std::chrono::hours(*count);
    case 'd':
      return std::chrono::days(*count);
    default:
      return std::nullopt;
  }
}

// "03:04", "03:04:05", each with or without a Z.
std::optional<seconds> time_of_day(std::string_view text) {
  const auto hours = take_number(text, 2);
  if (!hours || *hours > 23 || !take(text, ":")) return std::nullopt;
  const auto minutes = take_number(text, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  int past = 0;
  if (take(text, ":")) {
    const auto second = take_number(text, 2);
    if (!second || *second > 59) return std::nullopt;
    past = *second;
  }
  take(text, "Z");
  if (!text.empty()) return std::nullopt;
  return std::chrono::hours(*hours) + std::chrono::minutes(*minutes) + seconds(past);
}

std::optional<std::chrono::sys_seconds> date(std::string_view text) {
  const auto year = take_number(text, 4);
  if (!year || !take(text, "-")) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take(text, "-")) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day ymd{std::chrono::year(*year),
                                        std::chrono::month(static_cast<unsigned>(*month)),
                                        std::chrono::day(static_cast<unsigned>(*day))};
  if (!ymd.ok()) return std::nullopt;
  const std::chrono::sys_seconds begins = std::chrono::sys_days(ymd);
  if (text.empty()) return begins;
  if (!take(text, "T ")) return std::nullopt;
  const auto time = time_of_day(text);
  if (!time) return std::nullopt;
  return begins + *time;
}

Result<void> check_reason(std::string_view reason) {
  std::vector<std::string_view> known{"allowed"};
  for (const policy::Reason one : policy::all_refusals()) known.push_back(policy::name_of(one));
  if (reason.empty() || std::ranges::find(known, reason) != known.end()) return {};
  const std::string_view meant = nearest(reason, known);
  return fail(
      meant.empty()
          ? fmt::format("there is no reason '{}': there are {}", reason, fmt::join(known, ", "))
          : fmt::format("there is no reason '{}': did you mean '{}'?", reason, meant));
}

}  // namespace

Result<std::string> parse_moment(std::string_view text, std::chrono::system_clock::time_point now) {
  if (const auto before = ago(text)) return moment(now - *before);
  if (const auto at = date(text)) return moment(*at);
  return fail(
      fmt::format("'{}' is no moment: write 2h (or s, m, d) for so long ago, or a time in "
                  "UTC, as 2026-01-02 or 2026-01-02T03:04",
                  text));
}

Result<AuditFilter> AuditFilter::make(AuditFilterText text,
                                      std::chrono::system_clock::time_point now) {
  AuditFilter filter;
  for (std::string* moment : {&text.since, &text.until}) {
    if (moment->empty()) continue;
    auto parsed = parse_moment(*moment, now);
    if (!parsed) return std::unexpected(std::move(parsed.error()));
    *moment = *std::move(parsed);
  }
  if (auto known = check_reason(text.reason); !known) {
    return std::unexpected(std::move(known.error()));
  }
  if (!text.host.empty()) {
    auto pattern = policy::HostPattern::parse(text.host);
    if (!pattern) {
      return fail(fmt::format("'{}' is not a host: {}", text.host, pattern.error().what));
    }
    filter.host_ = *std::move(pattern);
  }
  filter.text_ = std::move(text);
  return filter;
}

bool AuditFilter::matches(const AuditExchange& exchange) const {
  const AuditFields& fields = exchange.fields;
  const auto differs = [&](const std::string& wanted, std::string_view field) {
    return !wanted.empty() && get(fields, field) != wanted;
  };
  if (differs(text_.bottle, "bottle") || differs(text_.decision, "decision") ||
      differs(text_.reason, "reason")) {
    return false;
  }
  const std::string_view time = get(fields, "time");
  if (!text_.since.empty() && time < text_.since) return false;
  if (!text_.until.empty() && time >= text_.until) return false;
  if (host_) {
    const auto host = Host::parse(get(fields, "host"));
    if (!host || !host_->matches(*host)) return false;
  }
  return text_.rule.empty() || std::ranges::any_of(fields, [&](const auto& field) {
           return names_rule(field.first) && field.second == text_.rule;
         });
}

}  // namespace cork::commands
