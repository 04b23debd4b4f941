#include "rules/policy/lfs_batch.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace cork::policy {
namespace {

std::string_view problem_of(std::string_view text, std::size_t piece, LfsBatch& batch) {
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) {
    if (!batch.feed(text.substr(0, piece))) return batch.problem();
  }
  return batch.finish() ? std::string_view() : batch.problem();
}

TEST(LfsBatch, ForADownloadIsAdmittedHoweverItIsCut) {
  for (
      const std::string_view text :
      {R"({"operation":"download","transfers":["basic"],"objects":[{"oid":"12","size":3}]})",
       R"( { "objects" : [ { "operation" : "upload", "a\"}" : "\\" } ] , "operation" : "download" } )",
       R"({"n":[-1.5e+3,2E-4,true,false,null],"":"","operation":"download","hash_algo":"sha256"})",
       R"({"ref":{"name":"refs/heads/m"},"size":1,"operation":"download"})"}) {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{5}, text.size()}) {
      LfsBatch batch;
      EXPECT_EQ(problem_of(text, piece, batch), "") << text;
    }
  }
}

TEST(LfsBatch, ForAnythingElseIsRefused) {
  struct Case {
    std::string_view text, because;
  };
  const Case cases[] = {
      {R"({"operation":"upload"})", "not for a download"},
      {R"({"operation":"DOWNLOAD"})", "not for a download"},
      {R"({"operation":"downloads"})", "not for a download"},
      {R"({"operation":"d\u006fwnload"})", "not for a download"},
      {R"({"operation":["download"]})", "not for a download"},
      {R"({"operation":null})", "not for a download"},
      {R"({"operation":})", "not for a download"},
      {R"({"operation":"download","operation":"upload"})", "more than one operation"},
      {R"({"operation":"download","Operation":"upload"})", "more than one operation"},
      {R"({"operation":"download","\u006fperation":"upload"})", "take for another"},
      {"{\"operation\":\"download\",\"operat\xC4\xB1on\":\"upload\"}", "take for another"},
      {R"({"objects":[]})", "not a whole"},
      {R"({"a":{"operation":"download"}})", "not a whole"},
      {R"({"operation":"download")", "not a whole"},
      {R"({"operation":"download"}{"operation":"upload"})", "behind"},
      {R"([{"operation":"download"}])", "no JSON object"},
      {"operation=download", "no JSON object"},
      {"", "not a whole"},
      {R"({"operation":"download",'operation':'upload'})", "no JSON"},
      {R"({"operation":"download",operation:"upload"})", "no JSON"},
      {R"({"operation":"download",/*"*/"a":1,"operation":"upload"/*"*/})", "no JSON"},
      {"{\"operation\":\"download\"//\"\n,\"operation\":\"upload\"//\"\n}", "no JSON"},
      {"{\"operation\":\"download\"#\"\n,\"operation\":\"upload\"#\"\n}", "no JSON"},
      {R"({"operation":"download","a":[{b:1}]})", "no JSON"},
      {R"({"operation":"download","a":NaN})", "no JSON"},
      {R"({"operation":"download";"operation"="upload"})", "no JSON"},
      {R"({"operation":"download" "operation":"upload"})", "no JSON"},
      {R"({"a" "operation":"upload","operation":"download"})", "no JSON"},
      {std::string_view("{\"operation\":\"download\",\0\"a\":1}", 31), "no JSON"},
      {"{\"operation\":\"download\",\"a\":\"\n\"}", "no JSON"},
  };
  for (const Case& c : cases) {
    LfsBatch batch;
    EXPECT_NE(problem_of(c.text, 1, batch).find(c.because), std::string_view::npos)
        << c.text << ": " << batch.problem();
    EXPECT_FALSE(batch.feed("{}"));
    EXPECT_FALSE(batch.finish());
  }
}

}  // namespace
}  // namespace cork::policy
