#include "proxy/commands/audit_filter.h"

#include "audit_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace cork::commands {
namespace {

using testing::HasSubstr;

const auto kNow = std::chrono::system_clock::time_point(std::chrono::seconds(1'767'323'045));

AuditExchange exchange(const std::string& line) {
  AuditExchange made;
  merge(made, *parse_audit_line(line.substr(0, line.size() - 1)));
  return made;
}

bool takes(const AuditFilterText& text, const AuditExchange& exchange) {
  const auto filter = AuditFilter::make(text, kNow);
  EXPECT_TRUE(filter) << filter.error().what;
  return filter->matches(exchange);
}

TEST(AuditFilter, TakesEverythingUnlessToldOtherwise) {
  EXPECT_TRUE(takes({}, exchange(open_line("01A"))));
  EXPECT_TRUE(takes({}, exchange(refused_line("01A"))));
}

TEST(AuditFilter, TakesWhatEveryConditionHoldsFor) {
  audit::Record leak = record("01A", "api.a.example");
  leak.decision.reason = policy::Reason::leak;
  leak.findings = {{"own-token", {}}, {"other", {}}};
  const AuditExchange shown = exchange(audit::render_refused(leak) + "\n");
  const std::pair<AuditFilterText, bool> cases[] = {
      {{.bottle = "dev"}, true},
      {{.bottle = "de"}, false},
      {{.host = "api.a.example"}, true},
      {{.host = "API.A.Example"}, true},
      {{.host = "a.example"}, false},
      {{.host = "*.a.example"}, true},
      {{.host = "**.a.example"}, true},
      {{.host = "*.b.example"}, false},
      {{.decision = "deny"}, true},
      {{.decision = "allow"}, false},
      {{.reason = "leak"}, true},
      {{.reason = "timeout"}, false},
      {{.rule = "own-token"}, true},
      {{.rule = "other"}, true},
      {{.rule = "own"}, false},
      {{.since = "2026-01-02T03:04:05"}, true},
      {{.since = "2026-01-02T03:04:06"}, false},
      {{.until = "2026-01-02T03:04:05"}, false},
      {{.until = "2026-01-02T03:04:06"}, true},
      {{.since = "1s"}, true},
      {{.bottle = "dev", .decision = "deny", .rule = "own-token"}, true},
      {{.bottle = "dev", .decision = "deny", .rule = "third"}, false},
  };
  int number = 0;
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(takes(text, shown), expected) << "case " << number;
    ++number;
  }
}

TEST(AuditFilter, TakesNoRecordWithoutAFieldThatItAsksFor) {
  const AuditExchange bare = exchange("{\"event\":\"open\",\"id\":\"01A\"}\n");
  EXPECT_FALSE(takes({.host = "a.example"}, bare));
  EXPECT_FALSE(takes({.bottle = "dev"}, bare));
  EXPECT_FALSE(takes({.since = "2026-01-01"}, bare));
}

TEST(AuditFilter, ReadsMomentsInUtcAndSoLongAgo) {
  const std::pair<const char*, const char*> cases[] = {
      {"2026-01-02", "2026-01-02T00:00:00.000Z"},
      {"2026-01-02T03:04", "2026-01-02T03:04:00.000Z"},
      {"2026-01-02 03:04", "2026-01-02T03:04:00.000Z"},
      {"2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z"},
      {"2024-02-29", "2024-02-29T00:00:00.000Z"},
      {"5s", "2026-01-02T03:04:00.000Z"},
      {"30m", "2026-01-02T02:34:05.000Z"},
      {"2h", "2026-01-02T01:04:05.000Z"},
      {"7d", "2025-12-26T03:04:05.000Z"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(parse_moment(text, kNow), expected) << text;
}

TEST(AuditFilter, RefusesWhatIsNoMoment) {
  for (const char* text :
       {"", "yesterday", "2026", "2026-1-2", "2026-02-29", "2026-13-01", "2026-01-02T", "2h30m",
        "-2h", "h", "1234567d", "2026-01-02T24:00", "2026-01-02T03:60", "2026-01-02T03:04:60",
        "2026-01-02T03:04:05+02:00", "2026-01-02T03:04 ", "2 h"}) {
    EXPECT_FALSE(parse_moment(text, kNow)) << text;
  }
}

TEST(AuditFilter, SaysWhatToWriteInstead) {
  const std::pair<AuditFilterText, const char*> cases[] = {
      {{.reason = "lek"}, "did you mean 'leak'?"},
      {{.reason = "because"}, "there are allowed, unknown_client"},
      {{.host = "*.com"}, "write '*.example.com'"},
      {{.host = "https://a.example/"}, "write 'example.com'"},
      {{.since = "yesterday"}, "'yesterday' is no moment"},
      {{.until = "soon"}, "'soon' is no moment"},
  };
  for (const auto& [text, expected] : cases) {
    const auto filter = AuditFilter::make(text, kNow);
    ASSERT_FALSE(filter) << expected;
    EXPECT_THAT(filter.error().what, HasSubstr(expected));
  }
}

}  // namespace
}  // namespace cork::commands
