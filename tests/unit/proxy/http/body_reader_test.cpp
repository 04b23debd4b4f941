#include "base/bytes.h"
#include "proxy/http/framing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cork::http {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using Kind = Framing::Kind;

const HttpLimits limits;

struct Outcome {
  std::string payload, error;
  std::size_t consumed = 0;
  bool done = false;
  std::vector<std::pair<std::string, std::string>> trailers;

  bool operator==(const Outcome&) const = default;
};

// Feeds `wire` in pieces of `piece` bytes, as a connection would.
Outcome read_all(Framing framing, std::string_view wire, std::size_t piece,
                 const HttpLimits& caps = limits) {
  Outcome outcome;
  BodyReader reader(framing, caps);
  for (std::size_t arrived = 0; arrived < wire.size() && !reader.done();) {
    arrived = std::min(wire.size(), arrived + piece);
    while (!reader.done()) {
      const auto step =
          reader.read(as_bytes(wire.substr(outcome.consumed, arrived - outcome.consumed)));
      if (!step) {
        outcome.error = step.error().what;
        return outcome;
      }
      if (step->consumed == 0) break;
      outcome.consumed += step->consumed;
      outcome.payload += as_text(step->payload);
    }
  }
  outcome.done = reader.done();
  for (const Field& field : reader.trailers())
    outcome.trailers.emplace_back(field.name, field.value);
  return outcome;
}

Outcome read_chunked(std::string_view wire, const HttpLimits& caps = limits) {
  const Framing framing{Kind::chunked};
  const Outcome whole = read_all(framing, wire, wire.size() + 1, caps);
  for (std::size_t piece = 1; piece < std::min<std::size_t>(wire.size(), 40); ++piece) {
    const Outcome split = read_all(framing, wire, piece, caps);
    EXPECT_EQ(split.payload, whole.payload) << "pieces of " << piece;
    EXPECT_EQ(split.error, whole.error) << "pieces of " << piece;
    EXPECT_EQ(split.done, whole.done) << "pieces of " << piece;
    EXPECT_EQ(split.trailers, whole.trailers) << "pieces of " << piece;
  }
  return whole;
}

TEST(BodyReader, NoBodyIsDoneBeforeItBegins) {
  for (const Framing framing : {Framing{Kind::none}, Framing{Kind::length, 0}}) {
    BodyReader reader(framing, limits);
    EXPECT_TRUE(reader.done());
    const auto step = reader.read(as_bytes("next request"));
    ASSERT_TRUE(step);
    EXPECT_EQ(step->consumed, 0u);
    EXPECT_TRUE(reader.end_of_input());
  }
}

TEST(BodyReader, LengthTakesThatManyBytesAndNoMore) {
  for (std::size_t piece = 1; piece < 12; ++piece) {
    const Outcome outcome = read_all({Kind::length, 5}, "12345GET /", piece);
    EXPECT_EQ(outcome.payload, "12345");
    EXPECT_EQ(outcome.consumed, 5u);
    EXPECT_TRUE(outcome.done);
  }
}

TEST(BodyReader, RemainingCountsDownForLengthAlone) {
  BodyReader reader({Kind::length, 5}, limits);
  EXPECT_EQ(reader.remaining(), 5u);
  ASSERT_TRUE(reader.read(as_bytes("12")));
  EXPECT_EQ(reader.remaining(), 3u);
  ASSERT_TRUE(reader.read(as_bytes("345")));
  EXPECT_EQ(reader.remaining(), 0u);

  BodyReader chunks({Kind::chunked}, limits);
  ASSERT_TRUE(chunks.read(as_bytes("5\r\n12")));
  EXPECT_EQ(chunks.remaining(), 0u);
}

TEST(BodyReader, ALargestLengthIsCountedWithoutOverflow) {
  constexpr std::uint64_t most = (1ull << 63) - 1;
  BodyReader reader({Kind::length, most}, limits);
  ASSERT_TRUE(reader.read(as_bytes("12345")));
  EXPECT_EQ(reader.remaining(), most - 5);
  EXPECT_FALSE(reader.end_of_input());
}

