#include "rules/policy/credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cork::policy {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

constexpr std::size_t kMost = 64;

// A request, kept together with what it points into.
struct Asked {
  std::string target = "/";
  std::vector<std::pair<std::string, std::string>> fields = {};

  Credentials credentials(std::size_t most = kMost) const {
    std::vector<Field> views;
    for (const auto& [name, value] : fields) views.push_back({name, value});
    return credentials_in(RequestHead{"POST", Scheme::https, *Endpoint::parse("a.example:443"),
                                      *Target::parse(target), views},
                          most);
  }
  std::vector<std::string> slots() const {
    std::vector<std::string> found;
    for (const Credential& one : credentials().all) found.push_back(one.slot);
    return found;
  }
  // What is to be remembered of each.
  std::vector<std::string> values() const {
    std::vector<std::string> found;
    for (const Credential& one : credentials().all) found.push_back(one.readings.front().text);
    return found;
  }
};

std::vector<std::string> texts(const Credential& credential) {
  std::vector<std::string> found;
  for (const CredentialReading& reading : credential.readings) found.push_back(reading.text);
  return found;
}

std::string spelled(const CredentialReading& reading, std::string_view value) {
  return std::string(value.substr(reading.begin, reading.end - reading.begin));
}

struct Row {
  Asked asked;
  std::vector<std::string> slots, values;
  std::string why;
};

