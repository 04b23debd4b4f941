// What git asks over smart HTTP (gitprotocol-http), told by a request's head: the words that a
// route's `git` may list, and nothing else of a code host.
//
//   fetch  GET  …/info/refs?service=git-upload-pack    POST …/git-upload-pack
//   push   GET  …/info/refs?service=git-receive-pack   POST …/git-receive-pack
//   lfs    POST …/info/lfs/objects/batch for a download
//          GET  …/info/lfs/objects/OID and …/gitlab-lfs/objects/OID
//
// Pure.
//
//   const GitRequest asked = git_request(head, readings);
//   if (!asked.verb || !route.git.has(*asked.verb)) deny(asked.words);
#pragma once

#include "base/message.h"
#include "base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cork::policy {

enum class GitVerb : std::uint8_t { fetch, push, lfs };

// "fetch", "push", "lfs".
[[nodiscard]] std::string_view name_of(GitVerb verb) noexcept;

class GitVerbs {
 public:
  void add(GitVerb verb) noexcept { bits_ |= bit(verb); }
  [[nodiscard]] bool has(GitVerb verb) const noexcept { return (bits_ & bit(verb)) != 0; }
  // Not a route for git.
  [[nodiscard]] bool empty() const noexcept { return bits_ == 0; }
  // "git fetch, git push".
  [[nodiscard]] std::string to_string() const;

  bool operator==(const GitVerbs&) const = default;

 private:
  static constexpr unsigned bit(GitVerb verb) noexcept { return 1u << static_cast<unsigned>(verb); }

  unsigned bits_ = 0;
};

// What the body of a request that git may make has to be.
enum class GitBodyKind : std::uint8_t { none, upload_pack, receive_pack, lfs_download };

struct GitRequest {
  std::optional<GitVerb> verb;  // nullopt: git does not make that request, or no word admits it
  GitBodyKind body = GitBodyKind::none;
  // "it is a git push"; without a verb what is wrong: "its query says more than the service".
  std::string_view words;
};

// `readings`: of the head's path (path_readings.h); each must be the same request.
[[nodiscard]] GitRequest git_request(const RequestHead& head,
                                     const Result<std::vector<std::string>>& readings);

}  // namespace cork::policy
