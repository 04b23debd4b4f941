// Any text at all, searched with Hyperscan and without: the same is found, and it stands there.
#include "rules/gitleaks/detector.h"
#include "rules/gitleaks/load.h"
#include "tests/fuzz/require.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace cork;
using namespace cork::gitleaks;

using cork::fuzz::require;

// Short secrets, so that chance makes many.
constexpr std::string_view kRules = R"(
[[rules]]
id = "tok"
regex = '''tok_([0-9a-z]{4})'''
keywords = ["tok_"]
entropy = 0.5
[[rules]]
id = "generic-key"
regex = '''(?i)key.{0,5}[=:]\s*([\w.=-]{3,}|[^;]{2})(?:;|$)'''
keywords = ["key"]
[[rules]]
id = "boundary"
regex = '''\bs[^x]?k\b'''
[[rules]]
id = "bare"
regex = '''[0-9a-f]{6}'''
keywords = ["hex"]
[[rules.required]]
id = "tok"
withinLines = 2
[[allowlists]]
regexTarget = "line"
regexes = ["^allowed"]
stopwords = ["stop"]
)";

struct Pair {
  Pair() {
    const auto loaded = load_config(kRules, "f.toml", {});
    require(loaded.has_value());
    fast = new Detector(loaded->config, {});
    DetectorOptions options;
    options.hyperscan = false;
    slow = new Detector(loaded->config, options);
  }
  const Detector* fast;
  const Detector* slow;
};

std::vector<std::string> found(const Detector& detector, const Fragment& fragment) {
  Detector::Scratch scratch(detector.prefilter());
  std::vector<std::string> all;
  for (const Finding& one : detector.detect({"a", ""}, fragment, scratch)) {
    require(one.start_line >= 1 && one.start_column >= 1 && one.true_column >= 1);
    require(one.match.find(one.secret) != std::string::npos || one.secret.empty());
    all.push_back(one.fingerprint + one.match + '\n' + one.secret);
  }
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Pair pair;
  const Fragment fragment{std::string(reinterpret_cast<const char*>(data), size), 1};
  require(found(*pair.fast, fragment) == found(*pair.slow, fragment));
  return 0;
}
