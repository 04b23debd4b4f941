// Masking: what leaves is as long as what came, is the same wherever nothing is masked, and holds
// nothing that the scanner would mask or stop.
#include "proxy/session/gate.h"
#include "tests/fuzz/known_fixture.h"
#include "tests/fuzz/require.h"
#include "tests/unit/rules/secrets/encoders.h"

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
using session::Gate;

struct Fixture : fuzz::KnownFixture {
  BodyScanner scanner(Action action, bool form, std::size_t slice_bytes = 0) const {
    ScanLimits limits;
    limits.decoded_floor = 1 << 18;
    return BodyScanner({.rules = rules,
                        .hints = {form ? "application/x-www-form-urlencoded" : "", {}},
                        .limits = limits,
                        .slice_bytes = slice_bytes,
                        .known = known,
                        .actions = Actions(action)});
  }
};

std::string as_json(std::string_view text) {
  std::string out;
  for (const char c : text) out += "\\u00" + test::hex({&c, 1});
  return out;
}

// The bytes that stand for a secret, so that no input has to hold one.
std::string body_of(std::string_view input, const Fixture& fixture) {
  std::string body;
  for (const char c : input) {
    switch (c) {
      case '\1':
        body += test::token();
        break;
      case '\2':
        body += test::percent(test::token('b'));
        break;
      case '\3':
        body += as_json(test::token('c'));
        break;
      case '\4':
        body += fixture.value;
        break;
      case '\5':
        body += test::percent(fixture.value);
        break;
      default:
        body += c;
    }
  }
  return body;
}

struct Sent {
  Verdict verdict = Verdict::clean;
  std::string bytes;
};

Sent pass(Gate gate, std::string_view body, std::size_t piece, bool pauses,
          WorkerScratch& scratch) {
  Sent sent;
  const auto drain = [&] {
    while (gate.busy()) gate.resume(scratch);
    const Bytes ready = gate.ready();
    sent.bytes += as_text(ready);
    gate.consumed(ready.size());
  };
  for (std::size_t at = 0; at < body.size() && gate.verdict() == Verdict::clean; at += piece) {
    gate.push(as_bytes(body.substr(at, piece)), scratch);
    drain();
    if (!pauses || gate.verdict() != Verdict::clean) continue;
    gate.idle(scratch);
    drain();
  }
  gate.finish(scratch);
  drain();
  sent.verdict = gate.verdict();
  return sent;
}

}  // namespace

// The first byte says how the body is cut, the second what it is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Fixture fixture;
  if (size < 2) return 0;
  const std::string body = body_of({reinterpret_cast<const char*>(data) + 2, size - 2}, fixture);
  const bool form = (data[1] & 1) != 0, pauses = data[0] >= 128;
  const std::size_t piece = 1u + (data[0] & 127u), slice = (data[1] & 2) != 0 ? 300 : 0;
  const Sent sent = pass(
      Gate(fixture.scanner(Action::redact, form, slice), Gate::Mode::hold, std::size_t{1} << 20),
      body, piece, pauses, fixture.scratch);

  // What had left when the rest was refused is masked as well.
  require(sent.bytes.size() <= body.size());
  if (sent.verdict == Verdict::clean) require(sent.bytes.size() == body.size());
  for (std::size_t at = 0; at < sent.bytes.size(); ++at) {
    require(sent.bytes[at] == body[at] ||
            std::string_view("cork*redacted").contains(sent.bytes[at]));
  }
  BodyScanner again = fixture.scanner(Action::block, form);
  again.feed(as_bytes(sent.bytes), fixture.scratch);
  require(again.finish(fixture.scratch) != Verdict::leak);
  // And a body in which nothing is found is not touched.
  BodyScanner first = fixture.scanner(Action::block, form);
  first.feed(as_bytes(body), fixture.scratch);
  if (first.finish(fixture.scratch) == Verdict::clean && sent.verdict == Verdict::clean) {
    require(sent.bytes == body);
  }
  return 0;
}
