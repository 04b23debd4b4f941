#include "proxy/config/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace cork::config {
namespace {

using testing::HasSubstr;

std::string errors_of(std::string_view yaml) {
  Report report("f.yaml");
  static_cast<void>(parse_document(yaml, report));
  return render(report.take());
}

TEST(Document, KnowsLineAndColumnOfEveryValueAndKey) {
  Report report("f.yaml");
  const auto root = parse_document("a: 1\nb:\n  - x\n  - {c: \"y\"}\n", report);
  ASSERT_TRUE(root && report.empty());
  ASSERT_EQ(root->members.size(), 2U);
  EXPECT_EQ(root->members[1].at, (Position{2, 1}));
  const YamlNode* list = root->find("b");
  ASSERT_TRUE(list != nullptr && list->items.size() == 2);
  EXPECT_EQ(list->items[0].at, (Position{3, 5}));
  EXPECT_EQ(list->items[1].members[0].value.at, (Position{4, 9}));
  EXPECT_TRUE(list->items[1].members[0].value.quoted);
  EXPECT_FALSE(list->items[0].quoted);
  EXPECT_EQ(root->find("absent"), nullptr);
}

TEST(Document, DoesNotCountAByteOrderMarkAsAColumn) {
  EXPECT_THAT(errors_of("\xEF\xBB\xBF"
                        "a: &x 1\n"),
              HasSubstr("f.yaml:1:4: error: an anchor"));
}

struct Case {
  std::string yaml, expected;
};

TEST(Document, RefusesWhatYamlHasAndConfigurationsHaveNoUseFor) {
  const Case cases[] = {
      {"a: 1\nb: 2\na: 3\n", "f.yaml:3:1: error: duplicate key 'a'\n    it was given in line 1"},
      {"a: {b: 1, b: 2}\n", "f.yaml:1:11: error: duplicate key 'b'"},
      {"a: 1\n---\nb: 2\n", "f.yaml:2:1: error: a second document"},
      {"a: 1\n---\n", "error: a second document"},
      {"a: &x 1\nb: *x\n", "f.yaml:2:4: error: an alias"},
      {"a: &x {b: 1}\n", "f.yaml:1:4: error: an anchor"},
      {"a: {<<: {b: 1}}\n", "error: a merge key (`<<`)"},
      {"a: !!int 1\n", "error: a tag ('tag:yaml.org,2002:int')"},
      {"? [a, b]\n: 1\n", "error: a key that is not a word"},
      {"a: |\n  text\n", "f.yaml:1:4: error: a block of text"},
      {"a: \"b\n", "f.yaml:1:4: error: a quote that is not closed on its line"},
      {"a: 'b\nc: d\n", "f.yaml:1:4: error: a quote that is not closed on its line"},
      {"a: b\n  c\n", "f.yaml:1:4: error: a value of more than one line"},
      {"a:\n\tb: 1\n", "f.yaml:2:1: error: a tab in the indentation"},
      {"", "f.yaml:1:1: error: the configuration is empty"},
      {"# nothing but words\n", "f.yaml:1:1: error: the configuration is empty"},
      {std::string("a: b\0c\n", 7), "f.yaml:1:5: error: a control character (U+0000)"},
      {"a: \xC3(\n", "f.yaml:1:4: error: this is not UTF-8 text"},
      {"a: [1, 2\n", "this is not valid YAML"},
      {"a: b: c\n", "f.yaml:1:5: error: this is not valid YAML"},
      {"a: @b\n", "a value that begins with '@' is written in quotes"},
      {"a: [::1]:88\n", "an IPv6 address in brackets is written in quotes"},
      {"a: 1\n b: 2\n", "f.yaml:2:3: error: this is not valid YAML"},
  };
  for (const Case& one : cases)
    EXPECT_THAT(errors_of(one.yaml), HasSubstr(one.expected)) << one.yaml;
}

TEST(Document, TakesQuotesInsideQuotesForText) {
  Report report("f.yaml");
  const auto root = parse_document("a: 'it''s'\nb: \"a\\\"b\"\n", report);
  ASSERT_TRUE(root);
  EXPECT_EQ(render(report.take()), "");
  EXPECT_EQ(root->find("a")->text, "it's");
  EXPECT_EQ(root->find("b")->text, "a\"b");
}

TEST(Document, SaysOfEveryUnquotedWildcardThatItNeedsQuotes) {
  EXPECT_EQ(errors_of("a:\n  - *.example.org\n  - x\n  - **.example.com:8443 # all\n"
                      "b: {c: *.example.net, d: [*.a.example]}\n"),
            "f.yaml:2:5: error: '*.example.org' without quotes\n"
            "    YAML takes a leading '*' for an alias: write it in quotes, \"*.example.org\"\n"
            "f.yaml:4:5: error: '**.example.com:8443' without quotes\n"
            "    YAML takes a leading '*' for an alias: write it in quotes, "
            "\"**.example.com:8443\"\n"
            "f.yaml:5:8: error: '*.example.net' without quotes\n"
            "    YAML takes a leading '*' for an alias: write it in quotes, \"*.example.net\"\n"
            "f.yaml:5:27: error: '*.a.example' without quotes\n"
            "    YAML takes a leading '*' for an alias: write it in quotes, \"*.a.example\"\n");
}

TEST(Document, KeepsReadingPastAnUnquotedWildcard) {
  EXPECT_THAT(errors_of("a: *.example.org\nb: 1\nb: 2\n"),
              HasSubstr("f.yaml:3:1: error: duplicate key 'b'"));
}

TEST(Document, BoundsDepthSizeAndTheNumberOfErrors) {
  EXPECT_THAT(errors_of(std::string(40, '[') + std::string(40, ']')),
              HasSubstr("nested too deeply"));
  EXPECT_THAT(errors_of(std::string(100'000, '[')), HasSubstr("nested too deeply"));
  EXPECT_THAT(errors_of(std::string(kMaxDocumentBytes + 1, '#')), HasSubstr("larger than"));
  std::string many;
  for (int i = 0; i < 300; ++i) many += "a: 1\n";
  EXPECT_THAT(errors_of(many), HasSubstr("199 more errors are not shown"));
}

TEST(Report, GivesItsErrorsInTheOrderOfTheFile) {
  Report report("f.yaml");
  report.add({3, 1}, "third");
  report.add({1, 9}, "second");
  report.add({1, 2}, "first");
  const Diagnostics found = report.take();
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].what, "first");
  EXPECT_EQ(found[2].what, "third");
  EXPECT_TRUE(report.empty());
}

}  // namespace
}  // namespace cork::config
