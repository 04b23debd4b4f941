// Compressed data in a text, and what is hidden behind what only looks like it.
#include "base/base64.h"
#include "rules/secrets/body_scanner.h"
#include "tests/unit/rules/secrets/encoders.h"
#include "tests/unit/rules/secrets/test_rules.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>

namespace cork::secrets {
namespace {

using test::token;

class LayerContainers : public testing::Test {
 protected:
  BodyScanner scanner(std::size_t slice = 0, ContentHints hints = {}) {
    return BodyScanner({.rules = rules_,
                        .part = Part::body,
                        .hints = std::move(hints),
                        .limits = {},
                        .slice_bytes = slice});
  }
  Verdict scan(const std::string& body, std::size_t slice = 0, ContentHints hints = {}) {
    BodyScanner scanner = this->scanner(slice, std::move(hints));
    scanner.feed(as_bytes(body), scratch_);
    while (scanner.busy()) scanner.resume(scratch_);
    scanner.finish(scratch_);
    while (scanner.busy()) scanner.resume(scratch_);
    return scanner.verdict();
  }
  static std::string dots(std::size_t n) { return std::string(n, '.'); }

  std::shared_ptr<const Ruleset> rules_ = test::small_rules();
  WorkerScratch scratch_{*rules_};
};

TEST_F(LayerContainers, AreFoundInEscapesHoweverMuchTextCameBefore) {
  std::string escaped;
  for (const char c : test::gzip(token())) {
    constexpr std::string_view digits = "0123456789abcdef";
    escaped += "\\x";
    escaped += digits[static_cast<unsigned char>(c) >> 4];
    escaped += digits[static_cast<unsigned char>(c) & 15];
  }
  for (const std::size_t before : {0u, 100u, 10'000u, 100'000u}) {
    EXPECT_EQ(Verdict::leak, scan(dots(before) + escaped)) << before;
  }
}

// In bytes spelled so, \xad is one of them; between letters it is a hyphen that nobody sees.
TEST_F(LayerContainers, ASoftHyphenThatIsSpelledAsAByteIsReadBothWays) {
  for (const std::string hyphen : {"\\xad", "\\xAD", "\\255", "\\\\xad"}) {
    std::string between;
    for (const char c : token()) between += c + hyphen;
    EXPECT_EQ(Verdict::leak, scan(dots(100) + between + dots(100))) << hyphen;
    EXPECT_EQ(Verdict::leak, scan(dots(100) + between + dots(20'000))) << hyphen;
    const std::string half = token().substr(0, 9) + hyphen + token().substr(9);
    EXPECT_EQ(Verdict::leak, scan("{\"a\":\"" + half + "\"}")) << hyphen;
  }
  std::string joiner;
  for (const char c : token()) joiner += std::string(1, c) + "\\xe2\\x80\\xad";
  EXPECT_EQ(Verdict::leak, scan(joiner));
  EXPECT_EQ(Verdict::clean, scan("\\xad\\xad " + dots(100)));
  // Cut by the end of what came before.
  const std::string text =
      dots(100) + token().substr(0, 9) + "\\xad" + token().substr(9) + dots(9000);
  for (std::size_t cut = 105; cut < 120; ++cut) {
    BodyScanner scanner = this->scanner();
    scanner.feed(as_bytes(text.substr(0, cut)), scratch_);
    scanner.idle(scratch_);
    scanner.feed(as_bytes(text.substr(cut)), scratch_);
    EXPECT_EQ(Verdict::leak, scanner.finish(scratch_)) << cut;
  }
  // Of which some byte is one.
  std::string packed;
  for (int i = 0; packed.find('\xad') == packed.npos; ++i) {
    packed = test::gzip(std::to_string(i) + token() + dots(300) + test::hex(std::to_string(i * i)));
  }
  std::string spelled;
  for (const char c : packed) spelled += "\\x" + test::hex({&c, 1});
  EXPECT_EQ(Verdict::leak, scan(spelled));
}

// A decoy that stays open does not switch off the limits of what begins in it.
TEST_F(LayerContainers, LimitsHoldInsideOfADecoyToo) {
  const std::string decoy = std::string("PK\3\4\x14\0\0\0\x08\0", 10) + std::string(16, '\0') +
                            std::string("\xff\xff\xff\xff", 4);
  const std::string far = test::gzip(std::string(64 << 20, '\0') + token());
  EXPECT_EQ(Verdict::over_limit, scan(far + dots(200'000)));
  EXPECT_EQ(Verdict::over_limit, scan(decoy + far + dots(200'000)));
}

// An archive has many entries, and each begins like a container of its own.
TEST_F(LayerContainers, AnArchiveOfManyEntriesInBase64IsRead) {
  std::string archive;
  std::mt19937_64 random(1);
  for (int i = 0; i < 60; ++i) {
    std::string text;
    while (text.size() < 300) text += std::to_string(random()) + (random() % 3 == 0 ? "\n" : " ");
    archive += test::zip_entry("file" + std::to_string(i), text, true);
  }
  EXPECT_EQ(Verdict::clean, scan("{\"file\":\"" + base64_encoded(archive) + "\"}"));
  archive += test::zip_entry("last", token(), true);
  EXPECT_EQ(Verdict::leak, scan("{\"file\":\"" + base64_encoded(archive) + "\"}"));
}

// The slice of a decoder is cut short where another container turns up in it.
TEST_F(LayerContainers, TurnUpInTheMiddleOfASlice) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 60; ++round) {
    std::string inner = test::gzip(std::string(2 << 20, 'a'));
    inner.resize(inner.size() - 8 - random() % 64);
    std::string text = dots(random() % 5000) + inner;
    while (text.size() < 60'000) text += "\x1f\x8b\x08" + dots(random() % 2000);
    scan(test::gzip(text), std::size_t{1024} << random() % 8, {{}, {"gzip"}});
    scan(text, std::size_t{1024} << random() % 8);
  }
}

// Frames that say they are longer than they are, and so fail behind their only block.
TEST_F(LayerContainers, AreTooDeepOrNotHoweverABodyIsCut) {
  for (std::size_t size = 10; size <= 40; ++size) {
    std::string body = dots(size);
    for (int depth = 0; depth < 5; ++depth) body = test::stored_zstd(body, body.size() + 1);
    body += dots(20);
    BodyScanner scanner = this->scanner();
    for (const char& c : body) {
      scanner.feed(as_bytes({&c, 1}), scratch_);
      scanner.idle(scratch_);
    }
    const Verdict verdict = scanner.finish(scratch_);
    EXPECT_EQ(scan(body), verdict) << size;
    if (size == 10) EXPECT_EQ(Verdict::clean, verdict);
    if (size == 40) EXPECT_EQ(Verdict::over_limit, verdict);
  }
}

// Entries that are not deflated, which is said behind the magic number.
TEST_F(LayerContainers, AreNotOpenedForABeginningThatIsCut) {
  std::string body;
  for (int i = 0; i < 12; ++i) body += std::string("PK\3\4\x14\0\0\0\xff\xff", 10);
  body += dots(200);
  EXPECT_EQ(Verdict::clean, scan(body));
  BodyScanner scanner = this->scanner();
  for (const char& c : body) {
    scanner.feed(as_bytes({&c, 1}), scratch_);
    scanner.idle(scratch_);
  }
  EXPECT_EQ(Verdict::clean, scanner.finish(scratch_)) << scanner.problem();
}

// An archive behind a line with an escape in it: the text without escapes, in which it stands as
// well, and damaged by what looks like one in it, is no reason to open each entry once more.
TEST_F(LayerContainers, AreOpenedOnceWhateverLooksLikeAnEscapeBesideThem) {
  std::string body = R"({"note":"one\ntwo"})";
  for (int i = 0; i < 1500; ++i) {
    body +=
        test::zip_entry(fmt::format("f{}.js", i), fmt::format("export * from './m{}';\n", i), true);
  }
  BodyScanner scanner = this->scanner();
  scanner.feed(as_bytes(body), scratch_);
  EXPECT_EQ(Verdict::clean, scanner.finish(scratch_)) << scanner.problem();
  EXPECT_LT(scanner.work().texts, 2000u);
  // But where it is what is escaped.
  EXPECT_EQ(Verdict::leak,
            scan(R"({"zip":")" + test::json_escaped(test::zip_entry("a", token(), true))));
}

// '+' is a blank in a form: the first bytes are as many as in the text above, and others.
TEST_F(LayerContainers, AreOpenedWhereAFormHasOtherFirstBytes) {
  // A frame of one segment, which is a block as it stands (RFC 8878): the byte behind the magic
  // number is a blank.
  const auto size = static_cast<char>(token().size());
  std::string body = "a=+&z=" + std::string("\x28\xb5\x2f\xfd+") + size;
  body += static_cast<char>(size << 3 | 1) + std::string(2, '\0') + token();
  EXPECT_EQ(Verdict::leak, scan(body));
}

// All that is in one is from one place on the wire, so that alone does not tell which of two is the
// longer.
TEST_F(LayerContainers, TellTheSameSecretHoweverTheyAreCut) {
  const std::string escaped = "'" + test::note() + "%62:";  // and one more letter
  const std::string extra = std::string("\x1f\x8b\x08\x04", 4) + std::string(8, '\xff');
  const std::string body = extra + escaped;
  const auto prints = [&](std::size_t piece) {
    std::set<std::uint64_t> prints;
    BodyScanner scanner = this->scanner();
    for (std::size_t at = 0; at < body.size(); at += piece) {
      scanner.feed(as_bytes(std::string_view(body).substr(at, piece)), scratch_);
    }
    scanner.finish(scratch_);
    for (const Finding& finding : scanner.findings()) prints.insert(finding.print.value);
    return prints;
  };
  for (std::size_t piece = 1; piece <= body.size(); ++piece) {
    EXPECT_EQ(prints(piece), std::set{fingerprint({}, test::note() + "b").value}) << piece;
  }
}

// Opening one costs more than its ten bytes.
TEST_F(LayerContainers, AreOpenedAFewInASlice) {
  std::string flood;
  for (int i = 0; i < 20'000; ++i) flood += std::string("PK\3\4\x14\0\0\0\x08\0", 10);
  BodyScanner scanner = this->scanner(128 << 10);
  scanner.feed(as_bytes(flood), scratch_);
  int slices = 0;
  for (; scanner.busy() && scanner.verdict() == Verdict::clean; ++slices) scanner.resume(scratch_);
  EXPECT_TRUE(slices > 100 || scanner.verdict() == Verdict::over_limit) << slices;
}

}  // namespace
}  // namespace cork::secrets
