#include "rules/policy/git_body.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <string>

namespace cork::policy {
namespace {

using namespace std::string_literals;

const std::string kOld(40, '1'), kNew(40, 'a'), kNone(40, '0'), kLongId(64, 'b');

std::string pkt(const std::string& line) {
  return fmt::format("{:04x}{}", line.size() + 4, line);
}

std::string pkts(std::initializer_list<std::string> lines) {
  std::string text;
  for (const std::string& line : lines) {
    text += line == "0000" || line == "0001" || line == "0002" ? line : pkt(line);
  }
  return text;
}

// "" where it is admitted.
std::string problem_of(GitBodyKind kind, std::string_view text, std::size_t piece) {
  GitBody body(kind);
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) {
    if (!body.feed(text.substr(0, piece))) return std::string(body.problem());
  }
  return body.finish() ? "" : std::string(body.problem());
}

void expect_admitted(GitBodyKind kind, const std::string& text) {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, text.size() + 1}) {
    EXPECT_EQ(problem_of(kind, text, piece), "") << text;
  }
}

struct Refused {
  std::string text;
  std::string_view because;
};

void expect_refused(GitBodyKind kind, const std::vector<Refused>& cases) {
  for (const Refused& c : cases) {
    for (const std::size_t piece : {std::size_t{1}, c.text.size() + 1}) {
      const std::string problem = problem_of(kind, c.text, piece);
      EXPECT_NE(problem.find(c.because), std::string::npos) << c.text << ": " << problem;
    }
  }
}

TEST(GitBody, OfAFetchIsWantsAndHavesInVersions0And1) {
  const auto fetch = GitBodyKind::upload_pack;
  expect_admitted(fetch, "0000");
  expect_admitted(fetch, pkts({"want " + kNew + " multi_ack thin-pack agent=git/2.39.5\n",
                               "want " + kOld + "\n", "0000", "done\n"}));
  expect_admitted(fetch, pkts({"want " + kNew + "\n", "shallow " + kOld + "\n", "deepen 1\n",
                               "filter blob:none\n", "0000"}));
  expect_admitted(
      fetch, pkts({"want " + kLongId + " object-format=sha256\n", "0000", "have " + kLongId + "\n",
                   "0000", "have " + kLongId + "\n", "done"}));
}

TEST(GitBody, OfAFetchIsOneCommandInVersion2) {
  const auto fetch = GitBodyKind::upload_pack;
  expect_admitted(
      fetch, pkts({"command=ls-refs\n", "agent=git/2.39.5", "object-format=sha1", "0001", "peel\n",
                   "symrefs\n", "unborn\n", "ref-prefix refs/heads/\n", "0000"}));
  expect_admitted(fetch, pkts({"command=fetch", "agent=git/2.39.5", "0001", "thin-pack",
                               "no-progress", "ofs-delta", "deepen 1", "filter blob:none",
                               "want " + kNew + "\n", "have " + kOld + "\n", "done\n", "0000"}));
  expect_admitted(fetch, pkts({"command=object-info", "0001", "size", "oid " + kNew, "0000"}));
  expect_admitted(fetch, pkts({"command=bundle-uri", "0000"}));
}

