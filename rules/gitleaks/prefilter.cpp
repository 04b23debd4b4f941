#include "rules/gitleaks/prefilter.h"

#include "base/ascii.h"
#include "rules/gitleaks/regex_traits.h"

#include <fmt/format.h>
#include <hs/hs.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <new>
#include <optional>
#include <utility>

namespace cork::gitleaks {
namespace {

// Hyperscan has no limit of its own on the time it takes to compile: a regex whose program is
// larger than this in RE2 is left to RE2.
constexpr int kMaxProgram = 60'000;
// Without a literal of this length a regex makes Hyperscan slow for all of them.
constexpr std::size_t kMinLiteral = 2;
// Compiling begins anew without the rule that failed, this many times.
constexpr int kMaxFailures = 8;

// Every byte but letters and digits by its number.
std::string literal_regex(std::string_view word) {
  std::string regex;
  for (const char c : word) {
    if (is_alnum(c))
      regex += c;
    else
      regex += fmt::format("\\x{:02x}", static_cast<std::uint8_t>(c));
  }
  return regex;
}

// Why Hyperscan will not take it; "": it will, as far as its parser knows.
std::string refusal(const std::string& regex) {
  hs_expr_info_t* info = nullptr;
  hs_compile_error_t* error = nullptr;
  if (hs_expression_info(regex.c_str(), 0, &info, &error) == HS_SUCCESS) {
    const bool empty = info->min_width == 0;
    std::free(info);
    return empty ? "it matches the empty text" : "";
  }
  std::string why = error == nullptr ? "no memory" : error->message;
  hs_free_compile_error(error);
  return "Hyperscan: " + why;
}

// The expressions of one database, added rule by rule.
struct Expressions {
  std::vector<std::string> regexes;
  std::vector<unsigned> flags, ids;

  void add(std::string regex, unsigned flag, std::size_t id) {
    regexes.push_back(std::move(regex));
    flags.push_back(flag | HS_FLAG_SINGLEMATCH);
    ids.push_back(static_cast<unsigned>(id));
  }
};

struct Built {
  hs_database* database = nullptr;
  std::optional<std::size_t> culprit;  // an index into the expressions
  std::string why;
};

Built build(const Expressions& all) {
  std::vector<const char*> regexes;
  regexes.reserve(all.regexes.size());
  for (const std::string& regex : all.regexes) regexes.push_back(regex.c_str());
  Built built;
  hs_compile_error_t* error = nullptr;
  if (hs_compile_multi(regexes.data(), all.flags.data(), all.ids.data(),
                       static_cast<unsigned>(regexes.size()), HS_MODE_BLOCK, nullptr,
                       &built.database, &error) == HS_SUCCESS) {
    return built;
  }
  built.why = error == nullptr ? "no memory" : error->message;
  if (error != nullptr && error->expression >= 0) {
    built.culprit = static_cast<std::size_t>(error->expression);
  }
  hs_free_compile_error(error);
  return built;
}

}  // namespace

Prefilter::Scratch::Scratch(const Prefilter& filter) {
  if (filter.database_ == nullptr) return;
  if (hs_alloc_scratch(filter.database_, &scratch_) != HS_SUCCESS) throw std::bad_alloc();
}

Prefilter::Scratch::~Scratch() {
  hs_free_scratch(scratch_);
}

Prefilter::Prefilter(const std::vector<Rule>& rules, Options options) : entries_(rules.size()) {
  collect_keywords(rules);
  words_ = WordSet(keywords_);
  if (!options.hyperscan) return;
  for (std::size_t i = 0; i < rules.size(); ++i) judge(rules[i], entries_[i]);
  compile(rules);
}

Prefilter::~Prefilter() {
  hs_free_database(database_);
}

void Prefilter::collect_keywords(const std::vector<Rule>& rules) {
  std::map<std::string_view, std::size_t> known;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    for (const std::string& word : rules[i].keywords) {
      const auto [place, is_new] = known.emplace(word, keywords_.size());
      if (is_new) keywords_.push_back(word);
      entries_[i].keywords.push_back(place->second);
    }
  }
}

void Prefilter::judge(const Rule& rule, Entry& entry) {
  if (rule.regex == nullptr) return;
  const auto traits = traits_of(rule.regex->regex());
  std::string why;
  if (rule.regex->program_size() > kMaxProgram) {
    why = "its program is too large to be compiled twice";
  } else if (traits && traits->literal < kMinLiteral) {
    why = "no literal to look for";
  } else {
    why = refusal(rule.regex->regex());
  }
  if (!why.empty()) return left_.push_back({rule.id, std::move(why)});
  entry.belief = traits && traits->bytes_suffice ? Belief::always : Belief::in_ascii;
}

void Prefilter::compile(const std::vector<Rule>& rules) {
  for (int failures = 0; failures < kMaxFailures; ++failures) {
    Expressions all;
    for (std::size_t i = 0; i < rules.size(); ++i) {
      if (entries_[i].belief != Belief::never) all.add(rules[i].regex->regex(), 0, i);
    }
    const std::size_t regexes = all.ids.size();
    for (std::size_t i = 0; i < keywords_.size(); ++i) {
      all.add(literal_regex(keywords_[i]), HS_FLAG_CASELESS, entries_.size() + i);
    }
    if (all.ids.empty()) return;
    Built built = build(all);
    database_ = built.database;
    if (database_ != nullptr) return;
    if (!built.culprit || *built.culprit >= regexes) break;
    const std::size_t rule = all.ids[*built.culprit];
    entries_[rule].belief = Belief::never;
    left_.push_back({rules[rule].id, "Hyperscan: " + built.why});
  }
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (std::exchange(entries_[i].belief, Belief::never) == Belief::never) continue;
    left_.push_back({rules[i].id, "Hyperscan does not take the rules together"});
  }
}

std::vector<bool> Prefilter::candidates(const Text& text, Scratch& scratch) const {
  const std::string_view all = text.searched();
  const std::size_t ids = entries_.size() + keywords_.size();
  std::vector<bool> seen(ids);
  bool believed = database_ != nullptr && !text.odd() && all.size() <= UINT32_MAX;
  if (believed) {
    const auto on_match = [](unsigned id, unsigned long long, unsigned long long, unsigned,
                             void* context) noexcept {
      (*static_cast<std::vector<bool>*>(context))[id] = true;
      return 0;
    };
    believed = hs_scan(database_, all.data(), static_cast<unsigned>(all.size()), 0,
                       scratch.scratch_, on_match, &seen) == HS_SUCCESS;
  }
  if (!believed) {
    const std::vector<bool> words = words_.all_in(lower_case(all));
    std::copy(words.begin(), words.end(),
              seen.begin() + static_cast<std::ptrdiff_t>(entries_.size()));
  }
  std::vector<bool> tried(entries_.size());
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    const bool decided = believed && (entry.belief == Belief::always ||
                                      (entry.belief == Belief::in_ascii && text.ascii()));
    tried[i] = (!decided || seen[i]) && has_keyword(entry, seen);
  }
  return tried;
}

bool Prefilter::has_keyword(const Entry& entry, const std::vector<bool>& seen) const {
  return entry.keywords.empty() || std::ranges::any_of(entry.keywords, [&](std::size_t keyword) {
           return seen[entries_.size() + keyword];
         });
}

}  // namespace cork::gitleaks
