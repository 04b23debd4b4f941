#include "proxy/config/values.h"

#include "base/ascii.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <vector>

namespace cork::config {
namespace {

std::string_view name_of(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::null:
      return "nothing";
    case YamlNode::Kind::scalar:
      return "a single value";
    case YamlNode::Kind::sequence:
      return "a list";
    case YamlNode::Kind::mapping:
      return "a mapping";
  }
  return "nothing";
}

void report_kind(const Item& item, std::string_view wanted, std::string hint, Report& report) {
  report.add(item.at, fmt::format("'{}' is {}, here is {}", item.name, wanted, name_of(item.node)),
             std::move(hint));
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_digit);
}

std::string hint_for_number(std::string_view text, bool quoted, Range range) {
  std::string_view digits = text;
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  if (quoted && all_digits(text)) return fmt::format("write {} without quotes", text);
  if (all_digits(text) && text.size() > 1 && text.front() == '0' && digits.size() < 10) {
    return fmt::format(
        "a leading zero means octal to some readers of YAML: write {} if you mean that decimal "
        "number",
        digits.empty() ? "0" : digits);
  }
  return fmt::format("write a decimal number from {} to {}, digits alone", range.least, range.most);
}

bool is_variable_name(std::string_view name) {
  return !name.empty() && !is_digit(name.front()) &&
         std::ranges::all_of(name, [](char c) { return is_alnum(c) || c == '_'; });
}

struct Problem {
  std::string what, hint;
};

// A Problem where there is no HOME to begin it with, or another reason it is no path.
std::expected<std::filesystem::path, Problem> resolve_path(const std::string& text,
                                                           const Surroundings& surroundings) {
  if (text.front() == '$') {
    return std::unexpected(Problem{fmt::format("'{}': variables are not expanded", text),
                                   "write env:NAME for the whole path, or ~/ for your home"});
  }
  std::filesystem::path path(text);
  if (text == "~" || text.starts_with("~/")) {
    const auto home = surroundings.environment("HOME");
    if (!home || home->empty()) {
      return std::unexpected(Problem{fmt::format("'{}': HOME is not set", text),
                                     "set the environment variable HOME, or write the whole path"});
    }
    path = std::filesystem::path(*home) / text.substr(std::min<std::size_t>(text.size(), 2));
  } else if (text.front() == '~') {
    return std::unexpected(Problem{fmt::format("'{}': whose home that is, is not looked up", text),
                                   "write the whole path"});
  }
  return (surroundings.folder / path).lexically_normal();
}

std::string listen_hint(std::string_view text) {
  if (all_digits(text)) return fmt::format("write an address too: 127.0.0.1:{}", text);
  const std::size_t colon = text.rfind(':');
  const std::string_view host = text.substr(0, colon);
  const std::string_view port = colon == std::string_view::npos ? "8888" : text.substr(colon + 1);
  if (host == "localhost" || host.empty()) return fmt::format("write 127.0.0.1:{}", port);
  if (host == "*") return fmt::format("for every address of this machine write 0.0.0.0:{}", port);
  return "write an address and a port, as in 127.0.0.1:8888 or \"[::1]:8888\", or "
         "unix:/path/of/a.sock";
}

std::optional<TcpListen> parse_tcp(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view port = text.substr(colon + 1);
  if (!all_digits(port) || port.size() > 5 || (port.size() > 1 && port[0] == '0')) {
    return std::nullopt;
  }
  unsigned number = 0;
  for (const char c : port) number = number * 10 + static_cast<unsigned>(c - '0');
  const auto host = Host::parse(text.substr(0, colon));
  if (number > 65535 || !host) return std::nullopt;
  const std::optional<IpAddress>& address = host->address();
  if (!address) return std::nullopt;
  return TcpListen{*address, static_cast<std::uint16_t>(number)};
}

}  // namespace

Item item_of(const Member& member) {
  const bool absent = member.value.kind == YamlNode::Kind::null;
  return {member.key, absent ? member.at : member.value.at, member.value};
}

Item element_of(std::string_view list, const YamlNode& element) {
  return {list, element.at, element};
}

std::optional<std::string_view> read_text(const Item& item, Report& report) {
  if (item.node.kind == YamlNode::Kind::scalar && !item.node.text.empty()) return item.node.text;
  if (item.node.kind == YamlNode::Kind::scalar || item.node.kind == YamlNode::Kind::null) {
    report.add(item.at, fmt::format("'{}' has no value", item.name),
               "write one behind the colon ('~' alone is YAML for nothing), or remove the key");
  } else {
    report_kind(item, "a single value", "text that begins with '[' or '{' is written in quotes",
                report);
  }
  return std::nullopt;
}

std::optional<std::uint64_t> read_number(const Item& item, Range range, Report& report) {
  const auto text = read_text(item, report);
  if (!text) return std::nullopt;
  const bool leading_zero = text->size() > 1 && text->front() == '0';
  if (!item.node.quoted && all_digits(*text) && !leading_zero && text->size() <= 12) {
    std::uint64_t value = 0;
    for (const char c : *text) value = value * 10 + static_cast<std::uint64_t>(c - '0');
    if (value >= range.least && value <= range.most) return value;
  }
  const bool is_number = !item.node.quoted && all_digits(*text) && !leading_zero;
  report.add(item.at,
             is_number ? fmt::format("'{}' is a number from {} to {}, here is '{}'", item.name,
                                     range.least, range.most, *text)
                       : fmt::format("'{}' is a number, here is '{}'", item.name, *text),
             hint_for_number(*text, item.node.quoted, range));
  return std::nullopt;
}

