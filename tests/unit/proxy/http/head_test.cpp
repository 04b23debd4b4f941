#include "proxy/http/head.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace cork::http {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const HttpLimits limits;

std::string get_with(std::string_view field_lines) {
  return "GET / HTTP/1.1\r\nHost: a.example\r\n" + std::string(field_lines) + "\r\n";
}

std::string ok_with(std::string_view field_lines) {
  return "HTTP/1.1 200 OK\r\n" + std::string(field_lines) + "\r\n";
}

TEST(HeadEnd, IsPastTheBlankLine) {
  const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  EXPECT_EQ(find_head_end(head + "body\r\n\r\n", 0), head.size());
}

TEST(HeadEnd, IsFoundTheSameHoweverTheBytesArrive) {
  for (const std::string_view head :
       {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "\r\nGET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\nA: b\n\n", "GET / HTTP/1.1\r\nA: b\n\r\n", "\r\n\r\n", "\n",
        "a\r\r\n\r\n"}) {
    for (std::size_t searched = 0; searched < head.size(); ++searched) {
      EXPECT_EQ(find_head_end(head.substr(0, searched), 0), 0u) << head << searched;
      EXPECT_EQ(find_head_end(head, searched), head.size()) << head << searched;
    }
  }
}

TEST(HeadEnd, OneLeadingEmptyLineBelongsToTheHead) {
  const std::string_view head = "\r\nGET / HTTP/1.1\r\n\r\n";
  EXPECT_EQ(find_head_end(head, 0), head.size());
  EXPECT_EQ(find_head_end("\r\n", 0), 0u);
  EXPECT_EQ(find_head_end("\r", 0), 0u);
}

TEST(HeadEnd, ASecondLeadingEmptyLineEndsTheHeadSoThatItIsRefusedNow) {
  EXPECT_EQ(find_head_end("\r\n\r\nGET / HTTP/1.1\r\n\r\n", 0), 4u);
  EXPECT_EQ(parse_request("\r\n\r\n", limits).error().kind, ParseError::Kind::malformed);
}

TEST(HeadEnd, BareLineFeedsDelimitAHeadSoThatItIsRefusedAndNotWaitedFor) {
  for (const std::string_view head :
       {"GET / HTTP/1.1\nHost: a\n\n", "GET / HTTP/1.1\r\nHost: a\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\n", "\n"}) {
    ASSERT_EQ(find_head_end(head, 0), head.size());
    const auto parsed = parse_request(head, limits);
    ASSERT_FALSE(parsed);
    EXPECT_THAT(parsed.error().what, HasSubstr("CRLF"));
  }
}

TEST(HeadEnd, SearchedPastTheBufferFindsNothing) {
  EXPECT_EQ(find_head_end("\r\n\r\n", 99), 0u);
}

TEST(RequestHead, IsCutIntoViewsOfTheBuffer) {
  const std::string text =
      "POST /v1/items?x=1 HTTP/1.1\r\nHost: api.example:8443\r\nAccept: */*\r\nX-Empty:\r\n\r\n";
  const auto head = parse_request(text, limits);
  ASSERT_TRUE(head) << head.error().what;
  EXPECT_EQ(head->method, "POST");
  EXPECT_EQ(head->form, TargetForm::origin);
  EXPECT_EQ(head->target, "/v1/items?x=1");
  EXPECT_EQ(head->version, Version::http11);
  ASSERT_EQ(head->fields.size(), 3u);
  EXPECT_EQ(head->fields[0].name, "Host");
  EXPECT_EQ(head->fields[0].value, "api.example:8443");
  EXPECT_EQ(head->fields[2].name, "X-Empty");
  EXPECT_EQ(head->fields[2].value, "");
  EXPECT_EQ(head->target.data(), text.data() + 5);
}

TEST(RequestHead, OneLeadingEmptyLineIsTolerated) {
  EXPECT_TRUE(parse_request("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", limits));
}

TEST(RequestHead, Http10NeedsNoHost) {
  const auto head = parse_request("GET / HTTP/1.0\r\n\r\n", limits);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->version, Version::http10);
  EXPECT_THAT(head->fields, IsEmpty());
}

