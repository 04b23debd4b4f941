#include "proxy/audit/mask.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace cork::audit {
namespace {

constexpr std::string_view kBase62 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view kBase64Url =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::string_view kHex = "0123456789abcdef";

std::string random_text(std::mt19937_64& random, std::string_view alphabet, std::size_t size) {
  std::string text;
  while (text.size() < size) text += alphabet[random() % alphabet.size()];
  return text;
}

TEST(LooksRandom, LetsWordsVersionsAndFileNamesThrough) {
  for (const std::string_view segment :
       {"", "repos", "internationalization", "react-dom-18.2.0-rc.1-production.min.js",
        "linux-image-6.1.0-18-amd64_6.1.76-1_amd64.deb", "AbstractSingletonProxyFactoryBean.html",
        "numpy-1.26.0-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
        "v0.0.0-20191109021931-daa7c04131f5.zip", "2026-01-02T03:04:05.678901234Z",
        "00000000000000000000000000000000", "12345678901234567890", "git-upload-pack",
        "ca-certificates-2023.7.22-hbcca054_0.conda", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "application-autoscaling-describe-scheduled-actions", "%40angular%2fplatform-browser",
        "getUserAccountPermissionsForOrganization", "claude-sonnet-4-20250514"}) {
    EXPECT_FALSE(looks_random(segment)) << segment;
  }
}

TEST(LooksRandom, LetsGitHashesUuidsAndImageDigestsThrough) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 200; ++i) {
    EXPECT_FALSE(looks_random(random_text(random, kHex, 40)));
    EXPECT_FALSE(looks_random("sha256:" + random_text(random, kHex, 64)));
    const std::string uuid = random_text(random, kHex, 8) + '-' + random_text(random, kHex, 4) +
                             '-' + random_text(random, kHex, 4) + '-' +
                             random_text(random, kHex, 4) + '-' + random_text(random, kHex, 12);
    EXPECT_FALSE(looks_random(uuid)) << uuid;
  }
}

struct Alphabet {
  std::string_view name, characters;
  std::size_t size;
  int at_least_of_1000;
};

TEST(LooksRandom, FindsWhatIsDrawnAtRandom) {
  const std::vector<Alphabet> table = {
      {"base62, 40", kBase62, 40, 999},
      {"base62, 24", kBase62, 24, 990},
      {"base64url, 43", kBase64Url, 43, 995},
      {"base64url, 86", kBase64Url, 86, 999},
      {"base32, 32", kBase32, 32, 980},
      {"hex, 32", kHex, 32, 980},
      {"hex, 64", kHex, 64, 999},
      {"lower, 32", kBase62.substr(26, 26), 32, 980},
  };
  for (const Alphabet& row : table) {
    std::mt19937_64 random(7);
    int found = 0;
    for (int i = 0; i < 1000; ++i) {
      found += looks_random(random_text(random, row.characters, row.size)) ? 1 : 0;
    }
    EXPECT_GE(found, row.at_least_of_1000) << row.name;
  }
}

TEST(LooksRandom, FindsATokenBehindAPrefix) {
  std::mt19937_64 random(3);
  const std::string token = random_text(random, kBase62, 36);
  EXPECT_TRUE(looks_random(std::string("gh") + "p_" + token));
  EXPECT_TRUE(looks_random("bot123456789:" + token));
  EXPECT_TRUE(looks_random("report-for-" + token + ".json"));
}

TEST(LooksRandom, ReadsEscapesAsWhatTheyStandFor) {
  std::mt19937_64 random(4);
  std::string escaped;
  for (const char c : random_text(random, kBase62, 36)) {
    escaped += '%';
    escaped += kHex[static_cast<unsigned char>(c) >> 4];
    escaped += kHex[static_cast<unsigned char>(c) & 15];
  }
  EXPECT_TRUE(looks_random(escaped));
}

TEST(LooksRandom, TakesASegmentOfAnySize) {
  EXPECT_FALSE(looks_random(std::string(200'000, 'a')));
  std::mt19937_64 random(5);
  EXPECT_TRUE(looks_random(random_text(random, kBase62, 200'000)));
  EXPECT_FALSE(looks_random("%%%%%%%%%%%%%%%%%%%%%%%%%%"));
}

TEST(MaskSegments, ReplacesOnlyTheRandomOnes) {
  std::mt19937_64 random(6);
  const std::string token = random_text(random, kBase62, 40);
  EXPECT_EQ(mask_segments("/services/T1/" + token + "/send"), "/services/T1/…/send");
  EXPECT_EQ(mask_segments(token), "…");
  EXPECT_EQ(mask_segments("//a//"), "//a//");
  EXPECT_EQ(mask_segments(""), "");
}

TEST(MaskRanges, MergesWhatOverlapsAndTouches) {
  EXPECT_EQ(mask_ranges("0123456789", std::vector<Range>{{2, 4}, {3, 6}, {6, 7}}), "01…789");
  EXPECT_EQ(mask_ranges("0123456789", std::vector<Range>{{8, 9}, {0, 1}}), "…1234567…9");
  EXPECT_EQ(mask_ranges("0123456789", std::vector<Range>{{1, 9}, {2, 3}}), "0…9");
}

TEST(MaskRanges, KeepsToTheText) {
  EXPECT_EQ(mask_ranges("0123", std::vector<Range>{{2, 400}}), "01…");
  EXPECT_EQ(mask_ranges("0123", std::vector<Range>{{4, 9}, {70, 80}, {3, 3}, {3, 1}}), "0123");
  EXPECT_EQ(mask_ranges("", std::vector<Range>{{0, 1}}), "");
  EXPECT_EQ(mask_ranges("0123", {}), "0123");
}

TEST(Utf8Prefix, NeverCutsACharacter) {
  EXPECT_EQ(utf8_prefix("abc", 3), "abc");
  EXPECT_EQ(utf8_prefix("abc", 2), "ab");
  EXPECT_EQ(utf8_prefix("a…b", 2), "a");
  EXPECT_EQ(utf8_prefix("a…b", 3), "a");
  EXPECT_EQ(utf8_prefix("a…b", 4), "a…");
  EXPECT_EQ(utf8_prefix("…", 0), "");
  EXPECT_EQ(utf8_prefix("\x80\x80\x80\x80\x80\x80", 4).size(), 1U);
}

}  // namespace
}  // namespace cork::audit