TEST(GitBody, ThatIsNoFetchIsRefused) {
  const std::string want = "want " + kNew + "\n";
  expect_refused(
      GitBodyKind::upload_pack,
      {{"", "ends early"},
       {"a=b&c=d", "not made of git's lines"},
       {"PACK", "not made of git's lines"},
       {pkts({"hello\n"}), "does not begin as a git fetch"},
       {pkts({kOld + " " + kNew + " refs/heads/main\0 report-status"s, "0000"}),
        "does not begin as a git fetch"},
       {pkts({"want " + kNew.substr(1) + "\n"}), "does not begin as a git fetch"},
       {pkts({"want " + std::string(40, 'G')}), "does not begin as a git fetch"},
       {pkts({want, "have " + kOld, "0000"}), "a line that no git fetch has"},
       {pkts({want, want.substr(0, 45) + " and more", "0000"}), "a line that no git fetch has"},
       {pkts({want, "0000", "some text"}), "a line that no git fetch has"},
       {pkts({want, "0000", "have " + kOld + " and more"}), "a line that no git fetch has"},
       {pkts({want, "0001"}), "a delimiter where git writes none"},
       {pkts({want}), "ends early"},
       {pkts({want, "0000", "done", "have " + kOld}), "goes on behind its end"},
       {pkts({want, "0000", "done"}) + "00", "goes on behind its end"},
       {pkts({want, "0000"}) + "0009do", "ends within a line"},
       {"0000PACK", "goes on behind its end"},
       {"0002", "not made of git's lines"},
       {pkts({"command=push", "0000"}), "a command that no git fetch has"},
       {pkts({"command=fetch", "no key", "0000"}), "a line that no git fetch has"},
       {pkts({"command=fetch", "0001", "write x", "0000"}), "a line that no git fetch has"},
       {pkts({"command=fetch", "0001", "want x", "0000"}), "a line that no git fetch has"},
       {pkts({"command=fetch", "0001", "0001", "0000"}), "a delimiter"},
       {pkts({"command=fetch", "0001", "done", "0000", "command=fetch"}), "goes on behind its end"},
       {pkts({"command=ls-refs", "0001", "ref-prefix a\x01", "0000"}),
        "a line that no git fetch has"},
       {pkts({"command=ls-refs", "0001", "ref-prefix " + std::string(9'000, 'a'), "0000"}),
        "a longer line"}});
}

TEST(GitBody, OfAPushIsCommandsAndAPack) {
  const auto push = GitBodyKind::receive_pack;
  const std::string update = kOld + " " + kNew + " refs/heads/main\0 report-status agent=git/2"s;
  expect_admitted(push, "0000");
  expect_admitted(push, pkts({update, "0000"}) + "PACK" + std::string(1000, '\0'));
  expect_admitted(push, pkts({kOld + " " + kNone + " refs/heads/gone\0 delete-refs"s, "0000"}));
  expect_admitted(push, pkts({update, kNone + " " + kNew + " refs/tags/v1", "0000"}) + "PACK\2");
  expect_admitted(push, pkts({"shallow " + kOld, update, "0000"}) + "PACK");
  expect_admitted(push, pkts({update + " push-options", "0000", "ci.skip", "0000"}) + "PACK");
  expect_admitted(push, pkts({"push-cert\0 report-status"s, "certificate version 0.1\n", "\n",
                              kOld + " " + kNew + " refs/heads/main\n", "-----BEGIN\n",
                              "push-cert-end\n", "0000"}) +
                            "PACK");
}

TEST(GitBody, ThatIsNoPushIsRefused) {
  const std::string update = kOld + " " + kNew + " refs/heads/main\0 report-status"s;
  expect_refused(GitBodyKind::receive_pack,
                 {{"", "ends early"},
                  {"{}", "ends within a line"},
                  {"{\"a\": 1}", "not made of git's lines"},
                  {pkts({"want " + kNew, "0000"}), "does not begin as a git push"},
                  {pkts({update, "some text"}), "a line that no git push has"},
                  {pkts({update, kOld + " " + kNew, "0000"}), "a line that no git push has"},
                  {pkts({update}), "ends early"},
                  {pkts({update, "0000"}) + "text", "something else than a pack"},
                  {pkts({update, "0000"}) + "PAC", "ends early"},
                  {pkts({update + " push-options", "0000", "x"}), "ends early"},
                  {pkts({"push-cert\0"s, "certificate", "0000"}), "not whole"},
                  {pkts({update, "0001"}), "a delimiter"},
                  {"0000PACK", "goes on behind its end"}});
}

TEST(GitBody, StaysRefused) {
  GitBody body(GitBodyKind::upload_pack);
  EXPECT_FALSE(body.feed("zzzz"));
  EXPECT_FALSE(body.feed("0000"));
  EXPECT_FALSE(body.finish());
  EXPECT_EQ(body.problem(), "is not made of git's lines");
}

}  // namespace
}  // namespace cork::policy
