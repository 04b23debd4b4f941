// What one reader of a request could take for something else than the next: each is refused, by the
// head or by its framing.
#include "proxy/http/framing.h"
#include "proxy/http/head.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace cork::http {
namespace {

using testing::HasSubstr;

const HttpLimits limits;

// Why a request of that start and those field lines is refused, or "" where it is not.
std::string objection(std::string_view start_line, std::string_view field_lines) {
  const std::string text = std::string(start_line) + "\r\n" + std::string(field_lines) + "\r\n";
  const auto head = parse_request(text, limits);
  if (!head) return head.error().what;
  const auto framing = request_framing(*head);
  return framing ? "" : framing.error().what;
}

std::string objection_to_post(std::string_view field_lines) {
  return objection("POST / HTTP/1.1", "Host: a.example\r\n" + std::string(field_lines));
}

TEST(RequestSmuggling, AHonestRequestIsNotRefused) {
  EXPECT_EQ(objection_to_post("Content-Length: 5\r\n"), "");
  EXPECT_EQ(objection_to_post("Transfer-Encoding: chunked\r\n"), "");
  EXPECT_EQ(objection_to_post(""), "");
}

TEST(RequestSmuggling, TransferEncodingWithContentLengthIsRefusedInEitherOrder) {
  EXPECT_THAT(objection_to_post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"),
              HasSubstr("both"));
  EXPECT_THAT(objection_to_post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
              HasSubstr("both"));
  EXPECT_THAT(objection_to_post("content-length: 0\r\ntransfer-encoding: identity\r\n"),
              HasSubstr("both"));
}

TEST(RequestSmuggling, TransferEncodingIsExactlyOneChunked) {
  for (const std::string_view value :
       {"identity", "gzip", "xchunked", "chunkedx", "chunked, identity", "identity, chunked",
        "gzip, chunked", "chunked, chunked",
        "\xa0"
        "chunked",
        "chunked;q=1", "\"chunked\"", "chunked,", ",chunked", "", "chunked chunked", "ch\tunked",
        "x", "compress", "deflate"}) {
    EXPECT_THAT(objection_to_post("Transfer-Encoding: " + std::string(value) + "\r\n"),
                HasSubstr("exactly"))
        << value;
  }
  EXPECT_EQ(objection_to_post("tRANSFER-eNCODING: \t ChUnKeD \r\n"), "");
}

TEST(RequestSmuggling, TwoTransferEncodingsAreRefused) {
  EXPECT_THAT(objection_to_post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
              HasSubstr("more than one Transfer-Encoding"));
  EXPECT_THAT(objection_to_post("Transfer-Encoding: chunked\r\nTransfer-encoding: cow\r\n"),
              HasSubstr("more than one Transfer-Encoding"));
}

TEST(RequestSmuggling, TransferEncodingHiddenFromAnotherReaderIsRefused) {
  using namespace std::string_view_literals;
  for (const std::string_view line :
       {"Transfer-Encoding : chunked\r\n"sv, "Transfer-Encoding\t: chunked\r\n"sv,
        " Transfer-Encoding: chunked\r\n"sv, "Transfer-Encoding:\r\n chunked\r\n"sv,
        "Transfer-Encoding: \r\n\tchunked\r\n"sv, "X: y\rTransfer-Encoding: chunked\r\n"sv,
        "X: y\nTransfer-Encoding: chunked\r\n"sv, "Transfer-Encoding: chunked\n"sv,
        "Transfer-Encoding: \x0b"
        "chunked\r\n"sv,
        "Transfer-Encoding: chunked\0\r\n"sv, "Transfer-Encoding\0: chunked\r\n"sv,
        "Transfer_Encoding: chunked\r\n"sv, "Transfer-Encoding\r\n: chunked\r\n"sv}) {
    EXPECT_NE(objection_to_post(line), "") << line;
  }
}

TEST(RequestSmuggling, TransferEncodingOnHttp10IsRefused) {
  EXPECT_THAT(objection("POST / HTTP/1.0", "Transfer-Encoding: chunked\r\n"),
              HasSubstr("HTTP/1.0"));
  EXPECT_THAT(objection("POST / HTTP/1.0", "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n"),
              HasSubstr("HTTP/1.0"));
}

TEST(RequestSmuggling, ContentLengthIsOneDecimalNumber) {
  for (const std::string_view value :
       {"+5", "-5", "0x5", "5 5", "5, 5", "5,5", "5;", "5.0", "5e1", "", "five", "\"5\"", "5\t5",
        "\xef\xbc\x95", "9223372036854775808", "18446744073709551615", "18446744073709551616",
        "99999999999999999999", "00000000000000000005"}) {
    EXPECT_THAT(objection_to_post("Content-Length: " + std::string(value) + "\r\n"),
                HasSubstr("decimal"))
        << value;
  }
  EXPECT_EQ(objection_to_post("Content-Length: 9223372036854775807\r\n"), "");
  EXPECT_EQ(objection_to_post("Content-Length:5 \r\n"), "");
}

TEST(RequestSmuggling, TwoContentLengthsAreRefusedEvenWhenTheyAgree) {
  EXPECT_THAT(objection_to_post("Content-Length: 5\r\nContent-Length: 5\r\n"),
              HasSubstr("more than one"));
  EXPECT_THAT(objection_to_post("Content-Length: 5\r\ncontent-length: 6\r\n"),
              HasSubstr("more than one"));
}

TEST(RequestSmuggling, ContentLengthHiddenFromAnotherReaderIsRefused) {
  for (const std::string_view line :
       {"Content-Length : 5\r\n", "Content-Length:\r\n 5\r\n", "Content_Length: 5\r\n",
        "CONTENT_LENGTH: 5\r\n", "Content-Length: 5\r\r\n"}) {
    EXPECT_NE(objection_to_post(line), "") << line;
  }
}

TEST(RequestSmuggling, HostIsThereExactlyOnceOnHttp11) {
  EXPECT_THAT(objection("GET / HTTP/1.1", ""), HasSubstr("no Host"));
  EXPECT_THAT(objection("GET / HTTP/1.1", "Host: a\r\nHost: a\r\n"),
              HasSubstr("more than one Host"));
  EXPECT_THAT(objection("GET / HTTP/1.1", "Host: a\r\nhost: b\r\n"),
              HasSubstr("more than one Host"));
  EXPECT_THAT(objection("GET / HTTP/1.0", "Host: a\r\nHost: b\r\n"),
              HasSubstr("more than one Host"));
  EXPECT_THAT(objection("CONNECT a.example:443 HTTP/1.1", ""), HasSubstr("no Host"));
  EXPECT_EQ(objection("GET / HTTP/1.0", ""), "");
}

TEST(RequestSmuggling, HostIsAHostAndNothingBesideIt) {
  EXPECT_THAT(objection("GET / HTTP/1.1", "Host:\r\n"), HasSubstr("empty"));
  EXPECT_THAT(objection("GET / HTTP/1.0", "Host: \r\n"), HasSubstr("empty"));
  for (const std::string_view host :
       {"a, b", "a b", "user@a", "a/b", "a?b", "a#b", "a\\b", "a%2eb", "a;b", "\"a\"",
        "b\xc3\xbc"
        "cher.example",
        "http://a/"}) {
    EXPECT_THAT(objection("GET / HTTP/1.1", "Host: " + std::string(host) + "\r\n"),
                HasSubstr("not a host"))
        << host;
  }
  for (const std::string_view host :
       {"a.example", "A_b-c.example.:443", "[2001:db8::1]:443", "127.0.0.1:80"}) {
    EXPECT_EQ(objection("GET / HTTP/1.1", "Host: " + std::string(host) + "\r\n"), "") << host;
  }
}

TEST(RequestSmuggling, ConnectHasNoBody) {
  const std::string_view line = "CONNECT a.example:443 HTTP/1.1";
  EXPECT_THAT(objection(line, "Host: a\r\nContent-Length: 5\r\n"),
              HasSubstr("CONNECT with a body"));
  EXPECT_THAT(objection(line, "Host: a\r\nTransfer-Encoding: chunked\r\n"),
              HasSubstr("CONNECT with a body"));
  EXPECT_THAT(objection(line, "Host: a\r\nContent-Length: x\r\n"), HasSubstr("decimal"));
  EXPECT_EQ(objection(line, "Host: a\r\nContent-Length: 0\r\n"), "");
}

TEST(RequestSmuggling, BytesBehindAConnectHeadAreNotPartOfIt) {
  const std::string head = "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n";
  EXPECT_EQ(find_head_end(head + "\x16\x03\x01", 0), head.size());
}

TEST(RequestSmuggling, ASecondRequestIsNotPartOfTheFirst) {
  const std::string first = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n";
  const std::string both = first + "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n";
  const std::size_t end = find_head_end(both, 0);
  ASSERT_EQ(end, first.size());
  EXPECT_EQ(parse_request(std::string_view(both).substr(0, end), limits)->target, "/1");
  EXPECT_FALSE(parse_request(both, limits));
}

}  // namespace
}  // namespace cork::http
