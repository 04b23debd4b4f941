// The rules that are off by default: that each is proved by examples, that check digits decide, and
// that what a bottle says of them is done, however a body is cut.
#include "rules/secrets/rule_groups.h"

#include "base/base64.h"
#include "rules/secrets/body_scanner.h"
#include "rules/secrets/rule_examples.h"
#include "tests/unit/rules/secrets/encoders.h"
#include "tests/unit/rules/secrets/scan_support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace cork::secrets {
namespace {

using testing::IsEmpty;

class RuleGroups : public testing::Test {
 protected:
  static void SetUpTestSuite() { rules() = *Ruleset::compile(rules_of(*find_group("finance"))); }
  static void TearDownTestSuite() { rules().reset(); }
  static std::shared_ptr<const Ruleset>& rules() {
    static std::shared_ptr<const Ruleset> shared;
    return shared;
  }

  std::string drawn(const std::string& pattern) { return *expand_example(pattern, random_); }
  std::string card() { return drawn("4{digit:14}{luhn:1}"); }
  std::string spaced_card(const std::string& separator) {
    std::string number = card();
    for (const std::size_t at : {12U, 8U, 4U}) number.insert(at, separator);
    return number;
  }

  // The rules that find something in `text`, as a body that arrives at once.
  std::vector<std::string> found(const std::string& text, const Actions& actions = Actions()) {
    BodyScanner scanner({.rules = rules(), .hints = {}, .limits = {}, .actions = actions});
    scanner.feed(as_bytes(text), scratch_);
    scanner.finish(scratch_);
    std::vector<std::string> ids;
    for (const Finding& finding : scanner.findings()) {
      ids.push_back(rules()->rules()[finding.rule].id);
    }
    return ids;
  }
  bool finds(const std::string& id, const std::string& text) {
    const auto ids = found(text);
    return std::ranges::find(ids, id) != ids.end();
  }

  static Actions saying(Action action, const std::string& rule) {
    const NamedActions::Word word{rule, action, {}};
    return Actions(Actions::Parts{.named = *NamedActions::make({&word, 1}, *rules())});
  }
  Verdict verdict(const std::string& text, const Actions& actions) {
    BodyScanner scanner({.rules = rules(), .hints = {}, .limits = {}, .actions = actions});
    scanner.feed(as_bytes(text), scratch_);
    return scanner.finish(scratch_);
  }

  std::mt19937_64 random_{20240229};
  WorkerScratch scratch_{*rules()};
};

TEST_F(RuleGroups, AreFoundByTheirNames) {
  ASSERT_EQ(rule_groups().size(), 1U);
  EXPECT_EQ(rule_groups()[0].name, "finance");
  EXPECT_EQ(find_group("finance"), &rule_groups()[0]);
  EXPECT_EQ(find_group("finance.toml"), nullptr);
  EXPECT_EQ(find_group(""), nullptr);
  EXPECT_EQ(group_of_rule("iban"), &rule_groups()[0]);
  EXPECT_EQ(group_of_rule("github-token"), nullptr);
  EXPECT_EQ(switching_on(rule_groups()[0]), "`rules: {groups: [finance]}` switches its group on");
  const Diagnostic near = unknown_group("finanec", {"cork.yaml", 2, 9});
  EXPECT_EQ(near.what, "there is no group of rules 'finanec'");
  EXPECT_EQ(near.hint, "did you mean 'finance'?");
  EXPECT_EQ(near.where, (Where{"cork.yaml", 2, 9}));
  EXPECT_EQ(unknown_group("wallets", {}).hint, "there is: finance");
}

TEST_F(RuleGroups, HaveNoRuleThatIsOnAlready) {
  for (const RuleFile& file : builtin_rules()) {
    for (const Rule& rule : *parse_rules(file.text, std::string(file.name))) {
      EXPECT_EQ(rules()->find(rule.id), nullptr) << rule.id;
    }
  }
}

TEST_F(RuleGroups, AreProvedByExamples) {
  for (const Rule& rule : rules()->rules()) {
    EXPECT_FALSE(rule.description.empty()) << rule.id;
    EXPECT_NE(rule.why.find(". https://"), std::string::npos) << rule.id;
    EXPECT_GE(rule.examples.size(), 3U) << rule.id;
    EXPECT_GE(rule.non_examples.size(), 3U) << rule.id;
  }
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    std::mt19937_64 random(seed);
    EXPECT_THAT(run_examples(*rules(), random), IsEmpty()) << "seed " << seed;
  }
}

