#include "rules/gitleaks/wire.h"

#include "rules/gitleaks/byte_regex.h"
#include "rules/gitleaks/frame.h"
#include "rules/gitleaks/own_rules.h"
#include "rules/secrets/compiled_rule.h"
#include "rules/secrets/regex_bounds.h"

#include <hs/hs.h>
#include <re2/re2.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cork::gitleaks {
namespace {

using secrets::Confidence;

// A regex whose program is larger than this in RE2, or whose text is, is compiled by Hyperscan
// alone first, so that it does not spoil the compilation of all; beyond the last number not even
// that.
constexpr int kLargeProgram = 4'000;
constexpr std::size_t kLargeText = 4'000;
constexpr int kMaxProgram = 60'000;
// One that was given bounds stays without where Hyperscan could take seconds to compile it.
constexpr int kMaxBounded = 6'000;
// What is held back of each text, and read again in each search, for a rule without a bound of its
// own: twice what the builtin rules need. RE2 takes no greater number of repeats.
constexpr std::size_t kHeldFor = 1'000;

using Words = std::vector<std::string>;

bool is_ascii(std::string_view word) {
  return std::ranges::all_of(word, [](char c) { return c >= 0; });
}

// What is left of an allowlist in traffic.
struct WireAllowlist {
  std::optional<secrets::RuleAllowlist> list;
  std::string lost;  // why something that it allowed in files will be found; "": nothing is lost
};

WireAllowlist for_wire(const Allowlist& list) {
  WireAllowlist wire;
  const bool by_file = !list.paths.empty() || !list.commits.empty();
  const bool by_text = list.regex != nullptr && list.target != RegexTarget::secret;
  const bool all = list.condition == Condition::all;
  if (all && by_file) return wire;  // traffic has neither paths nor commits: it allows nothing
  if (all && by_text) {
    wire.lost = "an allowlist on the line or the match is left out: the sender writes those";
    return wire;
  }
  if (all && list.regex != nullptr && !list.stopwords.empty()) {
    wire.lost = "an allowlist of regexes AND stopwords is left out";
    return wire;
  }
  if (by_text) {
    wire.lost =
        "an allowlist's regexes on the line or the match are left out: the sender writes "
        "those";
  }
  secrets::RuleAllowlist kept;
  if (list.regex != nullptr && !by_text) {
    kept.regexes.push_back(in_bytes(list.regex->regex(), Characters::exactly));
  }
  kept.stopwords = list.stopwords;
  if (!kept.regexes.empty() || !kept.stopwords.empty()) wire.list = std::move(kept);
  return wire;
}

// Hyperscan's own refusal; "": it takes the regex, or what is searched for in its place.
std::string refusal_of(const secrets::Rule& rule) {
  const auto shape = secrets::CompiledRule::shape_of(rule);
  const std::string& regex = shape ? shape->searched : rule.regex;
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  const auto result = hs_compile(regex.c_str(), 0, HS_MODE_BLOCK, nullptr, &database, &error);
  std::string why = result == HS_SUCCESS ? "" : error == nullptr ? "no memory" : error->message;
  hs_free_database(database);
  hs_free_compile_error(error);
  return why;
}

// Where there is a refusal that Hyperscan's parser does not know of; `rule` is what is left of
// `written` in traffic.
std::string too_large(const Pattern& written, const secrets::Rule& rule) {
  const bool small = written.program_size() <= kLargeProgram && rule.regex.size() <= kLargeText;
  return small ? std::string() : refusal_of(rule);
}

// Why traffic cannot be searched for it; nullopt: it can.
std::optional<Diagnostic> problem_of(const secrets::Rule& rule) {
  const auto made = secrets::CompiledRule::make(rule);
  if (made) return std::nullopt;
  return made.error().front();
}

// The rule with its open quantifiers closed; nullopt: that cannot be, or no engine takes it.
std::optional<secrets::Rule> bounded(secrets::Rule rule) {
  auto regex = secrets::bounded_form(rule.regex, kHeldFor);
  if (!regex) return std::nullopt;
  rule.regex = std::move(*regex);
  const re2::RE2 compiled(rule.regex, re2::RE2::Latin1);
  const bool taken = compiled.ok() && compiled.ProgramSize() <= kMaxBounded;
  return taken ? std::optional(std::move(rule)) : std::nullopt;
}

class Conversion {
 public:
  explicit Conversion(const Config& config) : config_(config) {}

  WireRules run() {
    for (const Allowlist& list : config_.allowlists) {
      WireAllowlist converted = for_wire(list);
      if (!converted.lost.empty()) warn(list.where, converted.lost, "it is for every rule");
      if (converted.list) everywhere_.push_back(std::move(*converted.list));
    }
    for (const Rule& rule : config_.rules) convert(rule);
    return std::move(wire_);
  }

