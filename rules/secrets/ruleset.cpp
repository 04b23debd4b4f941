#include "rules/secrets/ruleset.h"

#include "rules/secrets/compiled_rule.h"
#include "rules/secrets/database.h"
#include "rules/secrets/database_image.h"
#include "rules/secrets/database_store.h"
#include "rules/secrets/name_words.h"
#include "rules/secrets/openings.h"

#include <hs/hs.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <iterator>
#include <limits>
#include <map>
#include <new>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

namespace cork::secrets {

namespace {

// A regex that cannot be read here is Hyperscan's to judge.
Pattern pattern_of(const Rule& rule, const Result<RegexShape>& shape) {
  if (!shape) return {rule.regex};
  const bool spells = shape->credential['\\'] || shape->spells_escapes;
  return {shape->searched, shape->in_host_name, spells};
}

// Does the secret begin where the opening does?
bool begins_secret(const Opening& opening, const RegexShape& shape) {
  if (!shape.before_secret || !(*shape.before_secret)['\\']) return false;
  if ((*shape.before_secret & shape.credential).any()) return false;
  return std::ranges::all_of(opening.bytes,
                             [&](const ByteSet& bytes) { return bytes == shape.credential; });
}

// Where what tells a credential may begin behind a backslash.
void add_openings(std::vector<Opening>& openings, const Rule& rule, RegexShape& shape) {
  if (shape.credential['\\'] || shape.spells_escapes) return;
  for (Opening& opening : shape.openings) {
    opening.random = rule.random && begins_secret(opening, shape);
    openings.push_back(std::move(opening));
  }
  for (const std::string& word : rule.named) {
    if (auto opening = opening_of(word, NameWords::kJoiners)) openings.push_back(*opening);
  }
  for (const std::string& keyword : rule.keywords) {
    if (auto opening = opening_of(keyword, "")) openings.push_back(*opening);
  }
}

// What `store` keeps, where it was made from the rules that `key` names.
std::optional<Image> read_kept(DatabaseStore& store, const ImageKey& key, std::size_t rules) {
  const auto bytes = store.load();
  auto image = bytes ? read_image(*bytes, key) : std::nullopt;
  return image && image->widths.size() == rules ? std::move(image) : std::nullopt;
}

void keep(DatabaseStore& store, const ImageKey& key, const Databases& databases,
          const std::vector<CompiledRule>& rules) {
  std::vector<Widths> widths;
  std::ranges::transform(rules, std::back_inserter(widths), &CompiledRule::widths);
  const std::string image = write_image(key, databases, widths);
  if (!image.empty()) store.keep(image);
}

Result<Databases, Diagnostics> compile_all(const std::vector<Rule>& rules,
                                           const std::vector<Pattern>& patterns) {
  auto databases = compile_databases(patterns);
  if (databases) return std::move(*databases);
  const PatternProblem& error = databases.error();
  const Rule& rule = rules[error.pattern.value_or(0)];
  Diagnostic problem{"Hyperscan: " + error.what, {rule.where.file}, "make the regex smaller"};
  if (error.pattern) {
    problem.what = "rule '" + rule.id + "': regex: " + problem.what;
    problem.where = rule.where;
  }
  return std::unexpected(Diagnostics{std::move(problem)});
}

}  // namespace

struct Ruleset::Compiled {
  std::vector<Rule> rules;
  std::vector<CompiledRule> compiled;  // by RuleIndex
  std::map<std::string_view, RuleIndex> by_id;
  Databases databases;
  Openings openings;
  Hold hold;  // of the blocking rules
  std::size_t retain_width = 0;

