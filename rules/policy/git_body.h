// The body of git's two services, as it streams: is it what the verb says?
//
// Sans-io, not thread-safe; keeps at most one line. All versions of the protocol.
//
//   GitBody body(GitBodyKind::upload_pack);
//   if (!body.feed(text)) deny(body.problem());
//   if (!body.finish()) deny(body.problem());
#pragma once

#include "rules/policy/git_request.h"
#include "rules/policy/pkt_lines.h"

#include <cstdint>
#include <string_view>

namespace cork::policy {

class GitBody {
 public:
  // `kind`: upload_pack or receive_pack.
  explicit GitBody(GitBodyKind kind) noexcept;

  // False, for good: that is not the body. `text` without its content coding.
  bool feed(std::string_view text);
  // The body is over.
  bool finish();

  // "its body …". Static storage; empty while nothing is wrong.
  [[nodiscard]] std::string_view problem() const noexcept { return problem_; }

 private:
  enum class At : std::uint8_t {
    start,
    wants,         // upload-pack, versions 0 and 1
    haves,         // behind the first flush
    capabilities,  // upload-pack, version 2: behind "command="
    arguments,     // behind the delimiter
    commands,      // receive-pack: which refs become what
    certificate,   // the same, signed
    push_options,
    pack,
    ended,
  };

  bool packet(const Packet& packet);
  bool line(std::string_view line);
  bool first_line(std::string_view line);
  bool flush();
  bool delimiter();
  bool update(std::string_view line);
  bool begin_updates(std::string_view line);
  bool pack(std::string_view bytes);
  bool refuse(std::string_view problem) noexcept;

  GitBodyKind kind_;
  PktLines lines_;
  At at_ = At::start;
  bool has_push_options_ = false;
  std::size_t pack_bytes_ = 0;  // of its signature, seen so far
  std::string_view problem_;
};

}  // namespace cork::policy
