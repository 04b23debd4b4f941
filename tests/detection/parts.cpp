#include "tests/detection/parts.h"

#include "base/base64.h"
#include "tests/unit/rules/secrets/encoders.h"

#include <algorithm>
#include <cstddef>

namespace cork::secrets::detection {

Request in_body(std::string content_type, std::string text) {
  Request request;
  request.fields = {{"Content-Type", content_type}};
  request.hints.content_type = std::move(content_type);
  request.body = std::move(text);
  return request;
}

namespace {

// Longest names of the DNS, less what stands behind the labels.
constexpr std::size_t kLabel = 63, kLabels = 230;

Request coded(std::string_view coding, std::string_view text) {
  Request request = in_body("text/plain", test::compressed(coding, text));
  request.fields.emplace_back("Content-Encoding", coding);
  request.hints.content_encoding = {std::string(coding)};
  return request;
}

Request form(std::string before, std::string_view text, std::string_view behind) {
  return in_body("application/x-www-form-urlencoded",
                 std::move(before).append(form_escaped(text)).append(behind));
}

Request form_data(std::string_view head, std::string_view text, Random& random) {
  const std::string boundary = "----form" + drawn(random, 16, kAlnum);
  return in_body("multipart/form-data; boundary=" + boundary, multipart_body(boundary, head, text));
}

// What a field's value may hold (RFC 9110, section 5.5).
bool fits_field(std::string_view text) {
  return !text.empty() && text.front() != ' ' && text.back() != ' ' &&
         std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

Request field(std::string name, std::string value) {
  Request request;
  request.method = "GET";
  request.possible = fits_field(value);
  request.fields = {{std::move(name), std::move(value)}};
  return request;
}

Request field_name(std::string_view text, Random&) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  Request request = field("X-" + std::string(text), "1");
  request.possible = std::ranges::all_of(
      text, [&](char c) { return kAlnum.find(c) != kAlnum.npos || marks.find(c) != marks.npos; });
  return request;
}

// Clients that write cookies percent-encode what a cookie-octet may not be.
Request cookie(std::string_view text, Random&) {
  const bool plain = std::ranges::all_of(text, [](char c) {
    return c > ' ' && c <= '~' && c != '"' && c != ',' && c != ';' && c != '\\';
  });
  return field("Cookie", "session=7; note=" + (plain ? std::string(text) : percent_escaped(text)) +
                             "; theme=dark");
}

Request target(std::string text) {
  Request request;
  request.method = "GET";
  request.target = std::move(text);
  return request;
}

// Digits of a name, a label each 63 characters.
Request labels(std::string_view digits) {
  Request request;
  request.method = "CONNECT";
  request.possible = !digits.empty() && digits.size() <= kLabels;
  std::string name;
  for (std::size_t at = 0; at < digits.size(); at += kLabel) {
    name += std::string(digits.substr(at, kLabel)) + ".";
  }
  request.authority = name + "example.com:443";
  return request;
}

// The text itself, as far as names may hold it, in the case that a resolver leaves it.
Request plain_label(std::string_view text, Random&) {
  constexpr std::string_view marks = "-_.";
  Request request = labels(text);
  request.possible = request.possible && std::ranges::all_of(text, [&](char c) {
                       return kAlnum.find(c) != kAlnum.npos || marks.find(c) != marks.npos;
                     });
  if (text.size() <= kLabel) request.authority = std::string(text) + ".example.com:443";
  return request;
}

Request ndjson(std::string_view text, Random&) {
  return in_body("application/x-ndjson",
                 "{\"level\":\"info\",\"n\":1}\n{\"level\":\"info\",\"note\":\"" +
                     json_string(text) + "\"}\n{\"level\":\"info\",\"n\":3}\n");
}

Request grpc(std::string_view text, Random&) {
  const std::string message = protobuf_message(text);
  std::string frame(1, '\0');
  for (int shift = 24; shift >= 0; shift -= 8) {
    frame += static_cast<char>(message.size() >> shift & 0xFF);
  }
  return in_body("application/grpc", frame + message);
}

Request message(std::string_view text, Random&) {
  Request request;
  request.body_part = Part::message;
  request.body = "{\"type\":\"note\",\"text\":\"" + json_string(text) + "\"}";
  return request;
}

// A chat request as clients of language models send it, the text as a tool's result.
Request chat(std::string_view text, Random& random) {
  return in_body("application/json",
                 R"({"model":"m-4","messages":[{"role":"user","content":[{"type":"tool_result",)"
                 R"("tool_use_id":"toolu_)" +
                     drawn(random, 22, kAlnum) + R"(","content":[{"type":"text","text":")" +
                     json_string("     1\tread it:\n" + std::string(text)) +
                     R"("}]}]}],"stream":true})");
}

