// What a bottle says of leaks: `rules`, a word for single rules, and `exceptions`, secrets that may
// leave until a day that was agreed on.
//
// Pure. Whether there are such rules is known only where they are compiled.
//
//   words.rules = read_rule_words(item_of(member), report);
//   words.exceptions = read_exceptions(item_of(member), today, report);
#pragma once

#include "proxy/config/config.h"
#include "proxy/config/values.h"
#include "rules/policy/leak_words.h"

#include <chrono>
#include <vector>

namespace cork::config {

// block, redact or warn.
std::optional<policy::OnLeak> read_on_leak(const Item& item, Report& report);

std::vector<policy::RuleWord> read_rule_words(const Item& item, Report& report);
// One that has expired is no error: a restart must not fail because a day passed.
std::vector<policy::Exception> read_exceptions(const Item& item, std::chrono::sys_days today,
                                               Report& report);

// Each exception that holds no more: what it was for, where it stands, and what to do.
[[nodiscard]] Diagnostics expired_exceptions(const BottleConfig& bottle,
                                             std::chrono::system_clock::time_point now);
// "2026-12-31".
[[nodiscard]] std::string date_text(std::chrono::sys_days day);
// 16 hexadecimal digits, as `cork audit show` prints it.
[[nodiscard]] std::string print_text(const Fingerprint& print);

}  // namespace cork::config
