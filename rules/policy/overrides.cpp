#include "rules/policy/overrides.h"

#include "base/ascii.h"
#include "rules/policy/percent.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cork::policy {
namespace {

// Every '-' as '_', lower case.
constexpr std::array<std::string_view, 5> kMethodOverrides{
    "x_http_method_override", "x_http_method", "x_method_override", "_method", "_httpmethod"};
struct PathOverride {
  std::string_view name, shown;
};
constexpr std::array kPathOverrides{
    PathOverride{"x_original_url", "X-Original-URL"},
    PathOverride{"x_rewrite_url", "X-Rewrite-URL"},
    // Where COPY and MOVE write (RFC 4918, section 10.3).
    PathOverride{"destination", "Destination"},
};
constexpr std::size_t kLongestName = 64;  // as spelled, escapes included
constexpr std::size_t kTail = 96;

std::string folded(std::string_view name) {
  std::string text = to_lower(name);
  std::ranges::replace(text, '-', '_');
  return text;
}

bool is_method_override(std::string_view folded_name) {
  return std::ranges::find(kMethodOverrides, folded_name) != kMethodOverrides.end();
}

// PHP makes '_' of a '.', ' ' or '[' in a name and drops the spaces before it.
std::string as_parameter(std::string_view name) {
  while (name.starts_with(' ')) name.remove_prefix(1);
  if (const std::size_t bracket = name.find('[', 1); bracket != std::string_view::npos) {
    name = name.substr(0, bracket);
  }
  std::string text = folded(name);
  std::ranges::replace_if(text, [](char c) { return c == '.' || c == ' ' || c == '['; }, '_');
  return text;
}

}  // namespace

bool overrides_method(std::string_view name) {
  return is_method_override(as_parameter(name));
}

std::optional<Override> find_override(const RequestHead& head) {
  for (const Field& field : head.fields) {
    const std::string name = folded(field.name);
    if (is_method_override(name)) {
      return Override{Reason::method_not_allowed,
                      "one of its headers asks the origin to take it for another method"};
    }
    const auto path = std::ranges::find(kPathOverrides, name, &PathOverride::name);
    if (path != kPathOverrides.end()) {
      return Override{Reason::path_not_allowed,
                      fmt::format("its header {} names another path", path->shown)};
    }
  }
  FormFields query;
  if (query.feed(head.target.query()) || query.finish()) {
    return Override{Reason::method_not_allowed,
                    "its query asks the origin to take it for another method"};
  }
  return std::nullopt;
}

bool FormFields::feed(std::string_view text) {
  for (std::size_t i = 0; i < text.size() && !found_; ++i) {
    const char c = text[i];
    if (c == '&' || c == ';') {
      found_ = end_name();
      in_name_ = true;
    } else if (c == '=' && in_name_) {
      found_ = end_name();
      in_name_ = false;
    } else if (in_name_ && name_.size() <= kLongestName * 3) {
      name_ += c == '+' ? ' ' : c;
    }
  }
  return found_;
}

bool FormFields::finish() {
  found_ = found_ || end_name();
  return found_;
}

bool FormFields::end_name() {
  const std::string name = percent_decoded(name_);
  name_.clear();
  return overrides_method(name) || overrides_method(percent_decoded(name));
}

bool MultipartFields::feed(std::string_view text) {
  while (!text.empty() && !found_) {
    const std::size_t taken = std::min(text.size(), std::size_t{4096});
    tail_ += text.substr(0, taken);
    text.remove_prefix(taken);
    found_ = search(false);
    if (tail_.size() > kTail) tail_.erase(0, tail_.size() - kTail);
  }
  return found_;
}

bool MultipartFields::finish() {
  found_ = found_ || search(true);
  return found_;
}

// The word "name", and behind it, but for '=', quotes, space and the marks of RFC 8187, an
// override.
bool MultipartFields::search(bool last) {
  const std::string text = folded(tail_);
  for (std::size_t at = text.find("name"); at != std::string::npos;
       at = text.find("name", at + 1)) {
    std::string_view rest = std::string_view(text).substr(at + 4);
    const std::size_t sign = std::min(rest.find_first_not_of(" \t*"), rest.size());
    rest.remove_prefix(sign);
    if (!rest.starts_with('=')) continue;
    rest.remove_prefix(std::min(rest.find_first_not_of("= \t\"'"), rest.size()));
    if (rest.starts_with("utf_8'")) {
      rest.remove_prefix(std::min(rest.find('\'', 6), rest.size() - 1) + 1);
    }
    const std::size_t end = rest.find_first_of("\"'; \t\r\n");
    if (end == std::string_view::npos && !last) continue;
    if (overrides_method(percent_decoded(rest.substr(0, end)))) return true;
  }
  return false;
}

}  // namespace cork::policy
