#include "rules/gitleaks/detector.h"

#include "rules/gitleaks/decoding.h"
#include "rules/gitleaks/location.h"
#include "rules/gitleaks/own_rules.h"
#include "rules/gitleaks/text.h"
#include "rules/secrets/randomness.h"

#include <algorithm>
#include <cstdlib>
#include <list>
#include <utility>

namespace cork::gitleaks {
namespace {

constexpr std::string_view kAllowMark = "gitleaks:allow";
constexpr std::size_t kNoRule = static_cast<std::size_t>(-1);

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of('\n');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of('\n') + 1 - first);
}

std::string_view secret_of(const Rule& rule, std::string_view match) {
  // On the match alone, without what surrounds it: there \b and $ may say something else.
  const std::vector<std::string_view> groups = rule.regex->first_groups(match);
  if (groups.empty()) return match;
  if (rule.secret_group > 0) return groups[static_cast<std::size_t>(rule.secret_group) - 1];
  const auto first =
      std::ranges::find_if(groups, [](std::string_view group) { return !group.empty(); });
  return first == groups.end() ? match : *first;
}

bool is_generic(const std::string& id) {
  return lower_case(id).find("generic") != std::string::npos;
}

int distance(std::size_t a, std::size_t b) {
  return std::abs(static_cast<int>(a) - static_cast<int>(b));
}

bool near(const Finding& one, const Finding& other, const Required& required) {
  const bool lines = !required.within_lines ||
                     distance(one.start_line, other.start_line) <= *required.within_lines;
  const bool columns = !required.within_columns ||
                       distance(one.start_column, other.start_column) <= *required.within_columns;
  return lines && columns;
}

// Once for all findings: many may stand in one long line.
std::vector<std::size_t> allow_marks(std::string_view text) {
  std::vector<std::size_t> marks;
  for (std::size_t at = 0; (at = text.find(kAllowMark, at)) != text.npos; ++at) marks.push_back(at);
  return marks;
}

bool holds_mark(const std::vector<std::size_t>& marks, Span line) {
  const auto first = std::ranges::lower_bound(marks, line.begin);
  return first != marks.end() && *first + kAllowMark.size() <= line.end;
}

std::vector<AllowlistJudge> judges_of(const std::vector<Allowlist>& lists) {
  return {lists.begin(), lists.end()};
}

// What cork's own rules ask beside gitleaks' keys.
bool fits_own(const Rule& rule, std::string_view text, Span match, std::string_view secret) {
  if (has_own_regex(rule) && secrets::decides(rule.own->checksum) &&
      !secrets::is_right(rule.own->checksum, secret)) {
    return false;
  }
  if (rule.random && !secrets::looks_random(secret)) return false;
  const auto at = static_cast<std::size_t>(secret.data() - text.data());
  return rule.names.admit(text, match.begin, at);
}

}  // namespace

std::string fingerprint_of(const Finding& finding) {
  return finding.file + ':' + finding.rule + ':' + std::to_string(finding.start_line);
}

struct Detector::Pass {
  const FileName& file;
  const Fragment& fragment;
  const Lines& lines;                        // of the fragment, whatever the pass
  const std::vector<std::size_t>& allowing;  // where kAllowMark stands in the fragment
  const Text& text;                          // what is searched
  const DecodedPass* decoding;               // nullptr: the fragment itself
};

struct Detector::Hit {
  Location at;
  std::string_view line;  // what an allowlist's `line` means
  std::vector<std::string> tags;
};

Detector::Detector(Config config, Options options)
    : config_(std::move(config)),
      options_(std::move(options)),
      everywhere_(judges_of(config_.allowlists)),
      prefilter_(config_.rules, {.hyperscan = options_.hyperscan}) {
  for (const Rule& rule : config_.rules) {
    of_rule_.push_back(judges_of(rule.allowlists));
    whole_.push_back(has_own_regex(rule) ? WholeSecret(*rule.own) : WholeSecret());
    required_.emplace_back();
    for (const Required& required : rule.required) {
      const auto found = std::ranges::find(config_.rules, required.id, &Rule::id);
      const auto place = static_cast<std::size_t>(found - config_.rules.begin());
      required_.back().push_back(found == config_.rules.end() ? kNoRule : place);
    }
  }
}

