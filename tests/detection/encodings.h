// The encodings that a secret may travel in, as functions from text to text: what senders do, made
// without any of the decoders under test.
//
// Pure: randomness is an argument.
//
//   const Encoding& hex = *find_encoding("hex");
//   std::string sent = hex.encode(text, random);
#pragma once

#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cork::secrets::detection {

using Random = std::mt19937_64;

struct Encoding {
  std::string_view name;    // "base64url"
  std::string_view family;  // "base64": what nesting is tabled by
  std::string (*encode)(std::string_view text, Random& random);
  bool of_bytes = true;   // takes bytes that are no text
  bool to_bytes = false;  // gives bytes that are no text
};

// All of them; the first is "none". Static storage.
[[nodiscard]] std::span<const Encoding> encodings();
[[nodiscard]] const Encoding* find_encoding(std::string_view name);

// Whether `outer` may be given what `inner` makes.
[[nodiscard]] inline bool nests(const Encoding& outer, const Encoding& inner) noexcept {
  return outer.of_bytes || !inner.to_bytes;
}

// The parts of encodings(): of characters, and of files and messages.
[[nodiscard]] std::vector<Encoding> escape_encodings();
[[nodiscard]] std::vector<Encoding> digit_encodings();
[[nodiscard]] std::vector<Encoding> container_encodings();

// ---- What parts of a request need too

[[nodiscard]] std::string json_string(std::string_view text);  // without the quotes
[[nodiscard]] std::string markup_escaped(std::string_view text);
// %XX for what a query does not hold as it is (WHATWG URL, component percent-encode set).
[[nodiscard]] std::string percent_escaped(std::string_view text);
[[nodiscard]] std::string form_escaped(std::string_view text);  // and '+' for a space
[[nodiscard]] std::string base64_mime(std::string_view text);   // lines of 76
[[nodiscard]] std::string quoted_printable(std::string_view text);
[[nodiscard]] std::string hex_digits(std::string_view text, bool upper = false);
[[nodiscard]] std::string base32_digits(std::string_view text);  // lower case, no padding
// A message with a number, `text` as a string, and a message in it that holds it again.
[[nodiscard]] std::string protobuf_message(std::string_view text);
[[nodiscard]] std::string multipart_body(std::string_view boundary, std::string_view head,
                                         std::string_view text);

// `length` random characters of `letters`.
[[nodiscard]] std::string drawn(Random& random, std::size_t length, std::string_view letters);
inline constexpr std::string_view kAlnum =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

}  // namespace cork::secrets::detection
