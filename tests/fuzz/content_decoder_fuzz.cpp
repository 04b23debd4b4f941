// Content decoders: whatever comes in, and however it is cut, the same goes out within the limits.
#include "rules/secrets/content_decoder.h"
#include "tests/fuzz/require.h"
#include "tests/unit/rules/secrets/encoders.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace {

using namespace cork;
using namespace cork::secrets;

std::unique_ptr<Decoder> decoder_for(std::uint8_t choice, const ScanLimits& limits) {
  switch (choice % 9) {
    case 0:
      return make_gzip_decoder(limits, Found::declared);
    case 1:
      return make_gzip_decoder(limits, Found::recognised);
    case 2:
      return make_deflate_decoder(limits, Found::declared);
    case 3:
      return make_brotli_decoder(limits);
    case 4:
      return make_zstd_decoder(limits, Found::declared);
    case 5:
      return make_zstd_decoder(limits, Found::recognised);
    case 6:
      return make_deflate_decoder(limits, Found::recognised);
    case 7:
      return make_zip_entry_decoder(limits);
    default:
      return make_git_pack_decoder(limits);
  }
}

using cork::fuzz::require;

}  // namespace

// The first byte chooses the decoder, the second the size of the pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  ScanLimits limits;
  limits.decoded_floor = 1 << 18;
  limits.zstd_window_bytes = 1 << 17;
  const std::string_view input(reinterpret_cast<const char*>(data) + 2, size - 2);
  const auto whole = decoder_for(data[0], limits), cut = decoder_for(data[0], limits);
  test::Collected a, b;
  const Verdict one = test::decode(*whole, input, input.size() + 1, a);
  const Verdict other = test::decode(*cut, input, 1u + data[1], b);
  require(a.consistent && b.consistent);
  // Where a limit stops it, the rest of a piece may or may not have been handed on.
  if (one != Verdict::over_limit && other != Verdict::over_limit) {
    require(one == other && (one != Verdict::clean || a.text == b.text));
  }
  require(a.text.size() <= limits.decoded_floor + limits.decoded_ratio * (input.size() + 1));
  require(one == Verdict::clean ? whole->pending_from() == input.size()
                                : !whole->problem().empty());
  for (std::size_t i = 0; i < a.text.size(); ++i) {
    require(a.begins[i] <= a.ends[i] && a.ends[i] <= input.size());
    require(i == 0 || a.begins[i - 1] <= a.begins[i]);
  }
  return 0;
}