  using Made = std::vector<Result<CompiledRule, Diagnostics>>;
  Diagnostics make_rules(std::vector<Result<RegexShape>> shapes, const std::vector<Widths>* known);
  Diagnostics add(Made made);
  void measure();
};

Ruleset::Ruleset(std::unique_ptr<Compiled> compiled) noexcept : compiled_(std::move(compiled)) {}
Ruleset::~Ruleset() = default;

// Proving hundreds of regexes is worth a second thread; `known`, the widths of rules that were
// proved before, spares it.
Diagnostics Ruleset::Compiled::make_rules(std::vector<Result<RegexShape>> shapes,
                                          const std::vector<Widths>* known) {
  const auto make = [&](std::size_t from, std::size_t to) {
    Made made;
    for (std::size_t i = from; i < to; ++i) {
      made.push_back(CompiledRule::make(rules[i], std::move(shapes[i]),
                                        known != nullptr ? &(*known)[i] : nullptr));
    }
    return made;
  };
  const auto how =
      known != nullptr ? std::launch::deferred : std::launch::async | std::launch::deferred;
  const std::size_t half = rules.size() / 2;
  std::future<Made> later = std::async(how, make, half, rules.size());
  Diagnostics problems = add(make(0, half));
  std::ranges::move(add(later.get()), std::back_inserter(problems));
  return problems;
}

Diagnostics Ruleset::Compiled::add(Made made) {
  Diagnostics problems;
  for (auto& rule : made) {
    if (!rule) {
      std::ranges::move(rule.error(), std::back_inserter(problems));
      continue;
    }
    by_id.emplace(rules[compiled.size()].id, static_cast<RuleIndex>(compiled.size()));
    compiled.push_back(std::move(*rule));
  }
  return problems;
}

void Ruleset::Compiled::measure() {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const CompiledRule& made = compiled[i];
    retain_width = std::max(retain_width, made.look_back());
    if (rules[i].confidence == Confidence::high) hold.add(made);
  }
  retain_width = std::max(retain_width, hold.width());
}

Result<std::shared_ptr<const Ruleset>, Diagnostics> Ruleset::compile(std::vector<Rule> rules,
                                                                     DatabaseStore* store) {
  if (rules.empty() || rules.size() > std::numeric_limits<RuleIndex>::max()) {
    return std::unexpected(Diagnostics{{rules.empty() ? "no rules" : "too many rules", {}, ""}});
  }
  auto set = std::make_unique<Compiled>();
  set->rules = std::move(rules);
  std::vector<Result<RegexShape>> shapes;
  std::vector<Pattern> patterns;
  std::vector<Opening> openings;
  for (const Rule& rule : set->rules) {
    shapes.push_back(CompiledRule::shape_of(rule));
    patterns.push_back(pattern_of(rule, shapes.back()));
    if (shapes.back()) add_openings(openings, rule, *shapes.back());
  }
  set->openings = Openings(std::move(openings));
  const ImageKey key = image_key(set->rules, patterns);
  std::optional<Image> kept =
      store != nullptr ? read_kept(*store, key, patterns.size()) : std::nullopt;
  auto problems = set->make_rules(std::move(shapes), kept ? &kept->widths : nullptr);
  if (!problems.empty()) return std::unexpected(std::move(problems));
  set->measure();
  if (kept) {
    set->databases = std::move(kept->databases);
  } else {
    for (std::size_t i = 0; i < patterns.size(); ++i) patterns[i].width = set->compiled[i].width();
    auto databases = compile_all(set->rules, patterns);
    if (!databases) return std::unexpected(std::move(databases.error()));
    set->databases = std::move(*databases);
    if (store != nullptr) keep(*store, key, set->databases, set->compiled);
  }
  return std::shared_ptr<const Ruleset>(new Ruleset(std::move(set)));
}

std::shared_ptr<const Ruleset> Ruleset::builtin(DatabaseStore* store) {
  Diagnostics problems;
  std::vector<Rule> rules;
  for (const RuleFile& file : builtin_rules()) {
    if (auto parsed = parse_rules(file.text, std::string(file.name))) {
      add_rules(rules, std::move(*parsed), problems);
    } else {
      problems.insert(problems.end(), parsed.error().begin(), parsed.error().end());
    }
  }
  if (problems.empty()) {
    auto set = compile(std::move(rules), store);
    if (set) return *set;
    problems = std::move(set.error());
  }
  // The rules are part of the program, so this is a bug in it; scanning without them is no choice.
  static_cast<void>(std::fputs(render(problems).c_str(), stderr));
  std::abort();
}

const std::vector<Rule>& Ruleset::rules() const noexcept {
  return compiled_->rules;
}

const Rule* Ruleset::find(std::string_view id) const noexcept {
  const auto found = compiled_->by_id.find(id);
  return found == compiled_->by_id.end() ? nullptr : &compiled_->rules[found->second];
}

std::optional<RuleIndex> Ruleset::index_of(std::string_view id) const noexcept {
  const auto found = compiled_->by_id.find(id);
  if (found == compiled_->by_id.end()) return std::nullopt;
  return found->second;
}

