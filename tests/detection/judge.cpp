#include "tests/detection/judge.h"

#include "rules/secrets/head_scanner.h"
#include "rules/secrets/rule.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace cork::secrets::detection {

namespace {

void take(Judge::Outcome& outcome, Verdict verdict, std::string_view problem,
          std::span<const Finding> findings) {
  for (const Finding& finding : findings) outcome.seen.insert(finding.rule);
  if (outcome.verdict != Verdict::clean) return;
  outcome.verdict = verdict;
  outcome.problem = problem;
}

}  // namespace

std::shared_ptr<const Ruleset> rules_at_home_nowhere() {
  std::vector<Rule> rules;
  Diagnostics problems;
  for (const RuleFile& file : builtin_rules()) {
    add_rules(rules, *parse_rules(file.text, std::string(file.name)), problems);
  }
  for (Rule& rule : rules) {
    std::erase_if(rule.audience, [](const Audience& audience) { return !audience.host; });
  }
  return *Ruleset::compile(std::move(rules));
}

void Judge::scan_head_of(const Request& request, Outcome& outcome) {
  const HeadReport name = scan_authority(*rules_, request.authority, {}, {}, scratch_);
  take(outcome, name.verdict, name.problem, name.findings);
  std::vector<Field> fields{{"User-Agent", "curl/8.5.0"}, {"Accept", "*/*"}};
  for (const auto& [key, value] : request.fields) fields.push_back({key, value});
  // A target that does not parse is refused before anything is scanned.
  const auto target = Target::parse(request.target);
  if (!target) return;
  const RequestHead head{request.method, Scheme::https,
                         Endpoint{*Host::parse("sink.example.com"), 443}, *target, fields};
  const HeadReport report = scan_head(*rules_, head, {}, {}, scratch_);
  take(outcome, report.verdict, report.problem, report.findings);
}

void Judge::scan_body_of(const Request& request, Random* pieces, Outcome& outcome) {
  BodyScanner scanner({.rules = rules_,
                       .part = request.body_part,
                       .hints = request.hints,
                       .limits = {},
                       .key = {},
                       .slice_bytes = 0,
                       .destination = std::nullopt,
                       .memory = nullptr,
                       .known = options_.known,
                       .actions = Actions(),
                       .refuse_opaque = options_.refuse_opaque});
  const auto finish_turn = [&] {
    while (scanner.busy()) scanner.resume(scratch_);
  };
  for (std::string_view rest = request.body; !rest.empty();) {
    std::size_t size = rest.size();
    if (pieces != nullptr) {
      std::uniform_int_distribution<std::size_t> pick(1, std::max<std::size_t>(1, size / 4));
      size = std::min({size, pick(*pieces), pick(*pieces)});
    }
    scanner.feed(as_bytes(rest.substr(0, size)), scratch_);
    finish_turn();
    if (pieces != nullptr && (*pieces)() % 8 == 0) scanner.idle(scratch_), finish_turn();
    rest.remove_prefix(size);
  }
  scanner.finish(scratch_);
  finish_turn();
  take(outcome, scanner.verdict(), scanner.problem(), scanner.findings());
}

Judge::Outcome Judge::judged(const Request& request, Random* pieces) {
  Outcome outcome;
  scan_head_of(request, outcome);
  if (!request.body.empty()) scan_body_of(request, pieces, outcome);
  return outcome;
}

Judge::Outcome Judge::verdict(const Request& request) {
  return judged(request, nullptr);
}

Judge::Outcome Judge::verdict_in_pieces(const Request& request, Random& random) {
  return judged(request, &random);
}

}  // namespace cork::secrets::detection
