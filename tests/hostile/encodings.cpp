#include "tests/hostile/hostile_bodies.h"
#include "tests/unit/rules/secrets/encoders.h"

#include <utility>

// Encodings of every kind, nested to the depth that is looked into and past it; escapes without
// end, digits that change what they are.

namespace cork::secrets::test {
namespace {

using Make = std::function<std::string(std::size_t)>;

HostileBody flood(std::string name, std::string piece, std::string type = {}) {
  return {std::move(name),
          [piece = std::move(piece)](std::size_t bytes) { return repeated(piece, bytes); },
          std::move(type)};
}

std::string plain_base64(std::string_view text) {
  return base64(text);
}

// `encode`, `times` over, so that the wire has about so many bytes.
Make nested(std::string (*encode)(std::string_view), unsigned times, double grows,
            std::string piece) {
  return [=](std::size_t bytes) {
    double inner = static_cast<double>(bytes);
    for (unsigned i = 0; i < times; ++i) inner /= grows;
    std::string text = repeated(piece, static_cast<std::size_t>(inner));
    for (unsigned i = 0; i < times; ++i) text = encode(text);
    return text;
  };
}

constexpr const char* kForm = "application/x-www-form-urlencoded";

}  // namespace

void add_nested(std::vector<HostileBody>& bodies) {
  const std::string dear = "api_key=a1B2c3D4e5 %41\\u0042 ";
  for (const unsigned times : {1u, 2u, 3u, 4u, 5u, 6u}) {
    const std::string deep = " x" + std::to_string(times);
    const auto add = [&](const std::string& name, Make make) {
      bodies.push_back({"nested/" + name + deep, std::move(make)});
    };
    add("base64", nested(&plain_base64, times, 4.0 / 3, dear));
    add("hexadecimal", nested(&hex, times, 2, dear));
    add("percent", nested(&percent, times, 3, dear));
    add("JSON", nested(&json_escaped, times, 1.3, "\\\"key\\\": \\\"a1B2c3D4e5\\\" "));
    add("UTF-16", nested(&wide, times, 2, dear));
    add("base64 of hexadecimal",
        nested([](std::string_view text) { return base64(hex(text)); }, times, 8.0 / 3, dear));
    add("base64 of UTF-16",
        nested([](std::string_view text) { return base64(wide(text)); }, times, 8.0 / 3, dear));
    add("gzip in base64", nested([](std::string_view text) { return base64(gzip(text)); }, times,
                                 4.0 / 3, words(4000)));
  }
  bodies.push_back(
      {"nested/base64 of noise", [](std::size_t bytes) { return base64(noise(bytes)); }});
  bodies.push_back({"nested/base64 of everything, all alignments", [](std::size_t bytes) {
                      std::string out;
                      for (unsigned i = 0; out.size() < bytes; ++i) {
                        out += std::string(1 + i % 4, 'A') +
                               base64("api_key=a1B2c3D4e5 password=hunter2 xyz") + " ";
                      }
                      return out;
                    }});
  bodies.push_back({"nested/base64 of short texts", [](std::size_t bytes) {
                      return repeated(base64("key=abcdefgh") + "//////", bytes);
                    }});
  bodies.push_back({"nested/base64 in lines of 16", [](std::size_t bytes) {
                      return repeated(base64("api_key=a1B2") + "\n", bytes);
                    }});
  bodies.push_back({"nested/base64 lines, indented", [](std::size_t bytes) {
                      return repeated(base64("api_key=a1B2") + "\n" + std::string(60, ' '), bytes);
                    }});
}

void add_escapes(std::vector<HostileBody>& bodies) {
  const auto add = [&](const std::string& name, std::string piece, std::string type = {}) {
    bodies.push_back(flood("escapes/" + name, std::move(piece), std::move(type)));
  };
  add("%25", "%25");
  add("%25 in a form", "%25", kForm);
  add("%2525252541", "%2525252541");
  add("%", "%");
  add("%4", "%4");
  add("%u0041", "%u0041");
  add("&#", "&#");
  add("&#0000000065;", "&#0000000065;");
  add("&#x41;&amp;#x41;", "&#x41;&amp;#x41;");
  add("&amp;", "&amp;");
  add("&amp;amp;amp;amp;", "&amp;amp;amp;amp;");
  add("& and letters", "&lowba");
  add("backslashes", "\\");
  add("\\u", "\\u");
  add("\\u0041", "\\u0041");
  add("\\u005cu005cu0041", "\\u005cu005cu0041");
  add("\\\\n", "\\\\n");
  add("surrogates", "\\ud835\\udc00");
  add("octal", "\\101\\7");
  add("every other", "a%41");
  add("one of each", "a\\n%41&#65;\\u0041");
  add("one in a window", "\\n" + std::string(700, 'k'));
  add("one in 100", "\\n" + std::string(98, 'k'));
  add("quoted, soft breaks", "=\r\n");
  add("quoted, =3D", "=3D");
  add("quoted, =3D=3D41", "=3D41a");
  add("quoted and escapes", "=3D%41\\n");
  add("quoted in quoted and escapes", "=3D3D%5C%253D3D%3D=\n");
  add("quoted behind escapes", "%3D=3D3D%5C=5C=253D");
  add("quoted behind two levels", "%253D=3D3D41%5C%25=5C");
  add("quoted, one in 100", "=3D" + std::string(97, 'k'));
  add("zero width", "\xe2\x80\x8b");
  add("zero width between",
      "k\xe2\x80\x8b"
      "e\xe2\x80\x8by\xe2\x80\x8b=\xe2\x80\x8b");
  add("soft hyphens", "k\xc2\xad");
  add("tags", "\xf3\xa0\x81\xa1k");
  add("full width", "\xef\xbd\x8b\xef\xbd\x85\xef\xbd\x99\xef\xbc\x9d");
  add("mathematical", "\xf0\x9d\x90\x80\xf0\x9d\x90\x81");
  add("lead bytes", "\xe2");
  add("lead bytes, mixed", "\xf0\xe2\xc2\xef");
  add("other scripts", "\xe2\x82\xac\xe3\x81\x82");
  bodies.push_back({"escapes/all zero width",
                    [](std::size_t bytes) { return "k" + repeated("\xe2\x80\x8b", bytes) + "k"; }});
  bodies.push_back({"escapes/continued lines",
                    [](std::size_t bytes) { return "k" + repeated("\\\n", bytes) + "k"; }});
}

void add_digits(std::vector<HostileBody>& bodies) {
  const auto add = [&](const std::string& name, Make make) {
    bodies.push_back({"digits/" + name, std::move(make)});
  };
  add("hexadecimal wall", [](std::size_t bytes) { return hex(noise(bytes / 2)); });
  add("hexadecimal wall of text", [](std::size_t bytes) { return hex(words(bytes / 2)); });
  add("base64 wall", [](std::size_t bytes) { return base64(noise(bytes * 3 / 4)); });
  add("base64 wall, URL", [](std::size_t bytes) { return base64(noise(bytes * 3 / 4), true); });
  add("base64 of zeros", [](std::size_t bytes) { return repeated("A", bytes); });
  // Each a text of its own, with escapes of three kinds in it, in texts of which one is read with
  // either kind taken off and with both.
  add("short base64 that holds escapes", [](std::size_t bytes) {
    return repeated(base64("!A=41=41\\u0041%41\"W=") + "=\n%41", bytes);
  });
  add("short base64 among escapes", [](std::size_t bytes) {
    return repeated("=3D%41 " + base64(base64("=41 %41 \\u0041 abc")) + " ", bytes);
  });
  add("short base64 of text",
      [](std::size_t bytes) { return repeated('"' + base64("hello world!") + "\",", bytes); });
  add("one letter a line", [](std::size_t bytes) { return repeated("AAAAAAAAAAAAAAAA\n", bytes); });
  for (const std::size_t n : {8u, 11u, 12u, 13u, 17u, 18u, 19u, 24u, 32u, 64u, 100u, 1000u}) {
    add("alphabet changes every " + std::to_string(n), [n](std::size_t bytes) {
      const std::string one = base64(words(n)).substr(0, n), two = hex(words(n)).substr(0, n);
      std::string wide_text = wide(words(n)).substr(0, n);
      return repeated(one + "-" + two + "." + wide_text, bytes);
    });
    add("text and noise every " + std::to_string(n), [n](std::size_t bytes) {
      std::string mixed;
      for (unsigned i = 0; mixed.size() < bytes; ++i) mixed += words(n, i) + noise(n, i);
      return base64(mixed);
    });
  }
  for (const unsigned shift : {0u, 1u, 2u, 3u}) {
    add("hidden from alignment " + std::to_string(shift), [shift](std::size_t bytes) {
      return std::string(shift, 'B') + base64(repeated(base64(words(30)) + "\x01", bytes * 3 / 4));
    });
  }
  add("UTF-16, little end",
      [](std::size_t bytes) { return wide(repeated("api_key=a1B2 ", bytes / 2)); });
  add("UTF-16, big end", [](std::size_t bytes) {
    return std::string(1, '\0') + wide(repeated("api_key=a1B2 ", bytes / 2));
  });
  add("UTF-16, both orders", [](std::size_t bytes) {
    const std::string text = wide("api_key=a1B2");
    return repeated(text + std::string(1, '\0') + text, bytes);
  });
  add("UTF-16, nine letters",
      [](std::size_t bytes) { return repeated(wide("abcdefghi") + "\x01", bytes); });
  add("UTF-32", [](std::size_t bytes) {
    std::string piece;
    for (const char c : std::string_view("api_key=a1B2")) piece += {c, '\0', '\0', '\0'};
    return repeated(piece, bytes);
  });
  add("zeros", [](std::size_t bytes) { return std::string(bytes, '\0'); });
  add("zeros and letters",
      [](std::size_t bytes) { return repeated(std::string_view("ab\0", 3), bytes); });
}

}  // namespace cork::secrets::test
