#include "proxy/metrics/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace cork::metrics {
namespace {

// The value of a series, or -1 where there is none.
double value(const Metrics& metrics, const std::string& series) {
  std::istringstream in(metrics.text());
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(series + " ")) return std::stod(line.substr(series.size() + 1));
  }
  return -1;
}

audit::Record allowed(const std::string& bottle) {
  audit::Record record;
  record.bottle = bottle;
  record.decision.reason = policy::Reason::allowed;
  return record;
}

TEST(Metrics, CountsAnExchangeByBottleDecisionAndReason) {
  Metrics metrics({"dev", "ci"}, {});
  metrics.exchange(allowed("dev"));
  metrics.exchange(allowed("dev"));
  audit::Record refused = allowed("ci");
  refused.decision.reason = policy::Reason::leak;
  metrics.exchange(refused);
  refused.decision.observed = true;
  metrics.exchange(refused);
  const std::string name = "cork_exchanges_total";
  EXPECT_EQ(value(metrics, name + R"({bottle="dev",decision="allow",reason="allowed"})"), 2);
  EXPECT_EQ(value(metrics, name + R"({bottle="ci",decision="allow",reason="allowed"})"), 0);
  EXPECT_EQ(value(metrics, name + R"({bottle="ci",decision="deny",reason="leak"})"), 1);
  EXPECT_EQ(value(metrics, name + R"({bottle="ci",decision="observe",reason="leak"})"), 1);
}

TEST(Metrics, HasEverySeriesFromTheStart) {
  const Metrics metrics({"dev"}, {});
  for (const policy::Reason reason : policy::all_refusals()) {
    for (const char* decision : {"deny", "observe"}) {
      const std::string series = std::string(R"(cork_exchanges_total{bottle="dev",decision=")") +
                                 decision + R"(",reason=")" + std::string(policy::name_of(reason)) +
                                 R"("})";
      EXPECT_EQ(value(metrics, series), 0) << series;
    }
  }
}

TEST(Metrics, CountsWhatNobodyConfiguredUnderOther) {
  Metrics metrics({"dev"}, {"known"});
  audit::Record record = allowed("surprise");
  record.findings.push_back({"unheard-of", {}});
  metrics.exchange(record);
  metrics.connection_opened("surprise");
  EXPECT_EQ(value(metrics, R"(cork_exchanges_total{bottle="other",decision="allow",)"
                           R"(reason="allowed"})"),
            1);
  EXPECT_EQ(value(metrics, R"(cork_findings_total{action="block",rule="other"})"), 1);
  EXPECT_EQ(value(metrics, R"(cork_open_connections{bottle="other"})"), 1);
  EXPECT_THAT(metrics.text(), ::testing::Not(::testing::HasSubstr("surprise")));
  EXPECT_THAT(metrics.text(), ::testing::Not(::testing::HasSubstr("unheard-of")));
}

TEST(Metrics, TakesABottleThatIsCalledOtherAndOneNamedTwice) {
  Metrics metrics({"other", "dev", "dev"}, {"other", "r", "r"});
  metrics.exchange(allowed("dev"));
  metrics.exchange(allowed("other"));
  metrics.exchange(allowed("surprise"));
  const std::string rest = R"(,decision="allow",reason="allowed"})";
  EXPECT_EQ(value(metrics, R"(cork_exchanges_total{bottle="dev")" + rest), 1);
  EXPECT_EQ(value(metrics, R"(cork_exchanges_total{bottle="other")" + rest), 2);
}

