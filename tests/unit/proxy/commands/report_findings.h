// Findings to report, as tests of the report's forms need them.
//
// Pure values.
//
//   const std::string text = report_json(some_findings());
#pragma once

#include "rules/gitleaks/config.h"
#include "rules/gitleaks/finding.h"

#include <string>
#include <vector>

namespace cork::commands {

inline gitleaks::Finding some_finding() {
  gitleaks::Finding finding;
  finding.rule = "some-token";
  finding.description = "A token, \"quoted\" & <marked>";
  finding.start_line = finding.end_line = 12;
  finding.start_column = 6;
  finding.end_column = 17;
  finding.true_column = 5;
  finding.true_end_column = 17;
  finding.secret = "tok_" + std::string(8, 'a');
  finding.match = "x, " + finding.secret;
  finding.file = "src/a b.py";
  finding.entropy = 0.5;
  finding.tags = {"one", "two"};
  finding.fingerprint = "src/a b.py:some-token:12";
  return finding;
}

inline std::vector<gitleaks::Finding> some_findings() {
  gitleaks::Finding path;
  path.rule = "some-file";
  path.description = "A file";
  path.file = "k.p12";
  path.match = "file detected: k.p12";
  path.fingerprint = "k.p12:some-file:0";
  return {some_finding(), path};
}

inline std::vector<gitleaks::Rule> some_rules() {
  gitleaks::Rule token, file;
  token.id = "some-token";
  token.description = some_finding().description;
  token.why = "It opens doors.";
  file.id = "some-file";
  file.description = "A file";
  return {token, file};
}

}  // namespace cork::commands
