#include "base/base64.h"
#include "tests/detection/encodings.h"
#include "tests/unit/rules/secrets/encoders.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <numeric>

// Files and messages with something in them: compressed, archived, mailed, signed, packed.

namespace cork::secrets::detection {

namespace {

using test::deflated;
using test::git_object;
using test::git_pack;
using test::GitType;
using test::gzip;
using test::zstd;

// The low `bytes` bytes of `value`, least first.
std::string little_endian(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
  return out;
}

// ---- zip (APPNOTE.TXT): one file

enum class Zip { stored, deflate, streamed };

std::string zipped(std::string_view text, Zip how) {
  constexpr std::string_view name = "notes.txt";
  const std::string data = how == Zip::stored ? std::string(text) : deflated(text, -15);
  const auto crc =
      crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size()));
  const std::string sizes =
      little_endian(crc, 4) + little_endian(data.size(), 4) + little_endian(text.size(), 4);
  // Where the writer could not seek, the sizes stand behind the data.
  const bool streamed = how == Zip::streamed;
  const std::string common = little_endian(20, 2) + little_endian(streamed ? 8 : 0, 2) +
                             little_endian(how == Zip::stored ? 0 : 8, 2) +
                             little_endian(0x5A1C6000, 4);
  const std::string lengths = little_endian(name.size(), 2) + little_endian(0, 2);
  std::string out = "PK\x03\x04" + common + (streamed ? std::string(12, '\0') : sizes) + lengths;
  out += name;
  out += data;
  if (streamed) out += "PK\x07\x08" + sizes;
  const std::size_t directory = out.size();
  out += "PK\x01\x02" + little_endian(20, 2) + common + sizes + lengths +
         little_endian(0, 2 + 2 + 2) + little_endian(0, 4 + 4);
  out += name;
  const std::size_t size = out.size() - directory;
  return out + "PK\x05\x06" + little_endian(0, 4) + little_endian(1, 2) + little_endian(1, 2) +
         little_endian(size, 4) + little_endian(directory, 4) + little_endian(0, 2);
}

// ---- tar (POSIX ustar): one file

std::string octal(std::uint64_t value, int digits) {
  std::string out;
  for (int i = digits - 1; i >= 0; --i) out += static_cast<char>('0' + (value >> (3 * i) & 7));
  return out;
}

std::string tarred(std::string_view text) {
  const auto field = [](std::string value, std::size_t width) {
    value.resize(width, '\0');
    return value;
  };
  std::string head = field("package/notes.txt", 100) + field(octal(0644, 7), 8) +
                     field(octal(1000, 7), 8) + field(octal(1000, 7), 8) +
                     field(octal(text.size(), 11), 12) + field(octal(0x65A1C600, 11), 12);
  const std::size_t sum_at = head.size();
  head += std::string(8, ' ') + "0" + field("", 100) + field("ustar", 6) + "00" + field("dev", 32) +
          field("dev", 32) + field(octal(0, 7), 8) + field(octal(0, 7), 8);
  head.resize(512, '\0');
  const auto sum = std::accumulate(head.begin(), head.end(), 0u, [](unsigned all, char c) {
    return all + static_cast<std::uint8_t>(c);
  });
  head.replace(sum_at, 8, octal(sum, 6) + std::string("\0 ", 2));
  std::string body(text);
  body.resize((body.size() + 511) / 512 * 512, '\0');
  return head + body + std::string(1024, '\0');
}

// ---- messages

std::string varint(std::uint64_t value) {
  std::string out;
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  return out + static_cast<char>(value);
}

std::string protobuf_field(int number, std::string_view bytes) {
  return varint(static_cast<std::uint64_t>(number) << 3 | 2) + varint(bytes.size()) +
         std::string(bytes);
}

std::string mail(std::string_view coding, std::string_view text) {
  return "From: a@example.org\r\nTo: b@example.org\r\nSubject: notes\r\nMIME-Version: 1.0\r\n"
         "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: " +
         std::string(coding) + "\r\n\r\n" + std::string(text) + "\r\n";
}

