// A gitleaks configuration with all that it extends: what there is to search with.
//
// Pure but for the reading of extended files, which the caller does.
//
//   auto loaded = load_config(text, "/src/.gitleaks.toml", read);
//   if (!loaded) return render(loaded.error());
#pragma once

#include "base/diagnostic.h"
#include "base/result.h"
#include "rules/gitleaks/config.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cork::gitleaks {

struct ReadText {
  std::string file;  // the name to give in diagnostics
  std::string text;
};
// The text of `path`, as it is spelled in `from`.
using ReadExtended =
    std::function<Result<ReadText, Diagnostics>(const std::string& path, const std::string& from)>;

struct Loaded {
  Config config;
  Diagnostics warnings;
  std::optional<Where> uses_default = {};  // where the file, or what it extends, says useDefault
};

// How deep extending goes, as in gitleaks: the file, what it extends, and what that extends.
inline constexpr int kMaxExtendDepth = 2;

// `useDefault` means cork's own rules. Merged as gitleaks merges: a rule of both keeps what the
// extending file says of description, entropy, secretGroup, regex and path, has the tags, keywords
// and allowlists of both, and `required` and `skipReport` of the extended one; allowlists for
// every rule add up. What makes no sense when all is together (a rule without regex and path, a
// group that the regex lacks, a required or targeted rule that is not there) is an error.
Result<Loaded, Diagnostics> load_config(std::string_view text, const std::string& file,
                                        const ReadExtended& read);

// cork's own rules, in gitleaks' terms.
[[nodiscard]] Config builtin_config();

}  // namespace cork::gitleaks