TEST(CredentialsIn, FindsEverySlotThatAHeadHas) {
  const Row rows[] = {
      {{"/", {{"X-Api-Key", "abc"}}}, {"header:x-api-key"}, {"abc"}, "a key"},
      {{"/", {{"AUTHORIZATION", "bearer abc"}}}, {"header:authorization"}, {"abc"}, "a token"},
      {{"/", {{"Authorization", "Basic b2F1dGgyOmFiYw=="}}}, {"basic"}, {"abc"}, "Basic"},
      {{"/", {{"Authorization", "Bearer abc"}, {"x-api-key", "def"}}},
       {"header:authorization", "header:x-api-key"},
       {"abc", "def"},
       "both at once"},
      {{"/", {{"X-Api-Key", "abc"}, {"x-api-key", "def"}}},
       {"header:x-api-key", "header:x-api-key"},
       {"abc", "def"},
       "a field twice"},
      {{"/", {{"Cookie", "session=abc; theme=dark"}}},
       {"cookie:session", "cookie:…"},
       {"abc", "dark"},
       "every cookie is an identity"},
      {{"/", {{"Cookie", "a=1"}, {"cookie", " b = 2 ;; c"}}},
       {"cookie:…", "cookie:…", "cookie:…"},
       {"1", "2", "c"},
       "in two fields, spaced, and without a name"},
      {{"/", {{"Cookie", "__cf_bm=x.y-z; session=\"abc\""}}},
       {"cookie:session"},
       {"abc"},
       "a load balancer's is none; quotes are none of the value"},
      {{"/?key=abc", {}}, {"query:key"}, {"abc"}, "a key in the query"},
      {{"/?q=1&access_token=a%62c", {}}, {"query:access_token"}, {"abc"}, "escaped"},
      {{"/?%61pi%5Fkey=abc", {}}, {"query:api_key"}, {"abc"}, "its name escaped"},
      {{"/?q=1;token=abc", {}}, {"query:token"}, {"abc"}, "behind a semicolon"},
      {{"/?KEY=abc&Key=def", {}}, {"query:key", "query:key"}, {"abc", "def"}, "twice"},
      {{"/?X-Amz-Credential=KEYID%2F20260102%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Signature=0f",
        {}},
       {"query:x-amz-credential"},
       {"KEYID"},
       "a presigned URL: who signed it"},
      {{"/a;jsessionid=abc/b?q=1", {}}, {"path:jsessionid"}, {"abc"}, "a segment's parameter"},
      {{"/", {{"Sec-WebSocket-Protocol", "realtime, openai-insecure-api-key.abc"}}},
       {"header:sec-websocket-protocol"},
       {"abc"},
       "where browsers put it for a WebSocket"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(row.asked.slots(), row.slots) << row.why;
    EXPECT_EQ(row.asked.values(), row.values) << row.why;
  }
}

TEST(CredentialsIn, FindsNothingWhereNobodyIsNamed) {
  const Asked nobody[] = {
      {"/v1/messages?beta=true", {{"Accept", "*/*"}, {"anthropic-version", "2023-06-01"}}},
      {"/", {{"Proxy-Authorization", "Basic b2F1dGgyOmFiYw=="}}},
      {"/?key=&token", {{"X-Api-Key", ""}, {"Authorization", "Bearer"}, {"Cookie", "a=; ;"}}},
      {"/simple/?pageToken=abc", {{"Idempotency-Key", "abc"}}},
      {"/a;v=1/b;q=2", {{"Cookie", "__cf_bm=abc"}}},
      {"*", {}},
  };
  for (const Asked& asked : nobody) EXPECT_THAT(asked.slots(), IsEmpty()) << asked.target;
}

// Whatever is written around it, a credential that is not the pinned one is found.
TEST(CredentialsIn, NoSpellingHidesAnother) {
  const std::string evasions[][2] = {
      {"x-api-key", "other"},
      {"X_Api_Key", "other"},
      {"authorization", "Bearer pinned, Bearer other"},
      {"Authorization", "bEaReR   other"},
      {"Authorization", "other"},
      {"Authorization", "Custom other"},
      {"Cookie", "x=pinned; y=other"},
      {"Cookie", "__cf_bm=pinned, session=other"},
      {"Cookie", ";;;other"},
      {"X-Anything-Secret", "other"},
      {"X-AnythingToken", "other"},
      {"anything.api.key", "other"},
  };
  for (const auto& [name, value] : evasions) {
    const Asked asked{"/", {{"x-api-key", "pinned"}, {name, value}}};
    const auto all = asked.credentials().all;
    ASSERT_GE(all.size(), 2U) << name << ": " << value;
    EXPECT_THAT(texts(all.back()), Not(Contains("pinned"))) << name << ": " << value;
  }
  for (const std::string target :
       {"/?key=other", "/?KEY=other", "/?k%65y=other", "/?k%2565y=other", "/?a=1;key=other",
        "/?key[]=other", "/?+key=other", "/?api.key=other", "/?key=pinned&key=other",
        "/;token=other", "/a;token=other/b", "/a;x=1;token=other"}) {
    const Asked asked{target, {}};
    const auto all = asked.credentials().all;
    ASSERT_FALSE(all.empty()) << target;
    EXPECT_THAT(texts(all.back()), Not(Contains("pinned"))) << target;
  }
}

TEST(CredentialsIn, AFormsPlusIsReadAsItselfAndAsASpace) {
  EXPECT_THAT(texts(Asked{"/?key=a+b"}.credentials().all.at(0)), ElementsAre("a+b", "a b"));
}

TEST(CredentialsIn, SaysWhereEachIsSpelled) {
  const std::string name = "X-Api-Key", value = "abc", query = "q=1&key=a%62c";
  const Field field{name, value};
  const std::string target = "/?" + query;
  const auto all = credentials_in(RequestHead{"GET",
                                              Scheme::https,
                                              *Endpoint::parse("a.example:443"),
                                              *Target::parse(target),
                                              {&field, 1}},
                                  kMost)
                       .all;
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].place, Credential::Place::field);
  EXPECT_EQ(all[0].field.data(), name.data());
  EXPECT_EQ(spelled(all[0].readings.at(0), value), "abc");
  EXPECT_EQ(all[1].place, Credential::Place::query);
  EXPECT_EQ(spelled(all[1].readings.at(0), query), "a%62c");
}

