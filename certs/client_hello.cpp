#include "certs/client_hello.h"

#include <algorithm>
#include <array>
#include <bitset>

namespace cork::certs {
namespace {

using Status = ClientHelloResult::Status;

constexpr std::size_t kRecordHeader = 5;
constexpr std::size_t kHandshakeHeader = 4;
constexpr std::size_t kMaxRecordBytes = 1 << 14;  // RFC 8446, section 5.1
constexpr std::size_t kMaxRecords = 1024;         // a hello in tiny records costs a walk each time
constexpr std::uint8_t kHandshakeRecord = 0x16;
constexpr std::uint8_t kClientHelloMessage = 0x01;
constexpr std::uint16_t kTls13 = 0x0304;

enum class Extension : std::uint16_t {
  server_name = 0,
  alpn = 16,
  supported_versions = 43,
  encrypted_client_hello = 0xfe0d,
  encrypted_server_name = 0xffce,  // its drafts before 2020
};

// Reads from the front; what is not there reads as zero or empty and marks the reader as failed.
class Reader {
 public:
  explicit Reader(Bytes bytes) noexcept : rest_(bytes) {}

  [[nodiscard]] bool failed() const noexcept { return failed_; }
  [[nodiscard]] bool empty() const noexcept { return rest_.empty(); }
  // Everything was there, and nothing is left over.
  [[nodiscard]] bool done() const noexcept { return !failed_ && rest_.empty(); }

  Bytes take(std::size_t size) noexcept {
    if (size > rest_.size()) {
      failed_ = true;
      rest_ = {};
      return {};
    }
    const Bytes taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }
  std::size_t number(std::size_t width) noexcept {
    std::size_t value = 0;
    for (const std::byte byte : take(width))
      value = value << 8 | std::to_integer<std::size_t>(byte);
    return value;
  }
  // A vector of RFC 8446's notation: a length of `width` bytes, then that many.
  Bytes vector(std::size_t width) noexcept { return take(number(width)); }

