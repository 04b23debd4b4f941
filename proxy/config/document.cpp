#include "proxy/config/document.h"

#include "proxy/config/document_builder.h"
#include "proxy/config/document_text.h"

#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <sstream>
#include <utility>

namespace cork::config {
namespace {

// A file full of unquoted wildcards is read again for each, up to this many.
constexpr int kMostRepairs = 50;

struct Outcome {
  std::optional<YamlNode> root;
  std::optional<Problem> problem;  // what stopped the parser
};

Outcome run_parser(const std::string& text, Report& report) {
  Outcome outcome;
  try {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    const std::vector<std::string_view> lines = lines_of(text);
    DocumentBuilder first(lines, report);
    const bool any = parser.HandleNextDocument(first);
    if (any) outcome.root = first.take();
    Report ignored("");
    DocumentBuilder second(lines, ignored);
    if (any && parser.HandleNextDocument(second)) {
      report.add(second.started(), "a second document",
                 "a configuration is one document: remove the `---` and what follows it");
    }
  } catch (const YAML::Exception& error) {
    outcome.problem = Problem{{error.mark.line + 1, error.mark.column + 1}, error.msg};
  } catch (const DocumentTooBig& error) {
    outcome.problem = Problem{error.at, error.what()};
  } catch (const std::exception& error) {
    outcome.problem = Problem{{1, 1}, error.what()};
  }
  return outcome;
}

}  // namespace

void Report::add(Position at, std::string what, std::string hint) {
  if (found_.size() >= kMost) {
    ++more_;
    return;
  }
  const auto place = [](const Diagnostic& diagnostic) {
    return Position{diagnostic.where.line, diagnostic.where.column};
  };
  const auto behind = std::ranges::upper_bound(found_, at, {}, place);
  found_.insert(behind, {std::move(what), where(at), std::move(hint)});
}

Diagnostics Report::take() {
  if (more_ > 0) {
    found_.push_back({fmt::format("{} more errors are not shown", more_), {file_, 0, 0}, {}});
  }
  more_ = 0;
  return std::exchange(found_, {});
}

const YamlNode* YamlNode::find(std::string_view key) const noexcept {
  const auto found = std::ranges::find(members, key, &Member::key);
  return found == members.end() ? nullptr : &found->value;
}

std::optional<YamlNode> parse_document(std::string_view text, Report& report) {
  if (!check_text(text, report)) return std::nullopt;
  std::string repaired(text);
  for (int repairs = 0;; ++repairs) {
    // Only the run that ends the loop may report, or each repair would report everything again.
    Report found = report;
    Outcome outcome = run_parser(repaired, found);
    if (!outcome.problem) {
      report = std::move(found);
      if (!outcome.root && report.empty()) {
        report.add({1, 1}, "the configuration is empty",
                   "`cork run` without a configuration writes one to begin with");
      }
      return std::move(outcome.root);
    }
    const auto wildcard = unquoted_wildcard(repaired, *outcome.problem);
    if (!wildcard) {
      report = std::move(found);
      report.add(outcome.problem->at, "this is not valid YAML: " + outcome.problem->what,
                 hint_for(repaired, *outcome.problem));
      return std::nullopt;
    }
    report_wildcard(repaired, *wildcard, report);
    if (repairs == kMostRepairs) return std::nullopt;
    disarm(repaired, *wildcard);
  }
}

}  // namespace cork::config
