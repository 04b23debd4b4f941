#include "rules/secrets/body_scanner.h"
#include "rules/secrets/content_decoder.h"
#include "tests/unit/rules/secrets/encoders.h"
#include "tests/unit/rules/secrets/test_rules.h"

#include <gtest/gtest.h>

#include <string>

namespace cork::secrets {
namespace {

const std::string kSigned = "5;chunk-signature=" + std::string(64, 'a') + "\r\nhello\r\n" +
                            "1C;chunk-signature=" + std::string(64, 'b') +
                            "\r\n, and what follows the first\r\n" +
                            "0;chunk-signature=" + std::string(64, 'c') + "\r\n\r\n";

Verdict decoded(const std::string& wire, std::size_t piece, test::Collected& out) {
  const auto decoder = make_aws_chunked_decoder();
  return test::decode(*decoder, wire, piece, out);
}

TEST(AwsChunkedDecoder, JoinsThePiecesHoweverTheyAreCut) {
  const std::string trailing = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n";
  for (std::size_t piece = 1; piece <= kSigned.size(); ++piece) {
    test::Collected out, with_trailer;
    EXPECT_EQ(Verdict::clean, decoded(kSigned, piece, out)) << piece;
    EXPECT_EQ("hello, and what follows the first", out.text) << piece;
    EXPECT_EQ(Verdict::clean, decoded(trailing, piece, with_trailer));
    EXPECT_EQ("hello", with_trailer.text);
  }
}

TEST(AwsChunkedDecoder, RefusesWhatIsNotMadeSo) {
  const std::string front = "5\r\nhello\r\n";
  for (const std::string& wire :
       {std::string("hello"), std::string("\r\nhello"), std::string("5\nhello"), front + "0",
        std::string("5\r\nhel"), std::string("5\r\nhello, "), front + "0\r\n\r\nmore",
        "5;" + std::string(2000, 'a') + "\r\nhello\r\n0\r\n\r\n", std::string(20, '0') + "5\r\n",
        front}) {
    for (const std::size_t piece : {1u, 100u}) {
      test::Collected out;
      EXPECT_EQ(Verdict::unscannable, decoded(wire, piece, out)) << wire;
    }
  }
}

TEST(AwsChunkedDecoder, FindsWhatIsCutByAPiece) {
  const auto rules = test::small_rules();
  WorkerScratch scratch(*rules);
  const std::string token = test::token();
  const std::string body = "a\r\n" + std::string(5, '.') + token.substr(0, 5) + "\r\n13\r\n" +
                           token.substr(5) + "\r\n0\r\n\r\n";
  for (std::size_t piece = 1; piece <= body.size(); ++piece) {
    BodyScanner scanner({.rules = rules, .hints = {"text/plain", {"aws-chunked"}}, .limits = {}});
    for (std::size_t at = 0; at < body.size(); at += piece) {
      scanner.feed(as_bytes(std::string_view(body).substr(at, piece)), scratch);
      scanner.idle(scratch);
      EXPECT_LE(scanner.settled(), 8u);
    }
    scanner.finish(scratch);
    EXPECT_EQ(Verdict::leak, scanner.verdict()) << piece;
  }
}

}  // namespace
}  // namespace cork::secrets
