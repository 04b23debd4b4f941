// Single values of a configuration: numbers, booleans, words, paths and listen addresses.
//
// Pure but for the Environment they are given. Each reports what is wrong with its value, where,
// and what to write instead, and then returns nullopt.
//
//   if (auto port = read_number(item_of(member), {1, 65535}, report)) route.port = *port;
#pragma once

#include "proxy/config/config.h"
#include "proxy/config/document.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace cork::config {

// A value, what it is called in messages, and where to point.
struct Item {
  std::string_view name;
  Position at;
  const YamlNode& node;
};
[[nodiscard]] Item item_of(const Member& member);
[[nodiscard]] Item element_of(std::string_view list, const YamlNode& element);

// What paths and env: are resolved against.
struct Surroundings {
  const Environment& environment;
  std::filesystem::path folder;  // of the configuration file
  CredentialReading credentials = {};
  std::chrono::sys_days today = {};
};

struct Range {
  std::uint64_t least, most;
};

// Not empty.
std::optional<std::string_view> read_text(const Item& item, Report& report);
// Decimal digits alone: what YAML reads as octal, hexadecimal or a fraction is refused.
std::optional<std::uint64_t> read_number(const Item& item, Range range, Report& report);
std::optional<bool> read_bool(const Item& item, Report& report);
// One of the words; their index. `later`: words this version does not know yet.
std::optional<std::size_t> read_choice(const Item& item,
                                       std::initializer_list<std::string_view> words,
                                       std::initializer_list<std::string_view> later,
                                       Report& report);
// True where the value is a list with at least one element.
bool is_list(const Item& item, std::string_view example, Report& report);
bool is_mapping(const Item& item, std::string_view example, Report& report);

// env:NAME, ~/x, or a path relative to the configuration's folder; always lexically normal.
std::optional<std::filesystem::path> read_path(const Item& item, const Surroundings& surroundings,
                                               Report& report);
// The same for a path that is not in the file: a default. `what` names it in errors.
std::optional<std::filesystem::path> default_path(std::string_view path, std::string_view what,
                                                  const Surroundings& surroundings, Report& report);
// The same for text that stands at `at` behind a word of its own, as in file:PATH; `text` is not
// empty.
std::optional<std::filesystem::path> path_of(std::string_view text, Position at,
                                             const Surroundings& surroundings, Report& report);
// "127.0.0.1:8888", "[::1]:8888", "unix:/run/cork.sock"; an address, not a name.
std::optional<Listen> read_listen(const Item& item, const Surroundings& surroundings,
                                  Report& report);

// The text itself, or the value of the variable where it is "env:NAME".
Result<std::string> resolve_env(std::string_view text, const Environment& environment);

}  // namespace cork::config
