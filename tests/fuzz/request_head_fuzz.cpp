// A request head: however its bytes arrive it ends at the same place, and what is accepted means
// the same when cork has written it anew.
#include "proxy/http/framing.h"
#include "proxy/http/head.h"
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

void require_same_end(std::string_view buffer) {
  const std::size_t end = find_head_end(buffer, 0);
  require(end <= buffer.size());
  const std::size_t last = end == 0 ? buffer.size() : end;
  for (std::size_t searched = 0; searched <= std::min<std::size_t>(last, 512); ++searched) {
    if (searched < last) require(find_head_end(buffer.substr(0, searched), 0) == 0);
    if (searched < last) require(find_head_end(buffer, searched) == end);
  }
}

// What goes to the origin has the same method, target, framing and no more than one Host.
void require_round_trip(const RequestLineAndFields& head, Framing framing,
                        const HttpLimits& limits) {
  const Field* host = find_field(head.fields, "host");
  const auto authority = Endpoint::parse_authority(host == nullptr ? "a" : host->value, 443);
  const auto target = Target::parse(head.target);
  if (!authority || !target) return;
  std::string out;
  write_request_head(out, {head.method, Scheme::https, *authority, *target, head.fields}, framing);
  require(find_head_end(out, 0) == out.size());
  HttpLimits wider = limits;
  wider.head_bytes *= 2;
  wider.fields += 2;
  const auto again = parse_request(out, wider);
  require(again.has_value());
  require(again->method == head.method && again->target == head.target);
  const auto framing_again = request_framing(*again);
  require(framing_again.has_value());
  if (framing.kind == Framing::Kind::none) {
    require(framing_again->length == 0 && framing_again->kind != Framing::Kind::chunked);
  } else {
    require(*framing_again == framing);
  }
  for (const Field& field : again->fields) {
    require(!is_cork_field(field.name));
    require(field.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const HttpLimits limits;
  const std::string_view buffer(reinterpret_cast<const char*>(data), size);
  require_same_end(buffer);
  const std::size_t end = find_head_end(buffer, 0);
  const auto head = parse_request(buffer.substr(0, end == 0 ? size : end), limits);
  if (!head) {
    require(!head.error().what.empty());
    return 0;
  }
  require(end != 0);  // what is accepted was whole
  require(head->fields.size() <= limits.fields);
  require((head->form == TargetForm::authority) == (head->method == "CONNECT"));
  if (head->form == TargetForm::absolute) require(parse_absolute_target(head->target).has_value());
  const auto framing = request_framing(*head);
  if (framing && head->form == TargetForm::origin) require_round_trip(*head, *framing, limits);
  return 0;
}
