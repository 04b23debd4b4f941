#include "rules/secrets/compiled_rule.h"

#include "rules/secrets/entropy.h"

#include <hs/hs.h>
#include <re2/re2.h>

#include <algorithm>
#include <climits>
#include <cstdlib>

namespace cork::secrets {

namespace {

// A rule that asks for a keyword finds it within this many bytes before the match's end.
constexpr std::size_t kKeywordReach = 256;
// How far a rule without a bound, which can only record, looks back.
constexpr std::size_t kUnboundedReach = 1024;
constexpr std::size_t kMaxBlockingWidth = 4096;
constexpr std::size_t kMinAnchor = 4;
// A rule with a suppressor gets this many bytes of an open quantifier to show what it holds.
constexpr int kSuppressedWithin = 32;

re2::RE2::Options regex_options(bool folded) {
  re2::RE2::Options options(re2::RE2::Latin1);
  options.set_log_errors(false);
  options.set_max_mem(64 << 20);
  options.set_case_sensitive(!folded);
  return options;
}

std::unique_ptr<re2::RE2> compile(const std::string& regex, bool folded) {
  return std::make_unique<re2::RE2>(regex, regex_options(folded));
}

// What ends a value in JSON, a form, a header or a file: with one of these in its alphabet, a
// credential could be any text.
const ByteSet& separators() {
  static const ByteSet set = [] {
    ByteSet bytes;
    for (const char c : std::string_view(" \t\r\n\v\f\"'`")) bytes.set(static_cast<std::size_t>(c));
    return bytes;
  }();
  return set;
}

std::string lower(std::string_view text) {
  std::string copy(text);
  std::ranges::transform(copy, copy.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  });
  return copy;
}

}  // namespace

CompiledRule::CompiledRule() = default;
CompiledRule::~CompiledRule() = default;
CompiledRule::CompiledRule(CompiledRule&&) noexcept = default;

Result<CompiledRule, Diagnostics> CompiledRule::make(const Rule& rule) {
  CompiledRule made;
  Diagnostics problems;
  const bool suppressible = rule.entropy > 0 || !rule.allowlists.empty();
  Result<RegexShape> shape =
      analyse_regex(rule.regex, {rule.secret_group, suppressible ? kSuppressedWithin : 0});
  made.shape_.decided = rule.regex;
  if (shape) made.shape_ = std::move(*shape);
  made.secret_group_ = rule.secret_group;
  made.entropy_ = rule.entropy;
  made.keywords_ = rule.keywords;
  made.compile_regexes(rule, problems);
  if (problems.empty()) made.measure(rule, problems);
  if (problems.empty() && rule.confidence == Confidence::high) {
    if (!shape) {
      problems.push_back({"rule '" + rule.id + "': " + shape.error().what, rule.where,
                          "a rule that blocks must be fully understood; write confidence = \"low\" "
                          "to record only"});
    } else if (made.needs_anchor() && made.anchor().size() < kMinAnchor) {
      problems.push_back({"rule '" + rule.id +
                              "': its credential may hold spaces, quotes or "
                              "newlines, and the regex begins with no literal",
                          rule.where,
                          "begin the regex with 4 literal bytes or more, take those bytes out of "
                          "the secret's classes, or write confidence = \"low\""});
    }
  }
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return made;
}

void CompiledRule::compile_regexes(const Rule& rule, Diagnostics& problems) {
  const auto refuse = [&](const std::string& what, const std::string& hint) {
    problems.push_back({"rule '" + rule.id + "': " + what, rule.where, hint});
  };
  exact_ = compile(rule.regex, false);
  if (!exact_->ok()) return refuse("regex: " + exact_->error(), "cork takes RE2's syntax");
  groups_ = exact_->NumberOfCapturingGroups();
  if (secret_group_ > groups_) {
    return refuse("secretGroup " + std::to_string(secret_group_) + " of a regex with " +
                      std::to_string(groups_) + " groups",
                  "count the parentheses that do not begin with '(?'");
  }
  // The whole match becomes a group of its own behind a prefix that any start satisfies: matched
  // against all of a window, it says which start has a match that ends at the window's end.
  const std::string wrapped = "(?s:.*?)(" + shape_.decided + ")";
  exact_ = compile(wrapped, false);
  folded_ = compile(wrapped, true);
  for (const auto* regex : {exact_.get(), folded_.get()}) {
    if (!regex->ok()) return refuse("regex: " + regex->error(), "make it smaller");
  }
  for (const RuleAllowlist& list : rule.allowlists) {
    stopwords_.insert(stopwords_.end(), list.stopwords.begin(), list.stopwords.end());
    for (const std::string& regex : list.regexes) {
      allowed_.push_back(compile(regex, false));
      if (!allowed_.back()->ok()) {
        refuse("allowlist regex: " + allowed_.back()->error(), "cork takes RE2's syntax");
      }
    }
  }
}