 private:
  void convert(const Rule& rule);
  void allowlists(const Rule& rule, secrets::Rule& wire);
  void cannot_ask(const Rule& rule, secrets::Rule& wire, const std::string& why);
  void demote(secrets::Rule& wire, const std::string& why);
  void add_if_taken(secrets::Rule wire);
  void leave_out(const Rule& rule, std::string why) {
    warn(rule.where, "rule '" + rule.id + "' is left out: " + std::move(why),
         "make the regex smaller");
  }
  void warn(const Where& where, std::string what, std::string hint) {
    wire_.warnings.push_back({std::move(what), where, std::move(hint)});
  }

  const Config& config_;
  std::vector<secrets::RuleAllowlist> everywhere_;
  WireRules wire_;
  Diagnostics demotions_;  // of the rule that is being converted: told where it is not left out
};

// What a rule is in traffic before the file's own words. What cork says of its own regex goes with
// that, its examples among it; they stay where the file changes other things, and show whether what
// the rule is for is found still.
secrets::Rule begun(const Rule& rule) {
  secrets::Rule wire;
  if (rule.own == nullptr) return wire;
  wire = *rule.own;
  if (has_own_regex(rule)) return wire;
  wire.random = wire.partial = false;
  wire.named.clear();
  wire.not_named.clear();
  wire.examples.clear();
  wire.non_examples.clear();
  return wire;
}

void Conversion::convert(const Rule& rule) {
  if (rule.skip_report) {
    return warn(rule.where, "rule '" + rule.id + "' is left out: it reports nothing (skipReport)",
                "what requires it is recorded");
  }
  if (rule.regex == nullptr) {
    return warn(rule.where, "rule '" + rule.id + "' is left out: it asks for a file's path alone",
                "traffic has no file path");
  }
  if (rule.regex->program_size() > kMaxProgram) return leave_out(rule, "the regex is too large");
  demotions_.clear();
  secrets::Rule wire = begun(rule);
  wire.regex = has_own_regex(rule)
                   ? rule.own->regex
                   : without_frame(in_bytes(rule.regex->regex(), Characters::at_least));
  wire.secret_group = rule.secret_group;
  wire.id = rule.id;
  wire.description = rule.description;
  wire.why = rule.why;
  // The case of others could not be ignored, and the regex says enough.
  wire.keywords = std::ranges::all_of(rule.keywords, &is_ascii) ? rule.keywords : Words{};
  wire.entropy = rule.entropy;
  wire.where = rule.where;
  if (rule.own == nullptr && rule.id.find("generic") != std::string::npos) {
    demote(wire, "\"generic\" is in its id");
  }
  allowlists(rule, wire);
  if (std::string why = too_large(*rule.regex, wire); !why.empty()) {
    return leave_out(rule, std::move(why));
  }
  if (rule.path != nullptr) cannot_ask(rule, wire, "its 'path' cannot be asked for in traffic");
  if (!rule.required.empty()) {
    cannot_ask(rule, wire, "the rules that it requires are not asked for");
  }
  if (!has_own_regex(rule)) wire.written = rule.regex->regex();
  add_if_taken(std::move(wire));
}

void Conversion::allowlists(const Rule& rule, secrets::Rule& wire) {
  const std::size_t own = wire.allowlists.size();  // there already, as cork reads them
  wire.allowlists.insert(wire.allowlists.end(), everywhere_.begin(), everywhere_.end());
  for (const Allowlist& list : rule.allowlists | std::views::drop(own)) {
    WireAllowlist converted = for_wire(list);
    if (converted.list) wire.allowlists.push_back(std::move(*converted.list));
    if (!converted.lost.empty()) cannot_ask(rule, wire, converted.lost);
  }
}

// What narrows one of cork's own rules in files would open it in traffic, where nothing narrows it.
void Conversion::cannot_ask(const Rule& rule, secrets::Rule& wire, const std::string& why) {
  if (!has_own_regex(rule)) return demote(wire, why);
  demotions_.push_back({"rule '" + wire.id + "' is cork's own, and asks what it did before: " + why,
                        wire.where, ""});
}

void Conversion::demote(secrets::Rule& wire, const std::string& why) {
  wire.confidence = Confidence::low;
  demotions_.push_back({"rule '" + wire.id + "' is recorded only: " + why, wire.where, ""});
}

void Conversion::add_if_taken(secrets::Rule wire) {
  const Confidence meant = std::exchange(wire.confidence, Confidence::high);
  std::optional<Diagnostic> problem = problem_of(wire);
  if (problem && !wire.written.empty()) {
    if (auto closed = bounded(wire)) {
      // Where there is another reason why it cannot block, that is told.
      problem = problem_of(*closed);
      if (!problem) wire = std::move(*closed);
    }
  }
  if (problem && meant == Confidence::high) {
    demotions_.push_back({problem->what + "; it is recorded only", problem->where, problem->hint});
  }
  // A configuration may say that it blocks, where nothing but its confidence keeps it from that.
  wire.confidence = problem ? Confidence::low : meant;
  if (problem) problem = problem_of(wire);
  if (problem) return warn(problem->where, problem->what + "; it is left out", problem->hint);
  std::ranges::move(demotions_, std::back_inserter(wire_.warnings));
  wire_.rules.push_back(std::move(wire));
}

}  // namespace

WireRules for_wire(const Config& config) {
  return Conversion(config).run();
}

}  // namespace cork::gitleaks