TEST(RequestHead, RefusesAMalformedRequestLine) {
  const struct {
    std::string_view line, why;
  } rows[] = {
      {"", "not a method, a target and a version"},
      {"GET", "not a method, a target and a version"},
      {"GET /", "not a method, a target and a version"},
      {"GET  HTTP/1.1", "the target"},
      {" GET / HTTP/1.1", "method is not a token"},
      {"GET  / HTTP/1.1", "neither a path nor"},
      {"GET /  HTTP/1.1", "not a well-formed path"},
      {"GET / HTTP/1.1 ", "version"},
      {"GET\t/\tHTTP/1.1", "not a method, a target and a version"},
      {"GET /\tHTTP/1.1 HTTP/1.1", "not a well-formed path"},
      {"GET /a b HTTP/1.1", "not a well-formed path"},
      {"G@T / HTTP/1.1", "method is not a token"},
      {"GET: / HTTP/1.1", "method is not a token"},
      {"G\xc3\x89T / HTTP/1.1", "method is not a token"},
      {"GET / HTTP/0.9", "version"},
      {"GET / HTTP/1.2", "version"},
      {"GET / HTTP/1.32", "version"},
      {"GET / HTTP/2.0", "version"},
      {"GET / HTTP/1", "version"},
      {"GET / http/1.1", "version"},
      {"GET / HTTP/01.1", "version"},
      {"GET / HTTP/1.1\r", "version"},
      {"PRI * HTTP/2.0", "version"},
  };
  for (const auto& row : rows) {
    const auto head = parse_request(std::string(row.line) + "\r\nHost: a\r\n\r\n", limits);
    ASSERT_FALSE(head) << row.line;
    EXPECT_EQ(head.error().kind, ParseError::Kind::malformed) << row.line;
    EXPECT_THAT(head.error().what, HasSubstr(row.why)) << row.line;
  }
}

TEST(RequestHead, MethodsAreCaseSensitiveTokens) {
  for (const std::string_view method :
       {"GET", "get", "M-SEARCH", "X", "PROPFIND", "!#$%&'*+-.^_`|~"}) {
    const std::string text = std::string(method) + " / HTTP/1.1\r\nHost: a\r\n\r\n";
    const auto head = parse_request(text, limits);
    ASSERT_TRUE(head) << method;
    EXPECT_EQ(head->method, method);
  }
}

TEST(RequestHead, RefusesMalformedFieldLines) {
  using namespace std::string_literals;
  const struct {
    std::string line;
    std::string_view why;
  } rows[] = {
      {"Name : x\r\n", "name is not a token"},
      {"Name\t: x\r\n", "name is not a token"},
      {": x\r\n", "name is not a token"},
      {"Na me: x\r\n", "name is not a token"},
      {"N\xc3\xa4me: x\r\n", "name is not a token"},
      {"Na\0me: x\r\n"s, "name is not a token"},
      {"Name(: x\r\n", "name is not a token"},
      {"Name\r: x\r\n", "name is not a token"},
      {"no colon here\r\n", "no colon"},
      {"A: x\r\n folded\r\n", "obs-fold"},
      {"A: x\r\n\tfolded\r\n", "obs-fold"},
      {"A: x\r\n \r\n", "obs-fold"},
      {"A: x\0y\r\n"s, "control character"},
      {"A: x\ry\r\n", "control character"},
      {"A: x\r\r\n", "control character"},
      {"A: \r\r\n", "control character"},
      {"A: x\x01\r\n", "control character"},
      {"A: x\x0b\r\n", "control character"},
      {"A: x\x1f\r\n", "control character"},
      {"A: x\x7f\r\n", "control character"},
      {"A: x\nB: y\r\n", "CRLF"},
      {"A: x\n", "CRLF"},
  };
  for (const auto& row : rows) {
    const auto request = parse_request(get_with(row.line), limits);
    ASSERT_FALSE(request) << row.line;
    EXPECT_EQ(request.error().kind, ParseError::Kind::malformed) << row.line;
    EXPECT_THAT(request.error().what, HasSubstr(row.why)) << row.line;
    const auto response = parse_response(ok_with(row.line), limits);
    ASSERT_FALSE(response) << row.line;
    EXPECT_THAT(response.error().what, HasSubstr(row.why)) << row.line;
  }
}

TEST(RequestHead, RefusesEveryControlByteInAValueButTab) {
  for (int byte = 0; byte < 256; ++byte) {
    const bool allowed = byte == '\t' || (byte >= 0x20 && byte != 0x7f);
    const std::string line = std::string("A: x") + static_cast<char>(byte) + "y\r\n";
    EXPECT_EQ(parse_request(get_with(line), limits).has_value(), allowed) << byte;
    EXPECT_EQ(parse_response(ok_with(line), limits).has_value(), allowed) << byte;
  }
}