TEST(BodyReader, UntilCloseTakesEverythingAndEndsWithTheConnection) {
  BodyReader reader({Kind::until_close}, limits);
  const auto step = reader.read(as_bytes("abc"));
  ASSERT_TRUE(step);
  EXPECT_EQ(as_text(step->payload), "abc");
  EXPECT_FALSE(reader.done());
  EXPECT_TRUE(reader.end_of_input());
  EXPECT_TRUE(reader.done());
}

TEST(BodyReader, AnEarlyCloseIsAnError) {
  const struct {
    Framing framing;
    std::string_view wire;
  } rows[] = {
      {{Kind::length, 5}, "1234"},
      {{Kind::length, 5}, ""},
      {{Kind::chunked}, ""},
      {{Kind::chunked}, "5\r\n12345"},
      {{Kind::chunked}, "5\r\n12345\r\n"},
      {{Kind::chunked}, "0\r\n"},
      {{Kind::chunked}, "0\r\nA: b\r\n"},
      {{Kind::chunked}, "5"},
  };
  for (const auto& row : rows) {
    BodyReader reader(row.framing, limits);
    for (std::string_view rest = row.wire; !rest.empty();) {
      const auto step = reader.read(as_bytes(rest));
      ASSERT_TRUE(step);
      rest.remove_prefix(step->consumed);
    }
    const auto end = reader.end_of_input();
    ASSERT_FALSE(end) << row.wire;
    EXPECT_THAT(end.error().what, HasSubstr("before the end of the body"));
  }
}

TEST(BodyReader, ChunksAreJoinedHoweverTheyAreCut) {
  const Outcome outcome = read_chunked("5\r\nhello\r\n1\r\n \r\n00a\r\n0123456789\r\n0\r\n\r\n");
  EXPECT_EQ(outcome.payload, "hello 0123456789");
  EXPECT_TRUE(outcome.done);
  EXPECT_THAT(outcome.trailers, IsEmpty());
}

TEST(BodyReader, BytesBehindTheLastChunkAreLeftAlone) {
  const Outcome outcome = read_all({Kind::chunked}, "1\r\nx\r\n0\r\n\r\nGET / HTTP/1.1\r\n", 100);
  EXPECT_EQ(outcome.consumed, 11u);
  EXPECT_TRUE(outcome.done);
}

TEST(BodyReader, PayloadThatLooksLikeFramingIsPayload) {
  EXPECT_EQ(read_chunked("7\r\n0\r\n\r\n\r\n\r\n0\r\n\r\n").payload, "0\r\n\r\n\r\n");
}

TEST(BodyReader, APayloadIsAPartOfTheInput) {
  const std::string_view wire = "5\r\nhello\r\n";
  BodyReader reader({Kind::chunked}, limits);
  const auto step = reader.read(as_bytes(wire));
  ASSERT_TRUE(step);
  EXPECT_EQ(as_text(step->payload).data(), wire.data() + 3);
  EXPECT_EQ(step->consumed, 8u);
}

TEST(BodyReader, ChunkSizesAreUpTo16HexDigits) {
  EXPECT_EQ(read_chunked("0000000000000001\r\nx\r\n0000000000000000\r\n\r\n").payload, "x");
  EXPECT_EQ(read_chunked("A\r\n0123456789\r\n0\r\n\r\n").payload, "0123456789");
  EXPECT_EQ(read_chunked("a\r\n0123456789\r\n0\r\n\r\n").payload, "0123456789");
  EXPECT_EQ(read_chunked("7fffffffffffffff\r\nx").payload, "x");
}

