// What a client sends through a tunnel that is passed through: the same bytes pass however they are
// cut, and none behind a header that is not TLS's.
#include "certs/client_records.h"
#include "tests/fuzz/require.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace {

using cork::Bytes;
using cork::certs::ClientHello;
using cork::certs::ClientRecords;

using cork::fuzz::require;

// As passthrough does it: what is not accepted is given again with what came behind it.
std::pair<std::string_view, std::size_t> passed(const ClientHello& first, Bytes stream,
                                                std::size_t piece) {
  ClientRecords records(first);
  std::size_t passed = 0, end = 0;
  while (end < stream.size() && records.problem().empty()) {
    end = std::min(end + piece, stream.size());
    for (std::size_t n = 1; n > 0;) {
      n = records.accept(stream.subspan(passed, end - passed));
      require(n <= end - passed);
      passed += n;
    }
    require(end - passed <= cork::certs::kMaxClientHelloBytes + piece);
  }
  if (!records.problem().empty()) require(records.accept(stream.subspan(passed)) == 0);
  return {records.problem(), passed};
}

}  // namespace

// The first byte is the size of the pieces, and whether TLS 1.3 was offered.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Bytes stream = std::as_bytes(std::span(data + 1, size - 1));
  ClientHello first;
  first.sni = "example.com";
  first.offers_tls13 = data[0] % 2 == 1;
  const auto whole = passed(first, stream, size + 1);
  require(whole == passed(first, stream, 1u + data[0]));
  require(whole.second <= stream.size());
  return 0;
}