std::optional<bool> read_bool(const Item& item, Report& report) {
  const auto text = read_text(item, report);
  if (!text) return std::nullopt;
  if (!item.node.quoted && *text == "true") return true;
  if (!item.node.quoted && *text == "false") return false;
  constexpr std::array<std::string_view, 5> yes{"yes", "on", "y", "1", "true"};
  constexpr std::array<std::string_view, 5> no{"no", "off", "n", "0", "false"};
  const std::string lower = to_lower(*text);
  std::string hint = "write true or false, without quotes";
  if (std::ranges::find(yes, lower) != yes.end()) hint = "write true, without quotes";
  if (std::ranges::find(no, lower) != no.end()) hint = "write false, without quotes";
  report.add(item.at, fmt::format("'{}' is true or false, here is '{}'", item.name, *text),
             std::move(hint));
  return std::nullopt;
}

std::optional<std::size_t> read_choice(const Item& item,
                                       std::initializer_list<std::string_view> words,
                                       std::initializer_list<std::string_view> later,
                                       Report& report) {
  const auto text = read_text(item, report);
  if (!text) return std::nullopt;
  const auto* const found = std::ranges::find(words, *text);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  if (std::ranges::find(later, *text) != later.end()) {
    report.add(
        item.at,
        fmt::format("'{}: {}' is not supported by this version of cork yet", item.name, *text),
        fmt::format("write {}", fmt::join(words, " or ")));
    return std::nullopt;
  }
  const std::string_view meant = nearest(*text, words);
  report.add(item.at, fmt::format("'{}' may not be '{}'", item.name, *text),
             meant.empty() ? fmt::format("write {}", fmt::join(words, " or "))
                           : fmt::format("did you mean '{}'?", meant));
  return std::nullopt;
}

bool is_list(const Item& item, std::string_view example, Report& report) {
  if (item.node.kind == YamlNode::Kind::sequence && !item.node.items.empty()) return true;
  if (item.node.kind == YamlNode::Kind::sequence || item.node.kind == YamlNode::Kind::null) {
    report.add(item.at, fmt::format("'{}' is empty", item.name), fmt::format("write {}", example));
  } else {
    report_kind(item, "a list", fmt::format("write {}", example), report);
  }
  return false;
}

bool is_mapping(const Item& item, std::string_view example, Report& report) {
  if (item.node.kind == YamlNode::Kind::mapping) return true;
  report_kind(item, "a mapping", fmt::format("write {}", example), report);
  return false;
}

std::optional<std::filesystem::path> read_path(const Item& item, const Surroundings& surroundings,
                                               Report& report) {
  const auto text = read_text(item, report);
  if (!text) return std::nullopt;
  const auto resolved = resolve_env(*text, surroundings.environment);
  if (!resolved) {
    report.add(item.at, fmt::format("'{}': {}", item.name, resolved.error().what),
               "set it in cork's environment, or write the path itself");
    return std::nullopt;
  }
  auto path = resolve_path(*resolved, surroundings);
  if (path) return std::move(*path);
  report.add(item.at, std::move(path.error().what), std::move(path.error().hint));
  return std::nullopt;
}

std::optional<std::filesystem::path> default_path(std::string_view path, std::string_view what,
                                                  const Surroundings& surroundings,
                                                  Report& report) {
  auto resolved = resolve_path(std::string(path), surroundings);
  if (resolved) return std::move(*resolved);
  report.add({0, 0}, fmt::format("the default of {} is {}", what, resolved.error().what),
             fmt::format("set HOME, or write {} in the configuration", what));
  return std::nullopt;
}

std::optional<std::filesystem::path> path_of(std::string_view text, Position at,
                                             const Surroundings& surroundings, Report& report) {
  auto path = resolve_path(std::string(text), surroundings);
  if (path) return std::move(*path);
  report.add(at, std::move(path.error().what), std::move(path.error().hint));
  return std::nullopt;
}

std::optional<Listen> read_listen(const Item& item, const Surroundings& surroundings,
                                  Report& report) {
  if (item.node.kind == YamlNode::Kind::sequence) {
    report_kind(item, "an address and a port",
                "an IPv6 address in brackets is written in quotes: \"[::1]:8888\"", report);
    return std::nullopt;
  }
  const auto text = read_text(item, report);
  if (!text) return std::nullopt;
  if (text->starts_with("unix:") && text->size() > 5) {
    constexpr std::size_t longest = 107;  // sockaddr_un holds 108 bytes with the NUL
    auto path = resolve_path(std::string(text->substr(5)), surroundings);
    if (path && path->native().size() <= longest) {
      return Listen{UnixListen{std::move(*path)}, report.where(item.at)};
    }
    report.add(item.at,
               path ? fmt::format("'{}' is too long for a unix socket", path->native())
                    : std::move(path.error().what),
               path ? fmt::format("choose a path of at most {} bytes", longest)
                    : std::move(path.error().hint));
    return std::nullopt;
  }
  if (const auto tcp = parse_tcp(*text)) return Listen{*tcp, report.where(item.at)};
  report.add(item.at, fmt::format("'{}' is not an address to listen on: '{}'", item.name, *text),
             listen_hint(*text));
  return std::nullopt;
}

Result<std::string> resolve_env(std::string_view text, const Environment& environment) {
  constexpr std::string_view mark = "env:";
  if (!text.starts_with(mark)) return std::string(text);
  const std::string name(text.substr(mark.size()));
  if (!is_variable_name(name)) {
    return fail(fmt::format("'{}' is not the name of an environment variable", name));
  }
  auto value = environment(name);
  if (!value) return fail(fmt::format("the environment variable {} is not set", name));
  if (value->empty()) return fail(fmt::format("the environment variable {} is empty", name));
  return std::move(*value);
}

}  // namespace cork::config