std::vector<RequestPart> body_parts() {
  using Text = std::string_view;
  return {
      {"text", [](Text t, Random&) { return in_body("text/plain", std::string(t)); }, true},
      {"undeclared body", [](Text t, Random&) { return in_body("", std::string(t)); }, true},
      {"JSON value",
       [](Text t, Random&) {
         return in_body("application/json", "{\"id\":7,\"note\":\"" + json_string(t) + "\"}");
       }},
      {"JSON key",
       [](Text t, Random&) {
         return in_body("application/json", "{\"" + json_string(t) + "\": {\"n\": 1}}");
       }},
      {"chat", &chat},
      {"NDJSON", &ndjson},
      {"form value", [](Text t, Random&) { return form("id=7&note=", t, "&n=1"); }, true},
      {"form name", [](Text t, Random&) { return form("id=7&", t, "=1"); }, true},
      {"multipart field",
       [](Text t, Random& r) {
         return form_data("Content-Disposition: form-data; name=\"note\"", t, r);
       },
       true},
      {"multipart file, base64",
       [](Text t, Random& r) {
         return form_data(
             "Content-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n"
             "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64",
             base64_mime(t), r);
       },
       true},
      {"multipart file, quoted-printable",
       [](Text t, Random& r) {
         return form_data(
             "Content-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n"
             "Content-Type: text/plain\r\n"
             "Content-Transfer-Encoding: quoted-printable",
             quoted_printable(t), r);
       }},
      {"XML text",
       [](Text t, Random&) {
         return in_body("application/xml", "<?xml version=\"1.0\"?>\n<note><text>" +
                                               markup_escaped(t) + "</text></note>\n");
       }},
      {"XML attribute",
       [](Text t, Random&) {
         return in_body("application/xml", "<note text=\"" + markup_escaped(t) + "\" n='1'/>\n");
       }},
      {"YAML",
       [](Text t, Random&) {
         return in_body("application/yaml", "id: 7\nnote: \"" + json_string(t) + "\"\n");
       }},
      {"protobuf string",
       [](Text t, Random&) { return in_body("application/x-protobuf", protobuf_message(t)); },
       true},
      {"gRPC message", &grpc, true},
      {"WebSocket message", &message},
      {"body in gzip", [](Text t, Random&) { return coded("gzip", t); }, true},
      {"body in deflate", [](Text t, Random&) { return coded("deflate", t); }, true},
      {"body in br", [](Text t, Random&) { return coded("br", t); }, true},
      {"body in zstd", [](Text t, Random&) { return coded("zstd", t); }, true},
  };
}

std::vector<RequestPart> head_parts() {
  using Text = std::string_view;
  return {
      {"path", [](Text t, Random&) { return target("/v1/" + percent_escaped(t) + "/notes"); }, true,
       true},
      {"query value",
       [](Text t, Random&) { return target("/v1?id=7&note=" + percent_escaped(t) + "&n=1"); }, true,
       true},
      {"query name", [](Text t, Random&) { return target("/v1?" + percent_escaped(t) + "=1"); },
       true, true},
      {"field value", [](Text t, Random&) { return field("X-Note", std::string(t)); }, false, true},
      {"bearer", [](Text t, Random&) { return field("Authorization", "Bearer " + std::string(t)); },
       false, true},
      {"field name", &field_name, false, true},
      {"cookie", &cookie, true, true},
      {"Basic credentials",
       [](Text t, Random&) {
         return field("Authorization", "Basic " + base64_encoded("me:" + std::string(t)));
       },
       true, true},
      {"name", &plain_label, false, true},
      {"name, hex labels", [](Text t, Random&) { return labels(hex_digits(t)); }, true, true},
      {"name, base32 labels", [](Text t, Random&) { return labels(base32_digits(t)); }, true, true},
  };
}

}  // namespace

std::span<const RequestPart> parts() {
  static const std::vector<RequestPart> all = [] {
    std::vector<RequestPart> list = body_parts();
    const auto head = head_parts();
    list.insert(list.end(), head.begin(), head.end());
    return list;
  }();
  return all;
}

const RequestPart* find_part(std::string_view name) {
  const auto all = parts();
  const auto at = std::ranges::find(all, name, &RequestPart::name);
  return at == all.end() ? nullptr : &*at;
}

}  // namespace cork::secrets::detection