TEST(RequestHead, RefusesEveryByteInANameThatIsNoTokenChar) {
  const std::string_view punctuation = "!#$%&'*+-.^_`|~";
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool token = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       (c != '\0' && punctuation.find(c) != std::string_view::npos);
    if (c == ':') continue;  // ends the name
    const std::string line = std::string("x") + c + "y: v\r\n";
    EXPECT_EQ(parse_request(get_with(line), limits).has_value(), token) << byte;
  }
}

TEST(RequestHead, RefusesWhiteSpaceBeforeTheFirstField) {
  const auto head = parse_request("GET / HTTP/1.1\r\n Host: a\r\n\r\n", limits);
  ASSERT_FALSE(head);
  EXPECT_THAT(head.error().what, HasSubstr("obs-fold"));
}

TEST(RequestHead, ValuesLoseSurroundingWhiteSpaceAndKeepTheRest) {
  const std::string text = get_with("A: \t x \t y\t \r\nB:z\r\nC:   \r\nD: caf\xc3\xa9\r\n");
  const auto head = parse_request(text, limits);
  ASSERT_TRUE(head) << head.error().what;
  EXPECT_EQ(head->fields[1].value, "x \t y");
  EXPECT_EQ(head->fields[2].value, "z");
  EXPECT_EQ(head->fields[3].value, "");
  EXPECT_EQ(head->fields[4].value, "caf\xc3\xa9");
}

TEST(RequestHead, RefusesBytesAfterTheBlankLineAndAHeadWithoutOne) {
  for (const std::string_view text :
       {"GET / HTTP/1.1\r\nHost: a\r\n\r\nx", "GET / HTTP/1.1\r\nHost: a\r\n", "GET / HTTP/1.1\r\n",
        "GET / HTTP/1.1", ""}) {
    EXPECT_FALSE(parse_request(text, limits)) << text;
  }
}

TEST(RequestHead, EachLimitIsExactAndSaysTooLarge) {
  const std::string text = "POST /abcdef HTTP/1.1\r\nHost: a\r\nB: c\r\n\r\n";
  HttpLimits exact;
  exact.head_bytes = text.size();
  exact.method_bytes = 4;
  exact.target_bytes = 7;
  exact.fields = 2;
  EXPECT_TRUE(parse_request(text, exact));

  for (std::size_t HttpLimits::* limit : {&HttpLimits::head_bytes, &HttpLimits::method_bytes,
                                          &HttpLimits::target_bytes, &HttpLimits::fields}) {
    HttpLimits less = exact;
    --(less.*limit);
    const auto head = parse_request(text, less);
    ASSERT_FALSE(head);
    EXPECT_EQ(head.error().kind, ParseError::Kind::too_large) << head.error().what;
  }
}

TEST(RequestHead, ConnectionOptionsAreLimitedBecauseEveryFieldIsComparedWithThem) {
  std::string lines;
  for (int i = 0; i < 60; ++i) lines += "Connection: aaaaaaaaaaaaaaaaaaaa\r\n";
  const auto head = parse_request(get_with(lines), limits);
  ASSERT_FALSE(head);
  EXPECT_EQ(head.error().kind, ParseError::Kind::too_large);
  EXPECT_THAT(head.error().what, HasSubstr("Connection"));
  EXPECT_FALSE(parse_response(ok_with(lines), limits));
}

TEST(RequestHead, AnErrorNeverQuotesWhatWasSent) {
  for (const std::string_view line : {"A: hunter2\x01\r\n", "hunter2 x: y\r\n", "hunter2\r\n",
                                      "Host: hunter2\r\n", " hunter2\r\n"}) {
    const auto head = parse_request(get_with(line), limits);
    ASSERT_FALSE(head);
    EXPECT_THAT(head.error().what, Not(HasSubstr("hunter2")));
  }
}

TEST(ResponseHead, IsCutIntoViews) {
  const auto head = parse_response("HTTP/1.0 404 Not  Found\r\nServer: x\r\n\r\n", limits);
  ASSERT_TRUE(head) << head.error().what;
  EXPECT_EQ(head->version, Version::http10);
  EXPECT_EQ(head->status, 404);
  EXPECT_EQ(head->reason, "Not  Found");
  ASSERT_EQ(head->fields.size(), 1u);
  EXPECT_EQ(head->fields[0].value, "x");
}

TEST(ResponseHead, ToleratesAMissingReasonWithAndWithoutItsSpace) {
  for (const std::string_view line : {"HTTP/1.1 200", "HTTP/1.1 200 "}) {
    const std::string text = std::string(line) + "\r\n\r\n";
    const auto head = parse_response(text, limits);
    ASSERT_TRUE(head) << line;
    EXPECT_EQ(head->status, 200);
    EXPECT_EQ(head->reason, "");
  }
}

