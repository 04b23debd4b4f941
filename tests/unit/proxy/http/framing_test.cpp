#include "proxy/http/framing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string_view>
#include <vector>

namespace cork::http {
namespace {

using testing::HasSubstr;
using Kind = Framing::Kind;

RequestLineAndFields request(std::string_view method, std::vector<Field> fields) {
  return {.method = method, .target = "/", .fields = std::move(fields)};
}

StatusLineAndFields response(int status, std::vector<Field> fields) {
  return {.status = status, .reason = {}, .fields = std::move(fields)};
}

const Field chunked{"Transfer-Encoding", "chunked"};
const Field length_5{"Content-Length", "5"};

TEST(RequestFraming, SaysHowTheBodyEndsWhateverTheMethod) {
  for (const std::string_view method : {"GET", "POST", "DELETE", "HEAD", "OPTIONS", "X"}) {
    EXPECT_EQ(*request_framing(request(method, {})), (Framing{Kind::none, 0})) << method;
    EXPECT_EQ(*request_framing(request(method, {length_5})), (Framing{Kind::length, 5})) << method;
    EXPECT_EQ(*request_framing(request(method, {chunked})), (Framing{Kind::chunked, 0})) << method;
  }
}

TEST(RequestFraming, ALengthOfZeroIsALength) {
  EXPECT_EQ(*request_framing(request("POST", {{"content-length", "0"}})),
            (Framing{Kind::length, 0}));
}

TEST(ResponseFraming, SaysHowTheBodyEnds) {
  EXPECT_EQ(*response_framing(response(200, {length_5}), "GET"), (Framing{Kind::length, 5}));
  EXPECT_EQ(*response_framing(response(200, {chunked}), "GET"), (Framing{Kind::chunked, 0}));
  EXPECT_EQ(*response_framing(response(200, {}), "GET"), (Framing{Kind::until_close, 0}));
  EXPECT_EQ(*response_framing(response(404, {}), "POST"), (Framing{Kind::until_close, 0}));
  EXPECT_EQ(*response_framing(response(205, {{"Content-Length", "0"}}), "POST"),
            (Framing{Kind::length, 0}));
}

TEST(ResponseFraming, SomeHaveNoBodyWhateverTheFieldsSay) {
  const struct {
    int status;
    std::string_view method;
  } rows[] = {{200, "HEAD"}, {404, "HEAD"}, {100, "POST"}, {101, "GET"},     {103, "GET"},
              {199, "GET"},  {204, "GET"},  {304, "GET"},  {200, "CONNECT"}, {299, "CONNECT"}};
  for (const auto& row : rows) {
    for (const std::vector<Field>& fields : {std::vector<Field>{},
                                             {length_5},
                                             {chunked},
                                             {chunked, length_5},
                                             {{"Content-Length", "x"}}}) {
      const auto framing = response_framing(response(row.status, fields), row.method);
      ASSERT_TRUE(framing) << row.status << row.method;
      EXPECT_EQ(framing->kind, Kind::none) << row.status << row.method;
    }
  }
}

TEST(ResponseFraming, ARefusedConnectHasABody) {
  EXPECT_EQ(*response_framing(response(407, {length_5}), "CONNECT"), (Framing{Kind::length, 5}));
}

TEST(ResponseFraming, TheMethodIsCaseSensitive) {
  EXPECT_EQ(response_framing(response(200, {length_5}), "head")->kind, Kind::length);
}

TEST(ResponseFraming, IsAsStrictAsTheRequests) {
  const struct {
    std::vector<Field> fields;
    std::string_view why;
  } rows[] = {
      {{chunked, length_5}, "both"},
      {{length_5, chunked}, "both"},
      {{{"Transfer-Encoding", "gzip"}, length_5}, "both"},
      {{{"Transfer-Encoding", "gzip"}}, "exactly"},
      {{{"Transfer-Encoding", "gzip, chunked"}}, "exactly"},
      {{{"Transfer-Encoding", "identity"}}, "exactly"},
      {{chunked, chunked}, "more than one"},
      {{length_5, length_5}, "more than one"},
      {{{"Content-Length", "5, 5"}}, "decimal"},
      {{{"Content-Length", "-1"}}, "decimal"},
  };
  for (const auto& row : rows) {
    const auto framing = response_framing(response(200, row.fields), "GET");
    ASSERT_FALSE(framing) << row.why;
    EXPECT_EQ(framing.error().kind, ParseError::Kind::malformed);
    EXPECT_THAT(framing.error().what, HasSubstr(row.why));
  }
}

TEST(ResponseFraming, TransferEncodingOnHttp10IsRefused) {
  StatusLineAndFields head = response(200, {chunked});
  head.version = Version::http10;
  const auto framing = response_framing(head, "GET");
  ASSERT_FALSE(framing);
  EXPECT_THAT(framing.error().what, HasSubstr("HTTP/1.0"));
}

TEST(ContentLength, IsTheOneNumberOrNothing) {
  EXPECT_EQ(content_length(std::vector<Field>{{"CONTENT-LENGTH", "17"}}), 17u);
  EXPECT_EQ(content_length(std::vector<Field>{{"Content-Length", "0009"}}), 9u);
  EXPECT_EQ(content_length(std::vector<Field>{}), std::nullopt);
  EXPECT_EQ(content_length(std::vector<Field>{length_5, length_5}), std::nullopt);
  EXPECT_EQ(content_length(std::vector<Field>{{"Content-Length", "9223372036854775808"}}),
            std::nullopt);
}

}  // namespace
}  // namespace cork::http
