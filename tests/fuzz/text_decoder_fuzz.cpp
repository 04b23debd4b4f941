// Decoders of escapes: however the text is cut, the same comes out, tied to the same bytes.
#include "rules/secrets/decoder.h"
#include "rules/secrets/encoded_runs.h"
#include "rules/secrets/escapes.h"
#include "tests/fuzz/require.h"
#include "tests/unit/rules/secrets/encoders.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace {

using namespace cork;
using namespace cork::secrets;

using cork::fuzz::require;

constexpr unsigned kEscapes = 3, kDump = 9, kKinds = 10;

std::unique_ptr<Decoder> decoder_for(unsigned kind) {
  switch (kind) {
    case 0:
      return make_escape_decoder(false, 1 << 20);
    case 1:
      return make_escape_decoder(true, 1 << 20);
    case 2:
      return make_quoted_decoder(1 << 20);
    case 3:
      return make_base64_runs();
    case 4:
      return make_hex_runs();
    case 5:
      return make_base32_runs();
    case 6:
      return make_wide_runs();
    case 7:
      return make_base64_decoder();
    case kDump:
      return make_dump_runs();
    default:
      return make_hex_decoder();
  }
}

void check(unsigned kind, std::string_view input, std::size_t piece) {
  test::Collected whole, cut;
  const Verdict verdict = test::decode(*decoder_for(kind), input, input.size() + 1, whole);
  require(test::decode(*decoder_for(kind), input, piece, cut) == verdict);
  require(whole.consistent && cut.consistent);
  // Where a run is text at more alignments than one, which of them it is taken for first, and with
  // that what is repeated, depends on how the text was cut. And a second dump in a text is looked
  // for by whoever keeps the text.
  const bool runs = (kind >= kEscapes && kind <= 5) || kind == kDump;
  if (!runs) require(whole.text == cut.text);
  for (std::size_t i = 0; i < whole.text.size(); ++i) {
    require(whole.begins[i] < whole.ends[i] && whole.ends[i] <= input.size());
  }
  if (kind >= kEscapes) return;
  require(whole.begins == cut.begins && whole.ends == cut.ends);
  require(whole.text.size() <= input.size());
  Offset end = 0;
  for (std::size_t i = 0; i < whole.text.size(); ++i) {
    require(whole.begins[i] <= end && end <= whole.ends[i]);  // nothing is left out
    end = whole.ends[i];
    if (!whole.altered[i]) require(whole.text[i] == input[whole.begins[i]]);
  }
  if (kind > 0) return;
  const auto first = std::ranges::find(whole.altered, true);
  if (first == whole.altered.end()) return;
  const auto altered = static_cast<std::size_t>(first - whole.altered.begin());
  require(find_escape(input, 0) <= whole.begins[altered]);
}

}  // namespace

// The first byte is the size of the pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  for (unsigned kind = 0; kind < kKinds; ++kind) check(kind, input, 1u + data[0]);
  return 0;
}
