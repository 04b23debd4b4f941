// What an HTTP/1.1 head costs: parsing and writing, and the framing of a chunked body.
#include "base/bytes.h"
#include "proxy/http/framing.h"
#include "proxy/http/head.h"
#include "proxy/http/writer.h"

#include <benchmark/benchmark.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace cork::http {
namespace {

constexpr std::string_view curl_head =
    "POST /v1/messages HTTP/1.1\r\n"
    "Host: api.example.com\r\n"
    "User-Agent: curl/8.5.0\r\n"
    "Accept: */*\r\n"
    "Content-Type: application/json\r\n"
    "Content-Length: 2048\r\n"
    "\r\n";

constexpr std::string_view client_head =
    "POST /v1/messages?beta=true HTTP/1.1\r\n"
    "Host: api.example.com\r\n"
    "Accept: application/json\r\n"
    "Accept-Encoding: gzip, deflate, br, zstd\r\n"
    "Connection: keep-alive\r\n"
    "User-Agent: client/1.2.3 (linux; x64) runtime/22.3.0\r\n"
    "Content-Type: application/json\r\n"
    "X-Request-Timeout: 600\r\n"
    "X-Client-Language: js\r\n"
    "X-Client-Version: 1.2.3\r\n"
    "Content-Length: 2048\r\n"
    "\r\n";

constexpr std::string_view browser_head =
    "GET /en-US/docs/Web/HTTP/Overview?from=search&session=81f2a7c3 HTTP/1.1\r\n"
    "Host: developer.example.org\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"
    "Accept: "
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\n"
    "Accept-Language: en-US,en;q=0.5\r\n"
    "Accept-Encoding: gzip, deflate, br, zstd\r\n"
    "Referer: https://search.example.org/results?q=http+overview+of+the+protocol\r\n"
    "Connection: keep-alive\r\n"
    "Cookie: preferred-locale=en-US; theme=dark; consent=2024-05-01; visit=12; segment=a-b-c-d\r\n"
    "Upgrade-Insecure-Requests: 1\r\n"
    "Sec-Fetch-Dest: document\r\n"
    "Sec-Fetch-Mode: navigate\r\n"
    "Sec-Fetch-Site: cross-site\r\n"
    "Sec-Fetch-User: ?1\r\n"
    "If-Modified-Since: Tue, 01 Oct 2024 02:10:32 GMT\r\n"
    "If-None-Match: \"4b1c7e3f09\"\r\n"
    "Priority: u=0, i\r\n"
    "\r\n";

void parse_request_head(benchmark::State& state, std::string_view text) {
  const HttpLimits limits;
  for (auto _ : state) {
    const std::size_t end = find_head_end(text, 0);
    auto head = parse_request(text.substr(0, end), limits);
    if (!head || !request_framing(*head)) state.SkipWithError("the head was refused");
    benchmark::DoNotOptimize(head);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK_CAPTURE(parse_request_head, curl, curl_head);
BENCHMARK_CAPTURE(parse_request_head, client, client_head);
BENCHMARK_CAPTURE(parse_request_head, browser, browser_head);

void write_parsed_request_head(benchmark::State& state, std::string_view text) {
  const HttpLimits limits;
  const auto parsed = parse_request(text, limits);
  const auto target = parsed ? Target::parse(parsed->target) : fail("not parsed");
  const auto authority = Endpoint::parse("api.example.com:443");
  if (!parsed || !target || !authority) return state.SkipWithError("the head was refused");
  const RequestHead head{parsed->method, Scheme::https, *authority, *target, parsed->fields};
  std::string out;
  for (auto _ : state) {
    out.clear();
    write_request_head(out, head, *request_framing(*parsed));
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK_CAPTURE(write_parsed_request_head, curl, curl_head);
BENCHMARK_CAPTURE(write_parsed_request_head, client, client_head);
BENCHMARK_CAPTURE(write_parsed_request_head, browser, browser_head);

void read_chunked_body(benchmark::State& state) {
  const HttpLimits limits;
  const std::string payload(static_cast<std::size_t>(state.range(0)), 'x');
  std::string wire;
  for (int i = 0; i < 64; ++i) {
    write_chunk_prefix(wire, payload.size());
    wire.append(payload).append("\r\n");
  }
  write_last_chunk(wire, {});
  for (auto _ : state) {
    BodyReader reader({Framing::Kind::chunked}, limits);
    for (Bytes rest = as_bytes(wire); !reader.done();) {
      const auto step = reader.read(rest);
      if (!step || step->consumed == 0) return state.SkipWithError("the body was refused");
      rest = rest.subspan(step->consumed);
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(wire.size()));
}
BENCHMARK(read_chunked_body)->Arg(16)->Arg(1024)->Arg(16384);

}  // namespace
}  // namespace cork::http
