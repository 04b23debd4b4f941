// Compressed data that stands in a text: found at the same places however the text is cut, and
// whatever is packed in whatever, a secret in it is seen, with anything before and behind it.
#include "base/base64.h"
#include "rules/secrets/body_scanner.h"
#include "rules/secrets/containers.h"
#include "tests/fuzz/require.h"
#include "tests/unit/rules/secrets/encoders.h"
#include "tests/unit/rules/secrets/test_rules.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace cork;
using namespace cork::secrets;

using cork::fuzz::require;

// What is found before `end`.
std::vector<FoundContainer> found_in(std::string_view text, std::size_t end) {
  std::vector<FoundContainer> all;
  for (std::size_t at = 0; auto found = find_container(text, at); at = found->at + 1) {
    if (found->at >= end) break;
    require(found->at >= at && found->told_by > 0 && found->at + found->told_by <= text.size());
    all.push_back(*found);
  }
  return all;
}

// What is told of a text's front is not told otherwise once the rest is there.
void check_places(std::string_view text, std::size_t cut) {
  cut = std::min(cut, text.size());
  const std::string_view front = text.substr(0, cut);
  const std::size_t known = find_cut_container(front);
  require(known <= cut);
  require(std::ranges::equal(found_in(front, known), found_in(text, known), {}, &FoundContainer::at,
                             &FoundContainer::at));
}

// Each digit of `how`, to the base of seven, is a layer, the innermost first; 0 ends them.
std::string packed(std::string text, std::uint8_t how, bool in_front) {
  // zlib data is looked for at the front of a text alone, or of what a run of digits stands for.
  bool front_alone = false;
  for (int layers = 0; layers < 3 && how % 7 != 0; ++layers, how /= 7) {
    const bool outermost = how / 7 % 7 == 0 || layers == 2;
    switch (how % 7) {
      case 1:
        text = test::gzip(text);
        break;
      case 2:
        text = test::zstd(text);
        break;
      case 3:
        text = test::zip_entry("name", text, true);
        break;
      case 4:
        text = (front_alone ? "\"" : "") + test::hex(text);
        break;
      case 5:
        text = (front_alone ? "\"" : "") + base64_encoded(text);
        break;
      default:
        text = outermost && !in_front ? test::gzip(text) : test::deflated(text, 15);
    }
    front_alone = how % 7 == 6;
  }
  return text;
}

Verdict verdict_of(std::string_view body, std::size_t piece, bool pauses) {
  static const auto rules = test::small_rules();
  static WorkerScratch scratch(*rules);
  ScanLimits limits;
  limits.decoded_floor = 1 << 20;
  BodyScanner scanner({.rules = rules, .hints = {}, .limits = limits});
  for (std::size_t at = 0; at < body.size(); at += piece) {
    if (scanner.feed(as_bytes(body.substr(at, piece)), scratch) != Verdict::clean) break;
    if (pauses) scanner.idle(scratch);
  }
  return scanner.finish(scratch);
}

}  // namespace

// The first byte says how the secret is packed, the second how the body is cut, the third where the
// input is parted: in what stands before it, beside it in the innermost text, and behind it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + 3, size - 3);
  for (const std::size_t cut : {std::size_t{data[1]}, input.size() * data[2] / 256}) {
    check_places(input, cut);
  }
  const std::size_t part = input.size() * (data[2] >> 4) / 16, rest = input.size() - part;
  const std::size_t inner = rest * (data[2] & 15u) / 16;
  const std::string_view before = input.substr(0, part), beside = input.substr(part, inner),
                         behind = input.substr(part + inner);
  const std::string secret = std::string(beside.substr(0, inner / 2)) + test::token() +
                             std::string(beside.substr(inner / 2));
  const std::string body =
      std::string(before) + packed(secret, data[0], before.empty()) + std::string(behind);
  require(verdict_of(body, 1u + (data[1] & 127u), data[1] >= 128) != Verdict::clean);
  require(verdict_of(body, body.size(), false) != Verdict::clean);
  return 0;
}
