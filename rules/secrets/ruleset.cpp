#include "rules/secrets/ruleset.h"

#include "rules/secrets/compiled_rule.h"

#include <hs/hs.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <map>
#include <new>
#include <utility>

namespace cork::secrets {

namespace {

struct FreeDatabase {
  void operator()(hs_database* database) const noexcept { hs_free_database(database); }
};
using Database = std::unique_ptr<hs_database, FreeDatabase>;

// Nothing, with the reason added to `problems`, where Hyperscan does not take the patterns.
Database compile_database(const std::vector<Rule>& rules, const std::vector<CompiledRule>& compiled,
                          unsigned flag, unsigned mode, Diagnostics& problems) {
  std::vector<const char*> patterns;
  std::vector<unsigned> flags(compiled.size(), flag), ids;
  for (const CompiledRule& rule : compiled) {
    ids.push_back(static_cast<unsigned>(ids.size()));
    patterns.push_back(rule.pattern().c_str());
  }
  hs_database* database = nullptr;
  hs_compile_error_t* error = nullptr;
  if (hs_compile_multi(patterns.data(), flags.data(), ids.data(),
                       static_cast<unsigned>(patterns.size()), mode, nullptr, &database,
                       &error) == HS_SUCCESS) {
    return Database(database);
  }
  Diagnostic problem{std::string("Hyperscan: ") + (error != nullptr ? error->message : "no memory"),
                     {},
                     "make the regex smaller"};
  if (error != nullptr && error->expression >= 0) {
    const Rule& rule = rules[static_cast<std::size_t>(error->expression)];
    problem.what = "rule '" + rule.id + "': regex: " + problem.what;
    problem.where = rule.where;
  } else if (!rules.empty()) {
    problem.where.file = rules.front().where.file;
  }
  hs_free_compile_error(error);
  problems.push_back(std::move(problem));
  return nullptr;
}

}  // namespace

struct Ruleset::Compiled {
  std::vector<Rule> rules;
  std::vector<CompiledRule> compiled;  // by RuleIndex
  std::map<std::string_view, RuleIndex> by_id;
  Database stream, block, folded;
  std::size_t hold_width = 0, retain_width = 0;
  ByteSet alphabet;                  // of the blocking rules without an anchor
  std::vector<std::string> anchors;  // of the others
};

Ruleset::Ruleset(std::unique_ptr<Compiled> compiled) noexcept : compiled_(std::move(compiled)) {}
Ruleset::~Ruleset() = default;

Result<std::shared_ptr<const Ruleset>, Diagnostics> Ruleset::compile(std::vector<Rule> rules) {
  Diagnostics problems;
  if (rules.empty() || rules.size() > std::numeric_limits<RuleIndex>::max()) {
    return std::unexpected(Diagnostics{{rules.empty() ? "no rules" : "too many rules", {}, ""}});
  }
  auto set = std::make_unique<Compiled>();
  set->rules = std::move(rules);
  for (const Rule& rule : set->rules) {
    auto compiled = CompiledRule::make(rule);
    if (!compiled) {
      problems.insert(problems.end(), compiled.error().begin(), compiled.error().end());
      continue;
    }
    set->compiled.push_back(std::move(*compiled));
    const CompiledRule& made = set->compiled.back();
    set->by_id.emplace(rule.id, static_cast<RuleIndex>(set->compiled.size() - 1));
    set->retain_width = std::max(set->retain_width, made.look_back());
    if (rule.confidence != Confidence::high) continue;
    // One more than the match: Hyperscan reports a match that ends in \b with the byte behind it.
    set->hold_width = std::max(set->hold_width, made.width() + 1);
    if (made.needs_anchor())
      set->anchors.push_back(made.anchor());
    else
      set->alphabet |= made.credential();
  }
  const auto database = [&](unsigned flag, unsigned mode) {
    return problems.empty() ? compile_database(set->rules, set->compiled, flag, mode, problems)
                            : nullptr;
  };
  set->block = database(0, HS_MODE_BLOCK);
  set->stream = database(0, HS_MODE_STREAM);
  set->folded = database(HS_FLAG_CASELESS, HS_MODE_BLOCK);
  if (!problems.empty()) return std::unexpected(std::move(problems));
  set->retain_width = std::max(set->retain_width, set->hold_width);
  std::ranges::sort(set->anchors);
  set->anchors.erase(std::ranges::unique(set->anchors).begin(), set->anchors.end());
  return std::shared_ptr<const Ruleset>(new Ruleset(std::move(set)));
}

std::shared_ptr<const Ruleset> Ruleset::builtin() {
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
    auto set = compile(std::move(rules));
    if (set) return *set;
    problems = std::move(set.error());
  }
  // The rules are part of the program, so this is a bug in it; scanning without them is no choice.
  std::fputs(render(problems).c_str(), stderr);
  std::abort();
}

const std::vector<Rule>& Ruleset::rules() const noexcept {
  return compiled_->rules;
}

const Rule* Ruleset::find(std::string_view id) const noexcept {
  const auto found = compiled_->by_id.find(id);
  return found == compiled_->by_id.end() ? nullptr : &compiled_->rules[found->second];
}

const hs_database* Ruleset::stream_database() const noexcept {
  return compiled_->stream.get();
}
const hs_database* Ruleset::block_database() const noexcept {
  return compiled_->block.get();
}
const hs_database* Ruleset::folded_database() const noexcept {
  return compiled_->folded.get();
}
std::size_t Ruleset::hold_width() const noexcept {
  return compiled_->hold_width;
}
std::size_t Ruleset::retain_width() const noexcept {
  return compiled_->retain_width;
}

std::size_t Ruleset::cost_of(RuleIndex rule) const noexcept {
  return compiled_->compiled[rule].look_back();
}

std::size_t Ruleset::open_from(std::string_view tail) const noexcept {
  const std::size_t size = tail.size();
  const std::size_t floor = size > hold_width() ? size - hold_width() : 0;
  std::size_t open = size;
  while (open > floor && compiled_->alphabet[static_cast<unsigned char>(tail[open - 1])]) --open;
  for (const std::string_view anchor : compiled_->anchors) {
    open = std::min(open, tail.find(anchor, floor));
    // An anchor whose last bytes are still to come.
    for (std::size_t length = std::min(anchor.size() - 1, size); length > 0; --length) {
      if (!tail.ends_with(anchor.substr(0, length))) continue;
      open = std::min(open, size - length);
      break;
    }
  }
  return open;
}

std::optional<Ruleset::Confirmed> Ruleset::confirm(RuleIndex rule, std::string_view text,
                                                   std::size_t end, bool folded,
                                                   std::size_t& examined) const {
  const auto span = compiled_->compiled[rule].confirm(text, end, folded, examined);
  if (!span) return std::nullopt;
  return Confirmed{span->begin, span->end};
}

bool Ruleset::at_home(RuleIndex rule, const Host& host, std::string_view slot,
                      std::string_view path) const noexcept {
  return std::ranges::any_of(compiled_->rules[rule].audience, [&](const Audience& audience) {
    return audience.host == host && audience.slot == slot &&
           (audience.path.empty() || audience.path == path);
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
       {rules.stream_database(), rules.block_database(), rules.folded_database()}) {
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
