#include "base/base64.h"
#include "tests/detection/evasion.h"
#include "tests/detection/issuer_shapes.h"
#include "tests/unit/rules/secrets/encoders.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

// Rows of docs/evasion.md on what holds a token: encodings in one another, compressed data, fields
// of the head, and a token in pieces.

namespace cork::secrets::detection {

namespace {

using Text = const std::string&;

std::string nested(std::string text, int times) {
  for (; times > 0; --times) text = base64_encoded(text);
  return text;
}

Request basic(std::string value) {
  return in_field("Authorization", "Basic " + std::move(value));
}

Request coded(std::string_view coding, std::string body) {
  Request request = in_body("text/plain", std::move(body));
  request.fields.emplace_back("Content-Encoding", coding);
  request.hints.content_encoding = {std::string(coding)};
  return request;
}

// As a cipher leaves it.
std::string encrypted(std::string text, Random& random) {
  const std::string key = random_bytes(random, text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    text[i] =
        static_cast<char>(static_cast<unsigned char>(text[i]) ^ static_cast<unsigned char>(key[i]));
  }
  return text;
}

std::string notes(Text token) {
  std::string text;
  while (text.size() < 20'000) text += "Nothing happened that day. ";
  return text + token + ".\n";
}

// A line that says something else than before.
std::string git_change(Text added) {
  return test::git_pack({test::git_object(test::GitType::named_delta, std::string(20, '\7'),
                                          test::git_delta(added))});
}

Hidden known(std::string value, std::string body) {
  Hidden hidden(std::move(body));
  hidden.known = std::move(value);
  return hidden;
}

Hidden unreadable(std::string body) {
  Hidden hidden(in_body("application/octet-stream", std::move(body)));
  hidden.refuse_opaque = true;
  return hidden;
}

std::string joined(std::string_view text, std::string_view between) {
  std::string out;
  for (const char c : text) out += (out.empty() ? "" : std::string(between)) + c;
  return out;
}

// A key of the company's own, which no rule knows.
std::string own_value(std::size_t size, Random& r) {
  return "q7" + alnum(r, size - 2);
}

Request labelled(std::string_view digits) {
  Request request;
  request.method = "CONNECT";
  request.authority.clear();
  for (std::size_t at = 0; at < digits.size(); at += 60) {
    request.authority += std::string(digits.substr(at, 60)) + ".";
  }
  request.authority += "example.com:443";
  return request;
}

std::string rot13(std::string text) {
  for (char& c : text) {
    if (kLower.contains(c)) c = kLower[(kLower.find(c) + 13) % 26];
    if (kUpper.contains(c)) c = kUpper[(kUpper.find(c) + 13) % 26];
  }
  return text;
}

std::string spelled(std::string_view text) {
  return each_byte(text, [](unsigned char c) {
    return std::string(c >= 'a' && c <= 'z' ? "small " : "") + static_cast<char>(c) + "-as-in-" +
           "word ";
  });
}

std::vector<EvasionRow> nesting() {
  return {
      {"encodings in one another",
       "to four, escapes apart",
       {{"four", Seen::stopped, [](Text t, Random&) { return nested(t, 4); }},
        {"five", Seen::refused, [](Text t, Random&) { return nested(t, 5); }},
        {"five, in a field of the head", Seen::refused,
         [](Text t, Random&) { return in_field("X-Note", nested(t, 5)); }},
        {"four, in a field of the head", Seen::stopped,
         [](Text t, Random&) { return in_field("X-Note", nested(t, 4)); }},
        {"escapes between them", Seen::stopped,
         [](Text t, Random&) {
           return nested(
               each_byte(nested(t, 2), [](unsigned char c) { return fmt::format("%{:02x}", c); }),
               2);
         }}}},
      {"hides it where Basic credentials stand",
       "yes",
       {{"hexadecimal", Seen::stopped, [](Text t, Random&) { return basic(hex_digits(t)); }},
        {"base64 behind a letter", Seen::stopped,
         [](Text t, Random&) { return basic("x" + base64_encoded("me:" + t)); }},
        {"compressed", Seen::stopped,
         [](Text t, Random&) { return basic(base64_encoded(test::gzip("me:" + t))); }}}},
      {"a host name that spells it",
       "yes",
       {{"labels", Seen::stopped, [](Text t, Random&) { return labelled(t); }},
        {"hexadecimal", Seen::stopped, [](Text t, Random&) { return labelled(hex_digits(t)); }},
        {"base32", Seen::stopped, [](Text t, Random&) { return labelled(base32_digits(t)); }},
        {"base64", Seen::stopped,
         [](Text t, Random&) { return labelled(unpadded_base64url(t)); }}}},
  };
}

std::vector<EvasionRow> other_notations() {
  const auto value = [](Random& r) { return hex_digits(random_bytes(r, 16)); };
  return {{"colours a token for a terminal",
           "yes",
           {{"in the middle", Seen::stopped,
             [](Text t, Random&) {
               return t.substr(0, t.size() / 2) + "\x1b[0m" + t.substr(t.size() / 2);
             }},
            {"two true colours in one", Seen::passes,
             [](Text t, Random&) {
               return t.substr(0, t.size() / 2) + "\x1b[38;2;248;248;242;48;2;139;140;134m" +
                      t.substr(t.size() / 2);
             }},
            {"three numbers, in JSON", Seen::stopped,
             [](Text t, Random&) {
               return fmt::format(R"({{"out":"{}\u001b[38;2;255;128;200m{}\u001b(B\u001b[m"}})",
                                  t.substr(0, t.size() / 2), t.substr(t.size() / 2));
             }}}},
          {"gives a credential that only its name tells another notation",
           "mostly",
           {{"a pair of members", Seen::stopped,
             [value](Text, Random& r) {
               return fmt::format(R"({{"name":"API_KEY","value":"{}"}})", value(r));
             }},
            {"a type", Seen::stopped,
             [value](Text, Random& r) { return fmt::format(R"(api_key: str = "{}")", value(r)); }},
            {"an option", Seen::stopped,
             [value](Text, Random& r) { return fmt::format("tool --api-key {}\n", value(r)); }},
            {"a field of a form in parts", Seen::stopped,
             [value](Text, Random& r) {
               return fmt::format(
                   "--b\r\nContent-Disposition: form-data; name=\"api_key\"\r\n\r\n{}\r\n--b--\r\n",
                   value(r));
             }},
            {"a variable of a container", Seen::stopped,
             [value](Text, Random& r) {
               return fmt::format("env:\n  - name: API_KEY\n    value: \"{}\"\n", value(r));
             }},
            {"a property list", Seen::stopped,
             [value](Text, Random& r) {
               return fmt::format("<key>apiToken</key>\n\t<string>{}</string>\n", value(r));
             }},
            {"a default", Seen::stopped,
             [value](Text, Random& r) {
               return fmt::format(R"(const t = process.env.API_TOKEN || "{}";)", value(r));
             }},
            {"the value first", Seen::passes, [value](Text, Random& r) {
               return fmt::format(R"({{"value":"{}","name":"API_KEY"}})", value(r));
             }}}}};
}

EvasionRow pushed() {
  return {"pushes to git what it committed",
          "yes",
          {{"a file", Seen::stopped,
            [](Text t, Random&) {
              return "0000" + test::git_pack({test::git_object(test::GitType::blob, "", notes(t))});
            }},
           {"what changed in a file", Seen::stopped, [](Text t, Random&) { return git_change(t); }},
           {"what changed, behind a name that was there", Seen::passes,
            [](Text, Random& r) { return git_change(hex_digits(random_bytes(r, 16))); }}}};
}

// Half of it in each.
std::string in_members(Text token) {
  const std::string text = notes(token);
  const std::size_t half = text.find(token) + token.size() / 2;
  return test::gzip(text.substr(0, half)) + test::gzip(text.substr(half));
}

std::vector<EvasionRow> compressed() {
  return {
      {"gzip, deflate, br, zstd, declared",
       "yes",
       {{"gzip", Seen::stopped, [](Text t, Random&) { return coded("gzip", test::gzip(t)); }},
        {"deflate", Seen::stopped,
         [](Text t, Random&) { return coded("deflate", test::deflated(t, 15)); }},
        {"br", Seen::stopped, [](Text t, Random&) { return coded("br", test::brotli(t)); }},
        {"zstd", Seen::stopped, [](Text t, Random&) { return coded("zstd", test::zstd(t)); }},
        {"aws-chunked, cut in the middle", Seen::stopped,
         [](Text t, Random&) {
           const std::size_t half = t.size() / 2;
           return coded("aws-chunked",
                        fmt::format("{:x}\r\n{}\r\n{:x};chunk-signature=0\r\n{}\r\n0\r\n\r\n", half,
                                    t.substr(0, half), t.size() - half, t.substr(half)));
         }},
        {"cut short", Seen::refused,
         [](Text t, Random&) {
           const std::string data = test::gzip(t);
           return coded("gzip", data.substr(0, data.size() / 3));
         }}}},
      {"gzip, zstd, zip, packs of git, undeclared",
       "yes",
       {{"gzip", Seen::stopped, [](Text t, Random&) { return "see " + test::gzip(t); }},
        {"zstd", Seen::stopped, [](Text t, Random&) { return "see " + test::zstd(t); }},
        {"zip", Seen::stopped,
         [](Text t, Random&) { return "see " + test::zip_entry("a", t, true); }},
        {"zlib", Seen::stopped, [](Text t, Random&) { return test::deflated(t, 15); }},
        {"in base64, in the middle of a group", Seen::stopped,
         [](Text t, Random&) { return base64_encoded("...." + test::gzip(t)); }},
        {"cut by a member's end", Seen::passes, [](Text t, Random&) { return in_members(t); }},
        {"zip whose header denies that it is deflated", Seen::passes,
         [](Text t, Random&) {
           std::string zip = test::zip_entry("a", notes(t), true);
           zip[8] = 0;
           return zip;
         }}}},
      {"hides text in what brotli passes over",
       "yes",
       {{"in metadata", Seen::stopped,
         [](Text t, Random&) {
           std::string data = test::brotli_with_metadata("all is well", 4000);
           return coded(
               "br", data.replace(data.find(std::string(500, 'm')), t.size() + 2, " " + t + " "));
         }}}},
      {"br, xz, bzip2, lzma, 7z, undeclared",
       "no",
       {{"br", Seen::passes, [](Text t, Random&) { return test::brotli(notes(t)); }},
        {"br, and `opaque: deny`", Seen::refused,
         [](Text t, Random& r) {
           return unreadable(test::brotli(hex_digits(random_bytes(r, 20'000)) + t));
         }}}},
      {"compressed data of which something is escaped",
       "no",
       {{"one byte", Seen::passes,
         [](Text t, Random&) {
           std::string data = test::gzip(notes(t));
           const std::size_t at = data.size() / 2;
           return data.substr(0, at) + "%" + hex_digits(data.substr(at, 1)) + data.substr(at + 1);
         }}}},
      {"compressed data whose magic number is changed",
       "no, and to its last block",
       {{"of gzip", Seen::passes,
         [](Text t, Random&) {
           std::string data = test::gzip(notes(t));
           data[1] = '\x8c';
           return data;
         }}}},
  };
}

std::vector<EvasionRow> pieces() {
  return {
      {"splits a token over two fields",
       "no",
       {{"two fields", Seen::passes,
         [](Text t, Random&) {
           return in_body("application/x-www-form-urlencoded",
                          "a=" + t.substr(0, 12) + "&b=" + t.substr(12));
         }},
        {"two lines", Seen::passes,
         [](Text t, Random&) { return t.substr(0, 12) + "\n" + t.substr(12); }},
        {"a known value", Seen::stopped,
         [](Text, Random& r) {
           const std::string value = own_value(32, r);
           return known(value, value.substr(0, 16) + "\n" + value.substr(16));
         }}}},
      {"puts something between all characters of a token",
       "no",
       {{"A-K-I-A", Seen::passes, [](Text t, Random&) { return joined(t, "-"); }},
        {"[\"A\", \"K\"]", Seen::passes,
         [](Text t, Random&) { return "[\"" + joined(t, "\", \"") + "\"]"; }},
        {"a known value", Seen::stopped,
         [](Text, Random& r) {
           const std::string value = own_value(32, r);
           return known(value, joined(value, "-"));
         }}}},
  };
}

std::vector<EvasionRow> known_pieces() {
  return {
      {"splits a known value by characters beyond ASCII",
       "mostly",
       {{"an ellipsis", Seen::stopped,
         [](Text, Random& r) {
           const std::string value = own_value(32, r);
           return known(value, joined(value, "\u2026"));
         }},
        {"a picture", Seen::stopped,
         [](Text, Random& r) {
           const std::string value = own_value(32, r);
           return known(value, joined(value, "\U0001F511"));
         }},
        {"a letter", Seen::passes,
         [](Text, Random& r) {
           const std::string value = own_value(32, r);
           return known(value, joined(value, "\u00e9"));
         }},
        {"another script's comma", Seen::passes,
         [](Text, Random& r) {
           const std::string value = own_value(32, r);
           return known(value, joined(value, "\u060c"));
         }}}},
      {"splits a known value of fewer than 16 characters",
       "by one byte at each",
       {{"one byte", Seen::stopped,
         [](Text, Random& r) {
           const std::string value = own_value(13, r);
           return known(value, joined(value, "-"));
         }},
        {"two bytes", Seen::passes,
         [](Text, Random& r) {
           const std::string value = own_value(13, r);
           return known(value, joined(value, "--"));
         }}}},
      {"splits it over two requests",
       "no",
       {{"the first", Seen::passes, [](Text t, Random&) { return t.substr(0, t.size() / 2); }},
        {"the second", Seen::passes, [](Text t, Random&) { return t.substr(t.size() / 2); }}}},
      {"reverses it",
       "a known value reversed",
       {{"a token", Seen::passes,
         [](Text t, Random&) { return std::string(t.rbegin(), t.rend()); }},
        {"rot13", Seen::passes, [](Text t, Random&) { return rot13(t); }},
        {"a known value", Seen::stopped,
         [](Text, Random& r) {
           const std::string value = own_value(32, r);
           return known(value, std::string(value.rbegin(), value.rend()));
         }},
        {"a known value, rot13", Seen::passes,
         [](Text, Random& r) {
           const std::string value = own_value(32, r);
           return known(value, rot13(value));
         }}}},
  };
}

std::vector<EvasionRow> unreadables() {
  return {
      {"encrypts it",
       "where the route says so",
       {{"it does not", Seen::passes, [](Text t, Random& r) { return encrypted(notes(t), r); }},
        {"it does", Seen::refused,
         [](Text t, Random& r) { return unreadable(encrypted(notes(t), r)); }}}},
      {"spells any bytes as hexadecimal with blanks",
       "no",
       {{"a list of numbers, and `opaque: deny`", Seen::passes,
         [](Text t, Random& r) {
           return unreadable("[" +
                             each_byte(encrypted(notes(t), r),
                                       [](unsigned char c) { return fmt::format("{}, ", c); }) +
                             "0]");
         }}}},
      {"says it in words",
       "no",
       {{"spells it", Seen::passes, [](Text t, Random&) { return spelled(t); }}}},
  };
}

}  // namespace

std::vector<EvasionRow> container_rows() {
  std::vector<EvasionRow> rows = nesting();
  const auto more = compressed();
  rows.insert(rows.end(), more.begin(), more.end());
  rows.push_back(pushed());
  for (EvasionRow& row : other_notations()) rows.push_back(std::move(row));
  return rows;
}

std::vector<EvasionRow> splitting_rows() {
  std::vector<EvasionRow> rows = pieces();
  for (const auto& more : {known_pieces(), unreadables()}) {
    rows.insert(rows.end(), more.begin(), more.end());
  }
  return rows;
}

}  // namespace cork::secrets::detection
