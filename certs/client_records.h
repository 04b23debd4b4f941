// What a client sends through a tunnel that is passed through unread: TLS records, as far as that
// can be seen from outside (RFC 8446, section 5.1; RFC 5246, section 6.2.1).
//
// Pure, sans-io: sees headers and counts, keeps no byte. Begins with the ClientHello itself.
//
//   ClientRecords records(hello);                     // as peek_client_hello() read it
//   std::size_t n = records.accept(received);         // so many bytes may be forwarded
//   if (!records.problem().empty()) cut();            // the rest may not
#pragma once

#include "base/bytes.h"
#include "certs/client_hello.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cork::certs {

class ClientRecords {
 public:
  explicit ClientRecords(ClientHello first);

  // How many bytes from the start of `received` are in order: up to the header that is not, or not
  // yet whole, or up to a ClientHello that is not. What is accepted is not to be given again, the
  // rest is, with what came behind it. At most kMaxClientHelloBytes are ever held back so.
  [[nodiscard]] std::size_t accept(Bytes received);

  // Why nothing more will be accepted; "" while everything is in order. Static storage.
  [[nodiscard]] std::string_view problem() const noexcept { return problem_; }

 private:
  [[nodiscard]] std::string_view judge_header(Bytes header) const noexcept;
  // A second ClientHello (RFC 8446, section 4.1.4) must be for the same host, and in a form that
  // every server reads alike.
  enum class Hello : std::uint8_t { other, unfinished, good };
  Hello judge_hello(Bytes received);
  void note(std::uint8_t type) noexcept;

  ClientHello first_;
  std::string_view problem_;
  std::size_t left_ = 0;      // bytes still to come of what was begun
  bool key_changed_ = false;  // a ChangeCipherSpec was seen
  bool data_begun_ = false;   // application data was
  bool may_go_on_ = false;    // a record behind the change may be the beginning of a ClientHello
};

}  // namespace cork::certs