TEST_F(RuleGroups, ACardIsFoundWhereverItStandsAndAnotherLastDigitIsNone) {
  const std::vector<std::string> places = {
      "%",
      "card: %.",
      "pay with % please",
      R"({"number":%})",
      R"({"number": %, "cvc": 1})",
      R"([1,%,2])",
      R"({"number":"%"})",
      R"({"text":"pay with\n%\tplease"})",
      R"({"a":"{\"number\":\"%\"}"})",
      R"({"a":"{\"number\":%}"})",
      "number=%&cvc=1",
      "<number>%</number>",
      "a,%,b\n",
  };
  std::size_t wrong = 0;
  for (const std::string& pattern :
       {"4{digit:14}{luhn:1}", "5{digit:0}3{digit:13}{luhn:1}", "2{digit:0}345{digit:11}{luhn:1}",
        "6011{digit:11}{luhn:1}", "35{digit:0}28{digit:11}{luhn:1}", "62{digit:13}{luhn:1}",
        "37{digit:12}{luhn:1}", "36{digit:11}{luhn:1}",
        "4{digit:3} {digit:4} {digit:4} {digit:3}{luhn:1}",
        "4{digit:3}-{digit:4}-{digit:4}-{digit:3}{luhn:1}",
        "34{digit:2} {digit:6} {digit:4}{luhn:1}"}) {
    for (const std::string& place : places) {
      const std::string number = drawn(pattern);
      std::string text = place;
      const std::size_t at = text.find('%');
      text.replace(at, 1, number);
      EXPECT_TRUE(finds("payment-card", text)) << text;
      for (char digit = '0'; digit <= '9'; ++digit) {
        if (digit == number.back()) continue;
        std::string other = text;
        other[at + number.size() - 1] = digit;
        EXPECT_FALSE(finds("payment-card", other)) << other;
        ++wrong;
      }
    }
  }
  EXPECT_GT(wrong, 1000U);
}

TEST_F(RuleGroups, ACardIsFoundInEveryEncoding) {
  const std::string number = spaced_card(" ");
  for (const std::string& text :
       {base64_encoded("card: " + number + ", valid"), test::percent("card: " + number),
        "card=" + spaced_card("+") + "&a=b", "card=" + spaced_card("%20"),
        test::gzip("{\"card\":\"" + number + "\"}"),
        "{\"card\":\"\\u0034" + number.substr(1) + "\"}"}) {
    EXPECT_TRUE(finds("payment-card", text)) << text;
  }
}

TEST_F(RuleGroups, DigitsThatBelongToMoreAreNoCard) {
  const std::string number = card();
  for (const std::string& text :
       {"0." + number, "1" + number, number + "1", "a" + number, number + "a", "x_" + number,
        "x-" + number, "1.5." + number, drawn("4{digit:7}-{digit:4}-{digit:3}{luhn:1}"),
        drawn("9{digit:14}{luhn:1}"), drawn("1{digit:14}{luhn:1}")}) {
    EXPECT_FALSE(finds("payment-card", text)) << text;
  }
}

TEST_F(RuleGroups, OfCardsInLinesEachIsFound) {
  std::string text;
  for (int i = 0; i < 10; ++i) text += card() + "\n";
  EXPECT_EQ(found(text).size(), 10U);
}

// They buy nothing, and are in everybody's tests.
TEST_F(RuleGroups, TheNumbersThatSchemesPublishForTestsAreNoFinding) {
  const std::string four_ones = "1111", zeros = "0000";
  std::vector<std::string> numbers = {"4" + four_ones.substr(1) + four_ones + four_ones + four_ones,
                                      "4242424242424242",
                                      "5555555555554444",
                                      "400000" + zeros + zeros + "02",
                                      "6011" + four_ones + four_ones + "1117",
                                      "378282" + std::string("246310005"),
                                      "371449" + std::string("635398431"),
                                      "401288" + std::string("8888881881"),
                                      "510510" + std::string("5105105100")};
  for (const std::string& number : numbers) {
    ASSERT_TRUE(is_right(Checksum::luhn, number)) << number;
    EXPECT_THAT(found("card=" + number), IsEmpty()) << number;
    if (number.size() != 16) continue;
    std::string apart = number;
    for (const std::size_t at : {12U, 8U, 4U}) apart.insert(at, " ");
    EXPECT_THAT(found("card: " + apart), IsEmpty()) << apart;
  }
}

