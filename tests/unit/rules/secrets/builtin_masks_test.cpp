// What masking leaves of the credentials that cork's own rules find: nothing, or the request does
// not pass.
#include "rules/secrets/body_scanner.h"
#include "rules/secrets/rule_examples.h"
#include "tests/unit/rules/secrets/drawn_parts.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <string_view>

namespace cork::secrets {
namespace {

class BuiltinMasks : public testing::Test {
 protected:
  static void SetUpTestSuite() { rules() = Ruleset::builtin(); }
  static void TearDownTestSuite() { rules().reset(); }
  static std::shared_ptr<const Ruleset>& rules() {
    static std::shared_ptr<const Ruleset> shared;
    return shared;
  }

  struct Outcome {
    Verdict verdict;
    bool redacted;
    std::string text;  // with what is masked replaced
  };
  Outcome pass(std::string text) {
    BodyScanner body(
        {.rules = rules(), .hints = {}, .limits = {}, .actions = Actions(Action::redact)});
    body.feed(as_bytes(text), scratch_);
    const Verdict verdict = body.finish(scratch_);
    for (const WireRange& range : body.take_masks()) {
      std::fill(text.begin() + static_cast<std::ptrdiff_t>(range.begin),
                text.begin() + static_cast<std::ptrdiff_t>(range.end), '*');
    }
    bool redacted = false;
    for (const Finding& finding : body.findings()) redacted = redacted || finding.redacted;
    return {verdict, redacted, std::move(text)};
  }

  WorkerScratch scratch_{*rules()};
  std::mt19937_64 random_{20240607};
};

std::string in_json(std::string_view text) {
  std::string out = "{\"a\":\"";
  for (const char c : text) {
    if (c == '\n' || c == '\r' || c == '\t') {
      out += c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t";
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"}";
}

TEST_F(BuiltinMasks, NothingThatWasDrawnIsLeftOfAnExampleThatPasses) {
  std::size_t passed = 0, refused = 0, unseen = 0;
  for (const Rule& rule : rules()->rules()) {
    if (rule.confidence != Confidence::high) continue;
    for (const std::string& pattern : rule.examples) {
      const std::string example = *expand_example(pattern, random_);
      const auto parts = test::drawn_parts(pattern, example);
      for (const std::string& text : {"hello " + example + " bye", in_json(example)}) {
        const Outcome out = pass(text);
        if (out.verdict != Verdict::clean) {
          ++refused;
          continue;
        }
        // A few that were drawn look written, and are no credential to any rule.
        if (!out.redacted) {
          ++unseen;
          continue;
        }
        ++passed;
        for (const test::DrawnPart& part : parts) {
          if (test::is_public(rule.id, part)) continue;
          EXPECT_FALSE(test::is_left(part, out.text)) << rule.id << ": " << out.text;
        }
      }
    }
  }
  EXPECT_GT(passed, 2000U);
  EXPECT_GT(refused, 50U);
  EXPECT_LT(unseen, 20U);
}

// What stands before the escape may be a credential of its own to the text with the escape in it.
TEST_F(BuiltinMasks, NothingIsLeftBehindACharacterThatIsEscaped) {
  std::size_t passed = 0;
  for (const Rule& rule : rules()->rules()) {
    if (rule.confidence != Confidence::high || rule.partial) continue;
    for (const std::string& pattern : rule.examples) {
      const std::string example = *expand_example(pattern, random_);
      const auto parts = test::drawn_parts(pattern, example);
      const auto longest = std::ranges::max_element(
          parts, {}, [](const test::DrawnPart& part) { return part.text.size(); });
      if (longest == parts.end() || longest->text.size() < 2 * test::kTellingPart) continue;
      const std::size_t at = 1 + random_() % (longest->text.size() - 1);
      std::string body = in_json(example);
      const std::size_t begin = body.find(longest->text);
      if (begin == body.npos) continue;
      const char escaped = longest->text[at];
      const std::string code = fmt::format("{:02x}", escaped);
      const std::string escapes[] = {"\\u00" + code, "%" + code, "&#x" + code + ";",
                                     "\\\\u00" + code, std::string("\xe2\x80\x8b") + escaped};
      body.replace(begin + at, 1, escapes[random_() % std::size(escapes)]);
      const Outcome out = pass(body);
      if (out.verdict != Verdict::clean || !out.redacted) continue;
      ++passed;
      if (!test::is_public(rule.id, *longest)) {
        EXPECT_FALSE(test::is_left(*longest, out.text)) << rule.id << ": " << body << out.text;
      }
    }
  }
  EXPECT_GT(passed, 500U);
}

// Each is found by one part of it, and the others look like nothing where they stand.
TEST_F(BuiltinMasks, WhatIsFoundByOnePartOfItDoesNotPass) {
  const char* const patterns[] = {
      R"({{"auths":{{"a.example":{{"auth":"{base64:40}"},"b.example":{{"auth":"{base64:40}"}}})",
      "apiVersion: v1\nkind: Secret\ndata:\n  one: {base64:40}\n  two: {base64:40}\n",
      "users:\n- name: a\n  user:\n    token: {alnum:24}\n- name: b\n  user:\n    token: "
      "{alnum:24}",
      R"({{"http-basic":{{"a.example":{{"username":"me","password":"{alnum:24}"}}})",
      R"(LoginModule required username="a" password="{alnum:20}" user_bob="{alnum:20}";)",
      "private_key: MIIEv{base64:95}\n{base64:100}\n{base64:100}\n",
      "private_key = \"MIIEv{base64:95}\" +\n  \"{base64:100}\"",
      R"({{"kty":"EC","d":"{base64url:43}"},{{"d":"{base64url:43}","kty":"EC"})",
      "-----BEGIN OpenVPN Static key V1-----\n{hex:32}\n{hex:32}\n{hex:32}\n",
      "client_secret = {base64:43}=\nhost = akab-{lalnum:16}.example\naccess_token = "
      "akab-{lalnum:16}-{lalnum:16}",
  };
  for (const char* pattern : patterns) {
    const std::string example = *expand_example(pattern, random_);
    EXPECT_EQ(pass(example).verdict, Verdict::leak) << example;
    EXPECT_EQ(pass(in_json(example)).verdict, Verdict::leak) << example;
  }
}

// The rule asks for letters and digits, and a password goes on.
TEST_F(BuiltinMasks, ThatOnlyANameTellsAreMaskedToTheEndOfTheValue) {
  for (const char sign : std::string_view("!#$%*/:=?@^~.")) {
    const std::string first = *expand_example("{alnum:20}", random_),
                      rest = *expand_example("{alnum:20}", random_);
    const std::string value = first + sign + rest;
    for (const std::string& front : {R"({"db":{"password":")", "DB_PASSWORD=", "password: '"}) {
      const std::string behind = front.ends_with('"') ? R"("},"a":[1]})" : "\nHOME=/\n";
      const Outcome out = pass(front + value + behind);
      ASSERT_EQ(Verdict::clean, out.verdict) << value;
      EXPECT_EQ(front + std::string(value.size(), '*') + behind, out.text) << value;
    }
  }
}

}  // namespace
}  // namespace cork::secrets
