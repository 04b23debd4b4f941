// Decoders of escapes: however the text is cut, the same comes out, tied to the same bytes.
#include "rules/secrets/text_decoder.h"
#include "tests/unit/rules/secrets/encoders.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace cork;
using namespace cork::secrets;

void require(bool holds) {
  if (!holds) std::abort();
}

std::unique_ptr<Decoder> decoder_for(unsigned choice) {
  return choice == 0 ? make_json_unescaper() : make_percent_decoder(choice == 2);
}

void check(unsigned choice, std::string_view input, std::size_t piece) {
  test::Collected whole, cut;
  require(test::decode(*decoder_for(choice), input, input.size() + 1, whole) == Verdict::clean);
  require(test::decode(*decoder_for(choice), input, piece, cut) == Verdict::clean);
  require(whole.consistent && cut.consistent);
  require(whole.text == cut.text && whole.begins == cut.begins && whole.ends == cut.ends);
  require(whole.text.size() <= input.size());
  Offset end = 0;
  for (std::size_t i = 0; i < whole.text.size(); ++i) {
    require(whole.begins[i] < whole.ends[i] && whole.ends[i] <= input.size());
    require(whole.begins[i] <= end && end <= whole.ends[i]);  // nothing is left out
    end = whole.ends[i];
    if (!whole.altered[i]) require(whole.text[i] == input[whole.begins[i]]);
  }
  require(end == input.size());
  if (choice == 2) return;
  const auto first = std::ranges::find(whole.altered, true);
  const std::size_t found =
      choice == 0 ? find_json_escape(input, 0) : find_percent_escape(input, 0);
  if (first != whole.altered.end()) {
    require(found <= whole.begins[static_cast<std::size_t>(first - whole.altered.begin())]);
  } else {
    require(found + 12 > input.size());  // only one that the end cuts
  }
}

}  // namespace

// The first byte is the size of the pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  for (unsigned choice = 0; choice < 3; ++choice) check(choice, input, 1u + data[0]);
  return 0;
}
