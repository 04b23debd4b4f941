// pkt-lines and git's bodies: however the bytes are cut, the same packets and the same verdict come
// out, and no line is longer than the limit.
#include "rules/policy/git_body.h"
#include "rules/policy/pkt_lines.h"
#include "tests/fuzz/require.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace cork::policy;

constexpr std::size_t kLongest = 1000;

using cork::fuzz::require;

std::string packets(std::string_view text, std::size_t piece) {
  PktLines lines(kLongest);
  std::string seen;
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) {
    std::string_view bytes = text.substr(0, piece);
    while (const auto packet = lines.next(bytes)) {
      require(packet->line.size() <= kLongest - 4);
      seen += static_cast<char>('0' + static_cast<int>(packet->kind));
      seen += packet->line;
      if (packet->kind >= Packet::Kind::malformed) return seen;
    }
    require(bytes.empty());
  }
  return seen + (lines.between() ? "." : "+");
}

std::string_view verdict(GitBodyKind kind, std::string_view text, std::size_t piece) {
  GitBody body(kind);
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) {
    if (!body.feed(text.substr(0, piece))) {
      require(!body.problem().empty());
      return body.problem();
    }
  }
  require(body.finish() == body.problem().empty());
  return body.problem();
}

}  // namespace

// The first byte is the size of the pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t piece = 1u + data[0], whole = size + 1;
  require(packets(text, whole) == packets(text, piece));
  for (const GitBodyKind kind : {GitBodyKind::upload_pack, GitBodyKind::receive_pack}) {
    require(verdict(kind, text, whole) == verdict(kind, text, piece));
  }
  return 0;
}
