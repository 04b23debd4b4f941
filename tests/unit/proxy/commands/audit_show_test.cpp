#include "proxy/commands/audit_show.h"

#include "audit_log.h"
#include "world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cork::commands {
namespace {

using testing::HasSubstr;
using testing::Not;

class AuditShow : public testing::Test {
 protected:
  Outcome show(const std::string& id) {
    return world_.run(audit_show, AuditShowOptions{std::nullopt, world_.folder / "log", id});
  }
  void log(const std::string& text) { world_.folder.write("log", text); }

  World world_;
};

TEST_F(AuditShow, JoinsTheLinesOfAnExchange) {
  log(open_line("01ABC") + refused_line("01XYZ") + close_line("01ABC"));
  const Outcome done = show("01ABC");
  EXPECT_EQ(done.code, kYes) << done.err;
  EXPECT_THAT(done.out, testing::ContainsRegex("id +01ABC\n"));
  EXPECT_THAT(done.out, testing::ContainsRegex("state +closed\n"));
  EXPECT_THAT(done.out, testing::ContainsRegex("client +127.0.0.1:5312\n"));
  EXPECT_THAT(done.out, testing::ContainsRegex("bytes.sent +4200\n"));
  EXPECT_THAT(done.out, Not(HasSubstr("01XYZ")));
}

TEST_F(AuditShow, TakesABeginningOrAnEndThatNoOtherHas) {
  log(open_line("01ABC") + refused_line("01AYZ"));
  EXPECT_THAT(show("01AB").out, HasSubstr("state"));
  EXPECT_THAT(show("yz").out, testing::ContainsRegex("state +refused\n"));
  EXPECT_THAT(show("01ABC").out, HasSubstr("open: still under way"));
  const Outcome both = show("01A");
  EXPECT_EQ(both.code, kUsage);
  EXPECT_THAT(both.err, HasSubstr("    01ABC\n    01AYZ\n"));
  EXPECT_EQ(both.out, "");
}

TEST_F(AuditShow, PrefersTheWholeIdToABeginning) {
  std::string text = open_line("01A") + open_line("01AB");
  for (char c = 'A'; c <= 'Z'; ++c) text += open_line(std::string("01A") + c + c);
  log(text + open_line("01"));
  EXPECT_EQ(show("01A").code, kYes);
  EXPECT_EQ(show("01").code, kYes);
  const Outcome many = show("01AA");
  EXPECT_EQ(many.code, kYes);
  EXPECT_THAT(show("0").err, HasSubstr("    ...\n"));
}

TEST_F(AuditShow, SaysNoWhereThereIsNoSuchRecord) {
  log(open_line("01A"));
  const Outcome done = show("01B");
  EXPECT_EQ(done.code, kNo);
  EXPECT_THAT(done.err, HasSubstr("has no record '01B'"));
  EXPECT_EQ(show("").code, kUsage);
}

TEST_F(AuditShow, SkipsWhatIsTornAndSaysSo) {
  log("{\"event\":\"op\n" + open_line("01A") + "{\"event");
  const Outcome done = show("01A");
  EXPECT_EQ(done.code, kYes);
  EXPECT_THAT(done.err, HasSubstr("2 lines are no record"));
}

TEST_F(AuditShow, EscapesWhatALogWrittenByOthersHolds) {
  log("{\"event\":\"open\",\"id\":\"01A\",\"host\":\"a\\u001b[2J\",\"k\\u001b\":1}\n");
  EXPECT_THAT(show("01A").out, Not(HasSubstr("\x1b")));
}

TEST_F(AuditShow, NeedsTheLog) {
  const Outcome done = show("01A");
  EXPECT_EQ(done.code, kUsage);
  EXPECT_THAT(done.err, HasSubstr("No such file"));
}

}  // namespace
}  // namespace cork::commands
