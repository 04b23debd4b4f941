// Decoders of escapes: however the text is cut, the same comes out, tied to the same bytes.
#include "rules/secrets/decoder.h"
#include "rules/secrets/encoded_runs.h"
#include "rules/secrets/escapes.h"
#include "tests/fuzz/require.h"
#include "tests/unit/rules/secrets/encoders.h"
#include "tests/unit/rules/secrets/test_rules.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace cork;
using namespace cork::secrets;

using cork::fuzz::require;

enum Kind : unsigned {
  kEscapes,
  kForm,
  kQuoted,
  kSeparating,  // escapes, of which some separate
  kHyphens,
  kDeep,
  kBase64Runs,
  kHexRuns,
  kBase32Runs,
  kDump,
  kWideRuns,
  kBase64,
  kHex,
  kKinds,
};
constexpr std::size_t kSilence = 1 << 20;

std::unique_ptr<Decoder> decoder_for(unsigned kind) {
  static const auto rules = test::small_rules();
  switch (kind) {
    case kEscapes:
      return make_escape_decoder(false, kSilence);
    case kForm:
      return make_escape_decoder(true, kSilence);
    case kQuoted:
      return make_quoted_decoder(kSilence);
    case kSeparating:
      return make_escape_decoder(false, kSilence, &rules->openings());
    case kHyphens:
      return make_hyphen_decoder(kSilence);
    case kDeep:
      return make_deep_escape_decoder(kSilence);
    case kBase64Runs:
      return make_base64_runs();
    case kHexRuns:
      return make_hex_runs();
    case kBase32Runs:
      return make_base32_runs();
    case kDump:
      return make_dump_runs();
    case kWideRuns:
      return make_wide_runs();
    case kBase64:
      return make_base64_decoder();
    default:
      return make_hex_decoder();
  }
}

test::Collected decoded(unsigned kind, std::string_view input) {
  test::Collected out;
  test::decode(*decoder_for(kind), input, input.size() + 1, out);
  return out;
}

void check(unsigned kind, std::string_view input, std::size_t piece) {
  test::Collected whole, cut;
  const Verdict verdict = test::decode(*decoder_for(kind), input, input.size() + 1, whole);
  require(test::decode(*decoder_for(kind), input, piece, cut) == verdict);
  require(whole.consistent && cut.consistent);
  // Where a run is text at more alignments than one, which of them it is taken for first, and with
  // that what is repeated, depends on how the text was cut. And a second dump in a text is looked
  // for by whoever keeps the text.
  const bool runs = kind >= kBase64Runs && kind <= kDump;
  if (!runs) require(whole.text == cut.text);
  for (std::size_t i = 0; i < whole.text.size(); ++i) {
    require(whole.begins[i] < whole.ends[i] && whole.ends[i] <= input.size());
  }
  if (kind > kDeep) return;
  // Of many levels places need not be told to the byte: see compare().
  if (kind != kDeep) require(whole.begins == cut.begins && whole.ends == cut.ends);
  require(whole.text.size() <= input.size());
  Offset end = 0;
  for (std::size_t i = 0; i < whole.text.size(); ++i) {
    require(whole.begins[i] <= end && end <= whole.ends[i]);  // nothing is left out
    end = whole.ends[i];
    if (!whole.altered[i]) require(whole.text[i] == input[whole.begins[i]]);
  }
  if (kind != kEscapes) return;
  const auto first = std::ranges::find(whole.altered, true);
  if (first == whole.altered.end()) return;
  const auto altered = static_cast<std::size_t>(first - whole.altered.begin());
  require(find_escape(input, 0) <= whole.begins[altered]);
}

// What the decoders of escapes say of one input agrees.
void compare(std::string_view input) {
  const test::Collected once = decoded(kEscapes, input);
  require(decoded(kSeparating, input).text == once.text);
  std::string without = decoded(kHyphens, input).text, with = once.text;
  std::erase(without, kSoftHyphen);
  std::erase(with, kSoftHyphen);
  require(without == with);

  test::Collected level = once;
  std::vector<Offset> begins = once.begins, ends = once.ends;
  for (std::size_t i = 1; i < kDeepEscapes; ++i) {
    level = decoded(kEscapes, level.text);
    for (Offset& begin : level.begins) begin = begins[begin];
    for (Offset& end : level.ends) end = ends[end - 1];
    begins = level.begins;
    ends = level.ends;
  }
  const test::Collected deep = decoded(kDeep, input);
  require(deep.text == level.text);
  for (std::size_t i = 0; i < deep.text.size(); ++i) {
    require(deep.begins[i] <= begins[i] && ends[i] <= deep.ends[i]);
  }
}

}  // namespace

// The first byte is the size of the pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  for (unsigned kind = 0; kind < kKinds; ++kind) check(kind, input, 1u + data[0]);
  compare(input);
  return 0;
}
