#include "proxy/session/body_judge.h"

#include "tests/unit/rules/secrets/encoders.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cork::session {
namespace {

using policy::Decision;
using policy::Reason;

std::string want() {
  std::string text = "0032want " + std::string(40, 'a') + "\n0000";
  for (int i = 0; i < 200; ++i) text += "0032have " + std::string(40, 'b') + "\n";
  return text + "0009done\n";
}

std::optional<Decision> judge(std::string_view body, std::string_view coding, std::size_t piece) {
  policy::Route route{.pattern = policy::HostPattern::parse("a.example").value(),
                      .methods = {},
                      .addresses = {},
                      .where = {"cork.yaml", 8, 9}};
  route.git.add(policy::GitVerb::fetch);
  const policy::Bottle dev("dev", policy::Mode::enforce, {std::move(route)}, {});
  std::vector<Field> fields{{"Content-Type", "application/x-git-upload-pack-request"}};
  if (!coding.empty()) fields.push_back({"Content-Encoding", coding});
  BodyJudge judge(dev,
                  {.method = "POST",
                   .scheme = Scheme::https,
                   .authority = Endpoint::parse_authority("a.example", 443).value(),
                   .target = Target::parse("/r/git-upload-pack").value(),
                   .fields = fields},
                  ScanLimits{});
  for (; !body.empty(); body.remove_prefix(std::min(piece, body.size()))) {
    if (auto no = judge.feed(as_bytes(body.substr(0, piece)))) return no;
  }
  return judge.finish();
}

TEST(BodyJudge, LooksIntoABodyThatGitCompressed) {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{100}, std::size_t{100'000}}) {
    EXPECT_FALSE(judge(want(), "", piece));
    EXPECT_FALSE(judge(secrets::test::gzip(want()), "gzip", piece));
    const auto denied = judge(secrets::test::gzip("a=b&c=d"), "gzip", piece);
    ASSERT_TRUE(denied);
    EXPECT_EQ(denied->reason, Reason::git_not_allowed);
    const auto behind = judge(secrets::test::gzip(want() + "and more"), "gzip", piece);
    ASSERT_TRUE(behind);
    EXPECT_NE(behind->detail.find("goes on behind its end"), std::string::npos);
  }
}

TEST(BodyJudge, RefusesWhatDoesNotDecode) {
  const auto clear = judge(want(), "gzip", 100);
  ASSERT_TRUE(clear);
  EXPECT_NE(clear->detail.find("cannot be decoded"), std::string::npos);
  const std::string whole = secrets::test::gzip(want());
  EXPECT_TRUE(judge(std::string_view(whole).substr(0, whole.size() - 9), "gzip", 100));
}

TEST(BodyJudge, HasNothingToSayByDefault) {
  BodyJudge none;
  EXPECT_FALSE(none.feed(as_bytes("anything")));
  EXPECT_FALSE(none.finish());
}

}  // namespace
}  // namespace cork::session
