#include "proxy/commands/audit_lines.h"

#include "audit_log.h"
#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

namespace cork::commands {
namespace {

std::vector<std::string> ids(LogReader& reader) {
  std::vector<std::string> found;
  while (const auto event = reader.next()) found.push_back(event->id);
  return found;
}

TEST(AuditLines, AreReadAsFlatFieldsInTheirOrder) {
  const auto event = parse_audit_line(
      R"({"event":"close","id":"01A","time":"t","bytes":{"sent":5},"findings":[{"rule":"r"}],"x":null})");
  ASSERT_TRUE(event);
  EXPECT_EQ(event->kind, EventKind::close);
  EXPECT_EQ(event->id, "01A");
  EXPECT_EQ(
      event->fields,
      (AuditFields{{"time", "t"}, {"bytes.sent", "5"}, {"findings[0].rule", "r"}, {"x", "null"}}));
}

TEST(AuditLines, ThatAreNotCorksAreNoRecords) {
  for (const char* line :
       {"", "not json", "[]", "{}", R"({"event":"open"})", R"({"id":"1"})",
        R"({"event":"open","id":""})", R"({"event":"opened","id":"1"})", R"({"event":1,"id":"1"})",
        R"({"event":"open","id":"1")", R"({"event":"open","id":"1"} x)"}) {
    EXPECT_FALSE(parse_audit_line(line)) << line;
  }
  EXPECT_FALSE(parse_audit_line(R"({"event":"open","id":"1","deep":)" + std::string(1000, '[')));
}

TEST(AuditLines, OfOneExchangeAreJoined) {
  AuditExchange exchange;
  merge(exchange, *parse_audit_line(open_line("01A")));
  EXPECT_FALSE(exchange.ended);
  merge(exchange, *parse_audit_line(close_line("01A")));
  EXPECT_TRUE(exchange.ended);
  EXPECT_FALSE(exchange.refused);
  EXPECT_EQ(get(exchange.fields, "path"), "/v1");
  EXPECT_EQ(get(exchange.fields, "status"), "200");
  EXPECT_EQ(get(exchange.fields, "time"), "2026-01-02T03:04:05.000Z");
  EXPECT_EQ(get(exchange.fields, "ended"), "2026-01-02T03:04:05.012Z");
}

TEST(AuditLines, ThatAreTornForeignOrEndlessAreCountedAndSkipped) {
  test::TemporaryFolder folder;
  const auto file =
      folder.write("log", open_line("01A") + "{\"event\":\"open\",\"id\n" + "\n" +
                              close_line("01A") + std::string(200'000, 'x') + "\n" +
                              std::string("\0\xFF\n", 3) + open_line("01B") + "{\"event\":\"clo");
  auto reader = LogReader::open(file);
  ASSERT_TRUE(reader);
  EXPECT_EQ(ids(*reader), (std::vector<std::string>{"01A", "01A", "01B"}));
  EXPECT_EQ(reader->skipped(), 3U);
  EXPECT_FALSE(reader->rest());
  EXPECT_EQ(reader->skipped(), 4U);
}

TEST(AuditLines, WaitForTheirNewline) {
  test::TemporaryFolder folder;
  const std::string line = open_line("01A");
  const auto file = folder.write("log", line.substr(0, 20));
  auto reader = LogReader::open(file);
  ASSERT_TRUE(reader);
  EXPECT_FALSE(reader->next());
  std::ofstream(file, std::ios::app) << line.substr(20);
  EXPECT_EQ(ids(*reader), (std::vector<std::string>{"01A"}));
  EXPECT_EQ(reader->skipped(), 0U);
}

TEST(AuditLines, WithoutANewlineAtTheEndAreReadWhereNoMoreIsAwaited) {
  test::TemporaryFolder folder;
  std::string line = open_line("01A");
  line.pop_back();
  auto reader = LogReader::open(folder.write("log", line));
  ASSERT_TRUE(reader);
  EXPECT_FALSE(reader->next());
  const auto event = reader->rest();
  ASSERT_TRUE(event);
  EXPECT_EQ(event->id, "01A");
  EXPECT_EQ(reader->skipped(), 0U);
}

TEST(AuditLines, CanBeReadFromNearTheEnd) {
  test::TemporaryFolder folder;
  const std::string last = open_line("01C");
  const auto file = folder.write("log", open_line("01A") + open_line("01B") + last);
  for (const auto& [bytes, expected] : {std::pair<std::size_t, std::size_t>(last.size(), 1),
                                        {last.size() - 1, 0},
                                        {last.size() + 1, 1},
                                        {1'000'000, 3},
                                        {0, 0}}) {
    auto reader = LogReader::open(file);
    ASSERT_TRUE(reader);
    reader->skip_to_last(bytes);
    EXPECT_EQ(ids(*reader).size(), expected) << bytes;
    EXPECT_EQ(reader->skipped(), 0U);
  }
}

TEST(AuditLines, KnowWhenTheirFileWasReplacedOrCut) {
  test::TemporaryFolder folder;
  const auto file = folder.write("log", open_line("01A"));
  auto reader = LogReader::open(file);
  ASSERT_TRUE(reader);
  ids(*reader);
  EXPECT_FALSE(reader->was_replaced());
  std::filesystem::resize_file(file, 0);
  EXPECT_TRUE(reader->was_replaced());
  reader = LogReader::open(file);
  std::filesystem::rename(file, folder / "log.1");
  EXPECT_FALSE(reader->was_replaced());
  folder.write("log", "");
  EXPECT_TRUE(reader->was_replaced());
}

TEST(AuditLines, NeedAFile) {
  test::TemporaryFolder folder;
  EXPECT_FALSE(LogReader::open(folder / "absent"));
  EXPECT_FALSE(LogReader::open(folder.path()));
}

}  // namespace
}  // namespace cork::commands
