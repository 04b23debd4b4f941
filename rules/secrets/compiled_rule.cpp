#include "rules/secrets/compiled_rule.h"

#include "base/ascii.h"
#include "base/base64.h"
#include "rules/secrets/chance.h"
#include "rules/secrets/checksum.h"
#include "rules/secrets/entropy.h"
#include "rules/secrets/randomness.h"

#include <hs/hs.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstdlib>
#include <span>
#include <utility>

namespace cork::secrets {

namespace {

// A rule that asks for a keyword finds it within this many bytes before the match's end.
constexpr std::size_t kKeywordReach = 256;
// How far a rule without a bound, which can only record, looks back.
constexpr std::size_t kUnboundedReach = 512;
constexpr std::size_t kMinAnchor = 4;
constexpr const char* kNoAnchor =
    "its credential may hold spaces, quotes or newlines, and the regex begins with no four letters "
    "that are given, or in more than 32 ways";
// A rule with a suppressor gets this many bytes of an open quantifier to show what it holds.
constexpr int kSuppressedWithin = 32;
// So many bytes are compared, counted or walked through in the time that RE2 takes for one where it
// has to find groups, which is 100 ns.
constexpr std::size_t kCheaper = 8;
// And what any match takes beside that, in the same time: one that a look at its name or at what it
// is made of drops, and one that RE2 is asked about.
constexpr std::size_t kAnyMatch = 2, kAnyAsked = 18;
// What confirming one match may look at. A match of which so many beginnings are dropped, one after
// the other, was made for that, and is a finding.
constexpr std::size_t kMostExamined = std::size_t{8} * 1024;
// Groups that need no room of their own while a match is confirmed; few rules have more.
constexpr std::size_t kFewParts = 12;

static_assert(Widths::kUnbounded == UINT_MAX);

// The whole match becomes a group of its own behind a prefix that any start satisfies: matched
// against all of a window, it says which start has a match that ends at the window's end.
std::string ending_at_end(const std::string& regex) {
  return "(?s:.*?)(" + regex + ")";
}

std::string about(const Rule& rule, const std::string& what) {
  return "rule '" + rule.id + "': " + what;
}

// Is one of `words`, which are in lower case, in `text`, in any case?
bool holds_any(std::string_view text, const std::vector<std::string>& words) {
  // No rule looks back further.
  std::array<char, CompiledRule::kMaxBlockingWidth> copy;
  text = text.substr(0, copy.size());
  std::ranges::transform(text, copy.begin(), [](char c) { return to_lower(c); });
  const std::string_view lower(copy.data(), text.size());
  return std::ranges::any_of(
      words, [&](const std::string& word) { return lower.find(word) != lower.npos; });
}

re2::StringPiece piece_of(std::string_view text) {
  return {text.data(), text.size()};
}

// parts[0] is all that was looked at, parts[1] the match, the others its groups.
std::string_view secret_of(std::span<const re2::StringPiece> parts, int secret_group) {
  const auto chosen = static_cast<std::size_t>(secret_group) + 1;
  re2::StringPiece secret = parts[1];
  if (secret_group > 0) {
    if (!parts[chosen].empty()) secret = parts[chosen];
  } else {
    const auto first = std::find_if(parts.begin() + 2, parts.end(),
                                    [](const re2::StringPiece& part) { return !part.empty(); });
    if (first != parts.end()) secret = *first;
  }
  return {secret.data(), secret.size()};
}

// Whether base64url goes on into the secret, which is a part of the text.
bool is_glued(std::string_view text, std::string_view secret) noexcept {
  const auto begin = static_cast<std::size_t>(secret.data() - text.data());
  return begin > 0 && is_base64url_digit(text[begin - 1]);
}

}  // namespace

std::string regex_with_groups(int groups) {
  if (groups == 0) return "a regex without groups";
  return "a regex with " + std::to_string(groups) + (groups == 1 ? " group" : " groups");
}

CompiledRule::CompiledRule(const Rule& rule, RegexShape shape)
    : shape_(std::move(shape)),
      secret_group_(rule.secret_group),
      entropy_(rule.entropy),
      random_(rule.random),
      assigned_(rule.assigned),
      checksum_(rule.checksum),
      chance_(shape_.chance && rule.checksum == Checksum::none &&
              rule.confidence == Confidence::high),
      keywords_(rule.keywords),
      names_(rule.named, rule.not_named),
      exact_(ending_at_end(shape_.decided), LazyRegex::Case::exact),
      folded_(ending_at_end(shape_.decided), LazyRegex::Case::ignored),
      anchored_(shape_.decided, LazyRegex::Case::exact) {
  for (const RuleAllowlist& list : rule.allowlists) {
    stopwords_.insert(stopwords_.end(), list.stopwords.begin(), list.stopwords.end());
    for (const std::string& regex : list.regexes) {
      allowed_.emplace_back(regex, LazyRegex::Case::exact);
    }
  }
}

Result<RegexShape> CompiledRule::shape_of(const Rule& rule) {
  const bool suppressible = rule.entropy > 0 || rule.random || rule.checksum != Checksum::none ||
                            !rule.allowlists.empty();
  return analyse_regex(rule.regex, {rule.secret_group, suppressible ? kSuppressedWithin : 0});
}

bool CompiledRule::is_searched_as_written(const Rule& rule) {
  const auto shape = shape_of(rule);
  return !shape || shape->searched == shape->decided;
}

Result<CompiledRule, Diagnostics> CompiledRule::make(const Rule& rule, Result<RegexShape> shape,
                                                     const Widths* measured) {
  Diagnostics problems;
  RegexShape unread;
  unread.decided = unread.searched = rule.regex;
  unread.credential.set();
  CompiledRule made(rule, shape ? std::move(*shape) : std::move(unread));
  if (!shape) made.unread_ = shape.error().what;
  if (measured == nullptr) made.prove(rule, problems);
  if (problems.empty()) made.measure(rule, measured, problems);
  if (problems.empty() && rule.confidence == Confidence::high) {
    if (!shape) {
      problems.push_back({about(rule, shape.error().what), rule.where,
                          "a rule that blocks must be fully understood; write confidence = \"low\" "
                          "to record only"});
    } else if (made.needs_anchor() && made.anchors().empty()) {
      problems.push_back({about(rule, kNoAnchor), rule.where,
                          "begin the regex with 4 letters or signs that are given, take those "
                          "bytes out of the secret's classes, or write confidence = \"low\""});
    }
  }
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return made;
}

// That RE2 takes every regex. What is made for that stays for use.
void CompiledRule::prove(const Rule& rule, Diagnostics& problems) const {
  const auto refuse = [&](const std::string& what, const std::string& hint) {
    problems.push_back({about(rule, what), rule.where, hint});
  };
  if (rule.regex.contains('\0')) return refuse("regex: a NUL", "write \\x00");
  const LazyRegex written(rule.regex, LazyRegex::Case::exact);
  if (!exact_.get().ok()) {
    // The regex as it was written says it better, where it is at fault itself.
    const bool own = !written.get().ok();
    return refuse("regex: " + (own ? written : exact_).get().error(),
                  own ? "cork takes RE2's syntax" : "make it smaller");
  }
  const int groups = exact_.get().NumberOfCapturingGroups() - 1;
  if (secret_group_ > groups) {
    return refuse(
        "secretGroup " + std::to_string(secret_group_) + " of " + regex_with_groups(groups),
        "count the parentheses that do not begin with '(?'");
  }
  for (const LazyRegex& regex : allowed_) {
    if (!regex.get().ok()) {
      refuse("allowlist regex: " + regex.get().error(), "cork takes RE2's syntax");
    }
  }
}

void CompiledRule::measure(const Rule& rule, const Widths* measured, Diagnostics& problems) {
  const auto refuse = [&](const std::string& what, const std::string& hint) {
    problems.push_back({about(rule, what), rule.where, hint});
  };
  if (measured != nullptr) {
    widths_ = *measured;
  } else {
    hs_expr_info_t* info = nullptr;
    hs_compile_error_t* error = nullptr;
    if (hs_expression_info(shape_.searched.c_str(), 0, &info, &error) != HS_SUCCESS) {
      refuse(std::string("regex: Hyperscan: ") + (error != nullptr ? error->message : "no memory"),
             "");
      hs_free_compile_error(error);
      return;
    }
    widths_ = {info->min_width, info->max_width};
    std::free(info);
  }
  if (widths_.min == 0) {
    return refuse("regex: it matches the empty text", "ask for at least one byte");
  }
  const bool bounded = widths_.max <= kMaxBlockingWidth;
  if (!bounded && rule.confidence == Confidence::high) {
    return refuse("its match has no bound, so there is no telling how much to hold back",
                  "replace '+', '*' and '{n,}' by '{n,m}', at most 4096 bytes in all; only the "
                  "last one may stay open");
  }
  width_ = bounded ? widths_.max : kUnboundedReach;
  fixed_width_ = bounded && widths_.min == widths_.max;
}

std::size_t CompiledRule::look_back() const noexcept {
  const std::size_t match =
      width_ + std::max(names_.reach(), chance_ ? kTellingRun : std::size_t{0});
  return (keywords_.empty() ? match : std::max(match, kKeywordReach)) + 1;
}

std::size_t CompiledRule::cost() const noexcept {
  return kAnyMatch;
}

bool CompiledRule::needs_anchor() const noexcept {
  return holds_separators(shape_.credential) && !has_own_run();
}

bool CompiledRule::has_own_run() const noexcept {
  const ByteSet& bytes = shape_.credential;
  const ByteSet others = bytes & ~single_byte(' ');
  return decides(checksum_) && bytes[' '] && !holds_separators(others) &&
         (bytes & byte_range('a', 'z')).none();
}

std::optional<std::string> CompiledRule::cannot_block() const {
  if (!unread_.empty()) return unread_;
  if (needs_anchor() && anchors().empty()) return kNoAnchor;
  if (widths_.max > kMaxBlockingWidth) return "its match has no bound";
  return std::nullopt;
}

std::optional<CompiledRule::Span> CompiledRule::confirm(std::string_view text, std::size_t end,
                                                        bool folded, std::size_t& examined,
                                                        Dropped* dropped) const {
  if (end > text.size()) return std::nullopt;
  if (dropped != nullptr && is_dropped(text, end, folded, *dropped)) return std::nullopt;
  examined += cost();
  if (fixed_width_ && end < width_) return std::nullopt;
  if (!may_hold(text, end, folded, dropped)) return std::nullopt;
  examined += kAnyAsked + look_back() / kCheaper;
  if (!keyword_near(text, end)) return std::nullopt;
  if (fixed_width_ && !shape_.has_groups) return confirm_fixed(text, end, folded, examined);
  const std::size_t reach = std::min(end, width_ + names_.reach());
  if (!names_.may_admit(text.substr(end - reach, reach))) return std::nullopt;
  if (!shape_.has_groups && !folded && anchor().size() >= kMinAnchor) {
    return confirm_anchored(text, end, examined);
  }
  const re2::RE2& regex = (folded ? folded_ : exact_).get();
  std::size_t from = end > width_ ? end - width_ : 0;
  // It was proved when the rule was; should it fail all the same, Hyperscan's word is enough.
  if (!regex.ok()) return Span{from, end};
  std::array<re2::StringPiece, kFewParts> few;
  std::vector<re2::StringPiece> many;
  const auto count = static_cast<std::size_t>(regex.NumberOfCapturingGroups()) + 1;
  if (count > few.size()) many.resize(count);
  const auto parts = many.empty() ? std::span(few).first(count) : std::span(many);
  std::size_t looked_at = 0;
  while (from < end) {
    if (!folded) from = std::min(text.substr(0, end).find(anchor(), from), end);
    looked_at += end - from;
    examined += end - from;
    if (!regex.Match(piece_of(text), from, end, re2::RE2::ANCHOR_BOTH, parts.data(),
                     static_cast<int>(parts.size()))) {
      return std::nullopt;
    }
    const std::string_view secret = secret_of(parts, secret_group_);
    const auto begin = static_cast<std::size_t>(secret.data() - text.data());
    const auto match = static_cast<std::size_t>(parts[1].data() - text.data());
    const bool holds = !suppressed(text, secret, folded) && names_.admit(text, match, begin);
    if (looked_at > kMostExamined || holds) {
      return Span{begin, begin + secret.size()};
    }
    if (fixed_width_) return std::nullopt;
    from = match + 1;
  }
  return std::nullopt;
}

// The secret is all of the match, and where it begins is known: what drops it can be asked first,
// and RE2 need not find groups, which costs it several times as much.
std::optional<CompiledRule::Span> CompiledRule::confirm_fixed(std::string_view text,
                                                              std::size_t end, bool folded,
                                                              std::size_t& examined) const {
  const std::size_t from = end - width_;
  examined += width_ / kCheaper;
  if (suppressed(text, text.substr(from, width_), folded)) return std::nullopt;
  const re2::RE2& regex = (folded ? folded_ : exact_).get();
  if (regex.ok() && !regex.Match(piece_of(text), from, end, re2::RE2::ANCHOR_BOTH, nullptr, 0)) {
    return std::nullopt;
  }
  return Span{from, end};
}

// The same where the literal tells the few places where the match may begin: RE2 need not look for
// that, which costs it ten times as much as to say yes or no.
std::optional<CompiledRule::Span> CompiledRule::confirm_anchored(std::string_view text,
                                                                 std::size_t end,
                                                                 std::size_t& examined) const {
  const re2::RE2& regex = anchored_.get();
  std::size_t from = end > width_ ? end - width_ : 0;
  if (!regex.ok()) return Span{from, end};
  const std::string_view before_end = text.substr(0, end);
  std::size_t looked_at = 0;
  for (from = before_end.find(anchor(), from); from != before_end.npos;
       from = before_end.find(anchor(), from + 1)) {
    examined += (end - from) / kCheaper;
    if (!regex.Match(piece_of(text), from, end, re2::RE2::ANCHOR_BOTH, nullptr, 0)) continue;
    looked_at += end - from;
    const bool holds =
        !suppressed(text, text.substr(from, end - from), false) && names_.admit(text, from, from);
    if (looked_at > kMostExamined || holds) return Span{from, end};
  }
  return std::nullopt;
}

bool CompiledRule::suppressed(std::string_view text, std::string_view secret, bool folded) const {
  if (entropy_ > 0) {
    const bool high = secret.size() <= kCountedBytes ? entropy_exceeds(secret, entropy_)
                                                     : shannon_entropy(secret) > entropy_;
    if (!high) return true;
  }
  if (random_ && !looks_random(secret)) return true;
  if (chance_ && !folded &&
      is_inside_base64url(text, static_cast<std::size_t>(secret.data() - text.data()))) {
    return true;
  }
  if (shape_.chance && is_inside_protein(text, secret)) return true;
  if (wrong_by_checksum(text, secret, folded)) return true;
  if (!stopwords_.empty() && holds_any(secret, stopwords_)) return true;
  return std::ranges::any_of(allowed_, [&](const LazyRegex& regex) {
    return re2::RE2::PartialMatch(piece_of(secret), regex.get());
  });
}

bool CompiledRule::wrong_by_checksum(std::string_view text, std::string_view secret,
                                     bool folded) const {
  if (checksum_ == Checksum::none) return false;
  const bool of_case = checksum_ == Checksum::crc32 || checksum_ == Checksum::base58check;
  if (folded && of_case) return false;
  return (decides(checksum_) || is_glued(text, secret)) && !is_right(checksum_, secret);
}

bool CompiledRule::keyword_near(std::string_view text, std::size_t end) const {
  if (keywords_.empty()) return true;
  const std::size_t reach = std::min(end, std::max(width_, kKeywordReach));
  return holds_any(text.substr(end - reach, reach), keywords_);
}

}  // namespace cork::secrets
