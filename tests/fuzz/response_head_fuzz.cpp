// A response head: what is accepted means the same when cork has written it anew. The first byte
// chooses the request's method and the client's version.
#include "proxy/http/framing.h"
#include "proxy/http/head.h"
#include "proxy/http/writer.h"
#include "tests/fuzz/require.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace cork;
using namespace cork::http;

using cork::fuzz::require;

void require_round_trip(const StatusLineAndFields& head, Framing framing, std::string_view method,
                        ResponseOptions options, const HttpLimits& limits) {
  if (options.client_version == Version::http10 && framing.kind == Framing::Kind::chunked) {
    framing = {.kind = Framing::Kind::until_close};
    options.close = true;
  }
  std::string out;
  write_response_head(out, head, framing, options);
  require(find_head_end(out, 0) == out.size());
  HttpLimits wider = limits;
  wider.head_bytes *= 2;
  wider.fields += 2;
  const auto again = parse_response(out, wider);
  require(again.has_value());
  require(again->status == head.status);
  const auto framing_again = response_framing(*again, method);
  require(framing_again.has_value() && *framing_again == framing);
  require(find_field(again->fields, "alt-svc") == nullptr);
  for (const Field& field : again->fields) require(!is_cork_field(field.name));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::array<std::string_view, 4> methods = {"GET", "HEAD", "POST", "CONNECT"};
  if (size == 0) return 0;
  const std::string_view method = methods[data[0] % methods.size()];
  const ResponseOptions options{
      .client_version = (data[0] & 4) != 0 ? Version::http10 : Version::http11,
      .close = (data[0] & 8) != 0};
  const HttpLimits limits;
  const std::string_view buffer(reinterpret_cast<const char*>(data + 1), size - 1);
  const std::size_t end = find_head_end(buffer, 0);
  const auto head = parse_response(buffer.substr(0, end == 0 ? buffer.size() : end), limits);
  if (!head) {
    require(!head.error().what.empty());
    return 0;
  }
  require(end != 0 && head->status >= 100 && head->status <= 599);
  require(head->fields.size() <= limits.fields);
  const auto framing = response_framing(*head, method);
  if (!framing) return 0;
  require_round_trip(*head, *framing, method, options, limits);
  std::string interim;
  write_interim(interim, *head);
  require(find_head_end(interim, 0) == interim.size());
  return 0;
}
