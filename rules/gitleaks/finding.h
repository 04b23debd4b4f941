// What gitleaks' rules found in a file, with the secret itself: for reports that someone asked for,
// never for the proxy, whose secrets::Finding has no room for it.
//
// Pure values.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace cork::gitleaks {

struct RequiredFinding {
  std::string rule;
  std::size_t start_line = 0, start_column = 0;
};

struct Finding {
  std::string rule;
  std::string description;
  std::size_t start_line = 0, end_line = 0;          // 1-based; 0: the path was found, not a text
  std::size_t start_column = 0, end_column = 0;      // as gitleaks counts them: see location.h
  std::size_t true_column = 0, true_end_column = 0;  // 1-based in every line; see there too
  std::string match;
  std::string secret;
  std::string file;
  std::string symlink;  // where the file was reached by one
  float entropy = 0;
  std::vector<std::string> tags;
  std::vector<RequiredFinding> required;  // of other rules, near it
  std::string fingerprint;                // "file:rule:line"
};

// "src/a.py:some-token:12": what a line of .gitleaksignore names.
[[nodiscard]] std::string fingerprint_of(const Finding& finding);

}  // namespace cork::gitleaks
