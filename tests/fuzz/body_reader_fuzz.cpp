// A body: however its bytes are cut, the same payload, trailers and outcome come out. The first
// byte chooses the framing: 'c' chunked, 'u' until_close, else the length is its low five bits.
#include "base/bytes.h"
#include "proxy/http/framing.h"
#include "proxy/http/writer.h"
#include "tests/fuzz/require.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace cork;
using namespace cork::http;

using cork::fuzz::require;

struct Outcome {
  std::string payload, trailers;
  bool done = false, refused = false, complete = false;
  ParseError::Kind kind = ParseError::Kind::malformed;

  bool operator==(const Outcome&) const = default;
};

HttpLimits small_limits() {
  HttpLimits limits;
  limits.chunk_line_bytes = 64;
  limits.trailer_bytes = 256;
  limits.fields = 8;
  return limits;
}

Outcome read_all(Framing framing, std::string_view wire, std::size_t piece) {
  Outcome outcome;
  BodyReader reader(framing, small_limits());
  std::size_t consumed = 0;
  for (std::size_t arrived = 0; arrived < wire.size() && !reader.done();) {
    arrived = std::min(wire.size(), arrived + piece);
    while (!reader.done()) {
      const std::string_view input = wire.substr(consumed, arrived - consumed);
      const auto step = reader.read(as_bytes(input));
      if (!step) {
        outcome.refused = true;
        outcome.kind = step.error().kind;
        return outcome;
      }
      require(step->consumed <= input.size() && step->payload.size() <= step->consumed);
      if (step->consumed == 0) break;
      consumed += step->consumed;
      outcome.payload += as_text(step->payload);
    }
  }
  outcome.done = reader.done();
  for (const Field& field : reader.trailers()) {
    require(!is_forbidden_trailer(field.name));
    outcome.trailers.append(field.name).append(":").append(field.value).append("\n");
  }
  outcome.complete = reader.end_of_input().has_value();
  return outcome;
}

// What was accepted as chunks reads the same after cork has cut it anew.
void require_round_trip(const Outcome& outcome) {
  std::string wire;
  if (!outcome.payload.empty()) {
    write_chunk_prefix(wire, outcome.payload.size());
    wire.append(outcome.payload).append("\r\n");
  }
  write_last_chunk(wire, {});
  const Outcome again = read_all({Framing::Kind::chunked}, wire, wire.size());
  require(again.done && again.payload == outcome.payload);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > 16384) return 0;
  Framing framing{Framing::Kind::length, data[0] & 31u};
  if (data[0] == 'c') framing = {Framing::Kind::chunked};
  if (data[0] == 'u') framing = {Framing::Kind::until_close};
  const std::string_view wire(reinterpret_cast<const char*>(data + 1), size - 1);
  const Outcome whole = read_all(framing, wire, wire.size() + 1);
  for (const std::size_t piece :
       {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{64}}) {
    require(read_all(framing, wire, piece) == whole);
  }
  require(!whole.done || whole.complete);
  if (framing.kind == Framing::Kind::chunked && whole.done) require_round_trip(whole);
  return 0;
}
