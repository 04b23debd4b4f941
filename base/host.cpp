#include "base/host.h"

#include "base/ascii.h"

#include <algorithm>
#include <utility>

namespace cork {
namespace {

constexpr std::size_t kLongestName = 253;
constexpr std::size_t kLongestLabel = 63;

// Why no host may hold this byte, or "".
std::string_view objection_to(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x80) return "a host is ASCII: write the A-label (xn--...) of an international name";
  if (byte == 0) return "a host may not hold a NUL byte";
  if (c == ' ' || (c >= '\t' && c <= '\r')) return "a host may not hold white space";
  if (byte < 0x20 || byte == 0x7F) return "a host may not hold a control character";
  if (c == '%') return "a host may not be percent-encoded or carry a zone ('%')";
  if (c == '@') return "a host may not carry userinfo ('@')";
  if (c == '\\' || c == '/') return "a host may not hold a slash or a backslash";
  return {};
}

// What resolvers and browsers read as a number: digits, or 0x and hexadecimal digits. The label is
// in lower case.
bool looks_numeric(std::string_view label) noexcept {
  if (std::ranges::all_of(label, is_digit)) return true;
  return label.starts_with("0x") &&
         std::ranges::all_of(label.substr(2), [](char c) { return hex_value(c) >= 0; });
}

Result<void> check_name(std::string_view name) {
  if (name.size() > kLongestName) return fail("a host name has at most 253 bytes");
  switch (std::ranges::count(name, ':')) {
    case 0:
      break;
    case 1:
      return fail("a host has no port (':')");
    default:
      return fail("an IPv6 address in a host is written in brackets: [2001:db8::1]");
  }
  std::string_view label;
  for (std::string_view rest = name;;) {
    const std::size_t dot = rest.find('.');
    label = rest.substr(0, dot);
    if (label.empty()) return fail("a host name may not have an empty label");
    if (label.size() > kLongestLabel) return fail("a label of a host name has at most 63 bytes");
    for (const char c : label) {
      if (is_alnum(c) || c == '-' || c == '_') continue;
      return fail("a host name has letters, digits, '-', '_' and dots only");
    }
    if (dot == std::string_view::npos) break;
    rest.remove_prefix(dot + 1);
  }
  if (looks_numeric(label)) {
    return fail(
        "a host whose last label is a number is an IPv4 address in another spelling: write four "
        "decimal numbers without leading zeros, as in 192.0.2.1");
  }
  return {};
}

}  // namespace

Result<Host> Host::parse(std::string_view text) {
  if (text.empty()) return fail("a host may not be empty");
  for (const char c : text) {
    if (const std::string_view why = objection_to(c); !why.empty()) return fail(std::string(why));
  }
  if (text.front() == '[') {
    if (text.back() != ']') return fail("an IPv6 address in brackets ends with ']'");
    const Result<IpAddress> address = IpAddress::parse(text.substr(1, text.size() - 2));
    if (!address || address->is_v4()) return fail("brackets hold an IPv6 address and nothing else");
    return of(*address);
  }
  if (text.find(':') == std::string_view::npos) {
    if (const Result<IpAddress> address = IpAddress::parse(text)) return of(*address);
  }
  if (text.back() == '.') text.remove_suffix(1);
  std::string name = to_lower(text);
  if (Result<void> checked = check_name(name); !checked) return std::unexpected(checked.error());
  return Host(std::move(name), std::nullopt);
}

Host Host::of(const IpAddress& address) {
  return {address.to_string(), address};
}

std::string Host::url_text() const {
  return address_ && !address_->is_v4() ? '[' + text_ + ']' : text_;
}

}  // namespace cork
