// Regexes about characters as such about bytes: RE2 takes them still, and text in ASCII matches as
// it did.
#include "rules/gitleaks/byte_regex.h"
#include "rules/secrets/regex_bounds.h"
#include "tests/fuzz/require.h"

#include <re2/re2.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace cork;

using cork::fuzz::require;

constexpr std::size_t kLongest = 64;  // each class beyond ASCII costs milliseconds
constexpr std::size_t kMostBytes = 1'000;

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0; });
}

}  // namespace

// The first line is the regex, what follows a text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string regex(input.substr(0, input.find('\n')));
  const std::string text(input.substr(std::min(size, regex.size() + 1)));
  if (regex.size() > kLongest) return 0;
  re2::RE2::Options utf8(re2::RE2::Quiet), latin1(re2::RE2::Quiet);
  latin1.set_encoding(re2::RE2::Options::EncodingLatin1);
  const re2::RE2 written(regex, utf8);
  if (!written.ok()) return 0;
  for (const auto beyond : {gitleaks::Characters::at_least, gitleaks::Characters::exactly}) {
    const std::string bytes = gitleaks::in_bytes(regex, beyond);
    const re2::RE2 read(bytes, latin1);
    require(read.ok() || read.error_code() == re2::RE2::ErrorPatternTooLarge);
    if (!read.ok() || !is_ascii(text)) continue;
    require(re2::RE2::PartialMatch(text, written) == re2::RE2::PartialMatch(text, read));
  }
  const auto bounded = secrets::bounded_form(regex, kMostBytes);
  if (!bounded || !is_ascii(regex) || !is_ascii(text) || text.size() > 200) return 0;
  const re2::RE2 closed(*bounded, utf8);
  require(closed.ok() || closed.error_code() == re2::RE2::ErrorPatternTooLarge);
  if (closed.ok()) {
    require(re2::RE2::FullMatch(text, written) == re2::RE2::FullMatch(text, closed));
  }
  return 0;
}
