#include "rules/policy/git_request.h"

#include "rules/policy/path_readings.h"

#include <gtest/gtest.h>

#include <string>

namespace cork::policy {
namespace {

constexpr std::string_view kUpload = "application/x-git-upload-pack-request";
constexpr std::string_view kReceive = "application/x-git-receive-pack-request";
constexpr std::string_view kLfs = "application/vnd.git-lfs+json";

GitRequest ask(std::string_view method, std::string_view target,
               const std::vector<Field>& fields = {}) {
  const RequestHead head{.method = method,
                         .scheme = Scheme::https,
                         .authority = Endpoint::parse_authority("github.com", 443).value(),
                         .target = Target::parse(target).value(),
                         .fields = fields};
  return git_request(head, readings_of(head.target.path()));
}

GitRequest post(std::string_view target, std::string_view type) {
  return ask("POST", target, {{"Content-Type", type}});
}

TEST(GitRequest, ThatFetchesIsExactlyTwo) {
  const GitRequest refs = ask("GET", "/pypy/pypy.git/info/refs?service=git-upload-pack");
  EXPECT_EQ(refs.verb, GitVerb::fetch);
  EXPECT_EQ(refs.body, GitBodyKind::none);
  const GitRequest pack = post("/pypy/pypy/git-upload-pack", kUpload);
  EXPECT_EQ(pack.verb, GitVerb::fetch);
  EXPECT_EQ(pack.body, GitBodyKind::upload_pack);
  EXPECT_EQ(ask("POST", "/a%20b/git-upload-pack",
                {{"content-type", kUpload}, {"Content-Encoding", "gzip"}})
                .verb,
            GitVerb::fetch);
}

TEST(GitRequest, ThatPushesIsExactlyTwo) {
  const GitRequest refs = ask("GET", "/a/b/info/refs?service=git-receive-pack");
  EXPECT_EQ(refs.verb, GitVerb::push);
  const GitRequest pack = post("/a/b/git-receive-pack", kReceive);
  EXPECT_EQ(pack.verb, GitVerb::push);
  EXPECT_EQ(pack.body, GitBodyKind::receive_pack);
}

TEST(GitRequest, ThatDownloadsFromLfsIsABatchOrAnObject) {
  const GitRequest batch = post("/a/b.git/info/lfs/objects/batch", kLfs);
  EXPECT_EQ(batch.verb, GitVerb::lfs);
  EXPECT_EQ(batch.body, GitBodyKind::lfs_download);
  EXPECT_EQ(post("/a/b.git/info/lfs/objects/batch", std::string(kLfs) + "; charset=utf-8").verb,
            GitVerb::lfs);
  const std::string oid(64, 'a');
  EXPECT_EQ(ask("GET", "/a/b.git/info/lfs/objects/" + oid).verb, GitVerb::lfs);
  EXPECT_EQ(ask("GET", "/a/b.git/gitlab-lfs/objects/" + oid).verb, GitVerb::lfs);
}

TEST(GitRequest, OfAnyOtherFormIsNoneAndSaysWhy) {
  const std::string oid(64, 'a');
  struct Case {
    std::string_view method;
    std::string target;
    std::string_view type, because;
  };
  const Case cases[] = {
      {"GET", "/a/b/info/refs", "", "dumb protocol"},
      {"GET", "/a/b/HEAD", "", "dumb protocol"},
      {"GET", "/a/b/objects/info/packs", "", "dumb protocol"},
      {"GET", "/a/b/objects/ab/cdef", "", "dumb protocol"},
      {"GET", "/r/info/refs?service=git-upload-pack&service=git-receive-pack", "",
       "more than once"},
      {"GET", "/r/info/refs?service=git-upload-pack&x=y", "", "not one service"},
      {"GET", "/r/info/refs?x=y&service=git-upload-pack", "", "not one service"},
      {"GET", "/r/info/refs?service=git-upload-archive", "", "not one service"},
      {"GET", "/r/info/refs?service=git-upload%2dpack", "", "not one service"},
      {"GET", "/r/info/refs?Service=git-upload-pack", "", "not one service"},
      {"GET", "/r/info/refs;x?service=git-upload-pack", "", "no request of git's smart HTTP"},
      {"GET", "/r/info%2frefs?service=git-upload-pack", "", "no request of git's smart HTTP"},
      {"GET", "/r/..%2finfo/refs?service=git-upload-pack", "", "not one that git asks for"},
      {"GET", "/r", "", "no request of git's smart HTTP"},
      {"GET", "/r/git-upload-pack", "", "no request of git's smart HTTP"},
      {"GET", "/login", "", "no request of git's smart HTTP"},
      {"GET", "/r/info/lfs/locks", "", "LFS locks"},
      {"GET", "/r/info/lfs/objects/" + oid + "?x", "", "no query"},
      {"HEAD", "/r/info/refs?service=git-upload-pack", "", "no use for its method"},
      {"DELETE", "/r", "", "no use for its method"},
      {"PUT", "/r/info/lfs/objects/" + oid, "", "LFS upload"},
      {"PROPFIND", "/r/", "", "WebDAV"},
      {"MKCOL", "/r/refs/", "", "WebDAV"},
      {"LOCK", "/r/info/refs", "", "WebDAV"},
      {"POST", "/session", "application/x-www-form-urlencoded", "web form"},
      {"POST", "/upload", "multipart/form-data; boundary=b", "web form"},
      {"POST", "/r/git-upload-pack", "application/x-www-form-urlencoded", "web form"},
      {"POST", "/r/git-upload-pack", kReceive, "content type"},
      {"POST", "/r/git-upload-pack", "text/plain", "content type"},
      {"POST", "/r/git-upload-pack", "", "content type"},
      {"POST", "/r/git-upload-pack?x=y", kUpload, "no query"},
      {"POST", "/r/git-upload-archive", "application/x-git-upload-archive-request",
       "no request of git's smart HTTP"},
      {"POST", "/graphql", "application/json", "no request of git's smart HTTP"},
      {"POST", "/r/info/lfs/objects/batch", "application/json", "LFS batch"},
      {"POST", "/r/info/lfs/objects/batch?x", kLfs, "no query"},
      {"POST", "/r/info/lfs/locks/verify", kLfs, "LFS locks"},
  };
  for (const Case& c : cases) {
    const GitRequest asked = c.type.empty() ? ask(c.method, c.target)
                                            : ask(c.method, c.target, {{"Content-Type", c.type}});
    EXPECT_FALSE(asked.verb) << c.method << " " << c.target;
    EXPECT_NE(asked.words.find(c.because), std::string_view::npos)
        << c.method << " " << c.target << ": " << asked.words;
  }
}

TEST(GitRequest, IsCodedWithGzipOrNotAtAll) {
  for (const std::string_view coding : {"deflate", "br", "gzip, gzip", "zstd"}) {
    const GitRequest asked = ask("POST", "/r/git-upload-pack",
                                 {{"Content-Type", kUpload}, {"Content-Encoding", coding}});
    EXPECT_FALSE(asked.verb) << coding;
    EXPECT_NE(asked.words.find("content coding"), std::string_view::npos);
  }
  EXPECT_FALSE(
      ask("POST", "/r/git-upload-pack",
          {{"Content-Type", kUpload}, {"Content-Encoding", "gzip"}, {"content-encoding", "gzip"}})
          .verb);
}

TEST(GitVerbs, AreAListOfWords) {
  GitVerbs verbs;
  EXPECT_TRUE(verbs.empty());
  EXPECT_FALSE(verbs.has(GitVerb::fetch));
  verbs.add(GitVerb::fetch);
  verbs.add(GitVerb::lfs);
  EXPECT_TRUE(verbs.has(GitVerb::fetch) && verbs.has(GitVerb::lfs));
  EXPECT_FALSE(verbs.has(GitVerb::push));
  EXPECT_EQ(verbs.to_string(), "git fetch, LFS download");
}

}  // namespace
}  // namespace cork::policy
