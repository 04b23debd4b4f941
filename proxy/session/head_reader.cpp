#include "proxy/session/head_reader.h"

#include <string>
#include <utility>

namespace cork::session {

io::Awaitable<std::expected<std::unique_ptr<ReceivedHead>, std::optional<http::ParseError>>>
read_request_head(Client& client, Worker& worker, bool soon) {
  using Kind = http::ParseError::Kind;
  const HttpLimits& limits = worker.services().http;
  bool begun = !client.buffer.empty();
  soon = soon || begun || worker.draining();
  client.stream->set_read_deadline(soon ? worker.limits().head_ms : worker.limits().keep_alive_ms);
  std::size_t searched = 0;
  for (;;) {
    const std::string_view text = as_text(client.buffer.view());
    if (const std::size_t end = http::find_head_end(text, searched); end > 0) {
      auto head = std::make_unique<ReceivedHead>();
      head->bytes.assign(text.substr(0, end));
      client.buffer.consume(end);
      auto parsed = http::parse_request(head->bytes, limits);
      if (!parsed) co_return std::unexpected(std::optional(std::move(parsed.error())));
      head->parsed = std::move(*parsed);
      co_return head;
    }
    searched = text.size();
    if (searched >= limits.head_bytes) {
      co_return std::unexpected(std::optional(
          http::ParseError{Kind::too_large, "the request's head is larger than cork takes"}));
    }
    const auto n = co_await client.buffer.fill(*client.stream, limits.head_bytes);
    if (!n || *n == 0) {
      if (begun) worker.services().metrics.dropped(metrics::Metrics::Drop::head);
      co_return std::unexpected(std::nullopt);
    }
    // Absolute from the first byte on: a byte now and then does not buy more time.
    if (!begun) client.stream->set_read_deadline(worker.limits().head_ms);
    begun = true;
  }
}

}  // namespace cork::session
