#include "proxy/config/leak_words.h"

#include "base/ascii.h"
#include "proxy/config/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace cork::config {
namespace {

constexpr std::size_t kMost = 256;
constexpr std::size_t kLongestText = 128;  // as much as the audit log keeps
constexpr std::chrono::days kLongest(366);

// "2026-12-31".
std::optional<std::chrono::sys_days> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto number = [&](std::size_t from, std::size_t digits) {
    int value = 0;
    for (const char c : text.substr(from, digits))
      value = is_digit(c) && value >= 0 ? value * 10 + (c - '0') : -1;
    return value;
  };
  const int year = number(0, 4), month = number(5, 2), day = number(8, 2);
  if (year < 0 || month < 0 || day < 0) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date);
}

std::optional<std::chrono::sys_days> read_expiry(const Item& item, std::chrono::sys_days today,
                                                 Report& report) {
  const auto text = read_text(item, report);
  if (!text) return std::nullopt;
  const auto date = parse_date(*text);
  if (!date) {
    report.add(item.at, fmt::format("'{}' is not a date", *text),
               fmt::format("write its last day, UTC, as in {}", date_text(today)));
  } else if (*date > today + kLongest) {
    report.add(item.at, fmt::format("'{}' is more than a year ahead", *text),
               fmt::format("an exception is looked at again within a year: write {} at most",
                           date_text(today + kLongest)));
    return std::nullopt;
  }
  return date;
}

std::optional<Fingerprint> read_print(const Item& item, Report& report) {
  const auto text = read_text(item, report);
  if (!text) return std::nullopt;
  Fingerprint print;
  bool fits = text->size() == 16;
  for (const char c : *text) {
    const int digit = hex_value(c);
    fits = fits && digit >= 0;
    print.value = print.value << 4 | static_cast<std::uint64_t>(std::max(digit, 0));
  }
  if (fits) return print;
  report.add(item.at, fmt::format("'{}' is not a fingerprint", *text),
             "copy the 16 hexadecimal digits of the finding from `cork audit show`");
  return std::nullopt;
}

std::string read_sentence(const Item& item, Report& report) {
  const auto text = read_text(item, report);
  if (!text) return {};
  if (text->size() > kLongestText) {
    report.add(item.at, fmt::format("'{}' is longer than {} bytes", item.name, kLongestText),
               "say it in fewer words: it stands in each record");
  }
  return std::string(*text);
}

std::optional<policy::HostPattern> read_host(const Item& item, Report& report) {
  const auto text = read_text(item, report);
  if (!text) return std::nullopt;
  auto pattern = policy::HostPattern::parse(*text);
  if (pattern) return *std::move(pattern);
  report.add(item.at, fmt::format("'{}' is not a host pattern", *text),
             std::move(pattern.error().what));
  return std::nullopt;
}

std::optional<policy::Exception> read_exception(const YamlNode& entry, std::chrono::sys_days today,
                                                Report& report) {
  constexpr std::string_view example =
      "{rule: ID, host: PATTERN, reason: TEXT, owner: TEXT, expires: YYYY-MM-DD}";
  if (!is_mapping(element_of("exceptions", entry), example, report)) return std::nullopt;
  check_keys(entry, Section::exception, report);
  for (const char* key : {"rule", "reason", "owner", "expires"}) {
    if (lacks(entry, Section::exception, key)) {
      report.add(entry.at, fmt::format("an exception has no '{}'", key),
                 fmt::format("write all of {}; `host` and `print` may be left out", example));
    }
  }
  policy::Exception exception;
  exception.where = report.where(entry.at);
  for (const Member& member : entry.members) {
    const Item item = item_of(member);
    if (member.key == "rule") {
      if (const auto rule = read_text(item, report)) exception.rule = *rule;
    } else if (member.key == "host") {
      exception.host = read_host(item, report);
    } else if (member.key == "print") {
      exception.print = read_print(item, report);
    } else if (member.key == "reason") {
      exception.reason = read_sentence(item, report);
    } else if (member.key == "owner") {
      exception.owner = read_sentence(item, report);
    } else if (member.key == "expires") {
      if (const auto day = read_expiry(item, today, report)) exception.expires = *day;
    }
  }
  return exception;
}

}  // namespace

std::optional<policy::OnLeak> read_on_leak(const Item& item, Report& report) {
  using policy::OnLeak;
  constexpr std::array actions{OnLeak::block, OnLeak::redact, OnLeak::warn};
  const auto choice = read_choice(item, {"block", "redact", "warn"}, {}, report);
  if (!choice) return std::nullopt;
  return actions[*choice];
}

std::vector<policy::RuleWord> read_rule_words(const Item& item, Report& report) {
  std::vector<policy::RuleWord> words;
  if (!is_mapping(item, "a rule's id and what is done: `json-web-token: block`", report)) {
    return words;
  }
  for (const Member& member : item.node.members) {
    if (const auto word = read_on_leak(item_of(member), report)) {
      words.push_back({member.key, *word, report.where(member.at)});
    }
  }
  return words;
}

std::vector<policy::Exception> read_exceptions(const Item& item, std::chrono::sys_days today,
                                               Report& report) {
  std::vector<policy::Exception> exceptions;
  if (!is_list(item, "- {rule: ID, reason: TEXT, owner: TEXT, expires: YYYY-MM-DD}", report)) {
    return exceptions;
  }
  if (item.node.items.size() > kMost) {
    report.add(item.at, fmt::format("more than {} exceptions", kMost),
               "let a rule that is wrong so often only `warn`, under `rules`");
  }
  for (const YamlNode& entry : item.node.items) {
    if (auto exception = read_exception(entry, today, report)) {
      exceptions.push_back(*std::move(exception));
    }
  }
  return exceptions;
}

Diagnostics expired_exceptions(const BottleConfig& bottle,
                               std::chrono::system_clock::time_point now) {
  Diagnostics expired;
  for (const policy::Exception& exception : bottle.leaks.exceptions) {
    if (!has_expired(exception, now)) continue;
    expired.push_back(
        {fmt::format("the exception of bottle '{}' for rule '{}' holds no more: it "
                     "ended with {}",
                     bottle.bottle.name(), exception.rule, date_text(exception.expires)),
         exception.where,
         fmt::format("ask its owner, '{}', whether it is still needed ('{}'), and remove it or set "
                     "another day",
                     exception.owner, exception.reason)});
  }
  return expired;
}

std::string date_text(std::chrono::sys_days day) {
  const std::chrono::year_month_day date(day);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::string print_text(const Fingerprint& print) {
  return fmt::format("{:016x}", print.value);
}

}  // namespace cork::config
