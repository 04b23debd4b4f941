#include "tests/detection/evasion.h"

#include <utility>

namespace cork::secrets::detection {

std::span<const EvasionRow> evasion_rows() {
  static const std::vector<EvasionRow> all = [] {
    std::vector<EvasionRow> list;
    for (const auto& part : {spelling_rows(), digit_rows(), container_rows(), splitting_rows()}) {
      list.insert(list.end(), part.begin(), part.end());
    }
    return list;
  }();
  return all;
}

Request in_field(std::string_view name, std::string value) {
  Request request;
  request.method = "GET";
  request.fields = {{std::string(name), std::move(value)}};
  return request;
}

Hidden::Hidden(std::string body) : request(in_body("text/plain", std::move(body))) {}

std::string each_byte(std::string_view text, const std::function<std::string(unsigned char)>& f) {
  std::string out;
  for (const char c : text) out += f(static_cast<unsigned char>(c));
  return out;
}

std::string in_lines(std::string_view digits, std::size_t width, std::string_view before) {
  std::string out;
  for (std::size_t at = 0; at < digits.size(); at += width) {
    out += std::string(before) + std::string(digits.substr(at, width)) + "\n";
  }
  return out;
}

std::string as(std::string_view encoding, std::string_view text, Random& random) {
  return find_encoding(encoding)->encode(text, random);
}

}  // namespace cork::secrets::detection
