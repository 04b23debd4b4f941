#include "rules/policy/git_request.h"

#include "base/ascii.h"

#include <algorithm>
#include <array>
#include <span>

namespace cork::policy {
namespace {

using Readings = std::vector<std::string>;

constexpr GitRequest no(std::string_view words) {
  return {std::nullopt, GitBodyKind::none, words};
}

// The methods that RFC 4918 and RFC 3253 add, by which git pushed before there was smart HTTP.
bool is_webdav(std::string_view method) {
  static constexpr std::array<std::string_view, 15> methods{
      "PROPFIND", "PROPPATCH", "MKCOL", "COPY",  "MOVE",       "LOCK",       "UNLOCK", "REPORT",
      "CHECKOUT", "CHECKIN",   "MERGE", "LABEL", "MKACTIVITY", "UNCHECKOUT", "UPDATE"};
  return std::ranges::find(methods, method) != methods.end();
}

bool all_end(const Readings& readings, std::string_view end) {
  return std::ranges::all_of(readings,
                             [&](const std::string& path) { return path.ends_with(end); });
}

bool any_holds(const Readings& readings, std::string_view part) {
  return std::ranges::any_of(
      readings, [&](const std::string& path) { return path.find(part) != std::string::npos; });
}

// …/objects/ and a SHA-256 in hexadecimal, by one of two names.
bool is_lfs_object(const std::string& path) {
  constexpr std::size_t oid_digits = 64;
  if (path.size() < oid_digits) return false;
  const std::string_view folder = std::string_view(path).substr(0, path.size() - oid_digits);
  const std::string_view oid = std::string_view(path).substr(folder.size());
  return (folder.ends_with("/info/lfs/objects/") || folder.ends_with("/gitlab-lfs/objects/")) &&
         std::ranges::all_of(oid, [](char c) { return hex_value(c) >= 0; });
}

std::size_t count(std::span<const Field> fields, std::string_view name) {
  return static_cast<std::size_t>(std::ranges::count_if(
      fields, [&](const Field& field) { return equals_ignoring_case(field.name, name); }));
}

// The media type without parameters; "" where there is none or more than one.
std::string media_type(const RequestHead& head, bool may_have_charset) {
  if (count(head.fields, "content-type") != 1) return {};
  std::string value = to_lower(find_field(head.fields, "content-type")->value);
  if (!may_have_charset) return value;
  for (const std::string_view charset : {";charset=utf-8", "; charset=utf-8"}) {
    if (value.ends_with(charset)) value.resize(value.size() - charset.size());
  }
  return value;
}

bool is_web_form(std::string_view type) {
  return type.starts_with("application/x-www-form-urlencoded") ||
         type.starts_with("multipart/form-data");
}

// git compresses long requests with gzip and with nothing else.
bool is_coded_as_git_does(const RequestHead& head) {
  const std::size_t codings = count(head.fields, "content-encoding");
  if (codings == 0) return true;
  const std::string coding = to_lower(find_field(head.fields, "content-encoding")->value);
  return codings == 1 && (coding == "gzip" || coding == "x-gzip");
}

GitRequest info_refs(const RequestHead& head) {
  const std::string_view query = head.target.query();
  if (query == "service=git-upload-pack") {
    return {GitVerb::fetch, GitBodyKind::none, "it is a git fetch"};
  }
  if (query == "service=git-receive-pack") {
    return {GitVerb::push, GitBodyKind::none, "it is a git push"};
  }
  if (query.empty()) return no("it asks for info/refs by the dumb protocol");
  const std::size_t first = query.find("service=");
  if (first != std::string_view::npos &&
      query.find("service=", first + 1) != std::string_view::npos) {
    return no("its query names a service more than once");
  }
  return no("its query is not one service of git's alone");
}

GitRequest get(const RequestHead& head, const Readings& readings) {
  if (all_end(readings, "/info/refs")) return info_refs(head);
  if (std::ranges::all_of(readings, is_lfs_object)) {
    if (!head.target.query().empty()) return no("an LFS download has no query");
    return {GitVerb::lfs, GitBodyKind::none, "it is an LFS download"};
  }
  if (any_holds(readings, "/info/lfs/locks")) return no("it asks for LFS locks");
  if (any_holds(readings, "/objects/") || all_end(readings, "/HEAD")) {
    return no("it asks for a file by the dumb protocol");
  }
  return no("it is no request of git's smart HTTP");
}

GitRequest rpc(const RequestHead& head, GitRequest asked, std::string_view type) {
  if (!head.target.query().empty()) return no("git sends no query with that");
  if (media_type(head, false) != type) {
    return no("its content type is not the one git sends with that");
  }
  return asked;
}

GitRequest post(const RequestHead& head, const Readings& readings) {
  if (is_web_form(media_type(head, false))) return no("it is a web form");
  if (!is_coded_as_git_does(head)) return no("its content coding is none that git uses");
  if (all_end(readings, "/git-upload-pack")) {
    return rpc(head, {GitVerb::fetch, GitBodyKind::upload_pack, "it is a git fetch"},
               "application/x-git-upload-pack-request");
  }
  if (all_end(readings, "/git-receive-pack")) {
    return rpc(head, {GitVerb::push, GitBodyKind::receive_pack, "it is a git push"},
               "application/x-git-receive-pack-request");
  }
  if (all_end(readings, "/info/lfs/objects/batch")) {
    if (!head.target.query().empty()) return no("an LFS batch has no query");
    if (media_type(head, true) != "application/vnd.git-lfs+json") {
      return no("its content type is not the one of an LFS batch");
    }
    return {GitVerb::lfs, GitBodyKind::lfs_download, "it is an LFS batch"};
  }
  if (any_holds(readings, "/info/lfs/locks")) return no("it asks for LFS locks");
  return no("it is no request of git's smart HTTP");
}

}  // namespace

std::string_view name_of(GitVerb verb) noexcept {
  switch (verb) {
    case GitVerb::fetch:
      return "fetch";
    case GitVerb::push:
      return "push";
    case GitVerb::lfs:
      return "lfs";
  }
  return "";
}

std::string GitVerbs::to_string() const {
  std::string text;
  for (const GitVerb verb : {GitVerb::fetch, GitVerb::push, GitVerb::lfs}) {
    if (!has(verb)) continue;
    if (!text.empty()) text += ", ";
    text += verb == GitVerb::lfs ? "LFS download" : "git " + std::string(name_of(verb));
  }
  return text;
}

GitRequest git_request(const RequestHead& head, const Result<Readings>& readings) {
  if (is_webdav(head.method)) return no("its method is one of WebDAV");
  if (!readings) return no("its path is not one that git asks for");
  if (head.method == "GET") return get(head, *readings);
  if (head.method == "POST") return post(head, *readings);
  if (head.method == "PUT" && std::ranges::all_of(*readings, is_lfs_object)) {
    return no("it is an LFS upload");
  }
  return no("git has no use for its method there");
}

}  // namespace cork::policy
