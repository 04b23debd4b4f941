#include "rules/secrets/body_scanner.h"

#include "base/base64.h"
#include "rules/secrets/rule_examples.h"
#include "tests/unit/rules/secrets/encoders.h"
#include "tests/unit/rules/secrets/test_rules.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace cork::secrets {
namespace {

using test::json_escaped;
using test::note;
using test::percent;
using test::token;

class BodyScannerTest : public testing::Test {
 protected:
  BodyScanner scanner(ContentHints hints = {}, ScanLimits limits = {}) {
    return BodyScanner({rules_, Part::body, std::move(hints), limits, FingerprintKey{}});
  }
  // All of `body` in pieces of `size`, and its end.
  Verdict scan(BodyScanner& scanner, std::string_view body, std::size_t size = 1 << 20) {
    for (std::size_t at = 0; at < body.size(); at += size) {
      scanner.feed(as_bytes(body.substr(at, size)), scratch_);
    }
    return scanner.finish(scratch_);
  }

  std::shared_ptr<const Ruleset> rules_ = test::small_rules();
  WorkerScratch scratch_{*rules_};
};

std::string unicode(std::string_view text) {
  std::string out;
  for (const char c : text) out += "\\u00" + percent({&c, 1}).substr(1);
  return out;
}

std::string spaces_as_plus(std::string text) {
  for (std::size_t at = 0; (at = text.find("%20", at)) != text.npos;) text.replace(at, 3, "+");
  return text;
}

struct Carried {
  std::string name, body, encoding, pointer;
  ContentHints hints;
};

std::vector<Carried> carried() {
  const std::string secret = token(), filler(700, '.');
  const std::string json = R"({"list":[1,{"text":"say \"hi\"\n)" + secret + R"(\n"}]})";
  const std::string outer =
      R"({"a":")" + json_escaped(R"({"b":")" + unicode(secret) + R"("})") + R"("})";
  const std::string form = "a=1&b=" + percent(secret) + "+x";
  return {
      {"plain", filler + secret + filler, "", "", {}},
      {"alone", secret, "", "", {}},
      {"JSON", json, "", "/list/1/text", {"application/json", {}}},
      {"JSON escapes", R"({"x":")" + unicode(secret) + "\"}", "json", "/x", {}},
      {"JSON in JSON", outer, "json json", "/a", {}},
      {"form", form, "form", "/b", {"application/x-www-form-urlencoded", {}}},
      {"form, not declared", form, "form", "/b", {"text/plain", {}}},
      {"form in a text", "see " + form, "percent", "", {"text/plain", {}}},
      {"gzip in a form, not declared",
       "id=7&file=" + spaces_as_plus(percent(test::gzip(filler + secret))),
       "form gzip",
       "/file",
       {}},
      {"percent twice", percent(percent(secret)), "percent percent", "", {}},
      {"JSON in a form",
       percent(R"({"k":")" + unicode(secret) + "\"}"),
       "form json",
       "",
       {"Application/X-WWW-Form-Urlencoded; charset=utf-8", {}}},
      {"percent in JSON",
       R"({"k":"\u0025)" + percent(secret).substr(1) + "\"}",
       "json percent",
       "/k",
       {}},
      {"gzip", test::gzip(filler + secret + filler), "gzip", "", {"", {"gzip"}}},
      {"x-gzip", test::gzip(json), "gzip", "/list/1/text", {"", {"x-gzip"}}},
      {"deflate", test::deflated(json, 15), "deflate", "/list/1/text", {"", {"deflate"}}},
      {"br", test::brotli(json), "br", "/list/1/text", {"", {"br"}}},
      {"zstd", test::zstd(json), "zstd", "/list/1/text", {"", {"identity", "zstd"}}},
      {"gzip, then br",
       test::brotli(test::gzip(outer)),
       "br gzip json json",
       "/a",
       {"", {"gzip", "br"}}},
      {"gzip, not declared", test::gzip(json), "gzip", "/list/1/text", {}},
      {"zstd in gzip, not declared", test::gzip(test::zstd(json)), "gzip zstd", "/list/1/text", {}},
      {"file name in gzip",
       test::gzip_with("x", 8, "a" + secret + std::string(1, '\0')),
       "",
       "",
       {"", {"gzip"}}},
      {"bytes with colons", filler + "\n" + test::bytes_apart(secret, ":"), "hex", "", {}},
      {"bytes in lines of JSON",
       "{\"dump\":\"" + test::bytes_apart(secret, "\\n") + "\"}",
       "json hex",
       "/dump",
       {}},
      {"a list of bytes in JSON in JSON",
       "{\"c\":\"[\\\"" + test::bytes_apart(secret, "\\\", \\\"") + "\\\"]\"}",
       "json hex",
       "/c",
       {}},
      {"percent-encoded gzip", percent(test::gzip(secret)), "percent gzip", "", {}},
  };
}

