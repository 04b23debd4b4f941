#include "proxy/commands/audit_ls.h"

#include "audit_log.h"
#include "proxy/commands/audit_exchanges.h"
#include "proxy/commands/audit_table.h"
#include "world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <utility>

namespace cork::commands {
namespace {

using testing::HasSubstr;
using testing::Not;

class AuditLs : public testing::Test {
 protected:
  Outcome ls(AuditFilterText filter = {}, std::size_t limit = 0,
             AuditLsOptions::Format format = AuditLsOptions::Format::text) {
    return world_.run(audit_ls,
                      AuditLsOptions{std::nullopt, file_, std::move(filter), limit, format});
  }
  Outcome json(AuditFilterText filter = {}) {
    return ls(std::move(filter), 0, AuditLsOptions::Format::json);
  }
  void log(const std::string& text) { world_.folder.write("log", text); }

  World world_;
  std::filesystem::path file_ = world_.folder / "log";
};

TEST_F(AuditLs, PrintsARowForEachExchangeInTheOrderInWhichTheyEndedAndThenTheOpenOnes) {
  log(open_line("01A") + open_line("01C") + refused_line("01B") + close_line("01A"));
  const Outcome done = ls();
  EXPECT_EQ(done.code, kYes) << done.err;
  EXPECT_EQ(done.out,
            "2026-01-02 03:04:05  - host_not_allowed      dev         403 POST    "
            "https://b.example/v1  01B\n"
            "2026-01-02 03:04:05  + allowed               dev         200 POST    "
            "https://a.example/v1  01A\n"
            "2026-01-02 03:04:05  + allowed               dev         ... POST    "
            "https://a.example/v1  01C\n");
  EXPECT_EQ(done.err, "");
}

TEST_F(AuditLs, ShowsRepeatedDenialsAsOneRowWithTheirNumber) {
  log(repeating_line("01A") + refused_line("01B") + repeated_line("01A", 1'234'567) +
      repeating_line("01C") + answered_line("01D") + repeated_line("01E", 12));
  const Outcome done = ls();
  EXPECT_EQ(done.out,
            "2026-01-02 03:04:05  - host_not_allowed      dev         403 POST    "
            "https://b.example/v1  01B\n"
            "2026-01-02 03:04:05  - host_not_allowed      dev         403 POST    "
            "https://b.example/v1  ×1,234,567  01A\n"
            "2026-01-02 03:04:05  + allowed               dev         200 GET     "
            "http://cork.internal/v1  01D\n"
            "2026-01-02 03:04:14  - host_not_allowed      dev         403 POST    "
            "https://b.example/v1  ×12  01E\n"
            "2026-01-02 03:04:05  - host_not_allowed      dev         403 POST    "
            "https://b.example/v1  ×…  01C\n");
  log(repeating_line("01A") + repeated_line("01A", 3));
  const auto object = boost::json::parse(json().out).as_object();
  EXPECT_EQ(object.at("event"), "repeated");
  EXPECT_EQ(object.at("time"), "2026-01-02T03:04:05.000Z");
  EXPECT_EQ(object.at("ended"), "2026-01-02T03:04:14.000Z");
  EXPECT_EQ(object.at("repeated").at("count"), 3);
}

TEST_F(AuditLs, ShowsAndFindsTheRulesOfLeaksThatAreOnlyCounted) {
  audit::Repeated leaks{refused_record("01A", "b.example"), 9, {}, true, false, {{"b-rule", 2}}};
  leaks.first.findings.push_back({"a-rule", {}});
  log(audit::render_repeating(leaks.first) + "\n" + audit::render_repeated(leaks) + "\n");
  AuditFilterText filter;
  filter.rule = "b-rule";
  EXPECT_THAT(ls(filter).out, HasSubstr("b-rule,a-rule"));
  filter.rule = "github-token";
  EXPECT_EQ(ls(filter).out + ls(filter).err, "") << "there is such a rule, and it found nothing";
  EXPECT_EQ(ls(filter).code, kYes);
  filter.rule = "githb-token";
  const Outcome none = ls(filter);
  EXPECT_EQ(none.out, "");
  EXPECT_EQ(none.code, kNo);
  EXPECT_THAT(none.err, HasSubstr("no finding of a rule 'githb-token'"));
  EXPECT_THAT(none.err, HasSubstr("did you mean 'github-token'?"));
}

TEST_F(AuditLs, KnowsARuleOfAFileByWhatOtherFiltersLeaveOut) {
  audit::Record leak = record("01A");
  leak.findings.push_back({"corp-token", {}});
  log(audit::render_refused(leak) + "\n");
  for (const AuditFilterText& filter :
       {AuditFilterText{.since = "2026-02-01", .rule = "corp-token"},
        AuditFilterText{.host = "other.example", .rule = "corp-token"}}) {
    const Outcome done = ls(filter);
    EXPECT_EQ(done.out + done.err, "");
    EXPECT_EQ(done.code, kYes);
  }
  EXPECT_EQ(ls({.since = "2026-02-01", .rule = "crop-token"}).code, kNo);
}

TEST_F(AuditLs, KeepsTheNumberWhereThePlaceIsCutToTheTerminal) {
  world_.columns = 80;
  log(repeating_line("01A", std::string(60, 'h') + ".example") +
      repeated_line("01A", 4'321, std::string(60, 'h') + ".example"));
  const Outcome done = ls();
  EXPECT_THAT(done.out, HasSubstr("…  ×4,321  01A\n"));
  std::istringstream lines(done.out);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(width_of(line), 80U) << line;
}

TEST_F(AuditLs, JudgesAnExchangeByBothItsLines) {
  audit::Record late = record("01A");
  late.decision.reason = policy::Reason::leak;
  log(open_line("01A") + audit::render_close(late) + "\n" + open_line("01B") + close_line("01B"));
  EXPECT_THAT(ls({.reason = "leak"}).out, HasSubstr("01A\n"));
  EXPECT_THAT(ls({.reason = "leak"}).out, Not(HasSubstr("01B\n")));
  EXPECT_THAT(ls({.reason = "allowed"}).out, Not(HasSubstr("01A\n")));
}

TEST_F(AuditLs, KeepsToTheNewestOnes) {
  std::string text;
  for (int i = 100; i < 200; ++i) text += refused_line("01" + std::to_string(i));
  log(text);
  const Outcome done = ls({}, 2);
  EXPECT_EQ(std::ranges::count(done.out, '\n'), 2);
  EXPECT_THAT(done.out, HasSubstr("01198\n"));
  EXPECT_THAT(done.out, HasSubstr("01199\n"));
}

TEST_F(AuditLs, PrintsOneObjectForEachExchangeInJson) {
  log(open_line("01A") + refused_line("01B") + close_line("01A"));
  const Outcome done = json({.host = "a.example"});
  ASSERT_EQ(std::ranges::count(done.out, '\n'), 1) << done.out;
  const auto object = boost::json::parse(done.out).as_object();
  EXPECT_EQ(object.at("event"), "close");
  EXPECT_EQ(object.at("id"), "01A");
  EXPECT_EQ(object.at("time"), "2026-01-02T03:04:05.000Z");
  EXPECT_EQ(object.at("ended"), "2026-01-02T03:04:05.012Z");
  EXPECT_EQ(object.at("path"), "/v1");
  EXPECT_EQ(object.at("status"), 200);
  EXPECT_EQ(object.at("bytes").at("sent"), 4200);
}

TEST_F(AuditLs, SurvivesTornAndForeignLinesAndCountsThem) {
  log(open_line("01A") + "{\"event\":\"open\",\"i\n" + "\n" + close_line("01A") +
      open_line("01B").substr(0, 40));
  const Outcome done = ls();
  EXPECT_EQ(done.code, kYes);
  EXPECT_EQ(std::ranges::count(done.out, '\n'), 1);
  EXPECT_THAT(done.err, HasSubstr("2 lines are no record and were skipped"));
}

TEST_F(AuditLs, ShowsALastLineThatIsWholeButForItsNewline) {
  std::string line = refused_line("01A");
  line.pop_back();
  log(line);
  EXPECT_THAT(ls().out, HasSubstr("01A\n"));
}

// The log is moved away, and a new one begun, while the first is read.
TEST_F(AuditLs, ReadsOnInTheNewFileWhereTheLogIsRotatedMeanwhile) {
  ASSERT_EQ(::mkfifo((world_.folder / "pipe").c_str(), 0600), 0);
  world_.folder.write("new", close_line("01A") + refused_line("01B"));
  file_ = world_.folder / "pipe";
  std::thread writer([&] {
    std::ofstream pipe(world_.folder / "pipe");  // opens once `ls` has
    std::filesystem::rename(world_.folder / "new", file_);
    pipe << open_line("01A");
  });
  const Outcome done = ls();
  writer.join();
  EXPECT_EQ(done.code, kYes) << done.err;
  EXPECT_THAT(done.out, HasSubstr("200 POST    https://a.example/v1  01A\n"));
  EXPECT_THAT(done.out, HasSubstr("01B\n"));
}

TEST_F(AuditLs, KeepsToTheWidthOfTheTerminalAndPutsTheDayAboveItsRows) {
  audit::Record leak = record("01KDYDB91E0000000000000042", std::string(60, 'h') + ".example");
  leak.decision.reason = policy::Reason::upstream_unreachable;
  leak.findings = {{"own-token", {}}, {"other", {}}};
  log(audit::render_refused(leak) + "\n" + refused_line("01KDYDB91E0000000000000043"));
  for (const std::size_t columns : {80U, 120U}) {
    world_.columns = columns;
    const Outcome done = ls();
    const std::string heading = columns == 80 ? "2026-01-02 UTC, bottle dev" : "2026-01-02 UTC";
    EXPECT_TRUE(done.out.starts_with(heading + "\n03:04:05  - upstream_unreachable")) << done.out;
    EXPECT_THAT(done.out, HasSubstr("…  00000042\n            found own-token,other\n03:04:05"));
    std::istringstream lines(done.out);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(width_of(line), columns) << line;
    EXPECT_EQ(done.out.find("  dev  ") != std::string::npos, columns == 120) << done.out;
  }
}

TEST_F(AuditLs, EscapesWhatTheLogBringsToTheTerminal) {
  log(refused_line("01A", "a\x1b[31m.example"));
  EXPECT_THAT(ls().out, Not(HasSubstr("\x1b")));
  world_.columns = 80;
  EXPECT_THAT(ls().out, Not(HasSubstr("\x1b")));
}

TEST_F(AuditLs, IsAUsageErrorWhereAFilterIs) {
  log("");
  const Outcome done = ls({.since = "yesterday"});
  EXPECT_EQ(done.code, kUsage);
  EXPECT_THAT(done.err, HasSubstr("'yesterday' is no moment"));
}

TEST_F(AuditLs, FailsWhereThereIsNoLogAndIsAUsageErrorWhereItWasNamed) {
  const Outcome done = ls();
  EXPECT_EQ(done.code, kUsage);
  EXPECT_THAT(done.err, HasSubstr("log: No such file"));
}

TEST(AuditExchanges, ForgetTheOldestOfTooMany) {
  Window window(2);
  for (const char* id : {"01A", "01B", "01C"}) {
    window.add({EventKind::open, id, {}, {}});
  }
  ASSERT_EQ(window.exchanges().size(), 2U);
  EXPECT_EQ(window.exchanges().front().id, "01B");
}

}  // namespace
}  // namespace cork::commands
