// docs/evasion.md, row by row: each has cases that do what it says, and what comes out is what it
// says comes out.
#include "tests/detection/evasion.h"

#include "rules/known/known_values.h"
#include "tests/detection/issuer_shapes.h"
#include "tests/detection/judge.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace cork::secrets::detection {
namespace {

// Rows that nothing here proves, and why.
constexpr struct {
  std::string_view begins, reason;
} kWithoutCase[] = {
    {"guesses a known value piece by piece", "a matter of time, not of a verdict"},
    {"hides bytes in the code tables", "no encoder here writes tables of its own"},
};

struct DocumentRow {
  std::string what, seen;
};

// The rows of the document's only table. A '|' in a cell is written with a backslash.
std::vector<DocumentRow> rows_of_the_document() {
  std::ifstream file(std::string(CORK_SOURCE_DIR) + "/docs/evasion.md");
  std::vector<DocumentRow> rows;
  bool in_table = false;
  for (std::string line; std::getline(file, line);) {
    const bool rule = line.starts_with("|---");
    if (in_table && line.starts_with("| ")) {
      std::vector<std::string> cells{""};
      for (std::size_t i = 1; i < line.size(); ++i) {
        if (line[i] == '|' && line[i - 1] != '\\')
          cells.emplace_back();
        else
          cells.back() += line[i];
      }
      const auto trimmed = [](const std::string& cell) {
        const auto first = cell.find_first_not_of(' ');
        return first == cell.npos ? "" : cell.substr(first, cell.find_last_not_of(' ') + 1 - first);
      };
      rows.push_back({trimmed(cells.at(0)), trimmed(cells.at(1))});
    }
    in_table = rule || (in_table && line.starts_with("|"));
  }
  return rows;
}

TEST(EvasionDocument, EachRowHasACaseAndEachCaseARow) {
  const auto document = rows_of_the_document();
  ASSERT_GE(document.size(), 40U);
  for (const DocumentRow& row : document) {
    const auto of = [&](const auto& one) { return row.what.starts_with(one.begins); };
    const auto cases = std::ranges::count_if(evasion_rows(), of);
    EXPECT_EQ(cases + std::ranges::count_if(kWithoutCase, of), 1)
        << "docs/evasion.md: \"" << row.what
        << "\" has no case in tests/detection/evasion_*.cpp, or two";
  }
  for (const EvasionRow& row : evasion_rows()) {
    const auto of = [&](const DocumentRow& one) { return one.what.starts_with(row.begins); };
    const auto found = std::ranges::find_if(document, of);
    EXPECT_FALSE(row.cases.empty()) << row.begins;
    if (found == document.end()) {
      ADD_FAILURE() << "docs/evasion.md has no row \"" << row.begins << "\"";
    } else {
      EXPECT_EQ(found->seen, row.seen) << row.begins;
    }
  }
}

// A row that says "yes" is not proved by cases that pass, nor the other way round.
TEST(EvasionDocument, WhatARowSaysIsWhatItsCasesSay) {
  for (const EvasionRow& row : evasion_rows()) {
    const auto has = [&](Seen seen) {
      return std::ranges::any_of(row.cases, [&](const auto& one) { return one.seen == seen; });
    };
    if (row.seen == "yes") EXPECT_TRUE(has(Seen::stopped)) << row.begins;
    if (row.seen.starts_with("no")) EXPECT_TRUE(has(Seen::passes)) << row.begins;
    if (row.seen == "refused") EXPECT_TRUE(has(Seen::refused)) << row.begins;
  }
}

class Evasion : public testing::Test {
 protected:
  Seen seen(const Hidden& hidden) {
    std::shared_ptr<const known::KnownValues> values;
    if (!hidden.known.empty()) {
      std::vector<known::Value> list;
      list.push_back({{.name = "env:MINE"}, known::Clear(std::string(hidden.known))});
      values = *known::KnownValues::make(std::move(list), {});
    }
    Judge judge(rules_, {.known = std::move(values), .refuse_opaque = hidden.refuse_opaque});
    switch (judge.verdict(hidden.request).verdict) {
      case Verdict::leak:
        return Seen::stopped;
      case Verdict::clean:
        return Seen::passes;
      default:
        return Seen::refused;
    }
  }

  std::shared_ptr<const Ruleset> rules_ = rules_at_home_nowhere();
  Random random_{20261124};
};

std::string_view name_of(Seen seen) {
  constexpr std::string_view names[] = {"stopped", "passes", "refused"};
  return names[static_cast<std::size_t>(seen)];
}

TEST_F(Evasion, WhatTheDocumentSaysOfEachWayIsSo) {
  const std::string tokens[] = {"AKIA" + drawn(random_, 16, kBase32),
                                "glpat-" + url_safe(random_, 20),
                                "sk-ant-api03-" + url_safe(random_, 93) + "AA"};
  for (const std::string& token : tokens) ASSERT_EQ(seen(token), Seen::stopped) << token;
  for (const EvasionRow& row : evasion_rows()) {
    for (const EvasionCase& one : row.cases) {
      for (const std::string& token : tokens) {
        const Seen outcome = seen(one.hide(token, random_));
        EXPECT_EQ(outcome, one.seen)
            << row.begins << ": " << one.what << ": " << token.substr(0, 6)
            << "...: " << name_of(outcome) << ", and should be " << name_of(one.seen);
      }
    }
  }
}

}  // namespace
}  // namespace cork::secrets::detection