TEST_F(BodyScannerTest, FindsASecretHoweverItIsCarriedAndCut) {
  for (const Carried& c : carried()) {
    for (const std::size_t size : {1u, 2u, 3u, 7u, 64u, 1000u, 100'000u}) {
      BodyScanner scanner = this->scanner(c.hints);
      EXPECT_EQ(Verdict::leak, scan(scanner, c.body, size)) << c.name << " by " << size;
      ASSERT_EQ(1u, scanner.findings().size()) << c.name;
      const Finding& finding = scanner.findings()[0];
      EXPECT_TRUE(finding.blocking);
      EXPECT_EQ(fingerprint({}, token()), finding.print) << c.name;
      EXPECT_EQ(c.encoding, finding.place.encoding) << c.name << " by " << size;
      EXPECT_EQ(c.pointer, finding.place.pointer) << c.name << " by " << size;
      EXPECT_LT(finding.place.begin, finding.place.end) << c.name;
      EXPECT_LE(finding.place.end, c.body.size()) << c.name;
      EXPECT_LE(scanner.settled(), finding.place.begin) << c.name << " by " << size;
    }
  }
}

TEST_F(BodyScannerTest, SettlesAllOfACleanBody) {
  const std::string json = R"({"a":"b \"c\"\n","url":"https://example.com/%7Ea?x=%20"})";
  const Carried bodies[] = {
      {"empty", "", "", "", {}},
      {"JSON", json, "", "", {}},
      {"long", std::string(9000, 'w'), "", "", {}},
      {"form", "a=1&b=%20+x", "", "", {"application/x-www-form-urlencoded", {}}},
      {"gzip", test::gzip(json), "", "", {"", {"gzip"}}},
      {"zstd, not declared", test::zstd(json), "", "", {}},
      {"cut escapes at the end", "abc\\u00", "", "", {}},
      {"a cut percent at the end", "abc%4", "", "", {}},
  };
  for (const Carried& c : bodies) {
    BodyScanner scanner = this->scanner(c.hints);
    Offset before = 0;
    for (std::size_t at = 0; at < c.body.size(); ++at) {
      EXPECT_EQ(Verdict::clean, scanner.feed(as_bytes(c.body.substr(at, 1)), scratch_)) << c.name;
      if (at % 50 == 0) EXPECT_EQ(Verdict::clean, scanner.idle(scratch_));
      EXPECT_GE(scanner.settled(), before);
      EXPECT_LE(scanner.settled(), at + 1);
      before = scanner.settled();
    }
    EXPECT_EQ(Verdict::clean, scanner.finish(scratch_)) << c.name << ' ' << scanner.problem();
    EXPECT_EQ(c.body.size(), scanner.settled());
    EXPECT_TRUE(scanner.findings().empty());
  }
}

