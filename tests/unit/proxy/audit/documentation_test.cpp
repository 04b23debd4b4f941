// docs/audit.md against the lines that are really written.
#include "proxy/audit/record.h"

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace cork::audit {
namespace {

namespace json = boost::json;

std::vector<std::string> lines_of_documentation() {
  std::ifstream in(std::string(CORK_SOURCE_DIR) + "/docs/audit.md");
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// The names between backticks in the first column of the tables.
std::set<std::string> documented_fields() {
  std::set<std::string> names;
  for (const std::string& line : lines_of_documentation()) {
    if (!line.starts_with("| `")) continue;
    std::istringstream column(line.substr(1, line.find('|', 1) - 1));
    for (std::string skipped, name; std::getline(column, skipped, '`');) {
      if (std::getline(column, name, '`')) names.insert(name);
    }
  }
  return names;
}

void collect_keys(const json::value& value, std::set<std::string>& keys) {
  if (const json::array* array = value.if_array()) {
    for (const json::value& element : *array) collect_keys(element, keys);
  }
  if (const json::object* object = value.if_object()) {
    for (const auto& member : *object) {
      keys.emplace(member.key());
      // The members of these are named in the row of their parent.
      const std::set<std::string> parents{"bytes", "us", "tls", "repeated", "pinned"};
      if (!parents.contains(std::string(member.key()))) {
        collect_keys(member.value(), keys);
      }
    }
  }
}

Record complete() {
  Record record;
  record.path = "/";
  record.client_tls = record.upstream_tls = "TLSv1.3";
  record.wire = "1.1";
  record.note = record.upstream_address = record.decision.route = record.decision.detail = "x";
  record.decision.where = {"cork.yaml", 1, 1};
  record.pinned.push_back({"basic", {}});
  for (int i = 0; i < 100; ++i) {
    record.findings.push_back({"a-rule", {}});
    record.findings.back().finding.place = {secrets::Part::body, 0, 1, "/pointer", "json"};
    record.findings.back().finding.name = "env:MINE";
    record.findings.back().finding.redacted = true;
    record.findings.back().finding.exception = "a test's own";
    record.findings.back().finding.owner = "x";
  }
  return record;
}

TEST(AuditDocumentation, NamesEveryFieldThatIsWrittenAndNoOther) {
  std::set<std::string> written;
  const Record record = complete();
  for (const std::string& line :
       {render_open(record), render_close(record), render_refused(record), render_answered(record),
        render_repeated({record, 2, {}, true})}) {
    collect_keys(json::parse(line), written);
  }
  EXPECT_EQ(documented_fields(), written);
}

TEST(AuditDocumentation, ShowsExamplesOfEveryKindThatAreValid) {
  std::set<std::string> events, keys;
  for (const std::string& line : lines_of_documentation()) {
    if (!line.starts_with('{')) continue;
    const json::value example = json::parse(line);
    events.emplace(example.as_object().at("event").as_string());
    collect_keys(example, keys);
  }
  EXPECT_EQ(events, (std::set<std::string>{"open", "close", "refused", "repeated", "answered"}));
  const std::set<std::string> documented = documented_fields();
  for (const std::string& key : keys) EXPECT_TRUE(documented.contains(key)) << key;
}

}  // namespace
}  // namespace cork::audit