TEST(BodyReader, RefusesMalformedChunkSizes) {
  const struct {
    std::string_view line, why;
  } rows[] = {
      {"\r\n", "missing"},
      {";a\r\n", "missing"},
      {" 5\r\n", "missing"},
      {"+5\r\n", "missing"},
      {"-5\r\n", "missing"},
      {"x\r\n", "missing"},
      {"0x5\r\n", "not hexadecimal"},
      {"5 \r\n", "not hexadecimal"},
      {"5\t;a\r\n", "not hexadecimal"},
      {"5g\r\n", "not hexadecimal"},
      {"5,5\r\n", "not hexadecimal"},
      {"5\r\r\n", "not hexadecimal"},
      {"5_0\r\n", "not hexadecimal"},
      {"5\n", "CRLF"},
      {"5;a\n", "CRLF"},
      {"\n", "CRLF"},
      {"00000000000000005\r\n", "16 digits"},
      {"10000000000000000\r\n", "16 digits"},
      {"8000000000000000\r\n", "below 2^63"},
      {"ffffffffffffffff\r\n", "below 2^63"},
  };
  for (const auto& row : rows) {
    EXPECT_THAT(read_chunked(row.line).error, HasSubstr(row.why)) << row.line;
    const Outcome second = read_chunked("1\r\nx\r\n" + std::string(row.line));
    EXPECT_THAT(second.error, HasSubstr(row.why)) << row.line;
    EXPECT_EQ(second.payload, "x");
  }
}

TEST(BodyReader, RefusesAChunkThatDoesNotEndInCrlf) {
  for (const std::string_view end :
       {"\n0\r\n\r\n", "0\r\n\r\n", "\r0\r\n\r\n", "\r\r\n", "xx", "\n\n"}) {
    const Outcome outcome = read_chunked("1\r\nx" + std::string(end));
    EXPECT_THAT(outcome.error, HasSubstr("a chunk does not end in CRLF")) << end;
  }
}

TEST(BodyReader, ChunkExtensionsAreDropped) {
  EXPECT_EQ(read_chunked("1;a=b;c=\"d;e\"\r\nx\r\n0;last\r\n\r\n").payload, "x");
}

TEST(BodyReader, RefusesControlCharactersInChunkExtensions) {
  using namespace std::string_view_literals;
  for (const std::string_view line :
       {"1;a\0\r\n"sv, "1;a\rb\r\n"sv, "1;\x01\r\n"sv, "1;a\r\r\n"sv, "1;\x7f\r\n"sv}) {
    EXPECT_THAT(read_chunked(line).error, HasSubstr("control character")) << line;
  }
  EXPECT_THAT(read_chunked("1;a\nx\r\n").error, HasSubstr("CRLF"));
}

TEST(BodyReader, AChunkLineHasALimit) {
  HttpLimits small;
  small.chunk_line_bytes = 10;
  EXPECT_EQ(read_chunked("1;abcdef\r\nx\r\n0\r\n\r\n", small).payload, "x");
  EXPECT_THAT(read_chunked("1;abcdefg\r\nx\r\n", small).error, HasSubstr("too long"));
  EXPECT_THAT(read_chunked("1;abcdefghijklmn", small).error, HasSubstr("too long"));
}

TEST(BodyReader, ExtensionsHaveALimitOverTheWholeBody) {
  std::string wire;
  for (int i = 0; i < 100; ++i) wire += "1;" + std::string(1000, 'a') + "\r\nx\r\n";
  BodyReader reader({Kind::chunked}, limits);
  std::string_view rest = wire;
  for (;;) {
    const auto step = reader.read(as_bytes(rest));
    if (!step) {
      EXPECT_EQ(step.error().kind, ParseError::Kind::too_large);
      EXPECT_THAT(step.error().what, HasSubstr("too much beside the chunks"));
      break;
    }
    ASSERT_FALSE(rest.empty());
    rest.remove_prefix(step->consumed);
  }
}

TEST(BodyReader, ManyTinyChunksWithoutExtensionsPass) {
  std::string wire;
  for (int i = 0; i < 20000; ++i) wire += "1\r\nx\r\n";
  wire += "0\r\n\r\n";
  const Outcome outcome = read_all({Kind::chunked}, wire, 4096);
  EXPECT_EQ(outcome.error, "");
  EXPECT_EQ(outcome.payload.size(), 20000u);
  EXPECT_TRUE(outcome.done);
}