 private:
  Bytes rest_;
  bool failed_ = false;
};

std::uint8_t octet(Bytes bytes, std::size_t index) noexcept {
  return std::to_integer<std::uint8_t>(bytes[index]);
}

std::size_t number_at(Bytes bytes, std::size_t index, std::size_t width) noexcept {
  return Reader(bytes.subspan(index, width)).number(width);
}

ClientHelloResult verdict(Status status, std::string_view problem) {
  return {status, {}, problem, 0};
}

// "" or what is wrong.
std::string_view read_server_name(Bytes data, ClientHello& hello) {
  Reader extension(data);
  Reader list(extension.vector(2));
  if (!extension.done()) return "server_name has a wrong length";
  if (list.empty()) return "server_name lists no name";
  while (!list.empty()) {
    const std::size_t type = list.number(1);
    const std::string_view name = as_text(list.vector(2));
    if (list.failed()) return "server_name has a wrong length";
    if (type != 0) return "server_name holds something that is no host name";
    if (hello.sni) return "server_name holds more than one name";
    if (name.empty()) return "server_name is empty";
    const bool printable =
        std::all_of(name.begin(), name.end(), [](char c) { return c > 0x20 && c < 0x7f; });
    if (!printable) return "server_name holds a byte that no host name has";
    hello.sni.emplace(name);
  }
  return {};
}

std::string_view read_alpn(Bytes data, ClientHello& hello) {
  Reader extension(data);
  Reader list(extension.vector(2));
  if (!extension.done()) return "ALPN has a wrong length";
  if (list.empty()) return "ALPN lists no protocol";
  while (!list.empty()) {
    const Bytes protocol = list.vector(1);
    if (list.failed()) return "ALPN has a wrong length";
    if (protocol.empty()) return "ALPN lists an empty protocol";
    hello.alpn.emplace_back(as_text(protocol));
  }
  return {};
}

std::string_view read_supported_versions(Bytes data, ClientHello& hello) {
  Reader extension(data);
  Reader list(extension.vector(1));
  if (!extension.done()) return "supported_versions has a wrong length";
  if (list.empty()) return "supported_versions lists no version";
  while (!list.empty()) {
    const std::size_t version = list.number(2);
    if (list.failed()) return "supported_versions has a wrong length";
    hello.offers_tls13 = hello.offers_tls13 || version == kTls13;
  }
  return {};
}

std::string_view read_extension(std::size_t type, Bytes data, ClientHello& hello) {
  switch (static_cast<Extension>(type)) {
    case Extension::server_name:
      return read_server_name(data, hello);
    case Extension::alpn:
      return read_alpn(data, hello);
    case Extension::supported_versions:
      return read_supported_versions(data, hello);
    case Extension::encrypted_client_hello:
    case Extension::encrypted_server_name:
      hello.has_ech = true;
      return {};
  }
  return {};
}

std::string_view read_extensions(Bytes data, ClientHello& hello) {
  std::bitset<1 << 16> seen;
  Reader extensions(data);
  while (!extensions.empty()) {
    const std::size_t type = extensions.number(2);
    const Bytes content = extensions.vector(2);
    if (extensions.failed()) return "an extension has a wrong length";
    if (seen.test(type)) return "an extension comes twice";
    seen.set(type);
    if (const auto problem = read_extension(type, content, hello); !problem.empty()) return problem;
  }
  return {};
}

std::string_view read_body(Bytes body, ClientHello& hello) {
  Reader reader(body);
  const std::size_t version = reader.number(2);
  reader.take(32);  // random
  const Bytes session_id = reader.vector(1);
  const Bytes ciphers = reader.vector(2);
  const Bytes compressions = reader.vector(1);
  if (reader.failed()) return "the ClientHello ends early";
  if (version >> 8 != 3) return "the ClientHello is of no known version";
  if (session_id.size() > 32) return "the session id is too long";
  if (ciphers.empty() || ciphers.size() % 2 != 0) return "the cipher suites have a wrong length";
  if (compressions.empty()) return "no compression method is offered";
  if (reader.empty()) return {};  // TLS 1.2 allows a hello without extensions
  const Bytes extensions = reader.vector(2);
  if (!reader.done()) return "the extensions have a wrong length";
  return read_extensions(extensions, hello);
}

// Where the message lies in its records, as far as it was received.
struct Extent {
  Status status = Status::need_more;
  std::string_view problem;
  std::size_t message_bytes = 0;  // where complete: header and body
  std::size_t wire_bytes = 0;     // where complete: up to the end of the last record
};

std::string_view judge_record_header(Bytes header, bool first) {
  if (octet(header, 0) != kHandshakeRecord) {
    return first ? "not a TLS handshake" : "another record in the middle of the ClientHello";
  }
  if (header.size() > 1 && octet(header, 1) != 3) return "not a TLS version";
  if (header.size() > 2 && octet(header, 2) > 4) return "not a TLS version";
  return {};
}

// Copies message bytes out of the records as it goes, where `message` is given.
Extent walk(Bytes received, std::vector<std::byte>* message) {
  std::size_t at = 0, gathered = 0, records = 0;
  std::size_t wanted = 0;  // of the message, once its header is known
  std::array<std::byte, kHandshakeHeader> header{};
  while (at < received.size()) {
    const Bytes rest = received.subspan(at);
    const Bytes head = rest.first(std::min(rest.size(), kRecordHeader));
    const bool first = at == 0;
    if (const auto problem = judge_record_header(head, first); !problem.empty()) {
      return {first ? Status::not_tls : Status::malformed, problem};
    }
    if (head.size() < kRecordHeader) break;
    const std::size_t size = number_at(head, 3, 2);
    if (size == 0) return {Status::malformed, "a handshake record is empty"};
    if (size > kMaxRecordBytes) return {Status::malformed, "a record is too long"};
    if (++records > kMaxRecords)
      return {Status::too_large, "the ClientHello is in too many records"};
    const Bytes fragment = rest.subspan(kRecordHeader, std::min(size, rest.size() - kRecordHeader));
    for (std::size_t i = 0; i < fragment.size() && gathered + i < kHandshakeHeader; ++i) {
      header[gathered + i] = fragment[i];
    }
    const std::size_t known = gathered + fragment.size();
    if (known >= 1 && octet(header, 0) != kClientHelloMessage) {
      return {Status::malformed, "the handshake does not begin with a ClientHello"};
    }
    if (known >= kHandshakeHeader) wanted = kHandshakeHeader + number_at(header, 1, 3);
    // Without this the message would only be found too large after all of it was waited for.
    if (wanted > kMaxClientHelloBytes) return {Status::too_large, "the ClientHello is too large"};
    if (wanted != 0 && gathered + size > wanted) {
      return {Status::malformed, "more follows the ClientHello in its record"};
    }
    if (message != nullptr) message->insert(message->end(), fragment.begin(), fragment.end());
    if (at + kRecordHeader + size > kMaxClientHelloBytes) {
      return {Status::too_large, "the ClientHello is too large"};
    }
    if (fragment.size() < size) break;
    gathered += size;
    at += kRecordHeader + size;
    if (wanted != 0 && gathered == wanted) return {Status::complete, {}, wanted, at};
  }
  if (received.size() >= kMaxClientHelloBytes) {
    return {Status::too_large, "the ClientHello is too large"};
  }
  return {};
}

}  // namespace

ClientHelloResult peek_client_hello(Bytes received) {
  const Extent extent = walk(received, nullptr);
  if (extent.status != Status::complete) return verdict(extent.status, extent.problem);
  std::vector<std::byte> message;
  message.reserve(extent.message_bytes);
  static_cast<void>(walk(received.first(extent.wire_bytes), &message));
  ClientHelloResult result;
  const auto problem = read_body(Bytes(message).subspan(kHandshakeHeader), result.hello);
  if (!problem.empty()) return verdict(Status::malformed, problem);
  result.status = Status::complete;
  result.wire_bytes = extent.wire_bytes;
  return result;
}

}  // namespace cork::certs
