#include "rules/policy/path_pattern.h"

#include "rules/policy/percent.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cork::policy {
namespace {

Result<void> check_characters(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7F) {
      return fail("a path pattern is ASCII without spaces: percent-encode other characters");
    }
  }
  if (text.find_first_of("?#") != std::string_view::npos) {
    return fail("a path pattern is a path alone: queries and fragments are not matched");
  }
  if (text.find('\\') != std::string_view::npos) {
    return fail("a path has no backslash: its segments are divided by '/'");
  }
  return {};
}

Result<void> check_decoded(std::string_view decoded) {
  if (holds_control(decoded)) return fail("a path pattern holds no control characters");
  if (decoded.find("//") != std::string_view::npos) {
    return fail("a path pattern has no empty segment: write one '/' instead of '//'");
  }
  for (std::size_t begin = 1; begin <= decoded.size();) {
    const std::size_t end = std::min(decoded.find('/', begin), decoded.size());
    const std::string_view segment = decoded.substr(begin, end - begin);
    if (segment == "." || segment == "..") {
      return fail("a path pattern has no '.' and '..': write the path they lead to");
    }
    if (segment.find("**") != std::string_view::npos && segment != "**") {
      return fail("'**' is a whole segment: write '/a/**' for everything below '/a/'");
    }
    begin = end + 1;
  }
  return {};
}

}  // namespace

Result<PathPattern> PathPattern::parse(std::string_view text) {
  if (!text.starts_with('/')) {
    return fail("a path pattern begins with '/': write '/a/**' for everything below '/a/'");
  }
  if (text.size() > kLongest) {
    return fail(fmt::format("a path pattern has at most {} bytes", kLongest));
  }
  if (auto checked = check_characters(text); !checked) return std::unexpected(checked.error());
  PathPattern pattern;
  pattern.text_ = text;
  // An escaped '*' is no wildcard, so that segments are cut before they are decoded.
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int escaped = escape_at(text, i);
    if (text[i] == '%' && escaped < 0) {
      return fail("two hexadecimal digits follow a '%': write '%25' for the character itself");
    }
    if (escaped >= 0) i += 2;
    // What stands for an escaped '*' is of no consequence here.
    decoded += escaped == '*' ? 'x' : escaped >= 0 ? static_cast<char>(escaped) : text[i];
  }
  if (auto checked = check_decoded(decoded); !checked) return std::unexpected(checked.error());
  for (std::size_t begin = 1; begin <= text.size();) {
    const std::size_t end = std::min(text.find('/', begin), text.size());
    pattern.append_segment(text.substr(begin, end - begin), end == text.size());
    begin = end + 1;
  }
  return pattern;
}

void PathPattern::append_segment(std::string_view segment, bool last) {
  tokens_.push_back({Kind::literal, '/'});
  if (segment == "**") {
    if (!last) tokens_.push_back({Kind::perhaps});
    tokens_.push_back({Kind::any});
    return;
  }
  for (std::size_t i = 0; i < segment.size(); ++i) {
    if (segment[i] == '*') {
      tokens_.push_back({Kind::in_segment});
      continue;
    }
    const int escaped = escape_at(segment, i);
    tokens_.push_back({Kind::literal, escaped >= 0 ? static_cast<char>(escaped) : segment[i]});
    if (escaped >= 0) i += 2;
  }
}

// The places in a pattern that what was read so far can have led to.
class PathPattern::States {
 public:
  explicit States(const std::vector<Token>& tokens)
      : tokens_(&tokens), seen_(tokens.size() + 1, 0) {}

  void clear() noexcept {
    active_.clear();
    ++round_;
  }
  // With every place that is reached from there by reading nothing.
  void add(std::size_t at) {
    if (seen_[at] == round_) return;
    seen_[at] = round_;
    active_.push_back(at);
    if (at == tokens_->size() || (*tokens_)[at].kind == Kind::literal) return;
    add(at + 1);
    // The slash behind "**" is absent with it, since the one before serves for both.
    if ((*tokens_)[at].kind == Kind::perhaps) add(at + 3);
  }
  [[nodiscard]] bool has(std::size_t at) const noexcept { return seen_[at] == round_; }
  [[nodiscard]] const std::vector<std::size_t>& active() const noexcept { return active_; }

 private:
  const std::vector<Token>* tokens_;
  std::vector<std::size_t> active_;
  std::vector<std::size_t> seen_;  // the round in which a place was added last
  std::size_t round_ = 1;
};

bool PathPattern::matches(std::string_view reading) const {
  States now(tokens_), next(tokens_);
  const bool takes_rest = tokens_.back().kind == Kind::any;
  now.add(0);
  for (const char c : reading) {
    if (takes_rest && now.has(tokens_.size() - 1)) return true;
    next.clear();
    for (const std::size_t at : now.active()) {
      if (at == tokens_.size()) continue;
      const Token& token = tokens_[at];
      const bool slash = token.c == '/' && c == kSlashInSegment;
      if (token.kind == Kind::literal && (token.c == c || slash)) next.add(at + 1);
      if (token.kind == Kind::any || (token.kind == Kind::in_segment && c != '/')) next.add(at);
    }
    if (next.active().empty()) return false;
    std::swap(now, next);
  }
  return now.has(tokens_.size());
}

}  // namespace cork::policy