TEST_F(RuleGroups, AnIbanIsFoundByItsCountrysLengthAndItsCheckDigits) {
  const std::string number = drawn("DE{mod97:2}{digit:18}");
  for (const std::string& text :
       {number, "{\"iban\":\"" + number + "\"}", "iban=" + number + "&x=1",
        drawn("FR{mod97:2} {digit:4} {digit:4} {digit:4} {digit:4} {digit:4} {digit:3}"),
        drawn("to NL{mod97:2} {upper:4} {digit:4} {digit:4} {digit:2}."),
        drawn("MT{mod97:2}{upper:4}{digit:5}{ualnum:18}"), drawn("NO{mod97:2}{digit:11}")}) {
    EXPECT_TRUE(finds("iban", text)) << text;
  }
  std::string wrong = number;
  for (std::size_t i = 2; i < number.size(); ++i) {
    wrong[i] = number[i] == '9' ? '0' : static_cast<char>(number[i] + 1);
    EXPECT_FALSE(finds("iban", wrong)) << wrong;
    wrong[i] = number[i];
  }
  EXPECT_FALSE(finds("iban", drawn("DE{mod97:2}{digit:17}")));
  EXPECT_FALSE(finds("iban", drawn("DE{mod97:2}{digit:19}")));
  EXPECT_FALSE(finds("iban", "X" + number));
}

TEST_F(RuleGroups, AWalletsKeyIsFoundWithWhateverIsGluedToItAndNotWithAWrongChecksum) {
  for (const char* pattern : {"{wif:51}", "{wif:52}", "{xprv:111}"}) {
    const std::string key = drawn(pattern);
    const std::string id = key.starts_with("xprv") ? "extended-private-key" : "bitcoin-wif-key";
    for (const std::string& text :
         {key, "a" + key, key + "a", "{\"k\":\"" + key + "\"}", key + "="}) {
      EXPECT_THAT(found(text), testing::ElementsAre(id)) << text;
      EXPECT_EQ(verdict(text, Actions()), Verdict::leak) << text;
    }
    for (std::size_t i = 4; i < key.size(); ++i) {
      std::string other = key;
      other[i] = other[i] == 'x' ? 'y' : 'x';
      EXPECT_THAT(found(other), IsEmpty()) << other;
    }
  }
}

TEST_F(RuleGroups, ASeedPhraseIsTwelveWordsOrThreeMore) {
  for (int words = 1; words <= 27; ++words) {
    const std::string text = drawn("my seed phrase is: {words:" + std::to_string(words) + "}.");
    EXPECT_EQ(finds("seed-phrase", text), words >= 12 && words <= 24 && words % 3 == 0) << text;
  }
  const std::string words = drawn("{words:12}");
  for (const char* name : {"mnemonic: ", "MNEMONIC=", "seedPhrase = '", "{\"recovery_phrase\":\"",
                           "Recovery phrase is ", "backup words:\n", "seed phrase\n"}) {
    EXPECT_TRUE(finds("seed-phrase", name + words)) << name;
  }
  EXPECT_FALSE(finds("seed-phrase", "a phrase: " + words));
}

TEST_F(RuleGroups, WhatMayBeAnybodysIsRecordedUntilABottleSaysBlock) {
  const std::map<std::string, std::string> samples = {
      {"payment-card", "{\"n\":\"" + spaced_card(" ") + "\"}"},
      {"card-track", drawn("%B4{digit:14}{luhn:1}^DOE/JANE^{digit:10}?")},
      {"iban", drawn("iban: GB{mod97:2} {upper:4} {digit:4} {digit:4} {digit:4} {digit:2}")},
      {"seed-phrase", drawn("the seed phrase is: {words:12}.")},
      {"us-bank-account", drawn("routing_number: {digit:9}")},
      {"solana-keypair", drawn("[{bytes:64}]")},
      {"ethereum-keystore", drawn("\"ciphertext\": \"{hex:64}\"")},
  };
  for (const auto& [id, text] : samples) {
    EXPECT_TRUE(finds(id, text)) << text;
    EXPECT_EQ(verdict(text, Actions()), Verdict::clean) << text;
    EXPECT_EQ(verdict(text, saying(Action::block, id)), Verdict::leak) << text;
    EXPECT_EQ(verdict(text, saying(Action::record, id)), Verdict::clean) << text;
  }
}