TEST_F(BodyScannerTest, PlacesAreExactInWhatIsNotCompressed) {
  const std::string secret = token();
  const struct {
    std::string before, carried, after;
  } cases[] = {
      {std::string(5000, '.'), secret, "."},
      {"{\"a\":\"\\n\\n\\\\", unicode(secret), "\"}"},
      {"{\"a\":\"\\\"", secret.substr(0, 3) + "\\u005f" + secret.substr(4), "\"}"},
      {"%20%20", percent(secret), "%20"},
  };
  for (const auto& [before, carried, after] : cases) {
    for (const std::size_t size : {1u, 100u, 10'000u}) {
      BodyScanner scanner = this->scanner();
      ASSERT_EQ(Verdict::leak, scan(scanner, before + carried + after, size));
      EXPECT_EQ(before.size(), scanner.findings()[0].place.begin);
      EXPECT_EQ(before.size() + carried.size(), scanner.findings()[0].place.end);
    }
  }
}

// A stalled upload that ends inside a candidate: nothing of the candidate may go, however long it
// waits.
TEST_F(BodyScannerTest, IdleSettlesUpToTheOpenCandidateAndNoFurther) {
  const std::string secret = token();
  const struct {
    std::string name, before, part;
  } cases[] = {
      {"raw", "some words and ", secret.substr(0, 23)},
      {"one byte", "some words and ", "t"},
      {"JSON escapes", "{\"a\":\"\\n ", unicode(secret.substr(0, 20)) + "\\u00"},
      {"a lone backslash", "some words and ", secret.substr(0, 9) + "\\"},
      {"percent", "some words and%20", percent(secret.substr(0, 20)) + "%6"},
      {"twice", "%2520", percent(percent(secret.substr(0, 2))) + "%2"},
  };
  for (const auto& [name, before, part] : cases) {
    BodyScanner scanner = this->scanner();
    scanner.feed(as_bytes(before + part), scratch_);
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(Verdict::clean, scanner.idle(scratch_));
      EXPECT_EQ(before.size(), scanner.settled()) << name;
    }
  }
}

TEST_F(BodyScannerTest, IdleSettlesAllThatIsClosed) {
  BodyScanner scanner = this->scanner();
  scanner.feed(as_bytes("{\"a\": \"b\"}\n"), scratch_);
  EXPECT_EQ(0u, scanner.settled());
  EXPECT_EQ(Verdict::clean, scanner.idle(scratch_));
  EXPECT_EQ(11u, scanner.settled());
}

TEST_F(BodyScannerTest, IdleHoldsTheCompressedBytesThatMayStillMatter) {
  for (const char* coding : {"gzip", "deflate", "br", "zstd"}) {
    const std::string wire =
        test::compressed(coding, std::string(3000, '.') + token(), {1000, 2000, 3000, 3010});
    BodyScanner scanner = this->scanner({"", {coding}});
    const auto decoder = make_content_decoder(coding, {});
    test::Collected out;
    for (std::size_t i = 0; i < wire.size() && out.text.size() < 3010; ++i) {
      scanner.feed(as_bytes(wire.substr(i, 1)), scratch_);
      ASSERT_EQ(Verdict::clean, scanner.idle(scratch_)) << coding;
      decoder->push(as_bytes(wire.substr(i, 1)), i, out);
      EXPECT_LE(scanner.settled(), decoder->pending_from()) << coding;
    }
    EXPECT_EQ(3010u, out.text.size()) << coding;
    EXPECT_LE(test::readable(coding, wire.substr(0, scanner.settled())).size(), 3000u) << coding;
    EXPECT_GT(scanner.settled(), 0u) << coding;
  }
}

TEST_F(BodyScannerTest, HoldsLittleOfALongBody) {
  BodyScanner scanner = this->scanner();
  const std::string piece = "{\"text\": \"words \\n words %20 words\"}\n" + std::string(1000, 'w');
  Offset fed = 0;
  for (int i = 0; i < 3000; ++i) {
    ASSERT_EQ(Verdict::clean, scanner.feed(as_bytes(piece), scratch_));
    fed += piece.size();
    ASSERT_LE(fed - scanner.settled(), 12 * 1024u);
  }
  EXPECT_EQ(fed, scanner.work().wire_bytes);
  EXPECT_LE(scanner.work().scanned_bytes,
            3 * fed);  // as sent, and without one level of escapes
}

