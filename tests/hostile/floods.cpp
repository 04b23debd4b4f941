#include "rules/secrets/rule_examples.h"
#include "tests/hostile/hostile_bodies.h"

#include <random>
#include <utility>

// Candidates without end: what rules begin with, what nearly is a credential, what nearly is a
// value that is known.

namespace cork::secrets::test {
namespace {

HostileBody flood(std::string name, std::string piece) {
  return {std::move(name),
          [piece = std::move(piece)](std::size_t bytes) { return repeated(piece, bytes); }};
}

// All of an example but its end, and without what makes the end of a candidate.
std::string near_miss(const Rule& rule, std::mt19937_64& random) {
  const std::string example = *expand_example(rule.examples.front(), random);
  return example.substr(0, example.size() - example.size() / 5 - 1) + "! ";
}

}  // namespace

void add_rule_floods(std::vector<HostileBody>& bodies, const Ruleset& rules) {
  std::mt19937_64 random(1);
  for (const Rule& rule : rules.rules()) {
    for (const std::string& keyword : rule.keywords) {
      bodies.push_back(flood("keyword/" + rule.id + ' ' + keyword, keyword + ' '));
      bodies.push_back(flood("keyword=/" + rule.id + ' ' + keyword, keyword + "=a1B2c3D4e5F6g7H8"));
    }
    if (!rule.examples.empty()) {
      bodies.push_back(flood("near miss/" + rule.id, near_miss(rule, random)));
    }
  }
}

void add_candidates(std::vector<HostileBody>& bodies) {
  const std::string begin = std::string("-----BEGIN ") + "RSA PRIVATE KEY-----";
  bodies.push_back(flood("candidates/key=", "key="));
  bodies.push_back(flood("candidates/key=key1 ", "key=key1 "));
  bodies.push_back(flood("candidates/secret: \"x\"", "secret: \"aB3$x\", "));
  bodies.push_back(flood("candidates/password", "password=hunter2hunter2 "));
  bodies.push_back(flood("candidates/token=token", "token=tokentokentoken&"));
  bodies.push_back(flood("candidates/_key=0", "_key=0123456789abcdef0123\n"));
  bodies.push_back(flood("candidates/api_key in JSON", "{\"api_key\":\"0a1b2c3d4e5f6a7b\"},"));
  bodies.push_back(flood("candidates/PEM begins", begin));
  bodies.push_back(flood("candidates/PEM begins in lines", begin + "\n"));
  bodies.push_back({"candidates/PEM without end", [begin](std::size_t bytes) {
                      return begin + "\n" + repeated(base64(noise(48)) + "\n", bytes);
                    }});
  bodies.push_back({"candidates/PEM begins, short", [begin](std::size_t bytes) {
                      return repeated(begin + "\n" + base64(noise(24)) + "\n", bytes);
                    }});
  bodies.push_back(flood("candidates/JWT dots", "eyJ.eyJ."));
  bodies.push_back(flood("candidates/JWT begins", "eyJhbGciOi"));
  bodies.push_back(
      flood("candidates/JWT without signature",
            base64(R"({"alg":"none"})", true) + "." + base64(R"({"a":1})", true) + ". "));
  bodies.push_back(flood("candidates/Bearer", "Authorization: Bearer "));
  bodies.push_back(flood("candidates/Basic", "Authorization: Basic YTpi\r\n"));
  bodies.push_back(flood("candidates/URLs", "https://a:b@c "));
  bodies.push_back(flood("candidates/URLs long", "postgres://user:pass"));
  bodies.push_back(flood("candidates/://::@", "://::@@"));
  bodies.push_back({"candidates/hexadecimal 32", [](std::size_t bytes) {
                      return repeated("0123456789abcdef0123456789abcdef ", bytes);
                    }});
  bodies.push_back({"candidates/UUIDs", [](std::size_t bytes) {
                      return repeated("01234567-89ab-cdef-0123-456789abcdef ", bytes);
                    }});
  bodies.push_back({"candidates/card numbers", [](std::size_t bytes) {
                      return repeated("4111111111111112 5500000000000005 ", bytes);
                    }});
  bodies.push_back(
      {"candidates/digits", [](std::size_t bytes) { return repeated("0123456789", bytes); }});
}

// 64 letters and digits without order.
std::string known_value() {
  std::string value = words(80, 77);
  std::erase(value, ' ');
  return value.substr(0, 64);
}

void add_known_near_misses(std::vector<HostileBody>& bodies) {
  const std::string value = known_value();
  bodies.push_back(flood("known/15 of 16", value.substr(3, 15) + "."));
  bodies.push_back(flood("known/15 and another", value.substr(0, 15) + "x"));
  bodies.push_back(flood("known/windows of 15", [&] {
    std::string all;
    for (std::size_t at = 0; at + 15 <= value.size(); ++at) all += value.substr(at, 15) + "#!";
    return all;
  }()));
  bodies.push_back(flood("known/separators between", [&] {
    std::string all;
    for (const char c : value.substr(0, 15)) all += {c, '-', ' '};
    return all + "x";
  }()));
  bodies.push_back(flood("known/reversed", std::string(value.rbegin() + 2, value.rbegin() + 17)));
  bodies.push_back(flood("known/base64", base64(value.substr(0, 15)) + " "));
  bodies.push_back(flood("known/one letter", "a"));
  bodies.push_back(
      {"known/letters in any order", [](std::size_t bytes) { return words(bytes, 5); }});
}

}  // namespace cork::secrets::test