bool Detector::skips_path(const std::string& path) const {
  return std::ranges::any_of(everywhere_, [&](const auto& list) { return list.names_path(path); });
}

Detector::Knows Detector::knows(const Finding& finding) const {
  if (is_generic(finding.rule)) return Knows::nothing;
  const auto rule = std::ranges::find(config_.rules, finding.rule, &Rule::id);
  const bool named =
      rule != config_.rules.end() && has_own_regex(*rule) && secrets::is_catch_all(*rule->own);
  return named ? Knows::name : Knows::kind;
}

std::vector<Finding> Detector::best_known(std::vector<Finding> found) const {
  std::vector<Knows> known;
  known.reserve(found.size());
  for (const Finding& finding : found) known.push_back(knows(finding));
  const auto is_better = [&](std::size_t other, std::size_t one) {
    return known[other] > known[one] && found[other].start_line == found[one].start_line &&
           found[other].rule != found[one].rule &&
           found[other].secret.find(found[one].secret) != std::string::npos;
  };
  std::vector<bool> dropped(found.size());
  for (std::size_t one = 0; one < found.size(); ++one) {
    if (known[one] == Knows::kind) continue;
    for (std::size_t other = 0; other < found.size() && !dropped[one]; ++other) {
      dropped[one] = is_better(other, one);
    }
  }
  std::vector<Finding> kept;
  for (std::size_t one = 0; one < found.size(); ++one) {
    if (!dropped[one]) kept.push_back(std::move(found[one]));
  }
  return kept;
}

bool Detector::searched(const std::string& path) const {
  return path.empty() ||
         (std::ranges::find(options_.not_searched, path) == options_.not_searched.end() &&
          std::ranges::none_of(everywhere_,
                               [&](const auto& list) { return list.allows_file(path); }));
}

std::vector<Finding> Detector::detect(const FileName& file, const Fragment& fragment,
                                      Scratch& scratch) const {
  std::vector<Finding> found;
  if (!searched(file.path)) return found;
  const Lines lines(fragment.text);
  const std::vector<std::size_t> allowing =
      options_.ignore_allow_marks ? std::vector<std::size_t>{} : allow_marks(fragment.text);
  std::list<DecodedPass> decodings;  // their addresses last
  std::string_view current = fragment.text;
  for (int depth = 0;; ++depth) {
    const Text text(current);
    const DecodedPass* decoding = decodings.empty() ? nullptr : &decodings.back();
    const Pass pass{file, fragment, lines, allowing, text, decoding};
    const std::vector<bool> tried = prefilter_.candidates(text, scratch);
    for (std::size_t rule = 0; rule < tried.size(); ++rule) {
      if (tried[rule]) detect_rule(pass, rule, false, found);
    }
    if (depth >= options_.max_decode_depth) break;
    decodings.push_back(decode_pass(current, decoding));
    if (decodings.back().segments.empty()) break;
    current = decodings.back().text;
  }
  found = best_known(std::move(found));
  for (Finding& finding : found) finding.fingerprint = fingerprint_of(finding);
  return found;
}

// `for_another`: another rule requires this one, so neither its own report nor what it requires
// itself is asked for.
void Detector::detect_rule(const Pass& pass, std::size_t index, bool for_another,
                           std::vector<Finding>& into) const {
  const Rule& rule = config_.rules[index];
  const std::string& path = pass.file.path;
  if (rule.skip_report && !for_another) return;
  if (std::ranges::any_of(of_rule_[index],
                          [&](const auto& list) { return list.allows_file(path); })) {
    return;
  }
  if (rule.path != nullptr && !detect_path(pass, rule, into)) return;
  if (rule.regex == nullptr) return;
  std::vector<Finding> found;
  for (const Span match : rule.regex->find_all(pass.text)) judge_match(pass, index, match, found);
  if (!for_another && !rule.required.empty()) keep_complete(pass, rule, found);
  std::ranges::move(found, std::back_inserter(into));
}

// Is there content to look at behind the path?
bool Detector::detect_path(const Pass& pass, const Rule& rule, std::vector<Finding>& into) const {
  const std::string& path = pass.file.path;
  if (!rule.path->matches(path)) return false;
  if (rule.regex != nullptr) return true;
  if (pass.decoding == nullptr) {
    Finding finding;
    finding.rule = rule.id;
    finding.description = rule.description;
    finding.file = path;
    finding.symlink = pass.file.symlink;
    finding.match = "file detected: " + path;
    finding.tags = rule.tags;
    into.push_back(std::move(finding));
  }
  return false;
}

