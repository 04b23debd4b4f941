#include "rules/policy/body_rule.h"

#include "base/ascii.h"
#include "rules/policy/bottle.h"
#include "rules/policy/narrowing.h"
#include "rules/policy/path_readings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <type_traits>
#include <utility>

namespace cork::policy {
namespace {

constexpr std::string_view kOverride = "is a form that asks the origin for another method";

constexpr std::string_view kOddCharset = "is a form in a character set that cork does not read";

enum class Form : std::uint8_t { none, urlencoded, multipart, odd };

// A parameter's name may be spelled otherwise in any other.
bool has_plain_charset(std::string_view type) {
  const std::size_t at = type.find("charset");
  if (at == std::string_view::npos) return true;
  type.remove_prefix(at);
  constexpr std::array<std::string_view, 4> plain{"utf-8", "us-ascii", "iso-8859-1",
                                                  "windows-1252"};
  return std::ranges::any_of(
      plain, [&](std::string_view name) { return type.find(name) != std::string_view::npos; });
}

// A body without a type is a form to many frameworks.
Form form_of(const RequestHead& head) {
  const Field* type = find_field(head.fields, "content-type");
  if (type == nullptr || type->value.empty()) return Form::urlencoded;
  const std::string value = to_lower(type->value);
  const bool urlencoded = value.find("form-urlencoded") != std::string::npos;
  if (!urlencoded && value.find("multipart/") == std::string::npos) return Form::none;
  if (!has_plain_charset(value)) return Form::odd;
  return urlencoded ? Form::urlencoded : Form::multipart;
}

}  // namespace

BodyRule::BodyRule(const Bottle& bottle, const RequestHead& head) {
  const Route* route = bottle.admitting(head);
  if (route == nullptr || !is_narrowed(*route)) return;
  Objection objection{.reason = Reason::method_not_allowed,
                      .route = route,
                      .act = "send that body to",
                      .because = "is narrowed, and the body ",
                      .change = ""};
  if (!route->git.empty()) {
    objection.reason = Reason::git_not_allowed;
    objection.because = fmt::format("admits {} only, and the body ", route->git.to_string());
    const GitBodyKind kind = git_request(head, readings_of(head.target.path())).body;
    if (kind == GitBodyKind::none) check_.emplace<Empty>();
    if (kind == GitBodyKind::lfs_download) check_.emplace<LfsBatch>();
    if (kind == GitBodyKind::upload_pack || kind == GitBodyKind::receive_pack) {
      check_.emplace<GitBody>(kind);
    }
  } else {
    const Form form = form_of(head);
    if (form == Form::none) return;
    if (form == Form::urlencoded) check_.emplace<FormFields>();
    if (form == Form::multipart) check_.emplace<MultipartFields>();
    if (form == Form::odd) check_.emplace<Odd>();
  }
  denial_ = bottle.denial(objection, head);
}

std::optional<Decision> BodyRule::feed(std::string_view text) {
  return std::visit(
      [&](auto& check) -> std::optional<Decision> {
        using Check = std::remove_cvref_t<decltype(check)>;
        if constexpr (std::is_same_v<Check, Empty>) {
          if (!text.empty()) return refuse("is one that git does not send");
        } else if constexpr (std::is_same_v<Check, Odd>) {
          if (!text.empty()) return refuse(kOddCharset);
        } else if constexpr (std::is_same_v<Check, GitBody> || std::is_same_v<Check, LfsBatch>) {
          if (!check.feed(text)) return refuse(check.problem());
        } else if constexpr (!std::is_same_v<Check, std::monostate>) {
          if (check.feed(text)) return refuse(kOverride);
        }
        return std::nullopt;
      },
      check_);
}

std::optional<Decision> BodyRule::finish() {
  return std::visit(
      [&](auto& check) -> std::optional<Decision> {
        using Check = std::remove_cvref_t<decltype(check)>;
        if constexpr (std::is_same_v<Check, GitBody> || std::is_same_v<Check, LfsBatch>) {
          if (!check.finish()) return refuse(check.problem());
        } else if constexpr (std::is_same_v<Check, FormFields> ||
                             std::is_same_v<Check, MultipartFields>) {
          if (check.finish()) return refuse(kOverride);
        }
        return std::nullopt;
      },
      check_);
}

Decision BodyRule::undecodable(std::string_view problem) {
  return refuse(fmt::format("cannot be decoded: {}", problem));
}

Decision BodyRule::refuse(std::string_view because) {
  Decision denied = std::move(denial_);
  denied.detail += fmt::format("{}.", because);
  check_ = std::monostate();
  return denied;
}

}  // namespace cork::policy