TEST(ResponseHead, StatusIsThreeDigitsFrom100To599) {
  for (const std::string_view status : {"100", "599"}) {
    EXPECT_TRUE(parse_response("HTTP/1.1 " + std::string(status) + " x\r\n\r\n", limits)) << status;
  }
  for (const std::string_view status : {"099", "000", "600", "999", "20", "2000", "+20", "-20",
                                        "0x1", "2 0", "2O0", "", "200\t", "200x"}) {
    const auto head = parse_response("HTTP/1.1 " + std::string(status) + "\r\n\r\n", limits);
    ASSERT_FALSE(head) << status;
    EXPECT_THAT(head.error().what, HasSubstr("status")) << status;
  }
}

TEST(ResponseHead, RefusesAMalformedStatusLine) {
  const struct {
    std::string_view line, why;
  } rows[] = {
      {"", "version"},
      {"HTTP/1.2 200 OK", "version"},
      {"HTTP/2 200", "version"},
      {"HTTP/2.0 200 OK", "version"},
      {"http/1.1 200 OK", "version"},
      {"ICY 200 OK", "version"},
      {" HTTP/1.1 200 OK", "version"},
      {"HTTP/1.1200 OK", "status"},
      {"HTTP/1.1  200 OK", "status"},
      {"HTTP/1.1\t200 OK", "status"},
      {"HTTP/1.1", "status"},
      {"HTTP/1.1 200 a\rb", "reason"},
      {"HTTP/1.1 200 a\x01", "reason"},
      {"HTTP/1.1 200 OK\r", "reason"},
  };
  for (const auto& row : rows) {
    const auto head = parse_response(std::string(row.line) + "\r\nA: b\r\n\r\n", limits);
    ASSERT_FALSE(head) << row.line;
    EXPECT_EQ(head.error().kind, ParseError::Kind::malformed);
    EXPECT_THAT(head.error().what, HasSubstr(row.why)) << row.line;
  }
}

TEST(ResponseHead, HasNoLeadingEmptyLine) {
  EXPECT_FALSE(parse_response("\r\nHTTP/1.1 200 OK\r\n\r\n", limits));
}

TEST(ResponseHead, LimitsAreExact) {
  const std::string text = "HTTP/1.1 200 OK\r\nA: b\r\nC: d\r\n\r\n";
  HttpLimits exact;
  exact.head_bytes = text.size();
  exact.fields = 2;
  EXPECT_TRUE(parse_response(text, exact));
  for (std::size_t HttpLimits::* limit : {&HttpLimits::head_bytes, &HttpLimits::fields}) {
    HttpLimits less = exact;
    --(less.*limit);
    const auto head = parse_response(text, less);
    ASSERT_FALSE(head);
    EXPECT_EQ(head.error().kind, ParseError::Kind::too_large);
  }
}

TEST(Fields, AreReadUpToTheBlankLine) {
  const auto fields = parse_fields("A: b\r\nC: d\r\n\r\n", limits);
  ASSERT_TRUE(fields);
  ASSERT_EQ(fields->size(), 2u);
  EXPECT_EQ((*fields)[1].name, "C");
  EXPECT_THAT(*parse_fields("\r\n", limits), IsEmpty());
  EXPECT_FALSE(parse_fields("", limits));
  EXPECT_FALSE(parse_fields("A: b\r\n", limits));
  EXPECT_FALSE(parse_fields("\r\nA: b\r\n\r\n", limits));
  EXPECT_FALSE(parse_fields("A: b\n\n", limits));
}

TEST(ListToken, IsFoundOverAllLinesInAnyCase) {
  const std::vector<Field> fields = {
      {"connection", "keep-alive ,\tUpgrade"}, {"Other", "close"}, {"CONNECTION", ",, Close ,"}};
  EXPECT_TRUE(has_list_token(fields, "Connection", "upgrade"));
  EXPECT_TRUE(has_list_token(fields, "Connection", "close"));
  EXPECT_TRUE(has_list_token(fields, "Connection", "Keep-Alive"));
  EXPECT_FALSE(has_list_token(fields, "Connection", "keep"));
  EXPECT_FALSE(has_list_token(fields, "Connection", "alive"));
  EXPECT_FALSE(has_list_token(fields, "Other", "keep-alive"));
  EXPECT_FALSE(has_list_token(fields, "Absent", "close"));
}

}  // namespace
}  // namespace cork::http
