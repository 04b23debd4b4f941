#include "proxy/audit/record.h"

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <limits>
#include <random>
#include <string>

namespace cork::audit {
namespace {

namespace json = boost::json;

Record sample() {
  Record record;
  record.id = "01ARYZ6S410000000000000000";
  record.time = WallClock::time_point(std::chrono::milliseconds(1'767'323'045'678));
  record.bottle = "dev";
  record.client = "127.0.0.1:5312";
  record.method = "POST";
  record.host = "api.example.com";
  record.port = 443;
  record.path = "/v1/messages?beta=…";
  record.wire = "1.1";
  record.client_tls = "TLSv1.3";
  record.decision.reason = policy::Reason::allowed;
  record.decision.route = "*.example.com";
  record.decision.where = {"cork.yaml", 12, 9};
  record.decision.detail = "not said where it is allowed";
  return record;
}

FindingNote sample_finding(secrets::Part part) {
  FindingNote note;
  note.rule = "example-token";
  note.finding.print.value = 0x0123456789abcdef;
  note.finding.place = {part, 10, 50, "/messages/37/content", "gzip json"};
  return note;
}

Record ended() {
  Record record = sample();
  record.upstream_address = "93.184.216.34:443";
  record.upstream_tls = "TLSv1.3";
  record.status = 200;
  record.request_bytes = 2048;
  record.readable_bytes = 2000;
  record.sent_bytes = 2047;
  record.response_bytes = 512;
  record.scanned_bytes = 4096;
  record.total_us = 2'000'000;
  record.dial_us = 900;
  record.first_byte_us = 1500;
  record.scan_us = 12;
  return record;
}

json::object parsed(const std::string& line) {
  return json::parse(line).as_object();
}

TEST(RenderOpen, SaysEverythingKnownBeforeAnythingLeaves) {
  EXPECT_EQ(
      render_open(sample()),
      R"({"event":"open","time":"2026-01-02T03:04:05.678Z","id":"01ARYZ6S410000000000000000",)"
      R"("bottle":"dev","client":"127.0.0.1:5312","method":"POST","scheme":"https",)"
      R"("host":"api.example.com","port":443,"path":"/v1/messages?beta=…",)"
      R"("decision":"allow","reason":"allowed","route":"*.example.com",)"
      R"("config":"cork.yaml:12:9","tls":{"client":"TLSv1.3"},"wire":"1.1","findings":[]})");
}

TEST(RenderClose, RepeatsWhoAndWhereAndSaysWhatCameOfIt) {
  Record record = ended();
  record.note = "client closed early";
  EXPECT_EQ(
      render_close(record),
      R"({"event":"close","time":"2026-01-02T03:04:07.678Z","id":"01ARYZ6S410000000000000000",)"
      R"("bottle":"dev","host":"api.example.com","decision":"allow","reason":"allowed",)"
      R"("route":"*.example.com","config":"cork.yaml:12:9","upstream":"93.184.216.34:443",)"
      R"("status":200,"bytes":{"request":2048,"readable":2000,"sent":2047,"response":512,"scanned":4096},)"
      R"("us":{"total":2000000,"dial":900,"first_byte":1500,"scan":12},)"
      R"("tls":{"client":"TLSv1.3","upstream":"TLSv1.3"},"wire":"1.1",)"
      R"("note":"client closed early","findings":[]})");
}

TEST(RenderClose, CarriesALeakFoundLate) {
  Record record = ended();
  record.decision.reason = policy::Reason::leak;
  record.findings.push_back(sample_finding(secrets::Part::body));
  const json::object line = parsed(render_close(record));
  EXPECT_EQ(line.at("decision").as_string(), "deny");
  EXPECT_EQ(line.at("reason").as_string(), "leak");
  EXPECT_EQ(json::serialize(line.at("findings")),
            R"([{"rule":"example-token","part":"body","begin":10,"end":50,)"
            R"("pointer":"/messages/37/content","encoding":"gzip json","confidence":"high",)"
            R"("action":"block","fingerprint":"0123456789abcdef"}])");
}

TEST(RenderRefused, IsOneLineWithBothHalves) {
  Record record = ended();
  record.decision = {};
  record.decision.detail = "no route names it";
  record.status = 403;
  const json::object line = parsed(render_refused(record));
  EXPECT_EQ(line.at("event").as_string(), "refused");
  EXPECT_EQ(line.at("reason").as_string(), "host_not_allowed");
  EXPECT_EQ(line.at("detail").as_string(), "no route names it");
  EXPECT_EQ(line.at("status").as_int64(), 403);
  EXPECT_EQ(line.at("method").as_string(), "POST");
  EXPECT_EQ(line.at("us").as_object().at("total").as_int64(), 2'000'000);
  EXPECT_FALSE(line.contains("route"));
  EXPECT_FALSE(line.contains("config"));
}

TEST(Render, NamesWhatAnObservingBottleLetThrough) {
  Record record = sample();
  record.decision.reason = policy::Reason::host_not_allowed;
  record.decision.observed = true;
  const json::object line = parsed(render_open(record));
  EXPECT_EQ(line.at("decision").as_string(), "observe");
  EXPECT_EQ(line.at("reason").as_string(), "host_not_allowed");
}

TEST(Render, SaysWhatWasDoneAboutAFinding) {
  Record record = sample();
  record.findings.push_back(sample_finding(secrets::Part::field));
  record.findings.back().finding.blocking = false;
  record.findings.back().finding.confidence = secrets::Confidence::low;
  const json::object line = parsed(render_open(record));
  const json::object& found = line.at("findings").as_array().at(0).as_object();
  EXPECT_EQ(found.at("action").as_string(), "record");
  EXPECT_EQ(found.at("confidence").as_string(), "low");
  EXPECT_EQ(found.at("part").as_string(), "field");
}

std::string random_token() {
  std::mt19937_64 random(5);
  std::string token;
  while (token.size() < 40) token += "abcdefghijkmnpqrstuvwxyz23456789"[random() % 32];
  return token;
}

TEST(Render, MasksFindingsInHostAndMethodAndQuotesNoneInTheDetail) {
  const std::string secret = random_token();
  Record record = ended();
  record.host = "a." + secret + ".example.com";
  record.method = "X" + secret;
  record.decision.reason = policy::Reason::leak;
  record.decision.detail = "may not reach " + record.host;
  record.findings.push_back(sample_finding(secrets::Part::authority));
  record.findings.back().finding.place.begin = 2;
  record.findings.back().finding.place.end = 2 + secret.size();
  record.findings.push_back(sample_finding(secrets::Part::method));
  record.findings.back().finding.place.begin = 1;
  record.findings.back().finding.place.end = 1 + secret.size();
  for (const std::string& line :
       {render_open(record), render_close(record), render_refused(record)}) {
    EXPECT_EQ(line.find(secret), std::string::npos) << line;
    EXPECT_EQ(parsed(line).at("host").as_string(), "a.….example.com");
    EXPECT_FALSE(parsed(line).contains("detail"));
  }
  EXPECT_EQ(parsed(render_refused(record)).at("method").as_string(), "X…");
}

TEST(Render, MasksNamesThatLookLikeSecretsInAPointer) {
  Record record = sample();
  record.findings.push_back(sample_finding(secrets::Part::body));
  record.findings.back().finding.place.pointer = "/env/" + random_token();
  const json::object line = parsed(render_open(record));
  EXPECT_EQ(line.at("findings").as_array().at(0).as_object().at("pointer").as_string(), "/env/…");
}

TEST(Render, WritesTimesBeforeTheEpochAndFarAhead) {
  Record record = sample();
  record.time = WallClock::time_point(std::chrono::milliseconds(-1));
  EXPECT_EQ(parsed(render_open(record)).at("time").as_string(), "1969-12-31T23:59:59.999Z");
  record.time = WallClock::time_point();
  record.total_us = std::numeric_limits<std::uint64_t>::max();
  EXPECT_NO_THROW(parsed(render_close(record)));
}

// The longest of everything, of the characters that grow most.
Record swollen(const std::string& filler, std::size_t findings) {
  Record record = ended();
  for (std::string* field :
       {&record.id, &record.bottle, &record.client, &record.method, &record.host, &record.path,
        &record.wire, &record.client_tls, &record.upstream_tls, &record.upstream_address,
        &record.note, &record.decision.route, &record.decision.detail,
        &record.decision.where.file}) {
    *field = filler;
  }
  record.decision.reason = policy::Reason::upstream_unreachable;
  record.port = 65535;
  record.status = std::numeric_limits<int>::max();
  for (std::uint64_t* number :
       {&record.request_bytes, &record.sent_bytes, &record.response_bytes, &record.scanned_bytes,
        &record.total_us, &record.dial_us, &record.first_byte_us, &record.scan_us}) {
    *number = std::numeric_limits<std::uint64_t>::max();
  }
  for (std::size_t i = 0; i < findings; ++i) {
    record.findings.push_back({filler, {}});
    auto& finding = record.findings.back().finding;
    finding.place = {secrets::Part::body, ~Offset{0} - 1, ~Offset{0}, filler, filler};
  }
  return record;
}

TEST(Render, StaysWithinItsLengthAndValidWhateverTheFieldsHold) {
  for (const char c : {'a', '"', '\n', '\x01', '\xff', '\x7f', '/', '%'}) {
    const Record record = swollen(std::string(20'000, c), 100);
    for (const std::string& line :
         {render_open(record), render_close(record), render_refused(record),
          render_answered(record), render_repeating(record),
          render_repeated({record, ~std::uint64_t{0}, {}, true})}) {
      EXPECT_LE(line.size(), kMaxLineBytes);
      EXPECT_EQ(line.find('\n'), std::string::npos);
      const json::object object = parsed(line);
      const auto written = object.at("findings").as_array().size();
      EXPECT_GE(written, 8U);
      EXPECT_EQ(static_cast<std::size_t>(object.at("findings_omitted").as_int64()) + written,
                record.findings.size());
    }
  }
}

TEST(Render, WhatCorkAnsweredItselfIsOneLine) {
  Record record = ended();
  const json::object line = parsed(render_answered(record));
  EXPECT_EQ(line.at("event"), "answered");
  EXPECT_EQ(line.at("id"), record.id.c_str());
  EXPECT_EQ(line.at("host"), record.host.c_str());
  EXPECT_FALSE(line.contains("repeated"));
}

TEST(Render, RepeatedDenialsAreALineWhenTheyBeginAndOneWithTheirNumber) {
  Record record = ended();
  record.decision.reason = policy::Reason::host_not_allowed;
  const json::object begins = parsed(render_repeating(record));
  EXPECT_EQ(begins.at("event"), "refused");
  EXPECT_EQ(begins.at("repeated").as_object().size(), 1U) << "how often is not known yet";
  EXPECT_EQ(begins.at("repeated").at("first"), begins.at("time"));

  const auto last = record.time + std::chrono::seconds(9);
  const json::object ends = parsed(render_repeated({record, 1234, last, false}));
  EXPECT_EQ(ends.at("event"), "repeated");
  EXPECT_EQ(ends.at("id"), begins.at("id"));
  EXPECT_EQ(ends.at("host"), begins.at("host"));
  EXPECT_EQ(ends.at("repeated").at("count"), 1234);
  EXPECT_EQ(ends.at("repeated").at("first"), begins.at("time"));
  EXPECT_EQ(ends.at("repeated").at("last"), ends.at("time"));
  EXPECT_FALSE(ends.at("repeated").as_object().contains("hosts"));
  EXPECT_EQ(parsed(render_repeated({record, 2, last, true})).at("repeated").at("hosts"), "several");
}

TEST(Render, WhatIsCountedByRuleNamesAsManyRulesAsFit) {
  Repeated few{ended(), 9, {}, true, false, {{"a-rule", 7}, {"b-rule", 2}}};
  const json::object repeated = parsed(render_repeated(few)).at("repeated").as_object();
  const json::array& rules = repeated.at("rules").as_array();
  ASSERT_EQ(rules.size(), 2U);
  EXPECT_EQ(rules[0].at("rule"), "a-rule");
  EXPECT_EQ(rules[0].at("count"), 7);
  EXPECT_FALSE(repeated.contains("rules_omitted"));
  EXPECT_FALSE(parsed(render_repeating(few.first)).at("repeated").as_object().contains("rules"));

  Repeated many{swollen(std::string(20'000, '"'), 100), ~std::uint64_t{0}, {}, true, {}};
  for (int i = 0; i < 1000; ++i) many.rules[std::string(100, 'r') + std::to_string(i)] = ~0ULL;
  const std::string line = render_repeated(many);
  EXPECT_LE(line.size(), kMaxLineBytes);
  const json::object swollen = parsed(line).at("repeated").as_object();
  const auto written = swollen.at("rules").as_array().size();
  EXPECT_GE(written, 20U);
  EXPECT_EQ(static_cast<std::size_t>(swollen.at("rules_omitted").as_int64()) + written, 1000U);
}

TEST(Block, IsWhatOneFindingThatBlocksDoes) {
  std::vector<FindingNote> findings{{"a", {}}, {"b", {}}};
  EXPECT_TRUE(block(findings));
  findings[0].finding.blocking = false;
  EXPECT_TRUE(block(findings));
  findings[1].finding.blocking = false;
  EXPECT_FALSE(block(findings));
  EXPECT_FALSE(block({}));
}

TEST(Render, IsValidForRandomBytes) {
  std::mt19937_64 random(99);
  for (int round = 0; round < 500; ++round) {
    std::string bytes(random() % 700, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    const Record record = swollen(bytes, random() % 20);
    ASSERT_NO_THROW(parsed(render_refused(record)));
    ASSERT_LE(render_refused(record).size(), kMaxLineBytes);
  }
}

TEST(NameOfDecision, IsDenyForTheDefault) {
  EXPECT_EQ(name_of_decision({}), "deny");
}

TEST(Record, ACredentialThatCameFirstIsInTheOpenLineByItsSlotAndPrint) {
  Record record = sample();
  EXPECT_FALSE(json::parse(render_open(record)).as_object().contains("pinned"));
  record.pinned = {{"header:x-api-key", {0x0123456789abcdef}}};
  const auto pinned = json::parse(render_open(record)).at("pinned").as_array();
  ASSERT_EQ(pinned.size(), 1U);
  EXPECT_EQ(pinned[0].at("slot"), "header:x-api-key");
  EXPECT_EQ(pinned[0].at("fingerprint"), "0123456789abcdef");
  record.pinned.assign(64, {"cookie:" + std::string(1000, 'x'), {1}});
  for (int i = 0; i < 64; ++i) record.findings.push_back(sample_finding(secrets::Part::body));
  const std::string line = render_open(record);
  EXPECT_LE(line.size(), kMaxLineBytes);
  EXPECT_EQ(json::parse(line).at("pinned").as_array().size(), 8U);
  EXPECT_EQ(json::parse(line).at("pinned_omitted"), 56);
}

}  // namespace
}  // namespace cork::audit