// Where the match stands in the fragment; false: a pass before this one has seen it already.
bool Detector::place(const Pass& pass, const Rule& rule, Span match, Hit& hit) const {
  hit.tags = rule.tags;
  if (pass.decoding == nullptr) {
    const std::string_view text = pass.text.raw().substr(match.begin, match.end - match.begin);
    hit.at = pass.lines.locate({match.begin, match.begin + trimmed(text).size()});
    return true;
  }
  const auto segments = touching(*pass.decoding, match);
  if (segments.empty()) return false;
  hit.at = pass.lines.locate(to_original(*pass.decoding, segments, match));
  hit.line = lines_of(*pass.decoding, segments);
  std::ranges::move(decoding_tags(*pass.decoding, segments), std::back_inserter(hit.tags));
  return true;
}

bool Detector::allowed(std::size_t rule, const Candidate& candidate) const {
  const auto allows = [&](const AllowlistJudge& list) { return list.allows(candidate); };
  return std::ranges::any_of(everywhere_, allows) || std::ranges::any_of(of_rule_[rule], allows);
}

void Detector::judge_match(const Pass& pass, std::size_t index, Span match,
                           std::vector<Finding>& into) const {
  const Rule& rule = config_.rules[index];
  Hit hit;
  if (!place(pass, rule, match, hit)) return;
  const std::string_view line = std::string_view(pass.fragment.text)
                                    .substr(hit.at.line.begin, hit.at.line.end - hit.at.line.begin);
  if (holds_mark(pass.allowing, hit.at.line)) return;
  if (hit.line.empty()) hit.line = line;

  std::string_view text = trimmed(pass.text.raw().substr(match.begin, match.end - match.begin));
  std::string_view secret = secret_of(rule, text);
  const double entropy = character_entropy(secret);
  if (rule.entropy != 0 && entropy <= rule.entropy) return;
  if (!fits_own(rule, pass.text.raw(), match, secret)) return;
  if (allowed(index, {secret, text, hit.line, pass.file.path})) return;

  if (const auto rest = whole_[index].rest(pass.text.raw(), secret, match.end); rest > 0) {
    if (!place(pass, rule, {match.begin, match.end + rest}, hit)) return;
    text = {text.data(), text.size() + rest};
    secret = {secret.data(), secret.size() + rest};
    if (hit.line.empty()) hit.line = line;
    // Written from the regex, or from what a report showed.
    if (allowed(index, {secret, text, hit.line, pass.file.path})) return;
  }
  Finding finding;
  finding.rule = rule.id;
  finding.description = rule.description;
  finding.start_line = pass.fragment.first_line + hit.at.start_line;
  finding.end_line = pass.fragment.first_line + hit.at.end_line;
  finding.start_column = hit.at.start_column;
  finding.end_column = hit.at.end_column;
  finding.true_column = hit.at.true_column;
  finding.true_end_column = hit.at.true_end_column;
  finding.match = text;
  finding.secret = secret;
  finding.file = pass.file.path;
  finding.symlink = pass.file.symlink;
  finding.entropy = static_cast<float>(entropy);
  finding.tags = std::move(hit.tags);
  into.push_back(std::move(finding));
}

// Only those beside which every required rule finds something.
void Detector::keep_complete(const Pass& pass, const Rule& rule,
                             std::vector<Finding>& found) const {
  if (found.empty()) return;
  const auto index = static_cast<std::size_t>(&rule - config_.rules.data());
  std::vector<std::vector<Finding>> others(rule.required.size());
  for (std::size_t i = 0; i < others.size(); ++i) {
    if (required_[index][i] != kNoRule) detect_rule(pass, required_[index][i], true, others[i]);
  }
  std::erase_if(found, [&](Finding& finding) {
    for (std::size_t i = 0; i < others.size(); ++i) {
      const std::size_t before = finding.required.size();
      for (const Finding& other : others[i]) {
        if (!near(finding, other, rule.required[i])) continue;
        finding.required.push_back({other.rule, other.start_line, other.start_column});
      }
      if (finding.required.size() == before) return true;
    }
    return false;
  });
}

}  // namespace cork::gitleaks
