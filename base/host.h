// The name or address of a host, in the one spelling the whole program compares.
//
// Pure value. Only two things are a Host: a DNS name (lower case, letters, digits, '-' and '_',
// 1-63 bytes a label, at most 253, no trailing dot), or an IP address. Everything a resolver might
// read as an address in another spelling ("127.1", "0x7f.1", "2130706433", "017700000001", a last
// label that is all digits or 0x...) is refused, not normalised.
//
//   Result<Host> host = Host::parse("API.Example.com.");  // api.example.com
#pragma once

#include "base/ip_address.h"
#include "base/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace cork {

class Host {
 public:
  // A name's one trailing dot is dropped. IPv6 needs brackets, as in a URL (RFC 3986, section
  // 3.2.2). Refuses non-ASCII (the message says to write the A-label), '%', userinfo, zone ids,
  // white space, NUL.
  static Result<Host> parse(std::string_view text);
  // A host that is an address: never fails.
  [[nodiscard]] static Host of(const IpAddress& address);

  // The address where the host is a literal, else nullopt.
  [[nodiscard]] const std::optional<IpAddress>& address() const noexcept { return address_; }
  [[nodiscard]] bool is_name() const noexcept { return !address_.has_value(); }

  // The canonical text without brackets: what goes into SNI, a certificate or getaddrinfo.
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  // As in a URL: IPv6 in brackets.
  [[nodiscard]] std::string url_text() const;

  bool operator==(const Host& other) const noexcept { return text_ == other.text_; }

 private:
  Host(std::string text, std::optional<IpAddress> address) noexcept
      : text_(std::move(text)), address_(address) {}

  std::string text_;
  std::optional<IpAddress> address_;
};

}  // namespace cork
