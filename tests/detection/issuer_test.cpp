// Recall over samples that no rule was tuned to: credentials as their issuers document them, in
// every encoding and part of a request. Only what the default action stops counts.
#include "tests/detection/floor.h"
#include "tests/detection/issuer_formats.h"
#include "tests/detection/sweep.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace cork::secrets::detection {
namespace {

// Enough that one sample is less than what a mark allows to be missed.
constexpr std::size_t kEach = 1, kEachOfFormat = 8, kPerWay = 12, kPerFamilies = 150;
// Of one format by itself: what is drawn looks written now and then, and is not stopped then.
constexpr double kFormat = 0.9;

// Rules are compiled once for all tests: that takes longer than most of them.
class Issuers : public testing::Test {
 protected:
  static void SetUpTestSuite() { shared() = rules_at_home_nowhere(); }
  static void TearDownTestSuite() { shared().reset(); }

  Judge judge_{shared()};
  Random random_{20261123};
  std::vector<Sample> samples_ = issuer_samples(kEach * times(), random_);

 private:
  static std::shared_ptr<const Ruleset>& shared() {
    static std::shared_ptr<const Ruleset> rules;
    return rules;
  }
};

// Which formats were missed, and how often.
std::string missed(const Recall& recall) {
  std::string text;
  for (const auto& [format, tally] : recall.rules()) {
    if (tally.stopped == tally.tried) continue;
    text += "\n  " + format + ": " + std::to_string(tally.stopped) + " of " +
            std::to_string(tally.tried);
  }
  return text;
}

TEST(IssuerFormats, AreManyAndSayWhereTheyAreFrom) {
  EXPECT_GE(issuer_formats().size(), 150U);
  std::set<std::string_view> names;
  for (const IssuerFormat& format : issuer_formats()) {
    EXPECT_TRUE(names.insert(format.name).second) << format.name << " stands twice";
    EXPECT_TRUE(format.source.starts_with("https://")) << format.name;
  }
  for (const IssuerGap& gap : issuer_gaps()) {
    EXPECT_TRUE(names.contains(gap.name)) << gap.name << " is no format";
    EXPECT_FALSE(gap.reason.empty()) << gap.name;
  }
}

TEST(IssuerFormats, AreDrawnAnewEachTime) {
  Random random(1);
  for (const IssuerFormat& format : issuer_formats()) {
    EXPECT_NE(format.make(random), format.make(random)) << format.name;
  }
}

// One that is missed altogether would not be seen among so many.
TEST_F(Issuers, EachFormatIsStoppedByItself) {
  const Cell plain{find_part("text"), find_encoding("none")};
  for (const IssuerFormat& format : issuer_formats()) {
    const auto samples = samples_of(format, kEachOfFormat * times(), random_);
    const Tally tally = sweep(judge_, {&plain, 1}, samples, {}).rules().begin()->second;
    if (is_issuer_gap(format.name)) {
      EXPECT_LT(tally.share(), kFormat) << format.name << " is a gap no more: take it out";
    } else {
      EXPECT_GE(tally.share(), kFormat)
          << format.name << ": " << tally.stopped << " of " << tally.tried;
    }
  }
}

// What an agent's tools send most, each held to the mark by itself.
TEST_F(Issuers, AreStoppedInEachOrdinaryWayOfSending) {
  static constexpr struct {
    std::string_view part, encoding;
  } ways[] = {{"text", "none"},
              {"undeclared body", "none"},
              {"JSON value", "none"},
              {"chat", "none"},
              {"JSON value", "json"},
              {"text", "json-json"},
              {"form value", "none"},
              {"query value", "none"},
              {"multipart field", "none"},
              {"multipart file, base64", "none"},
              {"field value", "none"},
              {"bearer", "none"},
              {"cookie", "none"},
              {"text", "base64"},
              {"text", "base64-unpadded"},
              {"text", "base64url"},
              {"text", "base64url-unpadded"},
              {"text", "base64-mime"},
              {"text", "base64-shift-1"},
              {"text", "base64-shift-2"},
              {"text", "base64-glued-1"},
              {"text", "base64-glued-2"},
              {"text", "base64-glued-3"},
              {"text", "hex"},
              {"text", "HEX"},
              {"text", "hex-lines"},
              {"text", "utf-16le"},
              {"text", "utf-16be"},
              {"text", "utf-16le-bom"},
              {"text", "utf-16be-bom"},
              {"body in gzip", "none"},
              {"body in deflate", "none"},
              {"body in br", "none"},
              {"body in zstd", "none"}};
  ASSERT_GE(samples_.size(), 200U) << "one would be more than may be missed";
  for (const auto& [part, encoding] : ways) {
    const Cell cell{find_part(part), find_encoding(encoding)};
    const Recall recall = sweep(judge_, {&cell, 1}, samples_, {});
    const Tally& tally = recall.cells().begin()->second;
    EXPECT_GE(tally.share(), kSingle)
        << cell.name() << ": " << tally.stopped << " of " << tally.tried << missed(recall);
  }
}

// A part of the request where some are not seen by themselves, and nobody noticed that they are
// now.
TEST_F(Issuers, AreNotSeenWhereTheListOfGapsSaysSo) {
  for (const IssuerPartGap& gap : issuer_part_gaps()) {
    const auto format = std::ranges::find(issuer_formats(), gap.name, &IssuerFormat::name);
    ASSERT_NE(format, issuer_formats().end()) << gap.name;
    const Cell cell{find_part(gap.part), find_encoding("none")};
    Tally tally;
    for (std::size_t i = 0; i < kEachOfFormat; ++i) {
      const Request request = carry(cell, format->make(random_), random_);
      ASSERT_TRUE(request.possible) << gap.name << ": " << gap.part;
      tally.count(judge_.verdict(request).verdict == Verdict::leak);
    }
    EXPECT_LT(tally.share(), kFormat)
        << gap.name << " in the part " << gap.part << " is a gap no more: take it out";
  }
}

// Of a row of the tables. In a head a stored entry of a zip file is the credential alone, which
// then stands right behind the entry's name: what must stand apart does not.
double floor_of_row(std::string_view name) {
  return name == "as zip-stored" ? kPair : kSingle;
}

// Without those that are not seen in that part by themselves.
std::vector<Sample> seen_in(std::string_view part, std::span<const Sample> samples) {
  std::vector<Sample> some;
  std::ranges::copy_if(samples, std::back_inserter(some),
                       [&](const Sample& sample) { return !is_issuer_gap(sample.rule, part); });
  return some;
}

// The ways that the tables of docs/encodings.md mark as read, a few samples each: all that are sent
// in one part, and all in one encoding, are held to the mark.
TEST_F(Issuers, AreStoppedInEveryEncodingAndPart) {
  std::map<std::string, Tally> rows;
  std::map<std::string, std::string> misses;
  for (const Cell& cell : single_cells()) {
    const std::string part(cell.part->name), encoding(cell.outer->name);
    if (not_read_yet(kPartsNotReadYet, part, encoding) != nullptr) continue;
    std::ranges::rotate(samples_, samples_.begin() + kPerWay);
    const Recall recall =
        sweep(judge_, {&cell, 1}, seen_in(part, samples_), {.per_cell = kPerWay * times()});
    const std::string text = missed(recall);
    for (const std::string& row : {"in " + part, "as " + encoding}) {
      for (const auto& [names, tally] : recall.cells()) rows[row] += tally;
      if (!text.empty()) misses[row] += "\n" + cell.name() + text;
    }
  }
  for (const auto& [name, tally] : rows) {
    EXPECT_GE(tally.share(), floor_of_row(name))
        << name << ": " << tally.stopped << " of " << tally.tried << misses[name];
  }
}

TEST_F(Issuers, AreStoppedInOneEncodingInAnother) {
  std::map<Recall::Names, std::vector<Cell>> families;
  for (const Cell& cell : pair_cells()) {
    const Recall::Names names(cell.outer->family, cell.inner->family);
    if (not_read_yet(kPairsNotReadYet, names.first, names.second) == nullptr) {
      families[names].push_back(cell);
    }
  }
  ASSERT_GE(families.size(), 100U);
  for (const auto& [names, cells] : families) {
    const std::size_t per_cell = (kPerFamilies * times() + cells.size() - 1) / cells.size();
    std::ranges::rotate(samples_, samples_.begin() + kPerWay);
    const Recall recall = sweep(judge_, cells, samples_, {.per_cell = per_cell});
    ASSERT_FALSE(recall.pairs().empty()) << names.first << " of " << names.second;
    const Tally& tally = recall.pairs().begin()->second;
    EXPECT_GE(tally.share(), kPair) << names.first << " of " << names.second << ": "
                                    << tally.stopped << " of " << tally.tried << missed(recall);
  }
}

}  // namespace
}  // namespace cork::secrets::detection