TEST(Metrics, SumsBytesAndTimes) {
  Metrics metrics({"dev"}, {});
  audit::Record record = allowed("dev");
  record.request_bytes = 100;
  record.sent_bytes = 90;
  record.response_bytes = 80;
  record.scanned_bytes = 300;
  record.total_us = 2'000'000;
  record.dial_us = 1500;
  record.first_byte_us = 3000;
  record.scan_us = 20;
  metrics.exchange(record);
  metrics.exchange(record);
  EXPECT_EQ(value(metrics, R"(cork_request_bytes_total{bottle="dev"})"), 200);
  EXPECT_EQ(value(metrics, R"(cork_sent_bytes_total{bottle="dev"})"), 180);
  EXPECT_EQ(value(metrics, R"(cork_response_bytes_total{bottle="dev"})"), 160);
  EXPECT_EQ(value(metrics, R"(cork_exchange_duration_seconds_sum{bottle="dev"})"), 4);
  EXPECT_EQ(value(metrics, "cork_dial_seconds_sum"), 0.003);
  EXPECT_EQ(value(metrics, "cork_first_byte_seconds_sum"), 0.006);
  EXPECT_DOUBLE_EQ(value(metrics, "cork_scan_seconds_sum"), 0.00004);
  EXPECT_EQ(value(metrics, "cork_scan_bytes_sum"), 600);
  EXPECT_EQ(value(metrics, R"(cork_scan_bytes_bucket{le="256"})"), 0);
  EXPECT_EQ(value(metrics, R"(cork_scan_bytes_bucket{le="1024"})"), 2);
}

TEST(Metrics, ObservesNoPhaseThatDidNotHappen) {
  Metrics metrics({"dev"}, {});
  metrics.exchange(allowed("dev"));
  EXPECT_EQ(value(metrics, R"(cork_exchange_duration_seconds_count{bottle="dev"})"), 1);
  for (const char* name :
       {"cork_dial_seconds", "cork_first_byte_seconds", "cork_scan_seconds", "cork_scan_bytes"}) {
    EXPECT_EQ(value(metrics, std::string(name) + "_count"), 0) << name;
  }
}

TEST(Metrics, CountsFindingsByRuleAndAction) {
  Metrics metrics({"dev"}, {"example-token"});
  audit::Record record = allowed("dev");
  record.findings.resize(3, {"example-token", {}});
  record.findings[2].finding.blocking = false;
  metrics.exchange(record);
  EXPECT_EQ(value(metrics, R"(cork_findings_total{action="block",rule="example-token"})"), 2);
  EXPECT_EQ(value(metrics, R"(cork_findings_total{action="record",rule="example-token"})"), 1);
  EXPECT_EQ(value(metrics, R"(cork_bottle_findings_total{action="block",bottle="dev"})"), 2);
  EXPECT_EQ(value(metrics, R"(cork_bottle_findings_total{action="record",bottle="dev"})"), 1);
}

TEST(Metrics, CountsConnectionsHandshakesPoolAndDrops) {
  Metrics metrics({"dev"}, {});
  metrics.connection_opened("dev");
  metrics.connection_opened("dev");
  metrics.connection_closed("dev");
  metrics.handshake(Metrics::Side::client, true);
  metrics.handshake(Metrics::Side::upstream, false);
  metrics.pool(true);
  metrics.pool(false);
  metrics.pool(false);
  metrics.dropped(Metrics::Drop::limit);
  metrics.dropped(Metrics::Drop::internal);
  EXPECT_EQ(value(metrics, R"(cork_open_connections{bottle="dev"})"), 1);
  EXPECT_EQ(value(metrics, R"(cork_handshakes_total{result="ok",side="client"})"), 1);
  EXPECT_EQ(value(metrics, R"(cork_handshakes_total{result="failed",side="client"})"), 0);
  EXPECT_EQ(value(metrics, R"(cork_handshakes_total{result="failed",side="upstream"})"), 1);
  EXPECT_EQ(value(metrics, R"(cork_pool_requests_total{result="hit"})"), 1);
  EXPECT_EQ(value(metrics, R"(cork_pool_requests_total{result="miss"})"), 2);
  EXPECT_EQ(value(metrics, R"(cork_dropped_total{reason="limit"})"), 1);
  EXPECT_EQ(value(metrics, R"(cork_dropped_total{reason="hello"})"), 0);
  EXPECT_EQ(value(metrics, R"(cork_dropped_total{reason="internal"})"), 1);
}

