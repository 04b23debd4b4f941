#include "proxy/commands/audit_tail.h"

#include "audit_log.h"
#include "proxy/commands/terminal.h"
#include "world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

namespace cork::commands {
namespace {

using testing::HasSubstr;
using testing::Not;

class AuditTail : public testing::Test {
 protected:
  Outcome tail(std::size_t count = 20, bool follow = false) {
    return world_.run(audit_tail, AuditTailOptions{std::nullopt, file_, count, follow});
  }
  void log(const std::string& text) { world_.folder.write("log", text); }
  void append(const std::string& text) { std::ofstream(file_, std::ios::app) << text; }

  World world_;
  std::filesystem::path file_ = world_.folder / "log";
};

TEST_F(AuditTail, PrintsOneLineForEachExchange) {
  log(open_line("01A") + refused_line("01B") + close_line("01A") + open_line("01C"));
  const Outcome done = tail();
  EXPECT_EQ(done.code, kYes) << done.err;
  EXPECT_EQ(done.out,
            "2026-01-02 03:04:05  allow    dev         200  POST    https://a.example/v1  4.2 KB "
            "up, 17 B down, "
            "12 ms  01A\n"
            "2026-01-02 03:04:05  deny     dev         403  POST    https://b.example/v1  "
            "host_not_allowed  01B\n"
            "2026-01-02 03:04:05  allow    dev         ...  POST    https://a.example/v1  01C\n");
}

TEST_F(AuditTail, CallsNothingMaskedOfWhatWasDenied) {
  audit::Record masked = record("01A");
  masked.findings.push_back({.rule = "own-token", .finding = {}});
  masked.findings.back().finding.redacted = true;
  audit::Record denied = refused_record("01B", "b.example");
  denied.findings = masked.findings;
  log(audit::render_open(masked) + "\n" + audit::render_close(masked) + "\n" +
      audit::render_refused(denied) + "\n");
  const std::string out = tail().out;
  EXPECT_THAT(out, HasSubstr("own-token (masked)"));
  EXPECT_THAT(out, HasSubstr("[own-token]  01B"));
}

TEST_F(AuditTail, SaysHowManyDenialsARecordCounts) {
  log(repeating_line("01A") + repeated_line("01A", 1'234) + repeating_line("01B") +
      answered_line("01C"));
  EXPECT_EQ(
      tail().out,
      "2026-01-02 03:04:05  deny     dev         403  POST    https://b.example/v1  "
      "host_not_allowed  "
      "×1,234  01A\n"
      "2026-01-02 03:04:05  deny     dev         403  POST    https://b.example/v1  "
      "host_not_allowed  "
      "×…  01B\n"
      "2026-01-02 03:04:05  allow    dev         200  GET     http://cork.internal/v1  01C\n");
}

TEST_F(AuditTail, FollowsDenialsThatAreCountedFromTheFirstToTheirNumber) {
  log("");
  int pauses = 0;
  world_.pause = [&] {
    if (pauses == 0) append(repeating_line("01A"));
    if (pauses == 1) append(repeated_line("01A", 99));
    return ++pauses < 3;
  };
  const Outcome done = tail(20, true);
  EXPECT_THAT(done.out, HasSubstr("×…  01A\n"));
  EXPECT_TRUE(done.out.ends_with("×99  01A\n")) << done.out;
}

TEST_F(AuditTail, PrintsTheLastOnesOfALongLog) {
  std::string text;
  for (int i = 100; i < 900; ++i) {
    const std::string id = "01" + std::to_string(i);
    text += open_line(id) + close_line(id);
  }
  log(text);
  const Outcome done = tail(3);
  EXPECT_EQ(std::ranges::count(done.out, '\n'), 3);
  EXPECT_THAT(done.out, HasSubstr("01897\n"));
  EXPECT_TRUE(done.out.ends_with("01899\n"));
  EXPECT_EQ(done.err, "");
  EXPECT_EQ(tail(0).out, "");
}

TEST_F(AuditTail, NamesTheRulesThatFoundSomething) {
  audit::Record leak = record("01A");
  leak.decision.reason = policy::Reason::leak;
  leak.findings = {{"own-token", {}}, {"own-token", {}}, {"other", {}}};
  log(audit::render_refused(leak) + "\n");
  EXPECT_THAT(tail().out, HasSubstr("  leak  [own-token,other]  01A\n"));
}

TEST_F(AuditTail, FollowsExchangesToTheirEnd) {
  log(open_line("01A"));
  int pauses = 0;
  world_.pause = [&] {
    if (pauses == 0) append(open_line("01B") + close_line("01A").substr(0, 30));
    if (pauses == 1) append(close_line("01A").substr(30) + refused_line("01C"));
    return ++pauses < 3;
  };
  const Outcome done = tail(20, true);
  EXPECT_EQ(done.code, kYes);
  EXPECT_EQ(std::ranges::count(done.out, '\n'), 3) << done.out;
  EXPECT_THAT(done.out, HasSubstr("12 ms  01A\n"));
  EXPECT_THAT(done.out, HasSubstr("01C\n"));
  EXPECT_THAT(done.out, Not(HasSubstr("01B")));
}

TEST_F(AuditTail, FollowsALogThatIsReplaced) {
  log(refused_line("01A"));
  int pauses = 0;
  world_.pause = [&] {
    if (pauses == 0) {
      std::filesystem::rename(file_, world_.folder / "log.1");
      append(refused_line("01B"));
    }
    return ++pauses < 3;
  };
  EXPECT_THAT(tail(20, true).out, HasSubstr("01B\n"));
}

TEST_F(AuditTail, LosesNoLineOfAFileThatIsStillWrittenAfterItWasMovedAway) {
  log(refused_line("01A"));
  int pauses = 0;
  world_.pause = [&] {
    if (pauses == 0) {
      std::filesystem::rename(file_, world_.folder / "log.1");
      append("");
    }
    if (pauses == 1) std::ofstream(world_.folder / "log.1", std::ios::app) << refused_line("01B");
    if (pauses == 2) append(refused_line("01C"));
    return ++pauses < 4;
  };
  const Outcome done = tail(20, true);
  EXPECT_THAT(done.out, HasSubstr("01B\n"));
  EXPECT_TRUE(done.out.ends_with("01C\n")) << done.out;
}

TEST_F(AuditTail, ColoursOnlyForATerminalAndEscapesAlways) {
  log("{\"event\":\"refused\",\"id\":\"01A\",\"decision\":\"deny\",\"host\":\"a\\u001b[2J\"}\n");
  EXPECT_THAT(tail().out, Not(HasSubstr("\x1b")));
  world_.out_is_terminal = true;
  world_.environment["TERM"] = "xterm";
  EXPECT_THAT(tail().out, HasSubstr("\x1b[31mdeny"));
  EXPECT_THAT(tail().out, HasSubstr("a\\u001b[2J"));
}

TEST_F(AuditTail, KeepsToTheWidthOfTheTerminalAndShowsWhoseAnExchangeIs) {
  audit::Record leak = record("01KDYDB91E0000000000000042", std::string(60, 'h') + ".example");
  leak.decision.reason = policy::Reason::leak;
  leak.findings = {{"a-rule-with-a-long-name", {}}, {"another-rule-with-a-long-name", {}}};
  audit::Record other = record("01KDYDB91E0000000000000043");
  other.bottle = "second-agent";
  log(audit::render_refused(leak) + "\n" + audit::render_open(other) + "\n" +
      audit::render_close(other) + "\n" + repeated_line("01A", 1'234));
  for (const std::size_t columns : {60U, 80U, 100U, 120U, 200U}) {
    world_.columns = columns;
    const std::string out = tail().out;
    std::istringstream lines(out);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(width_of(line), columns) << line;
    EXPECT_THAT(out, HasSubstr("00000043\n"));
    if (columns >= 80) EXPECT_THAT(out, HasSubstr("leak"));
    if (columns >= 80) EXPECT_THAT(out, HasSubstr("×1,234"));
  }
  world_.columns = 80;
  EXPECT_TRUE(tail().out.starts_with("2026-01-02 UTC, bottle dev\n03:04:05  ")) << tail().out;
  EXPECT_THAT(tail().out, HasSubstr("\nbottle second-agent\n03:04:05  allow    200  POST "));
  world_.columns = 120;
  EXPECT_THAT(tail().out, HasSubstr("\n03:04:05  allow    second-agent      200  POST "));
}

TEST_F(AuditTail, NeedsTheLog) {
  EXPECT_EQ(tail().code, kUsage);
}

}  // namespace
}  // namespace cork::commands