const hs_database* Ruleset::block_database() const noexcept {
  return compiled_->databases.block.get();
}
const hs_database* Ruleset::folded_database() const noexcept {
  return compiled_->databases.folded.get();
}
const hs_database* Ruleset::spelled_database() const noexcept {
  return compiled_->databases.spelled.get();
}
const Openings& Ruleset::openings() const noexcept {
  return compiled_->openings;
}
const Hold& Ruleset::hold() const noexcept {
  return compiled_->hold;
}
std::optional<std::string> Ruleset::hold_for(RuleIndex rule, Hold& hold) const {
  if (rules()[rule].confidence == Confidence::high) return std::nullopt;
  const CompiledRule& made = compiled_->compiled[rule];
  if (auto why = made.cannot_block()) return why;
  hold.add(made);
  return std::nullopt;
}
std::size_t Ruleset::retain_width() const noexcept {
  return compiled_->retain_width;
}

const ByteSet& Ruleset::alphabet_of(RuleIndex rule) const noexcept {
  return compiled_->compiled[rule].credential();
}

std::size_t Ruleset::cost_of(RuleIndex rule) const noexcept {
  return compiled_->compiled[rule].cost();
}

std::optional<Ruleset::Confirmed> Ruleset::confirm(RuleIndex rule, std::string_view text,
                                                   std::size_t end, bool folded,
                                                   std::size_t& examined, Dropped* dropped) const {
  const auto span = compiled_->compiled[rule].confirm(text, end, folded, examined, dropped);
  if (!span) return std::nullopt;
  return Confirmed{span->begin, span->end};
}

bool Ruleset::at_home(RuleIndex rule, const Host& host, std::string_view slot,
                      std::string_view path, bool alone) const noexcept {
  return std::ranges::any_of(compiled_->rules[rule].audience, [&](const Audience& audience) {
    if (audience.host ? *audience.host != host : !alone) return false;
    if (!audience.path.empty() && audience.path != "*" && audience.path != path) return false;
    std::string_view home = audience.slot;
    if (!home.ends_with(":*")) return home == slot;
    home.remove_suffix(1);
    return slot.starts_with(home);
  });
}

Diagnostics regex_problems(const std::vector<Rule>& rules) {
  Diagnostics problems;
  for (const Rule& rule : rules) {
    if (rule.regex.empty()) continue;
    auto made = CompiledRule::make(rule, CompiledRule::shape_of(rule));
    if (!made) std::ranges::move(made.error(), std::back_inserter(problems));
  }
  return problems;
}

bool same_rules(const Ruleset& one, const Ruleset& other) {
  const auto decides = [](const Rule& rule) {
    return std::tie(rule.id, rule.description, rule.why, rule.regex, rule.keywords, rule.entropy,
                    rule.random, rule.named, rule.not_named, rule.secret_group, rule.confidence,
                    rule.partial, rule.checksum);
  };
  const auto same_home = [](const Audience& a, const Audience& b) {
    return a.host == b.host && a.slot == b.slot && a.path == b.path;
  };
  const auto same_allowed = [](const RuleAllowlist& a, const RuleAllowlist& b) {
    return a.regexes == b.regexes && a.stopwords == b.stopwords;
  };
  return std::ranges::equal(one.rules(), other.rules(), [&](const Rule& a, const Rule& b) {
    return decides(a) == decides(b) && std::ranges::equal(a.audience, b.audience, same_home) &&
           std::ranges::equal(a.allowlists, b.allowlists, same_allowed);
  });
}

WorkerScratch::WorkerScratch(const Ruleset& rules) {
  fit(rules);
}

void WorkerScratch::fit(const Ruleset& rules) {
  // Grown apart, because a failing hs_alloc_scratch() leaves none.
  hs_scratch* grown = nullptr;
  if (scratch_ != nullptr && hs_clone_scratch(scratch_, &grown) != HS_SUCCESS) {
    throw std::bad_alloc();
  }
  for (const hs_database* database :
       {rules.block_database(), rules.folded_database(), rules.spelled_database()}) {
    if (database == nullptr) continue;
    if (hs_alloc_scratch(database, &grown) == HS_SUCCESS) continue;
    hs_free_scratch(grown);
    throw std::bad_alloc();
  }
  hs_free_scratch(std::exchange(scratch_, grown));
}

WorkerScratch::~WorkerScratch() {
  hs_free_scratch(scratch_);
}

}  // namespace cork::secrets
