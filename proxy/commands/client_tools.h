// Which variables each client program reads for its proxy and for whom to trust, and what is wrong
// with those that are set.
//
// Pure but for the Environment it is given.
#pragma once

#include "proxy/config/config.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cork::commands {

enum class Health : std::uint8_t { good, doubtful, bad };

struct Check {
  Health health = Health::good;
  std::string name;  // "curl"
  std::string text;  // what was found
  std::string fix;   // what to do; "" where nothing is
};

struct ClientTool {
  std::string_view name, program;
  // Each list in the order in which the program prefers them; one that is set is enough.
  std::span<const std::string_view> proxy, trust;
};
// In the order in which they are shown.
[[nodiscard]] std::span<const ClientTool> client_tools() noexcept;

// The first of `names` that is set and not empty.
struct Setting {
  std::string_view name;
  std::string value;
};
[[nodiscard]] std::optional<Setting> first_set(std::span<const std::string_view> names,
                                               const config::Environment& environment);

// Whether node of that version ("v24.5.0") obeys NODE_USE_ENV_PROXY.
[[nodiscard]] bool node_obeys_proxy(std::string_view version);

// What the tool itself says of proxies and trust, where the doctor asked it: node's version, git's
// configuration. "" where it said nothing.
struct Answers {
  std::string node_version = {};
  std::string git_proxy = {}, git_ca_file = {}, git_verify = {};
};

// `trusts` says why a client with that file as its roots would refuse cork ("": it would not).
struct Surround {
  const config::Environment& environment;
  Answers answers;
  std::string proxy;  // that the proxy variables should name: "http://127.0.0.1:8888"; "": any
  std::function<std::string(const std::string& file)> trusts;
};
[[nodiscard]] Check check_tool(const ClientTool& tool, const Surround& surround);

}  // namespace cork::commands
