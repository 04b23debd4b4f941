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
    // What CGI and WSGI servers cut from the front of the path (RFC 3875, section 4.1.13).
    PathOverride{"script_name", "SCRIPT_NAME"},
    PathOverride{"path_info", "PATH_INFO"},
    // Where COPY and MOVE write (RFC 4918, section 10.3).
    PathOverride{"destination", "Destination"},
};
constexpr std::size_t kLongestName = 64;  // as spelled, escapes included
constexpr std::string_view kDisposition = "content-disposition", kName = "name";

// As a CGI variable: servers make '_' of all that is neither letter nor digit.
std::string folded(std::string_view name) {
  std::string text = to_lower(name);
  std::ranges::replace_if(text, [](char c) { return !is_alpha(c) && !is_digit(c); }, '_');
  return text;
}

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

bool ends_line(char c) {
  return c == '\r' || c == '\n';
}

bool is_method_override(std::string_view folded_name) {
  return std::ranges::find(kMethodOverrides, folded_name) != kMethodOverrides.end();
}

// PHP makes '_' of a '.', ' ' or '[' in a name, drops the spaces before it and ends it at a NUL.
std::string as_parameter(std::string_view name) {
  while (name.starts_with(' ')) name.remove_prefix(1);
  name = name.substr(0, name.find('\0'));
  if (const std::size_t bracket = name.find('[', 1); bracket != std::string_view::npos) {
    name = name.substr(0, bracket);
  }
  return folded(name);
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
      // They are dropped, however many there are, and may not crowd out what they stand before.
      if (name_ == " " || name_ == "%20") name_.clear();
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
  for (std::size_t i = 0; i < text.size() && !found_; ++i) take(text[i]);
  return found_;
}

bool MultipartFields::finish() {
  if (state_ == State::value) end_value();
  return found_;
}

void MultipartFields::take(char c) {
  if (state_ == State::ended) {
    if (c == '\n') return;
    matched_ = 0;
    boundary_ = true;
    state_ = is_blank(c) ? State::header : State::line;
  }
  if (state_ == State::line || state_ == State::elsewhere) return take_in_line(c);
  if (state_ == State::value) return take_in_value(c);
  if (ends_line(c) && state_ != State::sign) {
    state_ = State::ended;
    return;
  }
  take_in_header(c);
}

void MultipartFields::take_in_line(char c) {
  if (ends_line(c)) {
    state_ = State::line;
    matched_ = 0;
    return;
  }
  if (state_ == State::elsewhere || (matched_ == 0 && is_blank(c))) return;
  state_ = to_lower(c) == kDisposition[matched_] ? State::line : State::elsewhere;
  if (state_ != State::line || ++matched_ < kDisposition.size()) return;
  state_ = State::header;
  matched_ = 0;
  boundary_ = false;
}

void MultipartFields::take_in_header(char c) {
  switch (state_) {
    case State::header:
      matched_ = (matched_ > 0 || boundary_) && to_lower(c) == kName[matched_] ? matched_ + 1 : 0;
      boundary_ = !is_alpha(c) && !is_digit(c) && c != '-' && c != '_';
      if (matched_ == kName.size()) state_ = State::name;
      return;
    case State::name:
      if (is_blank(c)) return;
      found_ = c == '*';
      state_ = c == '=' ? State::sign : State::header;
      matched_ = 0;
      boundary_ = true;
      return;
    default:  // sign
      if (is_blank(c) || ends_line(c) || c == '=' || c == '"' || c == '\'') {
        // "==?" is an encoded word behind a sign, too.
        return;
      }
      state_ = State::value;
      value_.clear();
      escaped_ = false;
      found_ = c == '?';
      return take_in_value(c);
  }
}

void MultipartFields::take_in_value(char c) {
  constexpr std::string_view ends = "\"'; \t\r\n";
  if (!escaped_ && c == '\\') {
    escaped_ = true;
    return;
  }
  if (!escaped_ && ends.find(c) != std::string_view::npos) {
    end_value();
    state_ = ends_line(c) ? State::ended : State::header;
    matched_ = 0;
    boundary_ = true;
    return;
  }
  escaped_ = false;
  if (value_.size() <= kLongestName * 3) value_ += c;
}

void MultipartFields::end_value() {
  found_ = found_ || overrides_method(percent_decoded(value_));
}

}  // namespace cork::policy
