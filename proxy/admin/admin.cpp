#include "proxy/admin/admin.h"

#include "proxy/http/framing.h"
#include "proxy/http/head.h"
#include "proxy/http/writer.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

namespace cork::admin {
namespace {

HttpLimits admin_limits() noexcept {
  HttpLimits limits;
  limits.head_bytes = kAdminHeadBytes;
  limits.target_bytes = 4096;
  limits.fields = 100;
  return limits;
}

struct Reply {
  Page page;
  bool close = true;
  bool head_only = false;
};

Page refusal(const http::ParseError& error) {
  const bool too_large = error.kind == http::ParseError::Kind::too_large;
  return {.status = too_large ? 431 : 400,
          .reason = too_large ? "Request Header Fields Too Large" : "Bad Request",
          .body = error.what + "\n"};
}

Reply reply_to(std::string_view head_text, const AdminPages& pages) {
  const auto head = http::parse_request(head_text, admin_limits());
  if (!head) return {.page = refusal(head.error())};
  if (head->form != http::TargetForm::origin) {
    return {.page =
                refusal({http::ParseError::Kind::malformed, "this is no proxy: ask for a path"})};
  }
  const auto framing = http::request_framing(*head);
  if (!framing) return {.page = refusal(framing.error())};
  // A body is nothing this reads, so what follows one is not understood either.
  const bool has_body = framing->kind == http::Framing::Kind::chunked || framing->length > 0;
  return {.page = answer(head->method, head->target, pages),
          .close = has_body || head->version == http::Version::http10 ||
                   http::has_list_token(head->fields, "connection", "close"),
          .head_only = head->method == "HEAD"};
}

std::string render(const Reply& reply, bool close) {
  const Page& page = reply.page;
  const std::array<Field, 4> fields{
      Field{"Content-Type", page.content_type}, Field{"Cache-Control", "no-store"},
      Field{"X-Content-Type-Options", "nosniff"}, Field{"Allow", "GET, HEAD"}};
  std::string out;
  out.reserve(page.body.size() + 256);
  http::write_simple_response(out, page.status, page.reason,
                              std::span(fields).first(page.status == 405 ? 4 : 3), page.body, close,
                              reply.head_only);
  return out;
}

// The length of the head at the start of `buffer`, which is filled until there is one; 0 where the
// client is done, too slow or gone. More than kAdminHeadBytes is the head of what is refused.
io::Awaitable<std::size_t> read_head(io::Stream& stream, std::string& buffer) {
  std::array<char, 4096> block;
  std::size_t searched = 0;
  while (true) {
    if (const std::size_t end = http::find_head_end(buffer, searched); end > 0) co_return end;
    if (buffer.size() > kAdminHeadBytes) co_return buffer.size();
    searched = buffer.size();
    const auto got = co_await stream.read_some(std::as_writable_bytes(std::span(block)));
    if (!got || *got == 0) co_return 0;
    buffer.append(block.data(), *got);
  }
}

}  // namespace

io::Awaitable<void> serve_admin(io::Stream& stream, const AdminPages& pages) {
  std::string buffer;
  for (std::size_t served = 1; served <= kAdminRequests; ++served) {
    stream.set_deadline(kAdminDeadlineMs);
    const std::size_t end = co_await read_head(stream, buffer);
    if (end == 0) break;
    Reply reply;
    if (end > kAdminHeadBytes) {
      reply.page = refusal({http::ParseError::Kind::too_large, "the head is too large"});
    } else {
      reply = reply_to(std::string_view(buffer).substr(0, end), pages);
    }
    const bool last = reply.close || served == kAdminRequests;
    stream.set_deadline(kAdminDeadlineMs);
    const std::string text = render(reply, last);
    const auto sent = co_await stream.write(as_bytes(text));
    if (!sent || last) break;
    buffer.erase(0, end);
  }
  co_await stream.shutdown();
}

io::Awaitable<void> serve_admin(std::unique_ptr<io::Stream> stream, const AdminPages& pages) {
  co_await serve_admin(*stream, pages);
  stream->close();
}

}  // namespace cork::admin
