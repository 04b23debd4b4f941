// peek_client_hello over anything a client may send: no crash, and one answer however it arrives.
#include "certs/client_hello.h"
#include "tests/fuzz/require.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace {

using cork::certs::ClientHelloResult;
using cork::certs::peek_client_hello;
using Status = ClientHelloResult::Status;

using cork::fuzz::require;

bool same(const ClientHelloResult& a, const ClientHelloResult& b) {
  return a.status == b.status && a.problem == b.problem && a.hello.sni == b.hello.sni &&
         a.hello.alpn == b.hello.alpn && a.hello.has_ech == b.hello.has_ech &&
         a.hello.offers_tls13 == b.hello.offers_tls13;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const cork::Bytes received = std::as_bytes(std::span(data, size));
  const ClientHelloResult whole = peek_client_hello(received);
  require(whole.status == Status::complete || !whole.hello.sni.has_value());
  require(whole.problem.empty() ==
          (whole.status == Status::complete || whole.status == Status::need_more));
  if (whole.hello.sni) {
    require(!whole.hello.sni->empty());
    for (const char c : *whole.hello.sni) require(c > 0x20 && c < 0x7f);
  }
  // A verdict over a beginning stands, whatever follows it.
  const std::size_t step = 1 + size / 32;
  for (std::size_t end = 0; end < size; end += step) {
    const ClientHelloResult part = peek_client_hello(received.first(end));
    if (part.status == Status::need_more) continue;
    require(same(part, whole));
    break;
  }
  return 0;
}
