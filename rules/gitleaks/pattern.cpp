#include "rules/gitleaks/pattern.h"

#include "base/ascii.h"
#include "base/utf8.h"

#include <re2/re2.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace cork::gitleaks {
namespace {

constexpr std::int64_t kMaxMemory = 64 << 20;

re2::StringPiece piece(std::string_view text) {
  return {text.data(), text.size()};
}

// "(?<name>", which Go takes too, as "(?P<name>". Not where it is no group: behind a backslash, in
// what is quoted and in a class.
std::string with_known_names(std::string_view regex) {
  std::string known;
  bool in_class = false;
  for (std::size_t i = 0; i < regex.size(); ++i) {
    known += regex[i];
    if (regex.substr(i).starts_with("\\Q") && !in_class) {
      const std::size_t end = std::min(regex.find("\\E", i), regex.size() - 1);
      known += regex.substr(i + 1, end - i);
      i = end;
    } else if (regex[i] == '\\' && i + 1 < regex.size()) {
      known += regex[++i];
    } else if (in_class && regex.substr(i).starts_with("[:") &&
               regex.find(":]", i + 2) != regex.npos) {
      const std::size_t end = regex.find(":]", i + 2);
      known += regex.substr(i + 1, end + 1 - i);
      i = end + 1;
    } else if (in_class) {
      in_class = regex[i] != ']';
    } else if (regex[i] == '[') {
      in_class = true;
      // The first byte of a class closes none.
      if (regex.substr(i + 1).starts_with('^')) known += regex[++i];
      if (regex.substr(i + 1).starts_with(']')) known += regex[++i];
    } else if (regex.substr(i).starts_with("(?<") && i + 3 < regex.size() &&
               (is_alnum(regex[i + 3]) || regex[i + 3] == '_')) {
      known += "?P";
      ++i;
    }
  }
  return known;
}

}  // namespace

Pattern::Pattern(std::unique_ptr<re2::RE2> compiled) noexcept : compiled_(std::move(compiled)) {}
Pattern::~Pattern() = default;

Result<std::shared_ptr<const Pattern>> Pattern::compile(std::string_view regex) {
  const std::string known = with_known_names(regex);
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxMemory);
  auto compiled = std::make_unique<re2::RE2>(piece(known), options);
  if (!compiled->ok()) return fail(compiled->error());
  return std::shared_ptr<const Pattern>(new Pattern(std::move(compiled)));
}

const std::string& Pattern::regex() const noexcept {
  return compiled_->pattern();
}

int Pattern::groups() const noexcept {
  return compiled_->NumberOfCapturingGroups();
}

int Pattern::program_size() const noexcept {
  return compiled_->ProgramSize();
}

std::vector<Span> Pattern::find_all(const Text& text) const {
  std::vector<Span> found;
  const std::string_view all = text.searched();
  re2::StringPiece match;
  std::size_t last_end = std::string_view::npos;
  for (std::size_t at = 0; at <= all.size();) {
    if (!compiled_->Match(piece(all), at, all.size(), re2::RE2::UNANCHORED, &match, 1)) break;
    const auto begin = static_cast<std::size_t>(match.data() - all.data());
    const std::size_t end = begin + match.size();
    if (end != at) {
      at = end;
      found.push_back({text.to_raw(begin), text.to_raw(end)});
    } else {
      if (begin != last_end) found.push_back({text.to_raw(begin), text.to_raw(end)});
      at += at < all.size() ? next_code_point(all.substr(at)).length : 1;
    }
    last_end = end;
  }
  return found;
}

bool Pattern::matches(std::string_view raw) const {
  const Text text(raw);
  const std::string_view all = text.searched();
  return compiled_->Match(piece(all), 0, all.size(), re2::RE2::UNANCHORED, nullptr, 0);
}

std::vector<std::string_view> Pattern::first_groups(std::string_view raw) const {
  const Text text(raw);
  const std::string_view all = text.searched();
  std::vector<re2::StringPiece> parts(static_cast<std::size_t>(groups()) + 1);
  if (!compiled_->Match(piece(all), 0, all.size(), re2::RE2::UNANCHORED, parts.data(),
                        static_cast<int>(parts.size()))) {
    return {};
  }
  std::vector<std::string_view> found;
  found.reserve(parts.size() - 1);
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (parts[i].data() == nullptr) {
      found.emplace_back();
      continue;
    }
    const auto begin = static_cast<std::size_t>(parts[i].data() - all.data());
    const std::size_t raw_begin = text.to_raw(begin);
    found.push_back(raw.substr(raw_begin, text.to_raw(begin + parts[i].size()) - raw_begin));
  }
  return found;
}

}  // namespace cork::gitleaks
