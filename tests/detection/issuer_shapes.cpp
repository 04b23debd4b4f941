#include "tests/detection/issuer_shapes.h"

#include "base/base64.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <vector>

namespace cork::secrets::detection {

namespace {

std::uint32_t crc_of(std::string_view text) {
  return static_cast<std::uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size())));
}

// At least `width` digits of the base that `letters` are.
std::string in_base(std::uint64_t value, std::string_view letters, std::size_t width) {
  std::string out;
  for (; value > 0 || out.size() < width; value /= letters.size()) {
    out.insert(0, 1, letters[value % letters.size()]);
  }
  return out;
}

std::uint32_t bech32_polymod(const std::vector<std::uint8_t>& values) {
  constexpr std::array<std::uint32_t, 5> generator{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
                                                   0x2a1462b3};
  std::uint32_t sum = 1;
  for (const std::uint8_t value : values) {
    const std::uint32_t top = sum >> 25;
    sum = (sum & 0x1ffffff) << 5 ^ value;
    for (std::size_t i = 0; i < generator.size(); ++i) sum ^= top >> i & 1 ? generator[i] : 0;
  }
  return sum;
}

}  // namespace

std::string hex(Random& random, std::size_t length) {
  return drawn(random, length, kHex);
}

std::string alnum(Random& random, std::size_t length) {
  return drawn(random, length, kAlnum);
}

std::string url_safe(Random& random, std::size_t length) {
  return drawn(random, length, kUrlSafe);
}

std::string digits(Random& random, std::size_t length) {
  return drawn(random, 1, "123456789") + drawn(random, length - 1, kDigits);
}

std::string random_bytes(Random& random, std::size_t length) {
  std::uniform_int_distribution<int> byte(0, 255);
  std::string text;
  for (std::size_t i = 0; i < length; ++i) text += static_cast<char>(byte(random));
  return text;
}

std::string uuid(Random& random) {
  return hex(random, 8) + "-" + hex(random, 4) + "-4" + hex(random, 3) + "-" +
         drawn(random, 1, "89ab") + hex(random, 3) + "-" + hex(random, 12);
}

std::string unpadded_base64url(std::string_view bytes) {
  std::string digits = base64_encoded(bytes);
  digits.resize(digits.find_last_not_of('=') + 1);
  std::ranges::replace(digits, '+', '-');
  std::ranges::replace(digits, '/', '_');
  return digits;
}

std::string base64_lines(std::string_view bytes, std::size_t width) {
  const std::string digits = base64_encoded(bytes);
  std::string out;
  for (std::size_t at = 0; at < digits.size(); at += width) out += digits.substr(at, width) + "\n";
  return out;
}

std::string pem(std::string_view label, std::string_view bytes, std::size_t width) {
  const std::string name(label);
  return "-----BEGIN " + name + "-----\n" + base64_lines(bytes, width) + "-----END " + name +
         "-----\n";
}

std::string with_crc(std::string_view prefix, std::size_t drawn, Random& random) {
  const std::string body = alnum(random, drawn);
  return std::string(prefix) + body + in_base(crc_of(body), kAlnum, 6);
}

std::string routable(std::string_view prefix, Random& random) {
  const std::string payload =
      unpadded_base64url("o:" + digits(random, 3) + "\nu:" + drawn(random, 5, kLowerAlnum) + "\n" +
                         random_bytes(random, 16) + "\x10");
  const std::string text =
      std::string(prefix) + payload + ".01." + in_base(payload.size(), kLowerAlnum, 2);
  return text + in_base(crc_of(text), kLowerAlnum, 7);
}

std::string grafana_token(Random& random) {
  std::string text = "glsa_" + alnum(random, 32);
  const std::uint32_t sum = crc_of(text);
  text += '_';
  for (int shift = 0; shift < 32; shift += 8) {
    const char byte = static_cast<char>(sum >> shift & 0xff);
    text += hex_digits({&byte, 1});
  }
  return text;
}

std::string bech32(std::string_view human, std::string_view bytes) {
  std::vector<std::uint8_t> data;
  unsigned bits = 0, have = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<std::uint8_t>(c);
    for (have += 8; have >= 5; have -= 5) data.push_back(bits >> (have - 5) & 31);
  }
  if (have > 0) data.push_back(bits << (5 - have) & 31);
  std::vector<std::uint8_t> summed;
  for (const char c : human) summed.push_back(static_cast<std::uint8_t>(c) >> 5);
  summed.push_back(0);
  for (const char c : human) summed.push_back(static_cast<std::uint8_t>(c) & 31);
  summed.insert(summed.end(), data.begin(), data.end());
  summed.insert(summed.end(), 6, 0);
  const std::uint32_t sum = bech32_polymod(summed) ^ 1;
  for (int shift = 25; shift >= 0; shift -= 5) data.push_back(sum >> shift & 31);
  std::string text = std::string(human) + "1";
  for (const std::uint8_t value : data) text += "qpzry9x8gf2tvdw0s3jn54khce6mua7l"[value];
  return text;
}

}  // namespace cork::secrets::detection