TEST(BodyReader, TrailersAreReadAndKeptApart) {
  const Outcome outcome =
      read_chunked("1\r\nx\r\n0\r\nX-Checksum:  abc \r\ngrpc-status: 0\r\n\r\n");
  EXPECT_TRUE(outcome.done);
  const std::vector<std::pair<std::string, std::string>> expected = {{"X-Checksum", "abc"},
                                                                     {"grpc-status", "0"}};
  EXPECT_EQ(outcome.trailers, expected);
}

TEST(BodyReader, TrailersFollowTheReaderWhenItMoves) {
  BodyReader reader({Kind::chunked}, limits);
  ASSERT_TRUE(reader.read(as_bytes("0\r\nA: b\r\n\r\n")));
  const BodyReader moved = std::move(reader);
  ASSERT_EQ(moved.trailers().size(), 1u);
  EXPECT_EQ(moved.trailers()[0].name, "A");
  EXPECT_EQ(moved.trailers()[0].value, "b");
  static_assert(!std::is_copy_constructible_v<BodyReader> &&
                !std::is_copy_assignable_v<BodyReader>);
}

TEST(BodyReader, RefusesForbiddenTrailers) {
  for (const std::string_view name : {"Host",
                                      "authorization",
                                      "Content-Length",
                                      "Transfer-Encoding",
                                      "Cookie",
                                      "Set-Cookie",
                                      "Content-Encoding",
                                      "Content-Type",
                                      "Content-Range",
                                      "Trailer",
                                      "Connection",
                                      "TE",
                                      "Upgrade",
                                      "Proxy-Authorization",
                                      "Expect",
                                      "Cache-Control",
                                      "Max-Forwards",
                                      "Age",
                                      "Date",
                                      "Location",
                                      "WWW-Authenticate",
                                      "Cork-Decision"}) {
    EXPECT_THAT(read_chunked("0\r\n" + std::string(name) + ": x\r\n\r\n").error,
                HasSubstr("no trailer may hold"))
        << name;
  }
}

TEST(BodyReader, RefusesMalformedTrailers) {
  const struct {
    std::string_view section, why;
  } rows[] = {
      {"A : b\r\n\r\n", "token"},
      {"A: b\r\n c\r\n\r\n", "obs-fold"},
      {"A: b\n\n", "CRLF"},
      {"A: b\n\r\n", "CRLF"},
      {"\n", "CRLF"},
      {"A: b\r\n\n", "CRLF"},
      {"A: b\rc\r\n\r\n", "control"},
      {"nonsense\r\n\r\n", "no colon"},
      {" A: b\r\n\r\n", "obs-fold"},
  };
  for (const auto& row : rows) {
    EXPECT_THAT(read_chunked("0\r\n" + std::string(row.section)).error, HasSubstr(row.why))
        << row.section;
  }
}

TEST(BodyReader, TrailersHaveLimits) {
  HttpLimits small;
  small.trailer_bytes = 16;
  small.fields = 1;
  EXPECT_TRUE(read_chunked("0\r\nA: 123456789\r\n\r\n", small).done);
  EXPECT_THAT(read_chunked("0\r\nA: 1234567890\r\n\r\n", small).error, HasSubstr("too long"));
  EXPECT_THAT(read_chunked("0\r\nA: 12345678901234567890", small).error, HasSubstr("too long"));
  EXPECT_THAT(read_chunked("0\r\nA: b\r\nC: d\r\n\r\n", small).error, HasSubstr("too many fields"));
}

TEST(BodyReader, MemoryIsNotNeededForTheBody) {
  const std::string megabyte(1 << 20, 'x');
  BodyReader reader({Kind::chunked}, limits);
  ASSERT_TRUE(reader.read(as_bytes("100000000000\r\n")));
  std::uint64_t payload = 0;
  for (int i = 0; i < 4096; ++i) {
    const auto step = reader.read(as_bytes(megabyte));
    ASSERT_TRUE(step);
    ASSERT_EQ(as_text(step->payload).data(), megabyte.data());
    payload += step->payload.size();
  }
  EXPECT_EQ(payload, 4096ull << 20);
}

}  // namespace
}  // namespace cork::http
