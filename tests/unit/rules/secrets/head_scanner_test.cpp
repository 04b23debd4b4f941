#include "rules/secrets/head_scanner.h"

#include "base/base64.h"
#include "tests/unit/rules/secrets/encoders.h"
#include "tests/unit/rules/secrets/test_rules.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace cork::secrets {
namespace {

using test::note;
using test::percent;
using test::token;

class HeadScannerTest : public testing::Test {
 protected:
  HeadReport scan(std::string_view host, std::string target, std::vector<Field> fields = {},
                  std::string_view method = "GET", ScanLimits limits = {},
                  std::span<const AtHome> home = {}) {
    target_ = std::move(target);
    fields.push_back({"User-Agent", "curl/8.5.0"});
    const RequestHead head{method, Scheme::https, Endpoint{*Host::parse(host), 443},
                           *Target::parse(target_), fields};
    return scan_head(*rules_, head, limits, {}, scratch_, home);
  }

  std::shared_ptr<const Ruleset> rules_ = test::small_rules();
  WorkerScratch scratch_{*rules_};
  std::string target_;
};

TEST_F(HeadScannerTest, FindsASecretInEveryPart) {
  const std::string secret = token();
  const std::string basic = "Basic " + base64_encoded("user:" + secret);
  const std::string bearer = "Bearer " + secret,
                    json = "{\"a\":\"\\u0074" + secret.substr(1) + "\"}";
  const std::string cookie = "id=" + percent(secret) + "; x=y";
  const struct {
    const char* name;
    std::string target;
    std::vector<Field> fields;
    std::string method;
    Place place;
  } cases[] = {
      {"method", "/", {}, secret, {Part::method, 0, 24, "", ""}},
      {"path", "/a/" + secret + "/b", {}, "GET", {Part::path, 3, 27, "", ""}},
      {"escaped path", "/a/%74" + secret.substr(1), {}, "GET", {Part::path, 3, 29, "", "percent"}},
      {"escaped twice",
       "/%2574" + secret.substr(1),
       {},
       "GET",
       {Part::path, 1, 29, "", "percent percent"}},
      {"query", "/?q=" + secret, {}, "GET", {Part::query, 2, 26, "", ""}},
      {"escaped query",
       "/?q=" + percent(secret) + "&x",
       {},
       "GET",
       {Part::query, 2, 74, "", "percent"}},
      {"query without a name", "/?" + secret, {}, "GET", {Part::query, 0, 24, "", ""}},
      {"field", "/", {{"X-Any", bearer}}, "GET", {Part::field, 7, 31, "X-Any", ""}},
      {"field name", "/", {{secret, "x"}}, "GET", {Part::field, 0, 1, "", ""}},
      {"cookie", "/", {{"Cookie", cookie}}, "GET", {Part::field, 3, 75, "Cookie", "percent"}},
      {"JSON", "/", {{"X-Event", json}}, "GET", {Part::field, 6, 35, "X-Event", "json"}},
      {"Basic",
       "/",
       {{"Authorization", basic}},
       "GET",
       {Part::field, 12, 45, "Authorization", "basic"}},
  };
  for (const auto& c : cases) {
    const HeadReport report = scan("files.example.com", c.target, c.fields, c.method);
    EXPECT_EQ(Verdict::leak, report.verdict) << c.name;
    ASSERT_EQ(1u, report.findings.size()) << c.name;
    const Finding& finding = report.findings[0];
    EXPECT_TRUE(finding.blocking);
    EXPECT_EQ(fingerprint({}, secret), finding.print) << c.name;
    EXPECT_EQ(c.place.part, finding.place.part) << c.name;
    EXPECT_EQ(c.place.begin, finding.place.begin) << c.name;
    EXPECT_EQ(c.place.end, finding.place.end) << c.name;
    EXPECT_EQ(c.place.pointer, finding.place.pointer) << c.name;
    EXPECT_EQ(c.place.encoding, finding.place.encoding) << c.name;
  }
}

TEST_F(HeadScannerTest, AnOrdinaryHeadIsClean) {
  const HeadReport report =
      scan("api.example.com", "/v1/things?page=2&q=a+b%20c",
           {{"Accept", "*/*"}, {"Cookie", "a=%7B%22b%22%7D"}, {"Authorization", "Basic dTpw"}});
  EXPECT_EQ(Verdict::clean, report.verdict);
  EXPECT_TRUE(report.findings.empty());
}

TEST_F(HeadScannerTest, ACredentialAtHomeIsRecordedOnly) {
  const std::string secret = token();
  const std::string bearer = "Bearer " + secret, basic = "basic " + base64_encoded("u:" + secret);
  const struct {
    const char* name;
    std::string target;
    std::vector<Field> fields;
  } cases[] = {
      {"header", "/", {{"AUTHORIZATION", bearer}}},
      {"basic", "/", {{"Authorization", basic}}},
      {"query", "/?a=b&key=" + secret + "&c", {}},
      {"escaped query", "/?key=" + percent(secret), {}},
  };
  for (const auto& c : cases) {
    const HeadReport home = scan("api.example.com", c.target, c.fields);
    EXPECT_EQ(Verdict::clean, home.verdict) << c.name;
    ASSERT_EQ(1u, home.findings.size()) << c.name;
    EXPECT_FALSE(home.findings[0].blocking);
    EXPECT_EQ(Confidence::high, home.findings[0].confidence);
    for (const char* host : {"example.com", "xapi.example.com", "api.example.com.evil.example"}) {
      EXPECT_EQ(Verdict::leak, scan(host, c.target, c.fields).verdict) << c.name << ' ' << host;
    }
  }
}

TEST_F(HeadScannerTest, WhatTheClientSaysToTheProxyAloneIsNoLeak) {
  const std::string secret = token();
  EXPECT_EQ(scan("a.example", "/", {{"proxy-AUTHORIZATION", secret}}).verdict, Verdict::clean);
  EXPECT_EQ(scan("a.example", "/", {{"Proxy_Authorization", secret}}).verdict, Verdict::leak);
  EXPECT_EQ(scan("a.example", "/", {{"X-Proxy-Authorization", secret}}).verdict, Verdict::leak);
}

TEST_F(HeadScannerTest, AtHomeAtAnyHostIsWhatStandsAlone) {
  Rule rule;
  rule.id = "anybodys";
  rule.regex = "any_[a-z]{20}";
  rule.audience = {{std::nullopt, "header:*"}, {std::nullopt, "query:*"}};
  rules_ = *Ruleset::compile({rule});
  scratch_.fit(*rules_);
  const std::string secret = "any_" + std::string(20, 'q');
  const struct {
    Verdict verdict;
    std::string target, name, value;
  } cases[] = {
      {Verdict::clean, "/", "Authorization", "Bearer " + secret},
      {Verdict::clean, "/", "X-Api-Key", secret},
      {Verdict::clean, "/", "Cookie", "a=1; session.id=" + secret + "; b=2"},
      {Verdict::clean, "/?a=1&key=" + secret, "X-Note", "none"},
      {Verdict::leak, "/", "X-Note", "key=" + secret},
      {Verdict::leak, "/", "X-Note", "this is the key: " + secret},
      {Verdict::leak, "/", "Cookie", "a=\"key=" + secret},
      {Verdict::leak, "/?a=key%3D" + secret, "X-Note", "none"},
      {Verdict::leak, "/" + secret, "X-Note", "none"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(scan("sink.example.com", c.target, {{c.name, c.value}}).verdict, c.verdict)
        << c.target << ' ' << c.name << ": " << c.value;
  }
}

TEST_F(HeadScannerTest, NoOtherSlotIsHome) {
  const std::string secret = token();
  const std::string bearer = "Bearer " + secret;
  const struct {
    const char* name;
    std::string target;
    std::vector<Field> fields;
  } cases[] = {
      {"path", "/key=" + secret, {}},
      {"another parameter", "/?keys=" + secret, {}},
      {"a parameter's end", "/?xkey=" + secret, {}},
      {"case", "/?KEY=" + secret, {}},
      {"the name of a parameter", "/?" + secret + "=key", {}},
      {"an escaped separator", "/?x=%26key%3D" + secret, {}},
      {"another field", "/", {{"X-Authorization", bearer}}},
      {"beside the right one", "/?key=" + secret + "&x=" + token('b'), {}},
      {"before the right one", "/?x=" + token('b') + "&key=" + secret, {}},
      {"in two fields", "/", {{"Authorization", bearer}, {"X-Copy", bearer}}},
      {"in the field and the query", "/?q=" + secret, {{"Authorization", bearer}}},
  };
  for (const auto& c : cases) {
    const HeadReport report = scan("api.example.com", c.target, c.fields);
    EXPECT_EQ(Verdict::leak, report.verdict) << c.name;
    ASSERT_FALSE(report.findings.empty()) << c.name;
    EXPECT_TRUE(std::ranges::any_of(report.findings, &Finding::blocking)) << c.name;
  }
}

TEST_F(HeadScannerTest, RecordsWhatARuleOfLowConfidenceSees) {
  const HeadReport report = scan("api.example.com", "/?q=" + note());
  EXPECT_EQ(Verdict::clean, report.verdict);
  ASSERT_EQ(1u, report.findings.size());
  EXPECT_FALSE(report.findings[0].blocking);
}

TEST_F(HeadScannerTest, ANameWithASecretIsInNoFinding) {
  const std::string name = "x-" + note(), secret = token();
  const HeadReport report = scan("files.example.com", "/", {{name, secret}});
  EXPECT_EQ(Verdict::leak, report.verdict);
  ASSERT_EQ(2u, report.findings.size());
  for (const Finding& finding : report.findings) EXPECT_EQ("", finding.place.pointer);
}

TEST_F(HeadScannerTest, ManyCandidatesAreRefusedOrLeftOutByConfidence) {
  ScanLimits limits;
  limits.confirm_floor_bytes = limits.record_floor_bytes = 60;
  std::string tokens, notes;
  for (char c = 'a'; c < 'f'; ++c) tokens += token(c) + "/";
  for (char c = 'a'; c < 'f'; ++c) notes += note(c) + "/";
  const HeadReport refused = scan("files.example.com", "/" + tokens, {}, "GET", limits);
  EXPECT_EQ(Verdict::over_limit, refused.verdict);
  EXPECT_EQ("too many candidates", refused.problem);
  EXPECT_EQ(Verdict::clean, scan("files.example.com", "/" + notes, {}, "GET", limits).verdict);
  EXPECT_EQ(Verdict::leak,
            scan("files.example.com", "/" + notes + token(), {}, "GET", limits).verdict);
}

TEST_F(HeadScannerTest, KeepsToTheLimitOfFindings) {
  ScanLimits limits;
  limits.findings = 2;
  const std::string path = "/" + note('a') + "/" + note('b') + "/" + note('c') + "/" + token();
  const HeadReport report = scan("files.example.com", path, {}, "GET", limits);
  ASSERT_EQ(2u, report.findings.size());
  EXPECT_TRUE(report.findings[1].blocking);
}

TEST_F(HeadScannerTest, NothingIsAtHomeInATrailer) {
  const std::string bearer = "Bearer " + token();
  const std::vector<Field> fields{{"X-Sum", "1"}, {"Authorization", bearer}};
  const HeadReport report = scan_trailers(*rules_, fields, {}, {}, scratch_);
  EXPECT_EQ(Verdict::leak, report.verdict);
  ASSERT_EQ(1u, report.findings.size());
  EXPECT_EQ(Part::trailer, report.findings[0].place.part);
  EXPECT_EQ("Authorization", report.findings[0].place.pointer);
  EXPECT_EQ(Verdict::clean, scan_trailers(*rules_, {}, {}, {}, scratch_).verdict);
}

TEST_F(HeadScannerTest, AnAuthorityIsScannedInAnyCaseAndAcrossItsLabels) {
  std::string upper = token();
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  const struct {
    std::string authority;
    Offset begin, end;
  } cases[] = {
      {token() + ".example.com:443", 0, 24},
      {"x." + upper + ".example.com:443", 2, 26},
      {token().substr(0, 10) + "." + token().substr(10) + ".example.com:443", 0, 41},
  };
  for (const auto& [authority, begin, end] : cases) {
    const HeadReport report = scan_authority(*rules_, authority, {}, {}, scratch_);
    EXPECT_EQ(Verdict::leak, report.verdict) << authority;
    ASSERT_EQ(1u, report.findings.size());
    EXPECT_EQ(Part::authority, report.findings[0].place.part);
    EXPECT_EQ(begin, report.findings[0].place.begin);
    EXPECT_EQ(end, report.findings[0].place.end);
  }
  for (const char* authority : {"", "example.com:443", "[::1]:8080", "registry.npmjs.org:443"}) {
    EXPECT_EQ(Verdict::clean, scan_authority(*rules_, authority, {}, {}, scratch_).verdict);
  }
}

TEST_F(HeadScannerTest, WhatIsSaidToBeAtHomeIsRecordedThereAndBlocksAnywhereElse) {
  const std::string secret = token(), value = "Bearer " + secret, name = "X-Key";
  const std::string basic = "Basic " + base64_encoded("oauth2:" + secret);
  const auto only = [&](const std::vector<Field>& fields, std::string target, AtHome home) {
    return scan("api.example.net", std::move(target), fields, "GET", {}, {&home, 1}).verdict;
  };
  const AtHome whole{Part::field, name, 7, value.size()};
  EXPECT_EQ(only({{name, value}}, "/", whole), Verdict::clean);
  EXPECT_EQ(only({{name, basic}}, "/", {Part::field, name, 6, basic.size()}), Verdict::clean);
  EXPECT_EQ(only({}, "/?key=" + secret, {Part::query, {}, 4, 4 + secret.size()}), Verdict::clean);
  EXPECT_EQ(only({}, "/?key=" + percent(secret), {Part::query, {}, 4, 4 + 3 * secret.size()}),
            Verdict::clean);
  // Anywhere else, in one head with it or alone.
  const std::string same_name = "X-Key";
  EXPECT_EQ(only({{name, value}, {"X-Note", secret}}, "/", whole), Verdict::leak);
  EXPECT_EQ(only({{"X-Note", secret}, {name, value}}, "/", whole), Verdict::leak);
  EXPECT_EQ(only({{same_name, value}}, "/", whole), Verdict::leak) << "another field of that name";
  EXPECT_EQ(only({{name, value + " " + token()}}, "/", whole), Verdict::leak);
  EXPECT_EQ(only({{name, value}}, "/" + secret, whole), Verdict::leak);
  EXPECT_EQ(only({}, "/?key=x&q=" + secret, {Part::query, {}, 4, 5}), Verdict::leak);
}

TEST_F(HeadScannerTest, FindsWhatAFieldOrTheQueryHoldsInDigitsOrCompressed) {
  const std::string secret = token();
  const std::vector<std::pair<std::string, std::string>> cases{
      {base64_encoded("x=" + secret), "base64"},
      {"v1." + base64_encoded("{\"k\":\"" + secret + "\"}") + ".sig", "base64"},
      {test::hex(secret), "hex"},
      {base64_encoded(base64_encoded(secret)), "base64 base64"},
      {base64_encoded(test::gzip(secret)), "base64 gzip"},
      {base64_encoded(test::deflated(secret, 15)), "base64 deflate"},
      {test::hex(test::zstd(secret)), "hex zstd"},
      {base64_encoded(test::wide(secret)), "base64 utf-16"},
      {"&#116;" + secret.substr(1), "entity"},
  };
  for (const auto& [value, encoding] : cases) {
    HeadReport report = scan("files.example.com", "/", {{"X-Data", value}});
    ASSERT_EQ(Verdict::leak, report.verdict) << encoding;
    EXPECT_EQ(encoding, report.findings.at(0).place.encoding);
    EXPECT_EQ("X-Data", report.findings[0].place.pointer);
    EXPECT_LE(report.findings[0].place.end, value.size());
    report = scan("files.example.com", "/?q=" + percent(value));
    ASSERT_EQ(Verdict::leak, report.verdict) << encoding;
    EXPECT_EQ("percent " + encoding, report.findings.at(0).place.encoding);
  }
}

// As it is in a body, and in the place of Basic credentials.
TEST_F(HeadScannerTest, BasicCredentialsHideNothingElse) {
  const std::string secret = token(), user = "user:" + secret;
  const auto verdict = [&](std::string_view host, const std::string& value) {
    return scan(host, "/", {{"Authorization", value}}).verdict;
  };
  for (const std::string& value :
       {test::hex(secret), "A" + base64_encoded(user), base64_encoded(test::gzip(user)),
        "A" + base64_encoded(test::gzip(user)), test::hex(test::zstd(user)),
        base64_encoded(test::wide(user))}) {
    EXPECT_EQ(Verdict::leak, verdict("files.example.com", "Basic " + value)) << value;
  }
  // With a letter behind it the scheme is another one.
  EXPECT_EQ(Verdict::leak, verdict("files.example.com", "BasicA" + base64_encoded(user)));
  EXPECT_EQ(Verdict::clean, verdict("api.example.com", "Basic " + base64_encoded(user)));
}

TEST_F(HeadScannerTest, CompressedDataMayStandInLinesOrInEscapes) {
  std::string digits = base64_encoded(test::gzip("a few words, and " + token())), lines;
  for (std::size_t at = 0; at < digits.size(); at += 20) lines += digits.substr(at, 20) + "\n";
  std::string quoted = lines;
  for (std::size_t at = 0; (at = quoted.find('\n', at)) != quoted.npos;)
    quoted.replace(at, 1, "\\n");
  EXPECT_EQ(Verdict::leak, scan("files.example.com", "/?q=" + percent(lines)).verdict);
  EXPECT_EQ(Verdict::leak,
            scan("files.example.com", "/", {{"X-Data", "{\"d\":\"" + quoted + "\"}"}}).verdict);
  EXPECT_EQ(Verdict::leak,
            scan("files.example.com", "/?q=" + percent(test::gzip(token()))).verdict);
}

// The scan of what was compressed ends with the leak, whatever is left of it.
TEST_F(HeadScannerTest, ALeakInCompressedDataEndsItsScan) {
  const std::string json = "{\"value\": \"" + base64_encoded(test::zstd(token())) + "\"}";
  const std::string value = base64_encoded(test::zstd(json + json));
  EXPECT_EQ(Verdict::leak, scan("files.example.com", "/" + value).verdict);
}

TEST_F(HeadScannerTest, ANameIsReadAsDigitsToo) {
  const std::string secret = token(), digits = test::hex(secret);
  const std::vector<std::string> names{
      digits + ".example.com", digits.substr(0, 20) + "." + digits.substr(20) + ".example.com:443",
      "x." + test::base32(secret) + ".example.com", base64_encoded(secret) + ".example.com"};
  for (const std::string& name : names) {
    const HeadReport report = scan_authority(*rules_, name, {}, {}, scratch_);
    EXPECT_EQ(Verdict::leak, report.verdict) << name;
  }
  EXPECT_EQ(Verdict::clean,
            scan_authority(*rules_, "d111111abcdef8.cloudfront.example", {}, {}, scratch_).verdict);
}

}  // namespace
}  // namespace cork::secrets