// Else a secret beside a pinned one would pass with it.
TEST(CredentialsIn, SaysOfEachReadingWhichBytesSpellItAndNoOthers) {
  struct Spelling {
    Asked asked;
    std::vector<std::string> texts, spelled;
  };
  const Spelling rows[] = {
      {{"/", {{"Cookie", "a=b; name = abc ;x"}}}, {"b", "a=b"}, {"b", "a=b"}},
      {{"/", {{"Cookie", " name = \"abc\" "}}},
       {"abc", "\"abc\"", "name = \"abc\""},
       {"abc", "\"abc\"", "name = \"abc\""}},
      {{"/", {{"Sec-WebSocket-Protocol", "x, bearer.abc"}}}, {"abc"}, {"abc"}},
      {{"/?q=1&X-Amz-Credential=K%49D%2f20260102%2Feu-west-1%2fs3%2Faws4_request", {}},
       {"KID", "KID/20260102/eu-west-1/s3/aws4_request"},
       {"K%49D", "K%49D%2f20260102%2Feu-west-1%2fs3%2Faws4_request"}},
      {{"/?x-goog-credential=me@x/20260102/auto/storage/goog4_request", {}},
       {"me@x", "me@x/20260102/auto/storage/goog4_request"},
       {"me@x", "me@x/20260102/auto/storage/goog4_request"}},
      // Whose it is, origins read in different ways.
      {{"/?X-Amz-Credential=KID/EVIL/20260102/eu-west-1/s3/aws4_request", {}},
       {"KID/EVIL/20260102/eu-west-1/s3/aws4_request"},
       {"KID/EVIL/20260102/eu-west-1/s3/aws4_request"}},
      {{"/?foo-credential=KID/x", {}}, {"KID/x"}, {"KID/x"}},
      {{"/?X-Amz-Credential=KID%252Fx", {}}, {"KID%2Fx"}, {"KID%252Fx"}},
  };
  for (const Spelling& row : rows) {
    const Credential one = row.asked.credentials().all.at(0);
    EXPECT_EQ(texts(one), row.texts) << row.asked.target;
    const std::string target = row.asked.target;
    const std::string value =
        row.asked.fields.empty() ? target.substr(target.find('?') + 1) : row.asked.fields[0].second;
    for (std::size_t i = 0; i < one.readings.size(); ++i) {
      EXPECT_EQ(spelled(one.readings[i], value), row.spelled.at(i)) << value;
    }
  }
}

TEST(CredentialsIn, CountsNoFurtherThanItIsTold) {
  std::string cookies = "a=1";
  for (int i = 0; i < 1000; ++i) cookies += "; a=1";
  const auto found = Asked{"/?key=x", {{"Cookie", cookies}}}.credentials(8);
  EXPECT_TRUE(found.too_many);
  EXPECT_EQ(found.all.size(), 8U);
  EXPECT_FALSE((Asked{"/?key=x", {}}.credentials(1).too_many));
}

TEST(CredentialsIn, NoSlotHoldsWhatItsSenderMadeUp) {
  const Asked asked{"/?hunter2_token=x&hunter2key=1",
                    {{"X-Hunter2-Key", "x"}, {"Cookie", "hunter2=x"}}};
  for (const std::string& slot : asked.slots()) EXPECT_EQ(slot.find("hunter2"), slot.npos) << slot;
}

TEST(CredentialsIn, OfTrailersTheFieldsCount) {
  const Field trailers[] = {{"X-Checksum", "0f"}, {"x-api-key", "abc"}};
  const auto found = credentials_in(trailers, kMost).all;
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].slot, "header:x-api-key");
}

TEST(DescribeSlot, SaysItToPeople) {
  EXPECT_EQ(describe_slot("header:x-api-key"), "its header x-api-key");
  EXPECT_EQ(describe_slot("basic"), "its Basic credentials");
  EXPECT_EQ(describe_slot("cookie:session"), "its cookie session");
  EXPECT_EQ(describe_slot("query:key"), "its query parameter key");
  EXPECT_EQ(describe_slot("path:jsessionid"), "its path parameter jsessionid");
  EXPECT_EQ(describe_slot("trailer:x-api-key"), "its trailer x-api-key");
}

}  // namespace
}  // namespace cork::policy
