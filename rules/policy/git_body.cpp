#include "rules/policy/git_body.h"

#include "base/ascii.h"
#include "base/limits.h"

#include <algorithm>
#include <array>

namespace cork::policy {
namespace {

// What git itself never exceeds (gitprotocol-common), and what no ref or filter needs to.
constexpr std::size_t kLongestLine = 65520;
constexpr std::size_t kLongestFetchLine = 8 * kKiB;
constexpr std::string_view kPackSignature = "PACK";

// gitprotocol-v2: all of upload-pack's commands read.
constexpr std::array<std::string_view, 4> kCommands{"ls-refs", "fetch", "object-info",
                                                    "bundle-uri"};
constexpr std::array<std::string_view, 10> kBareArguments{
    "done",   "thin-pack", "no-progress",     "include-tag",  "ofs-delta",
    "unborn", "peel",      "deepen-relative", "sideband-all", "symrefs"};
constexpr std::array<std::string_view, 2> kMoreBareArguments{"wait-for-done", "size"};
constexpr std::array<std::string_view, 4> kObjectArguments{"want ", "have ", "shallow ", "oid "};
constexpr std::array<std::string_view, 7> kTextArguments{
    "ref-prefix ", "deepen ",   "deepen-since ", "deepen-not ",
    "filter ",     "want-ref ", "packfile-uris "};

bool is_object_id(std::string_view text) {
  constexpr std::size_t sha1_digits = 40, sha256_digits = 64;
  return (text.size() == sha1_digits || text.size() == sha256_digits) &&
         std::ranges::all_of(text, [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
}

// Refs may be UTF-8.
bool is_text(std::string_view text) {
  return std::ranges::none_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
}

std::string_view cut(std::string_view& text, char mark) {
  const std::size_t end = std::min(text.find(mark), text.size());
  const std::string_view first = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return first;
}

template <class Words>
bool holds(const Words& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

// The prefix of `line` among `words`, or "".
template <class Words>
std::string_view prefix_among(const Words& words, std::string_view line) {
  const auto found =
      std::ranges::find_if(words, [&](std::string_view word) { return line.starts_with(word); });
  return found == words.end() ? std::string_view() : *found;
}

bool is_depth(std::string_view line) {
  return line.starts_with("deepen ") || line.starts_with("deepen-since ") ||
         line.starts_with("deepen-not ") || line.starts_with("filter ");
}

bool is_want(std::string_view line, bool with_capabilities) {
  if (!line.starts_with("want ")) return false;
  line.remove_prefix(5);
  const std::string_view id = cut(line, ' ');
  return is_object_id(id) && is_text(line) && (with_capabilities || line.empty());
}

bool is_argument(std::string_view line) {
  if (holds(kBareArguments, line) || holds(kMoreBareArguments, line)) return true;
  if (const auto prefix = prefix_among(kObjectArguments, line); !prefix.empty()) {
    return is_object_id(line.substr(prefix.size()));
  }
  return !prefix_among(kTextArguments, line).empty() && is_text(line);
}

// key or key=value
bool is_capability(std::string_view line) {
  const std::string_view key = line.substr(0, line.find('='));
  return !key.empty() && is_text(line) &&
         std::ranges::all_of(key, [](char c) { return is_alnum(c) || c == '-' || c == '_'; });
}

}  // namespace

GitBody::GitBody(GitBodyKind kind) noexcept
    : kind_(kind), lines_(kind == GitBodyKind::receive_pack ? kLongestLine : kLongestFetchLine) {}

bool GitBody::feed(std::string_view text) {
  while (problem_.empty() && !text.empty()) {
    if (at_ == At::ended) return refuse("goes on behind its end");
    if (at_ == At::pack) return pack(text);
    const auto next = lines_.next(text);
    if (!next) break;
    if (!packet(*next)) return false;
  }
  return problem_.empty();
}

bool GitBody::finish() {
  if (!problem_.empty()) return false;
  if (!lines_.between()) return refuse("ends within a line");
  const bool whole =
      at_ == At::ended || at_ == At::haves ||
      (at_ == At::pack && (pack_bytes_ == 0 || pack_bytes_ == kPackSignature.size()));
  return whole || refuse("ends early");
}

bool GitBody::packet(const Packet& packet) {
  switch (packet.kind) {
    case Packet::Kind::line:
      return line(packet.line);
    case Packet::Kind::flush:
      return flush();
    case Packet::Kind::delimiter:
      return delimiter();
    case Packet::Kind::too_long:
      return refuse("has a longer line than git writes");
    case Packet::Kind::response_end:
    case Packet::Kind::malformed:
      break;
  }
  return refuse("is not made of git's lines");
}

bool GitBody::line(std::string_view line) {
  switch (at_) {
    case At::start:
      return first_line(line);
    case At::wants:
      if (is_want(line, false) || (is_depth(line) && is_text(line))) return true;
      if (line.starts_with("shallow ") && is_object_id(line.substr(8))) return true;
      return refuse("has a line that no git fetch has");
    case At::haves:
      if (line == "done") {
        at_ = At::ended;
        return true;
      }
      if (line.starts_with("have ") && is_object_id(line.substr(5))) return true;
      return refuse("has a line that no git fetch has");
    case At::capabilities:
      return is_capability(line) || refuse("has a line that no git fetch has");
    case At::arguments:
      return is_argument(line) || refuse("has a line that no git fetch has");
    case At::commands:
      return update(line);
    case At::certificate:
      if (line == "push-cert-end") at_ = At::commands;
      return true;
    case At::push_options:
      return true;
    case At::pack:
    case At::ended:
      break;
  }
  return refuse("goes on behind its end");
}

bool GitBody::first_line(std::string_view line) {
  if (kind_ == GitBodyKind::receive_pack) return begin_updates(line);
  if (line.starts_with("command=")) {
    at_ = At::capabilities;
    return holds(kCommands, line.substr(8)) || refuse("asks for a command that no git fetch has");
  }
  at_ = At::wants;
  return is_want(line, true) || refuse("does not begin as a git fetch does");
}

// Capabilities stand behind a NUL in the first line that is no "shallow".
bool GitBody::begin_updates(std::string_view line) {
  if (line.starts_with("shallow ")) return update(line);
  const std::string_view first = cut(line, '\0');
  while (!line.empty()) {
    if (cut(line, ' ') == "push-options") has_push_options_ = true;
  }
  if (first == "push-cert") {
    at_ = At::certificate;
    return true;
  }
  const bool fine = update(first);
  at_ = At::commands;
  return fine;
}

bool GitBody::update(std::string_view line) {
  if (line.starts_with("shallow ")) {
    return is_object_id(line.substr(8)) || refuse("has a line that no git push has");
  }
  const std::string_view before = cut(line, ' '), after = cut(line, ' ');
  if (is_object_id(before) && is_object_id(after) && !line.empty() && is_text(line)) return true;
  return refuse(at_ == At::start ? "does not begin as a git push does"
                                 : "has a line that no git push has");
}

bool GitBody::flush() {
  switch (at_) {
    case At::start:  // nothing asked: git tries by it whether it has to name itself
    case At::arguments:
    case At::capabilities:
      at_ = At::ended;
      return true;
    case At::wants:
      at_ = At::haves;
      return true;
    case At::haves:
      return true;
    case At::commands:
      at_ = has_push_options_ ? At::push_options : At::pack;
      return true;
    case At::push_options:
      at_ = At::pack;
      return true;
    case At::certificate:
    case At::pack:
    case At::ended:
      break;
  }
  return refuse("ends a section that is not whole");
}

bool GitBody::delimiter() {
  if (at_ != At::capabilities) return refuse("has a delimiter where git writes none");
  at_ = At::arguments;
  return true;
}

bool GitBody::pack(std::string_view bytes) {
  const std::size_t now = std::min(kPackSignature.size() - pack_bytes_, bytes.size());
  if (bytes.substr(0, now) != kPackSignature.substr(pack_bytes_, now)) {
    return refuse("has something else than a pack behind its commands");
  }
  pack_bytes_ += now;
  return true;
}

bool GitBody::refuse(std::string_view problem) noexcept {
  problem_ = problem;
  return false;
}

}  // namespace cork::policy
