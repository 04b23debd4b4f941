#include "proxy/audit/mask.h"
#include "proxy/audit/record.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace cork::audit {
namespace {

std::string token() {
  std::mt19937_64 random(11);
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string text;
  while (text.size() < 36) text += alphabet[random() % alphabet.size()];
  return text;
}

secrets::Finding finding(secrets::Part part, Offset begin, Offset end) {
  secrets::Finding found;
  found.place.part = part;
  found.place.begin = begin;
  found.place.end = end;
  return found;
}

std::string masked(const std::string& text, const std::vector<secrets::Finding>& findings = {}) {
  const Result<Target> target = Target::parse(text);
  EXPECT_TRUE(target.has_value()) << text;
  return target ? mask_target(*target, findings) : "";
}

TEST(MaskTarget, LeavesAnOrdinaryTargetReadable) {
  EXPECT_EQ(masked("/repos/octo/hello/git/refs"), "/repos/octo/hello/git/refs");
  EXPECT_EQ(masked("*"), "*");
  EXPECT_EQ(masked("/"), "/");
  EXPECT_EQ(masked("/p?"), "/p");
}

TEST(MaskTarget, KeepsTheNamesOfAQueryAndNoValue) {
  EXPECT_EQ(masked("/s?q=hunter2&page=3"), "/s?q=…&page=…");
  EXPECT_EQ(masked("/s?a=1;b=2"), "/s?a=…");
  EXPECT_EQ(masked("/s?a=b=c"), "/s?a=…");
  EXPECT_EQ(masked("/s?a="), "/s?a=…");
  EXPECT_EQ(masked("/s?=x"), "/s?=…");
  EXPECT_EQ(masked("/s?&&"), "/s?&&");
}

TEST(MaskTarget, TakesAnElementWithoutAnEqualsSignForAValueUnlessItIsAWord) {
  EXPECT_EQ(masked("/s?wsdl"), "/s?wsdl");
  EXPECT_EQ(masked("/s?list-type&x=1"), "/s?list-type&x=…");
  EXPECT_EQ(masked("/s?hunter2"), "/s?…");
  EXPECT_EQ(masked("/s?" + token()), "/s?…");
  EXPECT_EQ(masked("/s?" + token() + "="), "/s?…=…");
}

TEST(MaskTarget, MasksSegmentsThatLookRandom) {
  EXPECT_EQ(masked("/hooks/" + token() + "/send"), "/hooks/…/send");
}

TEST(MaskTarget, MasksTheBytesOfFindingsWhateverTheyLookLike) {
  EXPECT_EQ(masked("/login/swordfish/now", {finding(secrets::Part::path, 7, 16)}), "/login/…/now");
  EXPECT_EQ(masked("/x-swordfish-y", {finding(secrets::Part::path, 3, 12)}), "/x-…-y");
  // A place in the query counts from the query's start.
  EXPECT_EQ(masked("/s?swordfish&wsdl", {finding(secrets::Part::query, 0, 9)}), "/s?…&wsdl");
  EXPECT_EQ(masked("/s?sword=1", {finding(secrets::Part::query, 0, 5)}), "/s?…=…");
}

TEST(MaskTarget, IgnoresFindingsOfOtherParts) {
  EXPECT_EQ(
      masked("/abc/def", {finding(secrets::Part::body, 1, 4), finding(secrets::Part::field, 1, 4),
                          finding(secrets::Part::query, 1, 4)}),
      "/abc/def");
}

TEST(MaskTarget, TurnsALongTargetIntoAPrefixAndAHash) {
  std::string path;
  while (path.size() < 2000) path += "/directory";
  const std::string first = masked(path);
  const std::string second = masked(path + "/other");
  EXPECT_LE(first.size(), kMaxTargetBytes);
  EXPECT_GT(first.size(), kMaxTargetBytes - 8);
  EXPECT_EQ(first.substr(0, 400), path.substr(0, 400));
  EXPECT_NE(first.find("…sha256:"), std::string::npos);
  EXPECT_NE(first, second);
  EXPECT_EQ(first, masked(path));
}

TEST(MaskTarget, HashesNothingSecret) {
  std::string query = "/s?";
  for (int i = 0; i < 300; ++i) query += "k=" + std::to_string(i) + "&";
  std::string other = "/s?";
  for (int i = 0; i < 300; ++i) other += "k=secret&";
  EXPECT_EQ(masked(query), masked(other));
  EXPECT_LE(masked(query).size(), kMaxTargetBytes);
}

}  // namespace
}  // namespace cork::audit
