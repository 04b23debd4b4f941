#include "certs/client_records.h"

#include <algorithm>
#include <utility>

namespace cork::certs {
namespace {

constexpr std::size_t kHeader = 5;
constexpr std::size_t kMaxCiphertext = (std::size_t{1} << 14) + 256;  // RFC 8446, section 5.2
constexpr std::byte kClientHelloMessage{1};

constexpr std::uint8_t kChangeCipherSpec = 20, kAlert = 21, kHandshake = 22, kApplicationData = 23;

std::uint8_t octet(Bytes bytes, std::size_t at) noexcept {
  return std::to_integer<std::uint8_t>(bytes[at]);
}

std::size_t length_of(Bytes header) noexcept {
  return std::size_t{octet(header, 3)} << 8 | octet(header, 4);
}

// A handshake message's type, its length in three bytes, and that many (RFC 8446, section 4).
bool holds_message(Bytes fragment) noexcept {
  if (fragment.size() < 4) return false;
  const std::size_t length = std::size_t{octet(fragment, 1)} << 16 |
                             std::size_t{octet(fragment, 2)} << 8 | octet(fragment, 3);
  return length <= fragment.size() - 4;
}

// Is the ClientHello that would begin so short enough for some server? They stop at 128 KiB or
// before.
bool may_begin_hello(Bytes fragment) noexcept {
  return fragment.size() < 2 || octet(fragment, 1) <= 2;
}

}  // namespace

ClientRecords::ClientRecords(ClientHello first) : first_(std::move(first)) {}

std::size_t ClientRecords::accept(Bytes received) {
  std::size_t accepted = 0;
  while (problem_.empty() && accepted < received.size()) {
    const Bytes rest = received.subspan(accepted);
    if (left_ > 0) {
      const std::size_t taken = std::min(left_, rest.size());
      left_ -= taken;
      accepted += taken;
      continue;
    }
    problem_ = judge_header(rest.first(std::min(rest.size(), kHeader)));
    if (!problem_.empty() || rest.size() < kHeader) break;
    left_ = kHeader + length_of(rest);
    // What is encrypted has another type in TLS 1.3, and data that came early may be skipped.
    if (octet(rest, 0) == kHandshake && (first_.offers_tls13 || !data_begun_)) {
      const Hello hello = judge_hello(rest);
      if (hello != Hello::good && hello != Hello::other) {
        left_ = 0;
        break;
      }
    }
    note(octet(rest, 0));
  }
  return accepted;
}

std::string_view ClientRecords::judge_header(Bytes header) const noexcept {
  const std::uint8_t type = octet(header, 0);
  if (type < kChangeCipherSpec || type > kApplicationData) return "no TLS record begins like that";
  // TLS 1.3 encrypts at once; before it, nothing is encrypted until the key was changed.
  if (type == kApplicationData && !key_changed_ && !first_.offers_tls13) {
    return "application data came before the handshake could have ended";
  }
  if (header.size() > 1 && octet(header, 1) != 3) return "a record is of no TLS version";
  if (header.size() > 2 && (octet(header, 2) < 1 || octet(header, 2) > 3)) {
    return "a record is of no TLS version";
  }
  if (header.size() < kHeader) return {};
  const std::size_t length = length_of(header);
  if (length == 0) return "a record is empty";
  if (length > kMaxCiphertext) return "a record is longer than TLS has them";
  if (key_changed_ || data_begun_) return {};
  if (type == kChangeCipherSpec && length != 1) return "a ChangeCipherSpec is too long";
  if (type == kAlert && length != 2) return "an alert in clear has a wrong length";
  return {};
}

// After a HelloRetryRequest it comes in clear, even behind early data and a ChangeCipherSpec that
// changed nothing. TLS 1.2 encrypts from that one on: then a record looks like a ClientHello only
// by chance, and has it whole by a much smaller one.
ClientRecords::Hello ClientRecords::judge_hello(Bytes received) {
  if (may_go_on_) {
    problem_ = "a second ClientHello comes in pieces";
    return Hello::unfinished;
  }
  if (received.size() == kHeader) return Hello::unfinished;
  if (received[kHeader] != kClientHelloMessage) return Hello::other;
  if (key_changed_) {
    // A client whose record is out may wait for its answer: nothing more would come.
    const std::size_t length = length_of(received);
    if (received.size() < kHeader + length) return Hello::unfinished;
    received = received.first(kHeader + length);
    if (!holds_message(received.subspan(kHeader))) {
      may_go_on_ = may_begin_hello(received.subspan(kHeader));
      return Hello::other;
    }
  }
  const ClientHelloResult read = peek_client_hello(received);
  if (read.status == ClientHelloResult::Status::need_more) return Hello::unfinished;
  if (read.status != ClientHelloResult::Status::complete) {
    problem_ = "a second ClientHello cannot be read";
  } else if (read.hello.sni != first_.sni) {
    problem_ = "a second ClientHello names another host";
  } else if (read.hello.has_ech && !first_.has_ech) {
    problem_ = "a second ClientHello hides its host";
  }
  left_ = read.wire_bytes;
  return problem_.empty() ? Hello::good : Hello::unfinished;
}

void ClientRecords::note(std::uint8_t type) noexcept {
  key_changed_ = key_changed_ || type == kChangeCipherSpec;
  data_begun_ = data_begun_ || type == kApplicationData;
}

}  // namespace cork::certs
