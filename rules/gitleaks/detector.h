// Finds in a file what gitleaks 8.30 finds there with the same configuration: the same rules tried,
// in the same steps, with the same result. Profile `gitleaks`: the text is trusted to carry marks
// (`gitleaks:allow`), so this is nothing for a proxy.
//
// Immutable, shared between threads; each brings its own Scratch.
//
//   const Detector detector(std::move(loaded->config), {});
//   Detector::Scratch scratch(detector);
//   for (const Finding& finding : detector.detect({"src/a.py"}, fragment, scratch)) ...
#pragma once

#include "rules/gitleaks/allowlist.h"
#include "rules/gitleaks/config.h"
#include "rules/gitleaks/finding.h"
#include "rules/gitleaks/fragments.h"
#include "rules/gitleaks/prefilter.h"
#include "rules/gitleaks/whole_secret.h"

#include <cstdint>
#include <string>
#include <vector>

namespace cork::gitleaks {

// The file a fragment is of, by the path it is reported with; "" for standard input.
struct FileName {
  std::string path;
  std::string symlink;
};

struct DetectorOptions {
  int max_decode_depth = 5;               // passes of decoding; 0: none
  bool ignore_allow_marks = false;        // `gitleaks:allow` in a line hides nothing
  bool hyperscan = true;                  // false: slower, and ready at once
  std::vector<std::string> not_searched;  // paths: the configuration, the baseline
};

class Detector {
 public:
  using Options = DetectorOptions;

  using Scratch = Prefilter::Scratch;

  Detector(Config config, Options options);

  // In the order of the rules, and of the text. Memory is a few times the fragment's size a pass.
  [[nodiscard]] std::vector<Finding> detect(const FileName& file, const Fragment& fragment,
                                            Scratch& scratch) const;
  // A folder or a file that an allowlist for every rule names is not even opened.
  [[nodiscard]] bool skips_path(const std::string& path) const;

  [[nodiscard]] const Config& config() const noexcept { return config_; }
  [[nodiscard]] const Prefilter& prefilter() const noexcept { return prefilter_; }

 private:
  struct Pass;  // what is searched: the text, or what a pass of decoding made of it
  struct Hit;   // one match of a rule, on its way to be a finding

  [[nodiscard]] bool searched(const std::string& path) const;
  // What a finding's rule knows of the secret: that it may be one, its name, or whose it is.
  enum class Knows : std::uint8_t { nothing, name, kind };
  [[nodiscard]] Knows knows(const Finding& finding) const;
  // Without those that one which knows more of the secret has too.
  [[nodiscard]] std::vector<Finding> best_known(std::vector<Finding> found) const;
  void detect_rule(const Pass& pass, std::size_t rule, bool for_another,
                   std::vector<Finding>& into) const;
  [[nodiscard]] bool detect_path(const Pass& pass, const Rule& rule,
                                 std::vector<Finding>& into) const;
  void judge_match(const Pass& pass, std::size_t rule, Span match,
                   std::vector<Finding>& into) const;
  // By an allowlist, that rule's or everybody's.
  [[nodiscard]] bool allowed(std::size_t rule, const Candidate& candidate) const;
  [[nodiscard]] bool place(const Pass& pass, const Rule& rule, Span match, Hit& hit) const;
  void keep_complete(const Pass& pass, const Rule& rule, std::vector<Finding>& found) const;

  Config config_;
  Options options_;
  std::vector<AllowlistJudge> everywhere_;
  std::vector<std::vector<AllowlistJudge>> of_rule_;
  std::vector<std::vector<std::size_t>> required_;  // rules by their place; each rule's `required`
  std::vector<WholeSecret> whole_;                  // what cork's own leave out at a secret's end
  Prefilter prefilter_;
};

}  // namespace cork::gitleaks
