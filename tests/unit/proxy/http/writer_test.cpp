#include "proxy/http/writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace cork::http {
namespace {

using testing::HasSubstr;
using testing::Not;
using Kind = Framing::Kind;

const HttpLimits limits;

std::string request_head(std::string_view method, std::vector<Field> fields, Framing body,
                         std::string_view authority = "a.example:443",
                         Scheme scheme = Scheme::https, std::string_view target = "/p?q") {
  std::string out;
  write_request_head(out,
                     {.method = method,
                      .scheme = scheme,
                      .authority = *Endpoint::parse(authority),
                      .target = *Target::parse(target),
                      .fields = fields},
                     body);
  return out;
}

std::string response_head(int status, std::vector<Field> fields, Framing body,
                          ResponseOptions options = {}, std::string_view reason = "Fine") {
  std::string out;
  const StatusLineAndFields head{.status = status, .reason = reason, .fields = std::move(fields)};
  write_response_head(out, head, body, options);
  return out;
}

TEST(RequestWriter, WritesOriginFormHostFieldsInOrderAndFraming) {
  EXPECT_EQ(request_head("POST", {{"B", "1"}, {"Host", "other"}, {"a", "2"}, {"B", "3"}},
                         {Kind::length, 12}),
            "POST /p?q HTTP/1.1\r\nHost: a.example\r\nB: 1\r\na: 2\r\nB: 3\r\nContent-Length: "
            "12\r\n\r\n");
}

TEST(RequestWriter, HostIsTheDecidedAuthorityWithItsPortUnlessItIsTheSchemesOwn) {
  const struct {
    std::string_view authority;
    Scheme scheme;
    std::string_view host;
  } rows[] = {
      {"A.Example.:443", Scheme::https, "a.example"},
      {"a.example:80", Scheme::http, "a.example"},
      {"a.example:443", Scheme::http, "a.example:443"},
      {"a.example:80", Scheme::https, "a.example:80"},
      {"[2001:db8::1]:443", Scheme::https, "[2001:db8::1]"},
      {"[2001:db8::1]:8443", Scheme::https, "[2001:db8::1]:8443"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(request_head("GET", {{"Host", "b.example"}}, {}, row.authority, row.scheme),
              "GET /p?q HTTP/1.1\r\nHost: " + std::string(row.host) + "\r\n\r\n");
  }
}

TEST(RequestWriter, OptionsAsteriskStays) {
  EXPECT_THAT(request_head("OPTIONS", {}, {}, "a.example:443", Scheme::https, "*"),
              HasSubstr("OPTIONS * HTTP/1.1\r\n"));
}

TEST(RequestWriter, FramingIsMadeFromTheFramingAlone) {
  const std::vector<Field> lies = {{"Content-Length", "1"}, {"Transfer-Encoding", "gzip"}};
  const struct {
    std::string_view method;
    Framing body;
    std::string_view framing;
  } rows[] = {
      {"GET", {}, ""},
      {"DELETE", {}, ""},
      {"POST", {}, "Content-Length: 0\r\n"},
      {"PUT", {}, "Content-Length: 0\r\n"},
      {"PATCH", {}, "Content-Length: 0\r\n"},
      {"POST", {Kind::length, 0}, "Content-Length: 0\r\n"},
      {"GET", {Kind::length, 7}, "Content-Length: 7\r\n"},
      {"POST", {Kind::length, 9223372036854775807ull}, "Content-Length: 9223372036854775807\r\n"},
      {"GET", {Kind::chunked}, "Transfer-Encoding: chunked\r\n"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(request_head(row.method, lies, row.body),
              std::string(row.method) + " /p?q HTTP/1.1\r\nHost: a.example\r\n" +
                  std::string(row.framing) + "\r\n");
  }
}

TEST(RequestWriter, DropsExpectCorkAndHopByHopFields) {
  const std::string out = request_head("GET",
                                       {{"Expect", "100-continue"},
                                        {"Cork-Decision", "allow"},
                                        {"cork-x", "y"},
                                        {"Connection", "close, X-Mine, Foo"},
                                        {"Foo", "bar"},
                                        {"TE", "trailers"},
                                        {"Trailer", "X"},
                                        {"Upgrade", "h2c"},
                                        {"HTTP2-Settings", "AAMAAABk"},
                                        {"Proxy-Authorization", "Basic eA=="},
                                        {"Proxy-Connection", "keep-alive"},
                                        {"Keep-Alive", "timeout=5"},
                                        {"X-Mine", "kept"}},
                                       {});
  EXPECT_EQ(out, "GET /p?q HTTP/1.1\r\nHost: a.example\r\nX-Mine: kept\r\n\r\n");
}

TEST(RequestWriter, AcceptEncodingIsReducedAndWrittenOnceInItsPlace) {
  const std::string out = request_head(
      "GET",
      {{"A", "1"}, {"accept-encoding", "gzip, dcb"}, {"B", "2"}, {"Accept-Encoding", "zstd;q=0.5"}},
      {});
  EXPECT_EQ(out,
            "GET /p?q HTTP/1.1\r\nHost: a.example\r\nA: 1\r\nAccept-Encoding: gzip, "
            "zstd;q=0.5\r\nB: 2\r\n\r\n");
}

TEST(RequestWriter, LeavesOutWhatCouldBeMisread) {
  using namespace std::string_view_literals;
  const std::vector<Field> bad = {{"A", "x\r\nInjected: 1"},
                                  {"A", "x\ny"},
                                  {"A", "x\ry"},
                                  {"A", "x\0y"sv},
                                  {"A\r\nB", "x"},
                                  {"A B", "x"},
                                  {"", "x"},
                                  {"A:", "x"},
                                  {"A", "\x7f"},
                                  {"\xc3\xa9", "x"}};
  EXPECT_EQ(request_head("GET", bad, {}), "GET /p?q HTTP/1.1\r\nHost: a.example\r\n\r\n");
  EXPECT_EQ(response_head(200, bad, {Kind::length, 0}),
            "HTTP/1.1 200 Fine\r\nContent-Length: 0\r\n\r\n");
  std::string out;
  write_last_chunk(out, bad);
  EXPECT_EQ(out, "0\r\n\r\n");
}

TEST(RequestWriter, WhatIsWrittenParsesToWhatWasMeant) {
  const std::string out = request_head("PUT", {{"X-A", "caf\xc3\xa9 \t b"}, {"Empty", ""}},
                                       {Kind::chunked}, "a.example:8443");
  ASSERT_EQ(find_head_end(out, 0), out.size());
  const auto head = parse_request(out, limits);
  ASSERT_TRUE(head) << head.error().what;
  EXPECT_EQ(head->fields[0].value, "a.example:8443");
  EXPECT_EQ(head->fields[1].value, "caf\xc3\xa9 \t b");
  EXPECT_EQ(head->fields[2].value, "");
  EXPECT_EQ(request_framing(*head)->kind, Kind::chunked);
}

TEST(RequestWriter, AppendsBehindWhatIsThere) {
  std::string out = "before";
  write_chunk_prefix(out, 1);
  EXPECT_EQ(out, "before1\r\n");
}

TEST(ResponseWriter, WritesStatusFieldsAndFraming) {
  const std::vector<Field> fields = {{"Server", "x"}, {"Set-Cookie", "a=1"}, {"Set-Cookie", "b=2"}};
  const std::string common =
      "HTTP/1.1 200 Fine\r\nServer: x\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n";
  EXPECT_EQ(response_head(200, fields, {Kind::length, 3}), common + "Content-Length: 3\r\n\r\n");
  EXPECT_EQ(response_head(200, fields, {Kind::chunked}),
            common + "Transfer-Encoding: chunked\r\n\r\n");
  EXPECT_EQ(response_head(200, fields, {Kind::until_close}), common + "Connection: close\r\n\r\n");
}

TEST(ResponseWriter, SaysHowTheConnectionGoesOn) {
  const Framing body{Kind::length, 0};
  const std::string common = "HTTP/1.1 200 Fine\r\nContent-Length: 0\r\n";
  EXPECT_EQ(response_head(200, {}, body, {Version::http11, false}), common + "\r\n");
  EXPECT_EQ(response_head(200, {}, body, {Version::http11, true}),
            common + "Connection: close\r\n\r\n");
  EXPECT_EQ(response_head(200, {}, body, {Version::http10, false}),
            common + "Connection: keep-alive\r\n\r\n");
  EXPECT_EQ(response_head(200, {}, body, {Version::http10, true}),
            common + "Connection: close\r\n\r\n");
  EXPECT_EQ(response_head(200, {}, {Kind::until_close}, {Version::http10, true}),
            "HTTP/1.1 200 Fine\r\nConnection: close\r\n\r\n");
}

TEST(ResponseWriter, DropsAltSvcCorkAndHopByHopFields) {
  const std::string out = response_head(200,
                                        {{"Alt-Svc", "h3=\":443\""},
                                         {"Cork-Decision", "deny; reason=x"},
                                         {"Connection", "keep-alive, Other"},
                                         {"Other", "x"},
                                         {"Keep-Alive", "timeout=5"},
                                         {"Upgrade", "h2c"},
                                         {"Proxy-Authenticate", "Basic"},
                                         {"Trailer", "X"},
                                         {"Host", "a"},
                                         {"Transfer-Encoding", "chunked"},
                                         {"Content-Length", "9"},
                                         {"Content-Encoding", "gzip"}},
                                        {Kind::length, 5});
  EXPECT_EQ(out, "HTTP/1.1 200 Fine\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\n");
}

TEST(ResponseWriter, ContentLengthOfAHeadAndA304IsKeptWhereItIsOneNumber) {
  EXPECT_EQ(response_head(200, {{"Content-Length", "123"}}, {}),
            "HTTP/1.1 200 Fine\r\nContent-Length: 123\r\n\r\n");
  EXPECT_EQ(response_head(304, {{"Content-Length", "123"}}, {}),
            "HTTP/1.1 304 Fine\r\nContent-Length: 123\r\n\r\n");
  EXPECT_EQ(response_head(304, {}, {}), "HTTP/1.1 304 Fine\r\n\r\n");
  EXPECT_EQ(response_head(200, {{"Content-Length", "1"}, {"Content-Length", "2"}}, {}),
            "HTTP/1.1 200 Fine\r\n\r\n");
  EXPECT_EQ(response_head(200, {{"Content-Length", "1, 1"}}, {}), "HTTP/1.1 200 Fine\r\n\r\n");
  EXPECT_EQ(response_head(200, {{"Transfer-Encoding", "chunked"}}, {}),
            "HTTP/1.1 200 Fine\r\n\r\n");
}

TEST(ResponseWriter, A204HasNoFraming) {
  EXPECT_EQ(response_head(204, {{"Content-Length", "5"}}, {}), "HTTP/1.1 204 Fine\r\n\r\n");
}

TEST(ResponseWriter, AReasonIsPrintableAsciiOrNothing) {
  const Framing body{Kind::length, 0};
  for (const std::string_view reason : {"caf\xc3\xa9", "a\tb", "a\r\nX: y", "a\x7f", "a\x01"}) {
    EXPECT_THAT(response_head(200, {}, body, {}, reason), HasSubstr("HTTP/1.1 200 \r\nContent"))
        << reason;
  }
  EXPECT_THAT(response_head(403, {}, body, {}, "Refused by cork: leak id=1"),
              HasSubstr("HTTP/1.1 403 Refused by cork: leak id=1\r\n"));
}

TEST(InterimWriter, RelaysEarlyHintsWithoutFraming) {
  std::string out;
  write_interim(
      out,
      {.status = 103,
       .reason = "Early Hints",
       .fields = {{"Link", "</a.css>; rel=preload"}, {"Content-Length", "3"}, {"Cork-X", "y"}}});
  EXPECT_EQ(out, "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n");
  out.clear();
  write_interim(out, {.status = 100, .reason = "Continue", .fields = {}});
  EXPECT_EQ(out, "HTTP/1.1 100 Continue\r\n\r\n");
}

TEST(SimpleResponse, IsWhole) {
  const std::vector<Field> fields = {{"Content-Type", "text/plain"}, {"Cork-Decision", "deny"}};
  std::string out;
  write_simple_response(out, 403, "Refused by cork", fields, "no\n", false, false);
  EXPECT_EQ(out,
            "HTTP/1.1 403 Refused by cork\r\nContent-Type: text/plain\r\nCork-Decision: deny\r\n"
            "Content-Length: 3\r\n\r\nno\n");
  out.clear();
  write_simple_response(out, 403, "Refused by cork", fields, "no\n", true, true);
  EXPECT_EQ(out,
            "HTTP/1.1 403 Refused by cork\r\nContent-Type: text/plain\r\nCork-Decision: deny\r\n"
            "Content-Length: 3\r\nConnection: close\r\n\r\n");
}

TEST(SimpleResponse, FieldsCannotChangeItsFraming) {
  const std::vector<Field> fields = {{"Content-Length", "9"},
                                     {"Transfer-Encoding", "chunked"},
                                     {"Connection", "upgrade"},
                                     {"A", "b\r\nC: d"}};
  std::string out;
  write_simple_response(out, 200, "OK", fields, "x", false, false);
  EXPECT_EQ(out, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
}

TEST(SimpleResponse, HasNoBodyWhereTheStatusAllowsNone) {
  for (const int status : {204, 304}) {
    std::string out;
    write_simple_response(out, status, "x", {}, "body", false, false);
    EXPECT_EQ(out, "HTTP/1.1 " + std::to_string(status) + " x\r\n\r\n");
  }
}

TEST(ChunkWriter, WhatIsWrittenReadsBack) {
  const std::string payload(500, 'x');
  std::string wire;
  write_chunk_prefix(wire, payload.size());
  EXPECT_EQ(wire, "1f4\r\n");
  wire.append(payload).append("\r\n");
  const std::vector<Field> trailers = {{"X-Sum", "1"}, {"Authorization", "x"}, {"Host", "b"}};
  write_last_chunk(wire, trailers);
  EXPECT_THAT(wire, Not(HasSubstr("Authorization")));

  BodyReader reader({Kind::chunked}, limits);
  std::string read;
  for (std::string_view rest = wire; !reader.done();) {
    const auto step = reader.read(as_bytes(rest));
    ASSERT_TRUE(step && step->consumed > 0);
    read += as_text(step->payload);
    rest.remove_prefix(step->consumed);
  }
  EXPECT_EQ(read, payload);
  ASSERT_EQ(reader.trailers().size(), 1u);
  EXPECT_EQ(reader.trailers()[0].name, "X-Sum");
}

TEST(ChunkWriter, TheLargestChunkHas16Digits) {
  std::string out;
  write_chunk_prefix(out, ~0ull);
  EXPECT_EQ(out, "ffffffffffffffff\r\n");
}

}  // namespace
}  // namespace cork::http
