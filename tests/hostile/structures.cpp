#include "tests/hostile/hostile_bodies.h"
#include "tests/unit/rules/secrets/encoders.h"

#include <utility>

// Documents whose structure is what costs: deep, of a million members, in lines without end.

namespace cork::secrets::test {

void add_structures(std::vector<HostileBody>& bodies) {
  const auto add = [&](const std::string& name, std::function<std::string(std::size_t)> make,
                       std::string type = "application/json") {
    bodies.push_back({"structures/" + name, std::move(make), std::move(type)});
  };
  constexpr const char* form = "application/x-www-form-urlencoded";
  // What a rule that only records finds again and again, so that its place is asked for.
  const std::string found = "password = \"Qz7rT2xW9mK4pL8v\"";
  add("JSON, arrays in arrays", [](std::size_t bytes) { return repeated("[", bytes); });
  add("JSON, objects in objects", [](std::size_t bytes) { return repeated("{\"a\":", bytes); });
  add("JSON, deep and closed",
      [](std::size_t bytes) { return std::string(bytes / 2, '[') + std::string(bytes / 2, ']'); });
  add("JSON, up and down", [](std::size_t bytes) { return "[" + repeated("[],{},", bytes); });
  add("JSON, empty strings", [](std::size_t bytes) { return "[" + repeated("\"\",", bytes); });
  add("JSON, quotes", [](std::size_t bytes) { return "{" + repeated("\"", bytes); });
  add("JSON, escaped quotes", [](std::size_t bytes) { return "{\"" + repeated("\\\"", bytes); });
  add("JSON, backslashes in a string",
      [](std::size_t bytes) { return "{\"" + repeated("\\", bytes); });
  add("JSON, backslashes and quotes",
      [](std::size_t bytes) { return "{\"" + repeated(std::string(63, '\\') + "\"", bytes); });
  add("JSON, long keys", [](std::size_t bytes) {
    return "{" + repeated("\"" + std::string(2000, 'k') + "\":1,", bytes);
  });
  add("JSON, pointers made long", [](std::size_t bytes) {
    std::string deep;
    for (int i = 0; i < 40; ++i) deep += "{\"abcdefghijklmnop\":[0,";
    return deep + repeated("{\"password\":\"Qz7rT2xW9mK4pL8v\"},", bytes);
  });
  add("JSON, members", [](std::size_t bytes) { return "{" + repeated("\"a\":1,", bytes); });
  add("JSON, found everywhere", [found](std::size_t bytes) {
    return "[" + repeated("\"" + json_escaped(found) + "\",", bytes);
  });
  add("JSON in base64, found everywhere", [found](std::size_t bytes) {
    return base64("[" + repeated("\"" + json_escaped(found) + "\",", bytes * 3 / 4));
  });
  add(
      "text, found everywhere",
      [found](std::size_t bytes) { return repeated(found + "\n", bytes); }, "text/plain");
  add(
      "one line of found", [found](std::size_t bytes) { return repeated(found + " ", bytes); },
      "text/plain");
  add("form, fields", [](std::size_t bytes) { return repeated("a=b&", bytes); }, form);
  add("form, & alone", [](std::size_t bytes) { return repeated("&", bytes); }, form);
  add("form, + alone", [](std::size_t bytes) { return repeated("+", bytes); }, form);
  add("form, one field", [](std::size_t bytes) { return "a=" + std::string(bytes, 'b'); }, form);
  add(
      "form, found everywhere",
      [](std::size_t bytes) { return repeated("password=Qz7rT2xW9mK4pL8v&", bytes); }, form);
  add("form, percent", [](std::size_t bytes) { return repeated("%61%3d%62%26", bytes); }, form);
  add(
      "one line of a letter", [](std::size_t bytes) { return std::string(bytes, 'x'); },
      "text/plain");
  add("one line of words", [](std::size_t bytes) { return words(bytes); }, "text/plain");
  add("empty lines", [](std::size_t bytes) { return std::string(bytes, '\n'); }, "text/plain");
  add(
      "multipart of nothing",
      [](std::size_t bytes) {
        return repeated("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\r\n", bytes);
      },
      "multipart/form-data; boundary=b");
  add(
      "boundaries", [](std::size_t bytes) { return repeated("--b\r\n", bytes); },
      "multipart/form-data; boundary=b");
}

}  // namespace cork::secrets::test
