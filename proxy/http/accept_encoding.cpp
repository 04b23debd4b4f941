#include "proxy/http/accept_encoding.h"

#include "base/ascii.h"
#include "proxy/http/characters.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace cork::http {
namespace {

constexpr std::array<std::string_view, 5> kReadable = {"gzip", "deflate", "br", "zstd", "identity"};

// qvalue of RFC 9110, section 12.4.2: 0 or 1, and up to three decimals, all zero after a 1.
bool is_qvalue(std::string_view text) noexcept {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return false;
  if (text.size() == 1) return true;
  const char largest = text[0] == '1' ? '0' : '9';
  return text[1] == '.' && std::ranges::all_of(text.substr(2), [largest](char c) {
           return is_digit(c) && c <= largest;
         });
}

// The qvalue of ";q=0.5"; "" where there is no weight; nullopt where it is malformed.
std::optional<std::string_view> parse_weight(std::string_view text) noexcept {
  text = trim_ows(text);
  if (text.empty()) return text;
  if (text.front() != ';') return std::nullopt;
  text = trim_ows(text.substr(1));
  if (!equals_ignoring_case(text.substr(0, 2), "q=") || !is_qvalue(text.substr(2))) {
    return std::nullopt;
  }
  return text.substr(2);
}

void append_element(std::string& out, std::string_view element) {
  const std::size_t name_end = std::min(element.find_first_of("; \t"), element.size());
  const auto* coding = std::ranges::find_if(kReadable, [&](std::string_view name) {
    return equals_ignoring_case(name, element.substr(0, name_end));
  });
  const auto weight = parse_weight(element.substr(name_end));
  if (coding == kReadable.end() || !weight) return;
  if (!out.empty()) out += ", ";
  out += *coding;
  if (!weight->empty()) out.append(";q=").append(*weight);
}

}  // namespace

std::string reduced_accept_encoding(std::span<const Field> fields) {
  std::string reduced;
  for (const Field& field : fields) {
    if (!is_named(field.name, "accept-encoding")) continue;
    std::string_view list = field.value;
    while (!list.empty()) append_element(reduced, take_list_element(list));
  }
  if (reduced.empty()) reduced = "identity";
  return reduced;
}

}  // namespace cork::http
