#include "proxy/http/field_rules.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace cork::http {
namespace {

bool removed_with_connection(std::string_view connection, std::string_view name) {
  const std::vector<Field> fields = {{"cOnnection", connection}, {name, "x"}};
  return is_hop_by_hop(fields[1], fields);
}

TEST(HopByHop, IsByNameInAnyCase) {
  for (const std::string_view name :
       {"Connection", "KEEP-ALIVE", "te", "Trailer", "Transfer-Encoding", "Upgrade",
        "Content-Length", "Host", "Proxy-Connection", "Proxy-Authorization", "proxy-authenticate",
        "Proxy-Anything", "HTTP2-Settings"}) {
    EXPECT_TRUE(is_hop_by_hop({name, "x"}, {})) << name;
  }
}

TEST(HopByHop, EverythingElseIsEndToEnd) {
  for (const std::string_view name :
       {"Accept", "Upgrade-Insecure-Requests", "Proxy", "Test", "Trailers", "Hosts", "Content-Type",
        "Authorization", "X-Transfer-Encoding", ""}) {
    EXPECT_FALSE(is_hop_by_hop({name, "x"}, {})) << name;
  }
}

TEST(HopByHop, ConnectionListsMoreOverAllItsLines) {
  EXPECT_TRUE(removed_with_connection("close, foo", "Foo"));
  EXPECT_TRUE(removed_with_connection("\tFOO\t,close", "foo"));
  EXPECT_FALSE(removed_with_connection("close, foobar", "foo"));
  EXPECT_FALSE(removed_with_connection("\"foo\"", "foo"));
  const std::vector<Field> fields = {{"Foo", "x"}, {"Connection", "close"}, {"Connection", "foo"}};
  EXPECT_TRUE(is_hop_by_hop(fields[0], fields));
}

TEST(HopByHop, ConnectionCannotStripWhatCorkOrAnOriginReliesOn) {
  for (const std::string_view name : {"Authorization",
                                      "Cookie",
                                      "Set-Cookie",
                                      "Content-Type",
                                      "Content-Encoding",
                                      "Content-Range",
                                      "X-Api-Key",
                                      "X-Forwarded-For",
                                      "Accept",
                                      "Accept-Encoding",
                                      "Range",
                                      "If-Match",
                                      "Cache-Control",
                                      "Origin",
                                      "Referer",
                                      "User-Agent",
                                      "Sec-Fetch-Site",
                                      "Date",
                                      "ETag",
                                      "Location",
                                      "WWW-Authenticate",
                                      "Vary",
                                      "Via"}) {
    EXPECT_FALSE(removed_with_connection(name, name)) << name;
  }
}

TEST(ForbiddenTrailer, NamesFramingRoutingCredentialsAndHowToReadTheBody) {
  for (const std::string_view name : {"Host",
                                      "AUTHORIZATION",
                                      "content-length",
                                      "Transfer-Encoding",
                                      "Cookie",
                                      "Set-Cookie",
                                      "Content-Encoding",
                                      "Content-Type",
                                      "Content-Range",
                                      "Trailer",
                                      "Connection",
                                      "Keep-Alive",
                                      "TE",
                                      "Upgrade",
                                      "Proxy-Authorization",
                                      "Proxy-X",
                                      "Expect",
                                      "Cache-Control",
                                      "Max-Forwards",
                                      "Age",
                                      "Date",
                                      "Location",
                                      "WWW-Authenticate",
                                      "Range",
                                      "If-None-Match",
                                      "Vary",
                                      "X-HTTP-Method-Override",
                                      "X-Forwarded-Host",
                                      "Cork-Decision"}) {
    EXPECT_TRUE(is_forbidden_trailer(name)) << name;
  }
}

TEST(ForbiddenTrailer, LeavesWhatTrailersAreFor) {
  for (const std::string_view name :
       {"grpc-status", "grpc-message", "ETag", "Digest", "Content-Digest", "Repr-Digest",
        "Server-Timing", "X-Amz-Checksum-Crc32", "X-Checksum", "Signature"}) {
    EXPECT_FALSE(is_forbidden_trailer(name)) << name;
  }
}

TEST(CorkField, IsEveryNameThatBeginsSo) {
  EXPECT_TRUE(is_cork_field("Cork-Decision"));
  EXPECT_TRUE(is_cork_field("cork-"));
  EXPECT_FALSE(is_cork_field("Cork"));
  EXPECT_FALSE(is_cork_field("Corky-Decision"));
  EXPECT_FALSE(is_cork_field("X-Cork-Decision"));
}

}  // namespace
}  // namespace cork::http