std::string base64url_unpadded(std::string_view text) {
  std::string digits = base64_encoded(text);
  digits.resize(digits.find_last_not_of('=') + 1);
  std::ranges::replace(digits, '+', '-');
  std::ranges::replace(digits, '/', '_');
  return digits;
}

std::string jwt(std::string_view text, Random& random) {
  const std::string payload = R"({"sub":"7","iat":1760000000,"note":")" + json_string(text) + "\"}";
  return base64url_unpadded(R"({"alg":"HS256","typ":"JWT"})") + "." + base64url_unpadded(payload) +
         "." + drawn(random, 43, kAlnum);
}

std::string in_json(std::string_view digits) {
  return R"({"name":"notes","content":")" + std::string(digits) + R"(","mode":420})";
}

}  // namespace

std::string protobuf_message(std::string_view text) {
  const std::string inner = protobuf_field(2, text) + "\x18\x01";
  return "\x08" + varint(150) + protobuf_field(2, text) + protobuf_field(3, inner) +
         protobuf_field(9, "done");
}

std::string multipart_body(std::string_view boundary, std::string_view head,
                           std::string_view text) {
  const std::string line = "--" + std::string(boundary);
  return line + "\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n7\r\n" + line + "\r\n" +
         std::string(head) + "\r\n\r\n" + std::string(text) + "\r\n" + line + "--\r\n";
}

std::string quoted_printable(std::string_view text) {
  std::string out;
  std::size_t column = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<std::uint8_t>(text[i]);
    if (text[i] == '\n') {
      out += "\r\n";
      column = 0;
      continue;
    }
    std::string spelled(1, text[i]);
    if (byte < ' ' || byte > '~' || byte == '=')
      spelled = "=" + hex_digits(text.substr(i, 1), true);
    if (column + spelled.size() > 75) {
      out += "=\r\n";
      column = 0;
    }
    out += spelled;
    column += spelled.size();
  }
  return out;
}

std::vector<Encoding> container_encodings() {
  using Text = std::string_view;
  return {
      {"gzip", "compressed", [](Text t, Random&) { return gzip(t); }, true, true},
      {"zstd", "compressed", [](Text t, Random&) { return zstd(t); }, true, true},
      {"gzip-base64-json", "compressed",
       [](Text t, Random&) { return in_json(base64_encoded(gzip(t))); }},
      {"zstd-base64-json", "compressed",
       [](Text t, Random&) { return in_json(base64_encoded(zstd(t))); }},
      {"zlib", "zlib", [](Text t, Random&) { return deflated(t, 15); }, true, true},
      {"zlib-base64-json", "zlib",
       [](Text t, Random&) { return in_json(base64_encoded(deflated(t, 15))); }},
      {"zip-stored", "archive", [](Text t, Random&) { return zipped(t, Zip::stored); }, true, true},
      {"zip-deflated", "archive", [](Text t, Random&) { return zipped(t, Zip::deflate); }, true,
       true},
      {"zip-streamed", "archive", [](Text t, Random&) { return zipped(t, Zip::streamed); }, true,
       true},
      {"tar", "archive", [](Text t, Random&) { return tarred(t); }, true, true},
      {"tar-gz", "archive", [](Text t, Random&) { return gzip(tarred(t)); }, true, true},
      {"git-pack", "archive",
       [](Text t, Random&) { return git_pack({git_object(GitType::blob, "", t)}); }, true, true},
      {"zip-base64-json", "archive",
       [](Text t, Random&) { return in_json(base64_encoded(zipped(t, Zip::deflate))); }},
      {"tar-gz-base64-json", "archive",
       [](Text t, Random&) { return in_json(base64_encoded(gzip(tarred(t)))); }},
      {"mail-base64", "mail", [](Text t, Random&) { return mail("base64", base64_mime(t)); }},
      {"mail-quoted-printable", "mail",
       [](Text t, Random&) { return mail("quoted-printable", quoted_printable(t)); }},
      {"protobuf", "protobuf", [](Text t, Random&) { return protobuf_message(t); }, true, true},
      {"jwt", "jwt", &jwt, false},
  };
}

}  // namespace cork::secrets::detection
