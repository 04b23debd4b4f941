#include "rules/secrets/layer.h"

#include "base/base64.h"
#include "tests/unit/rules/secrets/encoders.h"
#include "tests/unit/rules/secrets/test_rules.h"

#include <gtest/gtest.h>

#include <string>

namespace cork::secrets {
namespace {

using test::token;

class LayerTest : public testing::Test {
 protected:
  LayerTest() { scan_.use(scratch_.get()); }

  void append(Layer& layer, std::string_view text) {
    layer.append(as_bytes(text), Origin{fed_, fed_ + text.size()});
    fed_ += text.size();
  }
  // However `body` is cut.
  void expect_leak(const std::string& body, const std::string& encoding) {
    for (const std::size_t piece : {1u, 13u, 100'000u}) {
      Scan scan(rules_, Part::body, {}, {});
      scan.use(scratch_.get());
      Layer wire(scan, {});
      fed_ = 0;
      for (std::size_t at = 0; at < body.size(); at += piece) append(wire, body.substr(at, piece));
      wire.process(true);
      ASSERT_EQ(Verdict::leak, scan.verdict()) << encoding << " by " << piece << scan.problem();
      EXPECT_EQ(encoding, scan.findings()[0].place.encoding);
    }
  }
  Verdict verdict_of(const std::string& body) {
    Scan scan(rules_, Part::body, {}, {});
    scan.use(scratch_.get());
    Layer wire(scan, {});
    fed_ = 0;
    append(wire, body);
    wire.process(true);
    return scan.verdict();
  }
  static std::string dots(std::size_t n) { return std::string(n, '.'); }

  std::shared_ptr<const Ruleset> rules_ = test::small_rules();
  WorkerScratch scratch_{*rules_};
  Scan scan_{rules_, Part::body, ScanLimits{}, FingerprintKey{}};
  Offset fed_ = 0;
};

TEST_F(LayerTest, DecodersOfEscapesComeAndGo) {
  Layer wire(scan_, {});
  append(wire, dots(10'000));
  wire.process(false);
  EXPECT_EQ(1u, scan_.texts());
  append(wire, "\\n");
  wire.process(false);
  EXPECT_EQ(2u, scan_.texts());
  append(wire, "%20");
  wire.process(false);
  EXPECT_EQ(2u, scan_.texts()) << "one text a level, whatever escapes there are";
  append(wire, dots(scan_.window()));
  wire.process(false);
  append(wire, dots(scan_.window()));
  wire.process(false);
  EXPECT_EQ(1u, scan_.texts());
  EXPECT_EQ(Verdict::clean, scan_.verdict());
}

TEST_F(LayerTest, WhatIsNoEscapeOpensNothing) {
  Layer wire(scan_, {});
  append(wire, "\\d 100% \\x4g %zz R&D ");
  wire.process(false);
  EXPECT_EQ(1u, scan_.texts());
}

TEST_F(LayerTest, AnEscapeThatMayStillComeHoldsWhatItWouldComplete) {
  Layer wire(scan_, {});
  append(wire, dots(300) + token().substr(0, 20) + "\\");
  wire.process(false);
  EXPECT_EQ(2u, scan_.texts());
  EXPECT_EQ(300u, wire.settled(true));
  append(wire, "u0061aaa");
  wire.process(false);
  EXPECT_EQ(Verdict::leak, scan_.verdict());
}

TEST_F(LayerTest, FindsWhatBeginsInTextAnotherScannedAlready) {
  // Each time the decoder has gone to sleep, the next one begins inside the token.
  const std::string secret = token();
  for (int round = 0; round < 3; ++round) {
    Scan scan(rules_, Part::body, {}, {});
    scan.use(scratch_.get());
    Layer wire(scan, {});
    fed_ = 0;
    for (int i = 0; i < round; ++i) {
      append(wire, "\\n" + dots(9000));
      wire.process(false);
    }
    append(wire, secret.substr(0, 12));
    wire.process(false);
    append(wire, "\\u0061" + secret.substr(13));
    wire.process(false);
    EXPECT_EQ(Verdict::leak, scan.verdict()) << round;
    EXPECT_EQ(fed_ - 29, scan.findings().at(0).place.begin);
  }
}

// The escapes of the inner text are longer than a window of the outer one.
TEST_F(LayerTest, ADecoderStaysWhileTheTextOnTopOfItNeedsIt) {
  std::string percents;
  for (const char c : token().substr(1)) {
    percents += {'%', "0123456789abcdef"[c >> 4], "0123456789abcdef"[c & 15]};
  }
  ASSERT_GT(percents.size(), scan_.window() + 10);
  Layer wire(scan_, {});
  for (const char c : "\\u0074" + percents) {
    append(wire, {&c, 1});
    wire.process(false);
  }
  ASSERT_EQ(Verdict::leak, scan_.verdict());
  EXPECT_EQ("json", scan_.findings()[0].place.encoding);
}

TEST_F(LayerTest, SettlesByTheTextThatIsFurthestBehind) {
  Layer wire(scan_, {});
  append(wire, dots(1000) + "%" + dots(2000) + "%7");
  wire.process(false);
  EXPECT_EQ(3001u, wire.settled(true));
  EXPECT_EQ(3001 - rules_->hold_width(), wire.settled(false));
}

TEST_F(LayerTest, MapsPlacesThroughEveryLayer) {
  const std::string inner = test::json_escaped("\\u0074") + token().substr(1);
  Layer wire(scan_, {});
  append(wire, "head \\\\ \\n" + inner + " \\n tail");
  wire.process(true);
  ASSERT_EQ(Verdict::leak, scan_.verdict());
  const Place& place = scan_.findings()[0].place;
  EXPECT_EQ("json json", place.encoding);
  EXPECT_EQ(10u, place.begin);
  EXPECT_EQ(10 + inner.size(), place.end);
}

TEST_F(LayerTest, ContainersAreRecognisedWhereverTheyBegin) {
  const std::string secret = token();
  const std::vector<std::pair<std::string, std::string>> cases{
      {dots(50) + test::gzip(secret) + "behind", "gzip"},
      {test::gzip("x") + test::gzip(secret), "gzip"},
      {"--part\r\n\r\n" + test::zstd(secret) + "\r\n--part--", "zstd"},
      {test::zip_entry("one", "x", true) + test::zip_entry("two", secret + dots(900), true), "zip"},
      {test::zip_entry("inner", test::gzip(secret), false), "gzip"},
      {test::deflated(secret + dots(900), 15), "deflate"},
      {"{\"a\":\"" + base64_encoded(test::gzip(secret)) + "\"}", "base64 gzip"},
      {"key" + base64_encoded(test::zstd(secret)) + ";", "base64 zstd"},
      {base64_encoded(test::deflated(secret, 15)), "base64 deflate"},
      {"x " + test::hex(test::gzip(secret)), "hex gzip"},
      {test::gzip(base64_encoded(test::gzip(base64_encoded(secret)))), "gzip base64 gzip base64"},
  };
  for (const auto& [body, encoding] : cases) {
    expect_leak(body, encoding);
  }
}

// The digits of one are found after another in front of it was fed to its end.
TEST_F(LayerTest, AContainerThatTurnsUpBehindTheFrontOfAnotherEnds) {
  const std::string inner = base64_encoded(test::zstd("{\"value\": \"words\"}"));
  const std::string body = test::gzip("x").substr(0, 12) + inner + " " + inner;
  for (const std::size_t piece : {1u, 5u, 20u, 1000u}) {
    Scan scan(rules_, Part::body, {}, {});
    scan.use(scratch_.get());
    Layer wire(scan, {});
    fed_ = 0;
    for (std::size_t at = 0; at < body.size(); at += piece) append(wire, body.substr(at, piece));
    wire.process(true);
    for (int i = 0; wire.busy(); ++i) {
      ASSERT_LT(i, 100);
      wire.resume();
    }
    EXPECT_EQ(Verdict::clean, scan.verdict());
  }
}

TEST_F(LayerTest, WhatMayBeginAContainerIsHeld) {
  Layer wire(scan_, {});
  append(wire, dots(300) + "PK");
  wire.process(false);
  EXPECT_EQ(300u, wire.settled(true));
  append(wire, "!");
  wire.process(false);
  EXPECT_EQ(303u, wire.settled(true));
}

TEST_F(LayerTest, TextOfOtherKindsIsReadInText) {
  const std::string secret = token();
  const std::vector<std::pair<std::string, std::string>> cases{
      {"{\"a\":\"" + base64_encoded("A=" + secret + "\n") + "\"}", "base64"},
      {"a=" + test::hex(secret), "hex"},
      {test::wide(secret), "utf-16"},
      {base64_encoded(test::wide(secret)), "base64 utf-16"},
      {base64_encoded(base64_encoded(secret)), "base64 base64"},
      {base64_encoded("{\"k\":\"\\u0074" + secret.substr(1) + "\"}"), "base64 json"},
      {"Subject: x\n\n" + secret.substr(0, 9) + "=\r\n" + secret.substr(9), "quoted-printable"},
      {"<a>&#116;" + secret.substr(1) + "</a>", "entity"},
      {secret.substr(0, 9) + "\xe2\x80\x8b" + secret.substr(9), "unicode"},
  };
  for (const auto& [body, encoding] : cases) {
    expect_leak(body, encoding);
  }
}

TEST_F(LayerTest, WhatIsEncodedMoreOftenThanIsLookedIntoIsRefused) {
  std::string text = token() + dots(40);
  for (std::size_t i = 0; i <= ScanLimits{}.depth; ++i) text = base64_encoded(text);
  Layer wire(scan_, {});
  append(wire, text);
  wire.process(true);
  EXPECT_EQ(Verdict::over_limit, scan_.verdict());
  EXPECT_EQ("text encoded more often than is looked into", scan_.problem());
}

TEST_F(LayerTest, ShortTextThatIsEncodedTooOftenIsRefusedToo) {
  for (const std::size_t size : {20u, 24u}) {
    std::string text = token().substr(0, size);
    for (std::size_t i = 0; i <= ScanLimits{}.depth; ++i) text = base64_encoded(text);
    EXPECT_EQ(Verdict::over_limit, verdict_of(text)) << size;
  }
}

// 3 is 0x33: hexadecimal of itself as often as one likes. So are images of one colour.
TEST_F(LayerTest, ARowOfOneDigitIsNotEncodedTooOften) {
  for (const char digit : {'3', '0', 'A'}) {
    EXPECT_EQ(Verdict::clean, verdict_of("1/3 = 0." + std::string(5000, digit))) << digit;
  }
}

TEST_F(LayerTest, ContainersInWhatIsEncodedTooOftenAreRefused) {
  for (const std::string& packed :
       {test::gzip(token()), test::zstd(token()), test::zip_entry("a", token(), true)}) {
    std::string text = packed;
    for (std::size_t i = 0; i < ScanLimits{}.depth; ++i) text = base64_encoded(text);
    EXPECT_EQ(Verdict::over_limit, verdict_of(text));
    std::string deep = packed;
    for (std::size_t i = 0; i < ScanLimits{}.depth; ++i) deep = test::gzip(deep);
    EXPECT_EQ(Verdict::over_limit, verdict_of(deep));
  }
}

TEST_F(LayerTest, TextInsideAContainerHasDepthOfItsOwn) {
  const std::string text = "%255cu0074" + token().substr(1);
  Layer wire(scan_, {});
  append(wire, test::gzip(test::zstd(text)));
  wire.process(true);
  ASSERT_EQ(Verdict::leak, scan_.verdict());
  EXPECT_EQ("gzip zstd percent percent json", scan_.findings()[0].place.encoding);
}

}  // namespace
}  // namespace cork::secrets