TEST(Metrics, AsksForTheLeafCacheAtEachScrape) {
  Metrics metrics({}, {});
  EXPECT_EQ(value(metrics, "cork_leaf_cache_entries"), -1);
  std::uint64_t asked = 0;
  metrics.leaf_cache_from([&asked] { return Metrics::LeafCacheReading{++asked, 2, 3, 4}; });
  EXPECT_EQ(value(metrics, "cork_leaf_cache_hits_total"), 1);
  EXPECT_EQ(value(metrics, "cork_leaf_cache_hits_total"), 2);
  EXPECT_EQ(value(metrics, "cork_leaf_cache_misses_total"), 2);
  EXPECT_EQ(value(metrics, "cork_leaf_cache_evictions_total"), 3);
  EXPECT_EQ(value(metrics, "cork_leaf_cache_entries"), 4);
}

TEST(Metrics, CountsWhatWasFoldedAndAsksForTheLogAtEachScrape) {
  Metrics metrics({"dev"}, {});
  metrics.folded("dev");
  EXPECT_EQ(value(metrics, R"(cork_refusals_folded_total{bottle="dev"})"), 1);
  EXPECT_EQ(value(metrics, "cork_audit_owed_lines"), -1);
  std::uint64_t asked = 0;
  metrics.audit_from([&asked] { return Metrics::AuditReading{7, ++asked, true}; });
  EXPECT_EQ(value(metrics, "cork_audit_owed_lines"), 1);
  EXPECT_EQ(value(metrics, "cork_audit_owed_lines"), 2);
  EXPECT_EQ(value(metrics, "cork_audit_lines_total"), 7);
  EXPECT_EQ(value(metrics, "cork_audit_short_of_room"), 1);
}

TEST(Metrics, AsksWhichBottlesAreLockedAtEachScrape) {
  Metrics metrics({"dev"}, {});
  bool locked = false;
  metrics.locks_from(
      [&locked] { return std::vector<Metrics::LockReading>{{"dev", locked}, {"ci", false}}; });
  EXPECT_EQ(value(metrics, R"(cork_bottle_locked{bottle="dev"})"), 0);
  locked = true;
  EXPECT_EQ(value(metrics, R"(cork_bottle_locked{bottle="dev"})"), 1);
  EXPECT_EQ(value(metrics, R"(cork_bottle_locked{bottle="ci"})"), 0);
}

TEST(Metrics, LosesNothingToThreads) {
  Metrics metrics({"dev"}, {"r"});
  audit::Record record = allowed("dev");
  record.sent_bytes = 3;
  record.scanned_bytes = 5;
  record.findings.push_back({"r", {}});
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 1000; ++i) metrics.exchange(record);
      });
    }
    EXPECT_GE(value(metrics, "cork_scan_bytes_count"), 0);
  }
  EXPECT_EQ(value(metrics, R"(cork_sent_bytes_total{bottle="dev"})"), 12'000);
  EXPECT_EQ(value(metrics, "cork_scan_bytes_count"), 4000);
  EXPECT_EQ(value(metrics, R"(cork_findings_total{action="block",rule="r"})"), 4000);
}

std::map<std::string, std::string> types_of_exposition() {
  Metrics metrics({"dev"}, {"r"});
  metrics.leaf_cache_from([] { return Metrics::LeafCacheReading{}; });
  metrics.audit_from([] { return Metrics::AuditReading{}; });
  metrics.locks_from([] { return std::vector<Metrics::LockReading>{{"dev", false}}; });
  std::map<std::string, std::string> types;
  std::istringstream in(metrics.text());
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string hash, keyword, name, type;
    words >> hash >> keyword >> name >> type;
    if (hash == "#" && keyword == "TYPE") types[name] = type;
  }
  return types;
}

TEST(MetricsDocumentation, ListsExactlyWhatIsServedAndItsType) {
  std::map<std::string, std::string> documented;
  std::ifstream in(std::string(CORK_SOURCE_DIR) + "/docs/metrics.md");
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("| `")) continue;
    const std::size_t end = line.find("` | ", 3);
    ASSERT_NE(end, std::string::npos) << line;
    const std::size_t type = end + 4;
    documented[line.substr(3, end - 3)] = line.substr(type, line.find(" |", type) - type);
  }
  EXPECT_EQ(documented, types_of_exposition());
}

}  // namespace
}  // namespace cork::metrics
