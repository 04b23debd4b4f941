// Known values: one that stands in a body is seen whatever is before and behind it, however it is
// spelled and the body cut; and none is seen where none was put.
#include "base/base64.h"
#include "rules/secrets/body_scanner.h"
#include "tests/fuzz/require.h"
#include "tests/unit/rules/known/made_values.h"
#include "tests/unit/rules/secrets/encoders.h"
#include "tests/unit/rules/secrets/test_rules.h"

#include <algorithm>
#include <array>
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

struct Values {
  // Told by each part of it, by all of it, by all of it in words, and with what separates.
  std::array<std::string, 4> texts;
  std::shared_ptr<const known::KnownValues> known;

  Values() {
    known::test::Random random(16);
    const std::string parts = known::test::made_up(48, random);
    texts = {known::test::made_up(40, random), known::test::made_up(12, random),
             "correct horse battery staple of the evening",
             parts.substr(0, 20) + "-/" + parts.substr(20)};
    known = known::test::known({texts.begin(), texts.end()});
  }
};

std::string spelled(const std::string& value, unsigned how) {
  std::string out;
  switch (how) {
    case 0:
      return value;
    case 1:
      return {value.rbegin(), value.rend()};
    case 2:
      for (const char c : value) out += std::string{c, '.'};
      return out;
    case 3:
      return test::percent(value);
    case 4:
      for (const char c : value) out += "\\u00" + test::hex({&c, 1});
      return out;
    case 5:
      return test::hex(value);
    case 6:
      return base64_encoded(value);
    default:
      return test::gzip(value);
  }
}

struct Answer {
  Verdict verdict = Verdict::clean;
  bool known = false;
};

Answer scan(const Values& values, std::string_view body, std::size_t piece, bool pauses) {
  static const auto rules = test::small_rules();
  static WorkerScratch scratch(*rules);
  ScanLimits limits;
  limits.decoded_floor = 1 << 20;
  // Rules end no scan, so that it is known values alone that do.
  const auto named = NamedActions::make(
      std::vector<NamedActions::Word>{
          {.rule = "test-token", .action = Action::record, .where = {}}},
      *rules);
  BodyScanner scanner({.rules = rules,
                       .hints = {},
                       .limits = limits,
                       .known = values.known,
                       .actions = Actions({.named = *named})});
  for (std::size_t at = 0; at < body.size(); at += piece) {
    if (scanner.feed(as_bytes(body.substr(at, piece)), scratch) != Verdict::clean) break;
    if (pauses) scanner.idle(scratch);
  }
  const Verdict verdict = scanner.finish(scratch);
  for (const Finding& finding : scanner.findings()) {
    require(finding.place.begin < finding.place.end && finding.place.end <= body.size());
  }
  const bool known = std::ranges::any_of(
      scanner.findings(), [](const Finding& one) { return one.kind == Kind::known_value; });
  require(known == (verdict == Verdict::leak) || verdict > Verdict::leak);
  return {verdict, known};
}

// Which bytes are a value's.
std::vector<bool> found_in(const Values& values, std::string_view text, std::size_t piece) {
  std::vector<bool> found(text.size());
  for (const known::Found& one : known::test::find_all(*values.known, text, piece)) {
    require(one.begin < one.end && one.end <= text.size());
    std::fill(found.begin() + static_cast<std::ptrdiff_t>(one.begin),
              found.begin() + static_cast<std::ptrdiff_t>(one.end), true);
  }
  return found;
}

}  // namespace

// The first byte chooses the value and how it is spelled, the second how the body is cut, the third
// what stands before the value and what behind it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Values values;
  require(values.known != nullptr);
  if (size < 3) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + 3, size - 3);
  const std::size_t before = input.size() * data[2] / 255, piece = 1u + (data[1] & 127u);
  const unsigned how = data[0] >> 2 & 7u;
  const std::string& value = values.texts.at(data[0] & 3u);

  for (const std::size_t size_of_pieces : {piece, input.size() + 1}) {
    require(!scan(values, input, size_of_pieces, data[1] >= 128).known);
  }
  const std::string body = std::string(input.substr(0, before)) + spelled(value, how) +
                           std::string(input.substr(before));
  for (const std::size_t size_of_pieces : {piece, body.size()}) {
    require(scan(values, body, size_of_pieces, data[1] >= 128).verdict != Verdict::clean);
  }
  const auto found = found_in(values, body, 0);
  require(found == found_in(values, body, piece));
  if (how == 0) require(std::ranges::count(found, true) > 0);
  return 0;
}
