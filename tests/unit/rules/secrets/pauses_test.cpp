// A sender that pauses gains nothing: neither does it hide what a body holds, nor does the front of
// it go on before the rest shows what it is.
#include "base/base64.h"
#include "rules/secrets/body_scanner.h"
#include "tests/unit/rules/secrets/encoders.h"
#include "tests/unit/rules/secrets/test_rules.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <string_view>

namespace cork::secrets {
namespace {

using test::token;

// What GitHub issues, drawn anew for each seed.
std::string drawn_secret(unsigned seed) {
  std::mt19937 random(seed);
  std::string secret = std::string("gh") + "p_";
  while (secret.size() < 40) secret += "abcdefghijkmnopqrstuvwxyz0123456789"[random() % 35];
  return secret;
}

// Compiled once: that takes longer than most tests.
const std::shared_ptr<const Ruleset>& builtin() {
  static const std::shared_ptr<const Ruleset> rules = Ruleset::builtin();
  return rules;
}

// Each cut with a pause behind it, and without.
TEST(Pauses, HideNoListBehindAnEscape) {
  const auto rules = test::small_rules();
  WorkerScratch scratch{*rules};
  const std::string far = "%20" + std::string(100, 'x');
  for (const std::string& body :
       {"%20" + test::bytes_apart(token(), " "), far + "%20" + test::bytes_apart(token(), " "),
        test::bytes_apart("sixteen letters!", " ") + "zz %20" + test::bytes_apart(token(), " "),
        R"({"a":"x\u0020)" + test::bytes_apart(token(), ":") + "\"}"}) {
    for (std::size_t cut = 0; cut <= body.size(); ++cut) {
      for (const bool pause : {false, true}) {
        BodyScanner scanner({rules, Part::body, {}, {}, FingerprintKey{}});
        scanner.feed(as_bytes(body.substr(0, cut)), scratch);
        if (pause) scanner.idle(scratch);
        scanner.feed(as_bytes(body.substr(cut)), scratch);
        EXPECT_EQ(Verdict::leak, scanner.finish(scratch)) << cut << ' ' << body;
      }
    }
  }
}

// Nor does it where what is scanned at a time ends.
TEST(Pauses, AreNotNeededForThat) {
  const auto rules = test::small_rules();
  WorkerScratch scratch{*rules};
  for (std::size_t front = 8000; front < 8300; ++front) {
    std::string body = "%20" + std::string(front, 'x');
    for (std::size_t at = 70; at < body.size(); at += 71) body[at] = ' ';
    body += "%20" + test::bytes_apart(token(), " ");
    BodyScanner scanner({rules, Part::body, {}, {}, FingerprintKey{}});
    scanner.feed(as_bytes(body), scratch);
    EXPECT_EQ(Verdict::leak, scanner.finish(scratch)) << front;
  }
}

// Nothing of the first line goes on before the next one shows what it is.
TEST(Pauses, LetNothingGoOfShortLinesOfDigitsInAString) {
  const auto& rules = builtin();  // whose window holds a line
  WorkerScratch scratch{*rules};
  const std::string secret = drawn_secret(5);
  for (const std::string& digits : {base64_encoded(secret), test::hex(secret)}) {
    for (std::size_t width = 6; width <= 15; ++width) {
      std::string body = R"({"a": ")";
      const std::size_t begin = body.size();
      for (std::size_t at = 0; at < digits.size(); at += width) {
        body += digits.substr(at, width) + (at + width < digits.size() ? "\\n" : "\"}");
      }
      BodyScanner scanner({rules, Part::body, {}, {}, FingerprintKey{}});
      for (const char& c : body) {
        scanner.feed(as_bytes({&c, 1}), scratch);
        scanner.idle(scratch);
        if (scanner.verdict() != Verdict::clean) break;
        ASSERT_LE(scanner.settled(), begin) << body;
      }
      EXPECT_EQ(Verdict::leak, scanner.finish(scratch)) << body;
    }
  }
}

// A body that is fed a byte at a time, with a pause behind each: how much of it goes before it is
// refused.
std::size_t let_go(const std::shared_ptr<const Ruleset>& rules, std::string_view body,
                   WorkerScratch& scratch) {
  BodyScanner scanner({rules, Part::body, {}, {}, FingerprintKey{}});
  for (const char& c : body) {
    scanner.feed(as_bytes({&c, 1}), scratch);
    if (scanner.verdict() != Verdict::clean) break;
    scanner.idle(scratch);
    if (scanner.verdict() != Verdict::clean) break;
  }
  EXPECT_EQ(Verdict::leak, scanner.finish(scratch)) << body;
  return scanner.settled();
}

std::string in_lines_of(std::string_view digits, std::size_t width, std::string_view end) {
  std::string lines;
  for (std::size_t at = 0; at < digits.size(); at += width) {
    lines.append(digits.substr(at, width));
    if (at + width < digits.size()) lines += end;
  }
  return lines;
}

// Half an escape may be what joins the digits in front of it with what follows.
TEST(Pauses, InsideAnEscapeLetNothingGoOfWhatItMayJoin) {
  const auto& rules = builtin();
  WorkerScratch scratch{*rules};
  const std::string secret = drawn_secret(11);
  for (const std::string& digits :
       {base64_encoded("x " + secret), test::hex("x " + secret), test::bytes_apart(secret, " ")}) {
    for (const std::string_view end :
         {"\\n", "\\r\\n", " \\n", "\r\\n", "\\u000a", "&#10;", " &#x0a;", "%0a", " %0D%0A"}) {
      for (const std::size_t width : {12u, 15u, 18u, 24u, 45u}) {
        if (end.starts_with(' ') && width < 18) continue;  // no line of digits alone
        const std::string front = R"({"a": ")";
        const std::string body = front + in_lines_of(digits, width, end) + "\"} ";
        EXPECT_LE(let_go(rules, body, scratch), front.size() + 12) << body;
      }
    }
  }
}

// In wide text any escape may stand for one of its bytes.
TEST(Pauses, LetNothingGoOfWideTextWithEscapesInIt) {
  const auto& rules = builtin();
  WorkerScratch scratch{*rules};
  const std::string secret = drawn_secret(12);
  const auto wide = [](std::string_view text) {
    std::string out;
    for (const char c : text) out.append({'\0', c});
    return out;
  };
  for (const std::string_view escape : {"\\\"", "\\n", "\\/", "\\u0022", "%22", "&quot;"}) {
    // One of the bytes in front of it, with nothing that joins digits.
    std::string body = R"({"a": ")" + wide("token ") + '\0' + std::string(escape);
    const std::size_t begin = body.size();
    body += wide(secret) + '\0' + std::string(escape) + wide(" and so on") + R"(\/ A\u0041"})";
    EXPECT_LE(let_go(rules, body, scratch), begin + 4) << escape;
  }
}

}  // namespace
}  // namespace cork::secrets
