// Scans files as the bodies of requests and prints, as lines of JSON, what was found in them: for
// false_positives.py, which knows that there is nothing to find.
//
//   printf 'Go\ttext/plain\t/path/file.go\n' | scan_corpus [GROUP]...
//
// With groups of rules, theirs are looked for beside those that are always on.
// Where a body is refused, the scan goes on behind the finding, so that all are seen.
#include "base/json_text.h"
#include "rules/secrets/body_scanner.h"
#include "rules/secrets/rule_groups.h"

#include <algorithm>
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace cork;
using namespace cork::secrets;

constexpr std::size_t kFedAtOnce = 64 * kKiB;
constexpr std::size_t kRefusals = 200;  // of one file
// More than the proxy records: all that are seen count here.
constexpr std::size_t kRecorded = 2000;

struct Tally {
  std::size_t files = 0, bytes = 0;
  double seconds = 0;  // of this thread: the machine may be doing other things
};

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

std::string quoted(std::string_view text) {
  std::string out;
  append_json(out, text);
  return out;
}

// What stands there, with all but the ends of the finding masked.
std::string excerpt(std::string_view text, std::size_t begin, std::size_t end) {
  constexpr std::size_t around = 40, shown = 6;
  const std::size_t from = begin - std::min(begin, around);
  const std::string_view secret = text.substr(begin, end - begin);
  std::string out(text.substr(from, begin - from));
  out += secret.substr(0, shown);
  if (secret.size() > 2 * shown) {
    out += "<" + std::to_string(secret.size() - 2 * shown) + ">";
    out += secret.substr(secret.size() - shown);
  }
  return out + std::string(text.substr(end, around));
}

struct File {
  std::string corpus, content_type, path;
};

void print(const File& file, const Ruleset& rules, const Finding& finding, std::string_view text,
           std::size_t base) {
  const std::size_t begin = base + finding.place.begin, end = base + finding.place.end;
  std::cout << R"({"corpus":)" << quoted(file.corpus) << R"(,"file":)" << quoted(file.path)
            << R"(,"rule":)" << quoted(rules.rules()[finding.rule].id) << R"(,"confidence":")"
            << (finding.confidence == Confidence::high ? "high" : "low") << R"(","blocking":)"
            << (finding.blocking ? "true" : "false") << R"(,"begin":)" << begin << R"(,"end":)"
            << end << R"(,"print":)" << finding.print.value << R"(,"encoding":)"
            << quoted(finding.place.encoding) << R"(,"excerpt":)"
            << quoted(excerpt(text, std::min(begin, text.size()), std::min(end, text.size())))
            << "}\n";
}

void print_refusal(const File& file, Verdict verdict, std::string_view problem) {
  std::cout << R"({"corpus":)" << quoted(file.corpus) << R"(,"file":)" << quoted(file.path)
            << R"(,"refused":")" << (verdict == Verdict::unscannable ? "unscannable" : "scan_limit")
            << R"(","problem":)" << quoted(problem) << "}\n";
}

// Scans text from `base` on and returns where to go on; the end where nothing blocked.
std::size_t scan_from(const std::shared_ptr<const Ruleset>& rules, const File& file,
                      std::string_view text, std::size_t base, WorkerScratch& scratch) {
  ScanLimits limits;
  limits.findings = kRecorded;
  BodyScanner scanner({.rules = rules,
                       .part = Part::body,
                       .hints = {file.content_type, {}},
                       .limits = limits,
                       .key = {},
                       .slice_bytes = 0,
                       .destination = std::nullopt,
                       .memory = nullptr});
  for (std::size_t at = base; at < text.size() && scanner.verdict() == Verdict::clean;
       at += kFedAtOnce) {
    scanner.feed(as_bytes(text.substr(at, kFedAtOnce)), scratch);
  }
  scanner.finish(scratch);
  std::size_t next = text.size();
  for (const Finding& finding : scanner.findings()) {
    print(file, *rules, finding, text, base);
    if (finding.blocking) next = std::min<std::size_t>(next, base + finding.place.end);
  }
  if (scanner.verdict() == Verdict::leak) return std::max(next, base + 1);
  if (scanner.verdict() != Verdict::clean)
    print_refusal(file, scanner.verdict(), scanner.problem());
  return text.size();
}

File parse(const std::string& line) {
  const std::size_t first = line.find('\t'), second = line.find('\t', first + 1);
  return {line.substr(0, first), line.substr(first + 1, second - first - 1),
          line.substr(second + 1)};
}

std::shared_ptr<const Ruleset> with_groups(std::span<char*> names) {
  std::vector<Rule> all = Ruleset::builtin()->rules();
  Diagnostics problems;
  for (const char* name : names) {
    if (const RuleGroup* group = find_group(name))
      add_rules(all, rules_of(*group), problems);
    else
      problems.push_back(unknown_group(name, {}));
  }
  if (problems.empty()) {
    auto made = Ruleset::compile(std::move(all));
    if (made) return *made;
    problems = std::move(made.error());
  }
  std::cerr << render(problems);
  return nullptr;
}

}  // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  const auto groups = std::span(argv, static_cast<std::size_t>(argc)).subspan(1);
  const auto rules = groups.empty() ? Ruleset::builtin() : with_groups(groups);
  if (rules == nullptr) return 2;
  WorkerScratch scratch(*rules);
  std::map<std::string, Tally> corpora;
  for (std::string line; std::getline(std::cin, line);) {
    const File file = parse(line);
    std::ifstream in(file.path, std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(in), {});
    Tally& tally = corpora[file.corpus];
    const double begin = cpu_seconds();
    std::size_t shown = 0;
    for (std::size_t at = 0; at < text.size() && shown < kRefusals; ++shown) {
      at = scan_from(rules, file, text, at, scratch);
    }
    tally.seconds += cpu_seconds() - begin;
    tally.bytes += text.size();
    ++tally.files;
  }
  for (const auto& [name, tally] : corpora) {
    std::cout << R"({"corpus":)" << quoted(name) << R"(,"files":)" << tally.files << R"(,"bytes":)"
              << tally.bytes << R"(,"seconds":)" << tally.seconds << "}\n";
  }
}
