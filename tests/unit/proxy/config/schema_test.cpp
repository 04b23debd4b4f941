#include "proxy/config/schema.h"

#include "test_environment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace cork::config {
namespace {

std::string row_of(const Key& key) {
  const std::string place(path_of(key.section));
  const std::string path =
      place.empty() ? std::string(key.name) : place + '.' + std::string(key.name);
  return "| `" + path + "` | " + std::string(key.type) + " | " + std::string(key.fallback) + " |";
}

// The rows of the documentation's tables of keys, up to their third column.
std::vector<std::string> documented_rows() {
  std::ifstream file(CORK_SOURCE_DIR "/docs/configuration.md");
  std::vector<std::string> rows;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("| `")) continue;
    std::size_t end = 0;
    for (int bars = 0; bars < 4 && end != std::string::npos; ++bars) {
      end = line.find('|', bars == 0 ? 0 : end + 1);
    }
    rows.push_back(line.substr(0, end == std::string::npos ? end : end + 1));
  }
  return rows;
}

TEST(Schema, IsWhatTheDocumentationLists) {
  std::vector<std::string> known;
  std::ranges::transform(all_keys(), std::back_inserter(known), row_of);
  const std::vector<std::string> documented = documented_rows();
  for (const std::string& row : known) {
    EXPECT_EQ(std::ranges::count(documented, row), 1) << "not in docs/configuration.md: " << row;
  }
  for (const std::string& row : documented) {
    EXPECT_EQ(std::ranges::count(known, row), 1) << "the code does not know: " << row;
  }
}

TEST(Schema, HasNoKeyTwice) {
  std::vector<std::string> rows;
  std::ranges::transform(all_keys(), std::back_inserter(rows), row_of);
  std::ranges::sort(rows);
  EXPECT_EQ(std::ranges::adjacent_find(rows), rows.end());
}

TEST(Schema, TellsUnknownKeysFromThoseOfLaterVersions) {
  Report report("f.yaml");
  const auto root = parse_document("path: x\npaht: x\nsync: x\nca_file: x\n", report);
  ASSERT_TRUE(root);
  check_keys(*root, Section::audit, report);
  EXPECT_EQ(render(report.take()),
            "f.yaml:2:1: error: unknown key 'paht'\n    did you mean 'path'?\n"
            "f.yaml:3:1: error: 'sync' is not supported by this version of cork yet\n"
            "    remove it: cork does not start on a setting that it would not honour\n"
            "f.yaml:4:1: error: unknown key 'ca_file'\n    'ca_file' belongs under upstream\n");
}

TEST(Schema, TellsOfAKeyThatIsSpelledWrongOnce) {
  const struct {
    const char* yaml;
    std::size_t errors;
  } cases[] = {
      {"verson: 1\nbotles: {}\n", 2},
      {"version: 1\nmetrics: {lisen: 127.0.0.1:1}\n"
       "bottles: {dev: {listen: 127.0.0.1:2, allow: [a.example]}}\n",
       1},
      {"version: 1\nbottles: {dev: {lsten: 127.0.0.1:2, alow: [a.example]}}\n", 2},
      {"version: 1\nbottles: {dev: {listen: 127.0.0.1:2, usee: [npm]}}\n", 1},
      {"version: 1\nbottles: {dev: {listen: 127.0.0.1:2, allow: [{hots: a.example}]}}\n", 1},
      {"version: 1\nbottles: {dev: {listen: 127.0.0.1:2, allow: [a.example],\n"
       "  proxy_auth: {usr: a, pasword: env:A}}}\n",
       2},
      {"version: 1\nbottles: {dev: {listen: 127.0.0.1:2, allow: [a.example],\n"
       "  secrets: [{form: env:A}]}}\n",
       1},
      {"version: 1\nbottles: {dev: {listen: 127.0.0.1:2, allow: [a.example],\n"
       "  exceptions: [{rul: a, reson: b, ownr: c, expire: 2026-01-01}]}}\n",
       4},
  };
  for (const auto& c : cases) {
    const auto config = parse(c.yaml, "f.yaml", at_home());
    ASSERT_FALSE(config) << c.yaml;
    EXPECT_EQ(config.error().size(), c.errors) << render(config.error());
    for (const Diagnostic& problem : config.error()) {
      EXPECT_TRUE(problem.what.starts_with("unknown key")) << problem.what;
      EXPECT_TRUE(problem.hint.starts_with("did you mean")) << problem.hint;
    }
  }
}

TEST(Schema, SaysThatASectionLacksWhatNoWordThereStandsFor) {
  Report report("f.yaml");
  const auto root = parse_document("listn: x\nmethods: [GET]\n", report);
  ASSERT_TRUE(root);
  EXPECT_FALSE(lacks(*root, Section::bottle, "listen"));
  EXPECT_TRUE(lacks(*root, Section::bottle, "allow"));
  EXPECT_TRUE(lacks(*root, Section::bottle, "mode")) << "methods is a route's";
}

}  // namespace
}  // namespace cork::config
