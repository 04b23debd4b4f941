// The parts of a request that a secret may be put in, each with the quoting that clients give it.
//
// Pure: randomness is an argument.
//
//   Request request = find_part("cookie")->put(text, random);
//   if (!request.possible) ...   // what no client could send there
#pragma once

#include "rules/secrets/body_scanner.h"
#include "tests/detection/encodings.h"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cork::secrets::detection {

struct Request {
  std::string method = "POST";
  std::string authority = "sink.example.com:443";
  std::string target = "/upload";
  std::vector<std::pair<std::string, std::string>> fields = {};
  Part body_part = Part::body;  // or Part::message, of a WebSocket
  ContentHints hints = {};
  std::string body = {};
  bool possible = true;
};

struct RequestPart {
  std::string_view name;  // "JSON value"
  Request (*put)(std::string_view text, Random& random);
  bool of_bytes = false;  // takes bytes that are no text
  bool in_head = false;   // short, on one line, and nothing else beside it
};

[[nodiscard]] Request in_body(std::string content_type, std::string body);

// Static storage.
[[nodiscard]] std::span<const RequestPart> parts();
[[nodiscard]] const RequestPart* find_part(std::string_view name);

}  // namespace cork::secrets::detection
