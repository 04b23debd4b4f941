// Bodies made to cost a scanner as much as they can: for the tests that hold it to its budget and
// the benchmarks that say what each costs.
//
// Pure: made at run time, always the same.
//
//   for (const HostileBody& body : hostile_bodies(*rules)) scan(body.make(64 << 10), body.codings);
#pragma once

#include "rules/secrets/ruleset.h"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cork::secrets::test {

struct HostileBody {
  std::string name;  // "nested/base64 x4"
  // At least so many bytes on the wire, and not many more, unless it is smaller by its nature.
  std::function<std::string(std::size_t bytes)> make;
  std::string content_type = {};
  std::vector<std::string> codings = {};  // that the head declares
};

// All of them; `rules` are those whose keywords and examples the floods are made of.
std::vector<HostileBody> hostile_bodies(const Ruleset& rules);

// A value that known_near_misses are made of: what the scans are told to look for.
std::string known_value();

// One family each.
void add_rule_floods(std::vector<HostileBody>& bodies, const Ruleset& rules);
void add_candidates(std::vector<HostileBody>& bodies);
void add_known_near_misses(std::vector<HostileBody>& bodies);
void add_bombs(std::vector<HostileBody>& bodies);
void add_containers(std::vector<HostileBody>& bodies);
void add_streams(std::vector<HostileBody>& bodies);
void add_nested(std::vector<HostileBody>& bodies);
void add_escapes(std::vector<HostileBody>& bodies);
void add_digits(std::vector<HostileBody>& bodies);
void add_structures(std::vector<HostileBody>& bodies);

// `piece` again and again.
std::string repeated(std::string_view piece, std::size_t bytes);
// Bytes that nothing compresses.
std::string noise(std::size_t bytes, unsigned seed = 1);
// Letters, digits and blanks without order.
std::string words(std::size_t bytes, unsigned seed = 1);
std::string base64(std::string_view text, bool url = false);

}  // namespace cork::secrets::test