TEST_F(BodyScannerTest, TextWithoutEscapesIsScannedOnce) {
  BodyScanner scanner = this->scanner({"text/plain", {}});
  const std::string body = "100% of \\d+ and so on\n";
  std::string text;
  while (text.size() < 100'000) text += body;
  EXPECT_EQ(Verdict::clean, scan(scanner, text));
  // Each time a window of what came before, and no more.
  EXPECT_GE(scanner.work().scanned_bytes, text.size());
  EXPECT_LT(scanner.work().scanned_bytes, text.size() + text.size() / 8);
}

// However many escapes of another kind follow it.
TEST_F(BodyScannerTest, WhatMayBeQuotedPrintableIsReadSoOnlyNearby) {
  BodyScanner scanner = this->scanner({"application/json", {}});
  std::string text = "a soft line br=\neak\n";
  while (text.size() < 200'000) text += R"("line\n", "line\t" )";
  EXPECT_EQ(Verdict::clean, scan(scanner, text));
  // As sent by some of the rules, and once without escapes.
  EXPECT_LT(scanner.work().scanned_bytes, 2 * text.size() + text.size() / 2);
}

// One escape alone shows nothing, and two, or the end of a line, whatever was cut and paused at.
TEST_F(BodyScannerTest, QuotedPrintableIsReadTheSameHoweverItIsCut) {
  const auto rules = test::small_rules();
  WorkerScratch scratch(*rules);
  const struct {
    std::string body;
    Verdict verdict;
  } cases[] = {
      {"a tok_0123456789=41bcdefghij, and =4Dore", Verdict::clean},
      {"a tok_0123456789=61=62cdefghijk and more", Verdict::leak},
      {"a tok_0123456789abc=\r\ndefghijk and more", Verdict::leak},
      {"a tok_0123456789=61bcdefghij, =3D and more", Verdict::leak},
      {"a tok_0123456789abcdefghi=6a", Verdict::leak},
      {"a=6=64=\ntok_0123456789abcdefghij", Verdict::leak},
  };
  for (const auto& [body, verdict] : cases) {
    for (std::size_t piece = 1; piece <= body.size(); ++piece) {
      BodyScanner scanner({.rules = rules, .hints = {}, .limits = {}});
      for (std::size_t at = 0; at < body.size(); at += piece) {
        scanner.feed(as_bytes(std::string_view(body).substr(at, piece)), scratch);
        scanner.idle(scratch);
        // Of what shows it, nothing leaves.
        const bool shows = verdict == Verdict::leak && !body.contains("=3D");
        if (shows) EXPECT_LE(scanner.settled(), body.find("tok_")) << body;
      }
      EXPECT_EQ(verdict, scanner.finish(scratch)) << body << " in pieces of " << piece;
    }
  }
}

// Letters and digits that may be base64 of what begins like zlib data, in each line.
TEST_F(BodyScannerTest, NamesInRowsAreNoContainers) {
  BodyScanner scanner = this->scanner({"text/plain", {}});
  std::string text;
  while (text.size() < 100'000) {
    text += "/* CKM_MD2_RSA_PKCS, CKM_MD5_RSA_PKCS, and CKM_SHA1_RSA_PKCS */\n";
  }
  EXPECT_EQ(Verdict::clean, scan(scanner, text)) << scanner.problem();
}

// A long file in base64 has some lines that begin like zlib data by chance.
TEST_F(BodyScannerTest, LinesOfALongFileAreNoContainersInEachOther) {
  std::mt19937_64 random(3);
  const auto line = [&](std::string front) {
    while (front.size() < 57) front += static_cast<char>(random());
    return base64_encoded(front) + "\n";
  };
  std::string text;
  for (int i = 0; i < 20; ++i) {
    text += line("\x78\x9c\x4b\x4c");
    for (int j = 0; j < 250; ++j) text += line("");
  }
  BodyScanner scanner = this->scanner({"text/plain", {}});
  EXPECT_EQ(Verdict::clean, scan(scanner, text)) << scanner.problem();
}

TEST_F(BodyScannerTest, RefusesACodingItDoesNotKnow) {
  for (const char* coding : {"compress", "snappy", "gzip2", ""}) {
    BodyScanner scanner = this->scanner({"", {coding}});
    EXPECT_EQ(Verdict::unscannable, scanner.verdict()) << coding;
    EXPECT_EQ("a content coding that is not known", scanner.problem());
    EXPECT_EQ(Verdict::unscannable, scanner.feed(as_bytes("x"), scratch_));
    EXPECT_EQ(Verdict::unscannable, scanner.finish(scratch_));
    EXPECT_EQ(0u, scanner.settled());
  }
}

TEST_F(BodyScannerTest, RefusesWhatItsDeclaredCodingCannotRead) {
  BodyScanner plain = this->scanner({"", {"gzip"}});
  EXPECT_EQ(Verdict::unscannable, scan(plain, "plain text"));
  EXPECT_EQ("bytes that are no gzip member", plain.problem());
  BodyScanner cut = this->scanner({"", {"gzip"}});
  EXPECT_EQ(Verdict::unscannable, scan(cut, test::gzip("text").substr(0, 15)));
  EXPECT_EQ("gzip data ends early", cut.problem());
  BodyScanner empty = this->scanner({"", {"gzip"}});
  EXPECT_EQ(Verdict::clean, scan(empty, ""));
}

TEST_F(BodyScannerTest, ALeakInDataThatEndsEarlyIsALeak) {
  const std::string wire = test::gzip(token() + " and more", {24});
  BodyScanner scanner = this->scanner({"", {"gzip"}});
  EXPECT_EQ(Verdict::leak, scan(scanner, wire.substr(0, wire.size() - 12)));
}

TEST_F(BodyScannerTest, WhatOnlyLooksLikeAContainerIsText) {
  const std::string false_start("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10);
  BodyScanner clean = this->scanner();
  EXPECT_EQ(Verdict::clean, scan(clean, false_start + std::string(9000, '\xff')));
  EXPECT_EQ(9010u, clean.settled());
  BodyScanner leak = this->scanner();
  EXPECT_EQ(Verdict::leak, scan(leak, false_start + "\xff\\n" + unicode(token())));
  EXPECT_EQ("json", leak.findings()[0].place.encoding);
  BodyScanner cut = this->scanner();
  EXPECT_EQ(Verdict::clean, scan(cut, test::gzip(std::string(5000, 'x')).substr(0, 25)));
}

// Whoever is refused looks for it in the request.
TEST_F(BodyScannerTest, APlaceIsTheRequestsAndNotThatOfWhatIsEncodedInIt) {
  const std::string inner = R"({"k":")" + token() + R"("})";
  for (const std::string& value : {base64_encoded(inner), base64_encoded(test::gzip(inner)),
                                   test::hex(inner), json_escaped(inner)}) {
    BodyScanner scanner = this->scanner();
    ASSERT_EQ(Verdict::leak, scan(scanner, R"({"x":[{"y":")" + value + R"("}]})")) << value;
    EXPECT_EQ("/x/0/y", scanner.findings()[0].place.pointer) << value;
  }
}

TEST_F(BodyScannerTest, RefusesContainersPastTheDepth) {
  std::string body = "text that is as long as a token";
  for (std::size_t i = 0; i < ScanLimits{}.depth; ++i) body = test::gzip(body);
  BodyScanner deep = this->scanner();
  EXPECT_EQ(Verdict::clean, scan(deep, body));
  BodyScanner deeper = this->scanner();
  EXPECT_EQ(Verdict::over_limit, scan(deeper, test::gzip(body)));
  EXPECT_EQ("containers inside containers", deeper.problem());
  BodyScanner declared = this->scanner({"", {"gzip", "br", "gzip", "br", "gzip"}});
  EXPECT_EQ(Verdict::over_limit, declared.verdict());
}

// Conversations quote conversations.
TEST_F(BodyScannerTest, EscapesPastTheDepthAreNoReasonToRefuse) {
  std::string body = "say \"hi\"\n";
  for (int i = 0; i < 7; ++i) body = R"({"text":")" + json_escaped(body) + R"("})";
  BodyScanner scanner = this->scanner({"application/json", {}});
  EXPECT_EQ(Verdict::clean, scan(scanner, body));
  for (int i = 0; i < 5; ++i) body = percent(body);
  BodyScanner percents = this->scanner();
  EXPECT_EQ(Verdict::clean, scan(percents, body));
}

// Decoys that call for every text there can be, in the bytes of a container, where they are text
// for all that anybody knows, and in its content once more.
TEST_F(BodyScannerTest, DecoysDoNotUseUpTheViewsThatContentNeeds) {
  const std::string decoys =
      R"(\\\\n \\u002541 \u00255cn \u00252541 %5c%5cn %5cu002541 %255cn %252541)";
  const auto rules = Ruleset::builtin();  // whose window is wide enough to keep them all open
  WorkerScratch scratch(*rules);
  std::mt19937_64 random(1);
  const std::string secret = *expand_example(rules->find("npm-token")->examples[0], random);
  const std::string content = std::string(300, '.') + percent(percent(percent(secret)));
  const std::string body = test::gzip_with(content, 8, decoys + std::string(1, '\0'));
  for (const std::size_t size : {1u, 7u, 90u, 1000u}) {
    BodyScanner scanner({rules, Part::body, {}, ScanLimits{}, FingerprintKey{}});
    for (std::size_t at = 0; at < body.size(); at += size) {
      scanner.feed(as_bytes(body.substr(at, size)), scratch);
      scanner.idle(scratch);
    }
    EXPECT_EQ(Verdict::leak, scanner.finish(scratch)) << size;
  }
}

TEST_F(BodyScannerTest, RefusesWhatExpandsTooFar) {
  ScanLimits limits;
  limits.decoded_floor = 100'000;
  limits.decoded_ratio = 5;
  for (const bool declared : {false, true}) {
    ContentHints hints;
    if (declared) hints.content_encoding = {"gzip"};
    BodyScanner scanner = this->scanner(hints, limits);
    EXPECT_EQ(Verdict::over_limit, scan(scanner, test::gzip(std::string(3'000'000, 'x'))));
    EXPECT_EQ("compressed data that expands too far", scanner.problem());
    EXPECT_LE(scanner.work().scanned_bytes, 150'000u);
  }
}

TEST_F(BodyScannerTest, RecordsWhatARuleOfLowConfidenceSees) {
  BodyScanner scanner = this->scanner();
  const std::string body = "{\"a\":[0,\"" + note() + "\"]}";
  EXPECT_EQ(Verdict::clean, scan(scanner, body));
  ASSERT_EQ(1u, scanner.findings().size());
  EXPECT_FALSE(scanner.findings()[0].blocking);
  EXPECT_EQ(Confidence::low, scanner.findings()[0].confidence);
  EXPECT_EQ("/a/1", scanner.findings()[0].place.pointer);
  EXPECT_EQ(body.size(), scanner.settled());
}

TEST_F(BodyScannerTest, AFloodOfLowCandidatesEndsTheirEvaluationAndNothingElse) {
  ScanLimits limits;
  limits.record_floor_bytes = 500;
  std::string body;
  for (int i = 0; i < 3000; ++i) body += note() + " ";
  BodyScanner clean = this->scanner({}, limits);
  EXPECT_EQ(Verdict::clean, scan(clean, body));
  EXPECT_LE(clean.work().examined_bytes, 600 + body.size() / 4);
  BodyScanner leak = this->scanner({}, limits);
  EXPECT_EQ(Verdict::leak, scan(leak, body + token()));
}

// What a few bytes expand to is scanned in slices, whatever is inside what.
TEST_F(BodyScannerTest, NoCallDoesMuchMoreThanItsSlice) {
  std::string text;
  while (text.size() < 2'000'000) text += "\\\\u0061%2561 ";
  for (const std::string coding : {"gzip", "br", "zstd", "deflate"}) {
    for (const bool nested : {false, true}) {
      ContentHints hints{"", {coding}};
      std::string wire = test::compressed(coding, text, {});
      if (nested) {
        wire = test::compressed(coding, wire, {});
        hints.content_encoding.push_back(coding);
      }
      constexpr std::size_t slice = 50'000;
      BodyScanner scanner({rules_, Part::body, hints, ScanLimits{}, FingerprintKey{}, slice});
      std::uint64_t most = 0, before = 0;
      const auto count = [&] {
        most = std::max(most, scanner.work().scanned_bytes - before);
        before = scanner.work().scanned_bytes;
      };
      scanner.feed(as_bytes(wire), scratch_);
      for (count(); scanner.busy(); count()) scanner.resume(scratch_);
      EXPECT_LT(scanner.settled(), wire.size());
      scanner.finish(scratch_);
      for (count(); scanner.busy(); count()) scanner.resume(scratch_);
      EXPECT_EQ(Verdict::clean, scanner.verdict()) << coding << scanner.problem();
      EXPECT_EQ(wire.size(), scanner.settled());
      EXPECT_GT(before, 5 * text.size() / 3) << coding;  // all of it, and without its escapes
      // One run of a decoder's output in every view that may be alive.
      EXPECT_LT(most, slice + 16 * 1024 * ScanLimits{}.view_count) << coding << nested;
    }
  }
}

TEST_F(BodyScannerTest, ACredentialIsAtHomeInOneFieldOfTheIssuersOwnPage) {
  Rule rule = test::small_rules()->rules()[0];
  rule.audience = {{*Host::parse("login.example.com"), "field:refresh_token", "/oauth/token"}};
  const auto rules = *Ruleset::compile({rule});
  WorkerScratch scratch(*rules);
  const std::string form = "application/x-www-form-urlencoded";
  const auto verdict = [&](const std::string& body, const std::string& type = "application/json",
                           const std::string& host = "login.example.com",
                           const std::string& path = "/oauth/token") {
    BodyScanner scanner(
        {rules, Part::body, {type, {}}, {}, {}, 0, Destination{*Host::parse(host), path}});
    scanner.feed(as_bytes(body), scratch);
    return scanner.finish(scratch);
  };
  const std::string json = R"({"grant_type":"refresh_token","refresh_token":")" + token() + R"("})";
  const std::string pairs = "grant_type=refresh_token&refresh_token=" + token() + "&client_id=1";
  EXPECT_EQ(Verdict::clean, verdict(json));
  EXPECT_EQ(Verdict::clean, verdict(pairs, form));
  EXPECT_EQ(Verdict::clean, verdict("refresh_token=" + token(), form));
  EXPECT_EQ(Verdict::leak, verdict(json, "application/json", "other.example.com"));
  EXPECT_EQ(Verdict::leak, verdict(json, "application/json", "login.example.com", "/oauth/toke"));
  EXPECT_EQ(Verdict::leak, verdict(pairs, form, "login.example.com", "/gists"));
  EXPECT_EQ(Verdict::leak, verdict(R"({"note":")" + token() + R"("})"));
  EXPECT_EQ(Verdict::leak, verdict(R"({"a":{"refresh_token":")" + token() + R"("}})"));
  EXPECT_EQ(Verdict::leak, verdict("note=" + token() + "&refresh_token=x", form));
  EXPECT_EQ(Verdict::leak, verdict("refresh_token=" + token() + "&note=" + token('b'), form));
  EXPECT_EQ(Verdict::leak, verdict(pairs, "text/plain"));
}

// A field is for the credential alone; and of what is at home at any host, in a request for a
// token.
TEST_F(BodyScannerTest, ACredentialIsAtHomeInAFieldThatHoldsNothingElse) {
  Rule issuers = test::small_rules()->rules()[0], anybodys = issuers;
  issuers.audience = {{*Host::parse("login.example.com"), "field:refresh_token", "/start"}};
  anybodys.id = "any-token";
  anybodys.regex = "any_[a-z0-9]{20}";
  anybodys.audience = {{std::nullopt, "field:client_secret", "*"}};
  const auto rules = *Ruleset::compile({issuers, anybodys});
  WorkerScratch scratch(*rules);
  const auto verdict = [&](const std::string& body, const std::string& path = "/start",
                           const std::string& type = "application/json") {
    BodyScanner scanner({rules,
                         Part::body,
                         {type, {}},
                         {},
                         {},
                         0,
                         Destination{*Host::parse("login.example.com"), path}});
    scanner.feed(as_bytes(body), scratch);
    return scanner.finish(scratch);
  };
  const std::string any = "any" + std::string("_") + std::string(20, 'b');
  const std::string form = "application/x-www-form-urlencoded";
  EXPECT_EQ(Verdict::clean, verdict(R"({"refresh_token":")" + token() + R"("})"));
  EXPECT_EQ(Verdict::leak, verdict(R"({"refresh_token":"here is )" + token() + R"("})"));
  EXPECT_EQ(Verdict::leak, verdict(R"({"refresh_token":")" + token() + R"( and prose"})"));
  EXPECT_EQ(Verdict::leak, verdict(R"({"client_secret":")" + any + R"("})"));
  EXPECT_EQ(Verdict::clean, verdict(R"({"client_secret":")" + any + R"("})", "/oauth/token"));
  EXPECT_EQ(Verdict::clean,
            verdict(R"({"client_secret":")" + any + R"(","grant_type":"client_credentials"})"));
  EXPECT_EQ(Verdict::clean, verdict("client_secret=" + any + "&grant_type=x", "/start", form));
  EXPECT_EQ(Verdict::leak, verdict("client_secret=A%3D" + any + "&grant_type=x", "/start", form));
  EXPECT_EQ(Verdict::leak,
            verdict("client_secret=" + any + "%0AB%3D1&grant_type=x", "/start", form));
}

TEST_F(BodyScannerTest, NeverFindsMoreThanTheLimit) {
  ScanLimits limits;
  limits.findings = 3;
  std::string body;
  for (char c = 'a'; c <= 'z'; ++c) body += note(c) + " ";
  BodyScanner scanner = this->scanner({}, limits);
  EXPECT_EQ(Verdict::leak, scan(scanner, body + token()));
  ASSERT_EQ(3u, scanner.findings().size());
  EXPECT_TRUE(scanner.findings()[2].blocking);
}

TEST_F(BodyScannerTest, ThePointerHasNoRoomForASecret) {
  const std::string secret = token();
  BodyScanner key = this->scanner();
  EXPECT_EQ(Verdict::leak, scan(key, "{\"a\":{\"" + secret + "\":\"" + token('b') + "\"}}"));
  ASSERT_EQ(2u, key.findings().size());
  EXPECT_EQ("/a", key.findings()[0].place.pointer);
  EXPECT_EQ("/a/*", key.findings()[1].place.pointer);
}

TEST_F(BodyScannerTest, KnowsThePointerFarIntoALongBody) {
  std::string body = R"({"messages":[)";
  for (int i = 0; i < 5000; ++i) body += R"({"role":"user","content":"some \"text\" \n"},)";
  body += R"({"role":"user","content":"here )" + token() + R"("}]})";
  for (const bool compress : {false, true}) {
    BodyScanner scanner = this->scanner(
        {"", compress ? std::vector<std::string>{"gzip"} : std::vector<std::string>{}});
    EXPECT_EQ(Verdict::leak, scan(scanner, compress ? test::gzip(body) : body, 3000));
    EXPECT_EQ("/messages/5000/content", scanner.findings()[0].place.pointer);
  }
}

TEST_F(BodyScannerTest, TheVerdictIsSticky) {
  BodyScanner scanner = this->scanner();
  EXPECT_EQ(Verdict::leak, scan(scanner, token()));
  EXPECT_EQ(Verdict::leak, scanner.feed(as_bytes("more"), scratch_));
  EXPECT_EQ(Verdict::leak, scanner.idle(scratch_));
  EXPECT_EQ(Verdict::leak, scanner.finish(scratch_));
  EXPECT_EQ(1u, scanner.findings().size());
}

}  // namespace
}  // namespace cork::secrets