TEST_F(RuleGroups, ACardIsMaskedToItsLastDigitAndNoFurther) {
  const Actions actions = saying(Action::redact, "payment-card");
  for (const std::string& separator : {"", " ", "-"}) {
    const std::string number = spaced_card(separator);
    const std::string text = "{\"text\":\"pay with " + number + " 12 times\"}";
    BodyScanner scanner({.rules = rules(), .hints = {}, .limits = {}, .actions = actions});
    scanner.feed(as_bytes(text), scratch_);
    EXPECT_EQ(scanner.finish(scratch_), Verdict::clean);
    const std::vector<WireRange> masks = scanner.take_masks();
    ASSERT_EQ(masks.size(), 1U) << text;
    EXPECT_EQ(text.substr(masks[0].begin, masks[0].end - masks[0].begin), number);
  }
}

// Nothing tells where its words end and others begin.
TEST_F(RuleGroups, ASeedPhraseThatIsToBeMaskedIsRefused) {
  const std::string text = drawn("the seed phrase is: {words:12}. And more");
  EXPECT_EQ(verdict(text, saying(Action::redact, "seed-phrase")), Verdict::leak);
}

TEST_F(RuleGroups, ABodyThatIsCutOrPausesSettlesNoByteOfWhatIsStopped) {
  std::size_t judged = 0;
  for (const std::string& id : {"payment-card", "iban", "card-track", "bitcoin-wif-key"}) {
    const Actions actions = saying(Action::block, id);
    for (const std::string& pattern : rules()->find(id)->examples) {
      const std::string example = drawn(pattern),
                        text = "{\"a\":\"12 words, 34 \",\n" + example + "\n";
      std::optional<Offset> begin;
      for (std::size_t cut = 1; cut < text.size(); ++cut) {
        BodyScanner scanner({.rules = rules(), .hints = {}, .limits = {}, .actions = actions});
        scanner.feed(as_bytes(std::string_view(text).substr(0, cut)), scratch_);
        scanner.idle(scratch_);
        const Offset settled = scanner.verdict() == Verdict::clean ? scanner.settled() : 0;
        scanner.feed(as_bytes(std::string_view(text).substr(cut)), scratch_);
        scanner.finish(scratch_);
        if (scanner.verdict() != Verdict::leak) continue;  // digits drawn look written
        const auto finding = std::ranges::find_if(scanner.findings(), &Finding::blocking);
        ASSERT_NE(finding, scanner.findings().end());
        if (!begin) begin = finding->place.begin;
        EXPECT_EQ(finding->place.begin, *begin) << text << cut;
        EXPECT_LE(settled, *begin) << text << " cut at " << cut;
        judged += 1;
      }
    }
  }
  EXPECT_GT(judged, 700U);
}

TEST_F(RuleGroups, OrdinaryTextThatPausesIsLetGo) {
  for (const std::string& id : {"payment-card", "iban", "card-track"}) {
    const Actions actions = saying(Action::block, id);
    for (const std::string text :
         {"{\"model\":\"m\",\"messages\":[", "one sentence, and ", "a - "}) {
      BodyScanner scanner({.rules = rules(), .hints = {}, .limits = {}, .actions = actions});
      scanner.feed(as_bytes(text), scratch_);
      scanner.idle(scratch_);
      EXPECT_EQ(scanner.settled(), text.size()) << id << ": " << text;
    }
  }
}

TEST_F(RuleGroups, TheSameIsFoundHoweverTheTextIsCut) {
  for (int round = 0; round < 20; ++round) {
    for (const Rule& rule : rules()->rules()) {
      for (const std::string& pattern : rule.examples) {
        const std::string text = drawn("{lower:40} 1234 ") + drawn(pattern) + drawn(" {digit:3} ");
        std::vector<std::size_t> cuts(random_() % 30);
        for (std::size_t& cut : cuts) cut = random_() % text.size();
        std::ranges::sort(cuts);
        ASSERT_EQ(test::find_streaming(*rules(), text, cuts, scratch_),
                  test::find_all(*rules(), text, scratch_))
            << rule.id << ": " << text;
      }
    }
  }
}

}  // namespace
}  // namespace cork::secrets