void CompiledRule::measure(const Rule& rule, Diagnostics& problems) {
  const auto refuse = [&](const std::string& what, const std::string& hint) {
    problems.push_back({"rule '" + rule.id + "': " + what, rule.where, hint});
  };
  hs_expr_info_t* info = nullptr;
  hs_compile_error_t* error = nullptr;
  if (hs_expression_info(shape_.decided.c_str(), 0, &info, &error) != HS_SUCCESS) {
    refuse(std::string("regex: Hyperscan: ") + (error != nullptr ? error->message : "no memory"),
           "");
    hs_free_compile_error(error);
    return;
  }
  const unsigned min = info->min_width, max = info->max_width;
  std::free(info);
  if (min == 0) return refuse("regex: it matches the empty text", "ask for at least one byte");
  const bool bounded = max != UINT_MAX && max <= kMaxBlockingWidth;
  if (!bounded && rule.confidence == Confidence::high) {
    return refuse("its match has no bound, so there is no telling how much to hold back",
                  "replace '+', '*' and '{n,}' by '{n,m}', at most 4096 bytes in all; only the "
                  "last one may stay open");
  }
  width_ = bounded ? max : kUnboundedReach;
  fixed_width_ = min == max;
}

std::size_t CompiledRule::look_back() const noexcept {
  return (keywords_.empty() ? width_ : std::max(width_, kKeywordReach)) + 1;
}

bool CompiledRule::needs_anchor() const noexcept {
  return (shape_.credential & separators()).any();
}

std::optional<CompiledRule::Span> CompiledRule::confirm(std::string_view text, std::size_t end,
                                                        bool folded, std::size_t& examined) const {
  if (end > text.size()) return std::nullopt;
  examined += std::min(end, look_back());
  if (!keyword_near(text, end)) return std::nullopt;
  const re2::RE2& regex = folded ? *folded_ : *exact_;
  const auto count = static_cast<std::size_t>(groups_) + 2;
  std::vector<re2::StringPiece> parts(count);
  std::size_t from = end > width_ ? end - width_ : 0;
  if (fixed_width_ && end < width_) return std::nullopt;
  while (from < end) {
    examined += end - from;
    if (!regex.Match({text.data(), text.size()}, from, end, re2::RE2::ANCHOR_BOTH, parts.data(),
                     static_cast<int>(count))) {
      return std::nullopt;
    }
    re2::StringPiece secret = parts[1];
    const auto chosen = static_cast<std::size_t>(secret_group_);
    if (chosen > 0) {
      if (!parts[chosen + 1].empty()) secret = parts[chosen + 1];
    } else {
      const auto first = std::find_if(parts.begin() + 2, parts.end(),
                                      [](const re2::StringPiece& part) { return !part.empty(); });
      if (first != parts.end()) secret = *first;
    }
    const auto begin = static_cast<std::size_t>(secret.data() - text.data());
    if (!suppressed({secret.data(), secret.size()})) return Span{begin, begin + secret.size()};
    if (fixed_width_) return std::nullopt;
    from = static_cast<std::size_t>(parts[1].data() - text.data()) + 1;
  }
  return std::nullopt;
}

bool CompiledRule::suppressed(std::string_view secret) const {
  if (entropy_ > 0 && shannon_entropy(secret) <= entropy_) return true;
  if (!stopwords_.empty()) {
    const std::string low = lower(secret);
    const auto within = [&](const std::string& word) { return low.find(word) != low.npos; };
    if (std::ranges::any_of(stopwords_, within)) return true;
  }
  const re2::StringPiece piece(secret.data(), secret.size());
  return std::ranges::any_of(
      allowed_, [&](const auto& regex) { return re2::RE2::PartialMatch(piece, *regex); });
}

bool CompiledRule::keyword_near(std::string_view text, std::size_t end) const {
  if (keywords_.empty()) return true;
  const std::size_t reach = std::min(end, std::max(width_, kKeywordReach));
  const std::string low = lower(text.substr(end - reach, reach));
  return std::ranges::any_of(keywords_,
                             [&](const std::string& word) { return low.find(word) != low.npos; });
}

}  // namespace cork::secrets
