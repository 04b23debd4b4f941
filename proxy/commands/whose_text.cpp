#include "proxy/commands/whose_text.h"

#include "proxy/config/listeners.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <vector>

namespace cork::commands {

std::string door_text(const config::Config& config, const config::BottleConfig& bottle) {
  std::vector<std::string_view> others;
  for (const config::BottleConfig& other : config.bottles) {
    const bool here = config::shares(other.listen, bottle.listen);
    if (here && other.bottle.name() != bottle.bottle.name()) others.push_back(other.bottle.name());
  }
  std::string text = to_string(bottle.listen);
  if (!others.empty()) text += fmt::format(", shared with {}", fmt::join(others, " and "));
  return text;
}

std::string whose_text(const config::BottleConfig& bottle) {
  const policy::Conditions& conditions = bottle.conditions;
  std::string text;
  if (!conditions.clients.empty()) {
    std::vector<std::string> blocks;
    std::ranges::transform(conditions.clients, std::back_inserter(blocks), &Cidr::to_string);
    text = fmt::format("clients from {}", fmt::join(blocks, ", "));
  }
  if (!conditions.users.empty()) {
    text = fmt::format("user{} {}", conditions.users.size() > 1 ? "s" : "",
                       fmt::join(conditions.users, ", "));
  }
  if (!conditions.proxy_user) return text;
  return fmt::format("{} with the proxy user '{}' (password from {})",
                     text.empty() ? "clients" : text, conditions.proxy_user->name,
                     bottle.password ? to_string(*bottle.password) : "nowhere");
}

}  // namespace cork::commands
