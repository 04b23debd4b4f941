#include "proxy/config/secrets.h"

#include "base/ascii.h"
#include "proxy/config/schema.h"
#include "proxy/config/secret_file.h"
#include "proxy/config/secrets_dotenv.h"
#include "rules/known/plainness.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace cork::config {
namespace {

constexpr std::string_view kEnv = "env:", kFile = "file:", kDotenv = "dotenv:";
constexpr std::string_view kExample = "`- from: env:GITHUB_TOKEN`, and below it where it may go";
constexpr std::string_view kForms =
    "write env:NAME, file:PATH or dotenv:PATH: a secret itself does not belong into a "
    "configuration";
constexpr std::size_t kMostBytes = std::size_t{16} << 10;
constexpr std::size_t kMostSources = 256;
constexpr std::size_t kMostHomes = 64;

std::string_view without_newline(std::string_view text) {
  return text.substr(0, text.find_last_not_of("\r\n") + 1);
}

// One entry of the list, as it is written.
struct Draft {
  Position at;  // of `from`
  SecretSource source;
  std::vector<known::Value> values;
  bool bulk = false;  // of a file with more than secrets
};

class Reader {
 public:
  Reader(const Surroundings& surroundings, Report& report)
      : surroundings_(surroundings), report_(report) {}

  BottleSecrets read(const Item& item) {
    if (!is_list(item, kExample, report_)) return {};
    if (item.node.items.size() > kMostSources) {
      report_.add(item.at, fmt::format("'secrets' has more than {} entries", kMostSources),
                  "keep them in a .env file, and write dotenv:PATH");
      return {};
    }
    std::vector<Draft> drafts;
    for (const YamlNode& element : item.node.items) {
      if (auto draft = read_entry(element_of(item.name, element))) {
        drafts.push_back(*std::move(draft));
      }
    }
    return unite(item, std::move(drafts));
  }

 private:
  std::optional<Draft> read_entry(const Item& item) {
    if (item.node.kind == YamlNode::Kind::scalar) return refuse_bare(item);
    if (item.node.kind == YamlNode::Kind::null) {
      report_.add(item.at, "an entry of 'secrets' is empty",
                  fmt::format("write {}, or remove the dash", kExample));
      return std::nullopt;
    }
    if (!is_mapping(item, kExample, report_)) return std::nullopt;
    check_keys(item.node, Section::secret, report_);
    Draft draft{
        .at = item.at, .source = {.source = {}, .where = report_.where(item.at)}, .values = {}};
    std::optional<Position> hosts, fields;
    for (const Member& member : item.node.members) {
      const Item one = item_of(member);
      if (member.key == "for") {
        hosts = one.at;
        read_homes(one, draft.source.homes);
      } else if (member.key == "in") {
        fields = one.at;
        draft.source.fields = read_fields(one);
      } else if (member.key == "canary") {
        draft.source.canary = read_bool(one, report_).value_or(false);
      }
    }
    if (draft.source.canary && hosts) {
      report_.add(*hosts, "a canary is at home nowhere", "remove `for`, or `canary`");
    } else if (fields && !hosts) {
      report_.add(*fields, "'in' says in which fields, and nothing says to which host",
                  "write `for: [api.example.com]` beside it");
    }
    const auto from = std::ranges::find(item.node.members, "from", &Member::key);
    if (from == item.node.members.end()) {
      if (lacks(item.node, Section::secret, "from")) {
        report_.add(item.at, "the secret has no 'from'", std::string(kForms));
      }
      return std::nullopt;
    }
    draft.at = from->value.at;
    if (!read_source(item_of(*from), draft)) return std::nullopt;
    return draft;
  }

  // What is no source may be a secret, and is not repeated.
  std::optional<Draft> refuse_bare(const Item& item) {
    const bool source = std::ranges::any_of(std::array{kEnv, kFile, kDotenv}, [&](auto form) {
      return item.node.text.starts_with(form);
    });
    report_.add(item.at, "an entry of 'secrets' is a mapping, here is a single value",
                source ? fmt::format("write {{from: {}}}", item.node.text)
                       : fmt::format("write {}", kExample));
    return std::nullopt;
  }

  void read_homes(const Item& item, std::vector<Host>& homes) {
    if (!is_list(item, "[api.github.com, github.com]", report_)) return;
    if (item.node.items.size() > kMostHomes) {
      report_.add(item.at, fmt::format("'for' lists more than {} hosts", kMostHomes),
                  "list those where it is used");
    }
    for (const YamlNode& element : item.node.items) {
      const Item one = element_of(item.name, element);
      const auto text = read_text(one, report_);
      if (!text) continue;
      auto host = Host::parse(*text);
      if (!host) {
        report_.add(one.at, fmt::format("'{}' is no host: {}", *text, host.error().what),
                    "write one name as in api.github.com: no scheme, port, path or wildcard");
      } else if (std::ranges::find(homes, *host) != homes.end()) {
        report_.add(one.at, fmt::format("'{}' is listed twice", *text), "keep one of the two");
      } else {
        homes.push_back(*std::move(host));
      }
    }
  }

  std::vector<std::string> read_fields(const Item& item) {
    std::vector<std::string> fields;
    if (!is_list(item, "[authorization, x-api-key]", report_)) return fields;
    for (const YamlNode& element : item.node.items) {
      const Item one = element_of(item.name, element);
      const auto text = read_text(one, report_);
      if (!text) continue;
      if (is_token(*text)) {
        fields.push_back(to_lower(*text));
      } else {
        report_.add(one.at, fmt::format("'{}' is no name of a header field", *text),
                    "write names as in x-api-key");
      }
    }
    return fields;
  }

  // False: nothing can be read there, and that is reported.
  bool read_source(const Item& item, Draft& draft) {
    const auto text = read_text(item, report_);
    if (!text) return false;
    if (text->starts_with(kEnv)) return read_variable(item, text->substr(kEnv.size()), draft);
    for (const std::string_view form : {kFile, kDotenv}) {
      if (!text->starts_with(form) || text->size() == form.size()) continue;
      const auto path = path_of(text->substr(form.size()), item.at, surroundings_, report_);
      if (!path) return false;
      draft.source.source = fmt::format("{}{}", form, path->native());
      draft.bulk = form == kDotenv;
      return draft.bulk ? read_dotenv(*path, draft) : read_file_value(*path, draft);
    }
    report_.add(item.at, "'from' does not say where the secret is read from", std::string(kForms));
    return false;
  }

  bool read_variable(const Item& item, std::string_view name, Draft& draft) {
    if (!is_variable_name(name)) {
      report_.add(item.at, "'from' names no environment variable behind env:",
                  "write the variable's name alone, as in env:GITHUB_TOKEN");
      return false;
    }
    draft.source.source = fmt::format("{}{}", kEnv, name);
    if (!surroundings_.credentials.values) return true;
    auto value = surroundings_.environment(std::string(name));
    if (value && !without_newline(*value).empty()) {
      add(draft, draft.source.source, known::Clear(*std::move(value)));
      return true;
    }
    report_.add(item.at,
                fmt::format("the environment variable {} is {}", name, value ? "empty" : "not set"),
                "set it in cork's environment, or remove the entry");
    return false;
  }

  bool read_file_value(const std::filesystem::path& path, Draft& draft) {
    if (!surroundings_.credentials.values) return true;
    auto text = read_private_text(path, kMostBytes);
    if (!text) {
      report_.add(draft.at, text.error().what, text.error().hint);
      return false;
    }
    if (without_newline(*text).empty()) {
      report_.add(draft.at, path.native() + " is empty", "write the secret into it");
      return false;
    }
    add(draft, draft.source.source, known::Clear(*std::move(text)));
    return true;
  }

  bool read_dotenv(const std::filesystem::path& path, Draft& draft) {
    if (!surroundings_.credentials.values) return true;
    auto text = read_private_text(path, kMostBytes * 4);
    if (!text) {
      report_.add(draft.at, text.error().what, text.error().hint);
      return false;
    }
    const known::Clear whole(*std::move(text));
    auto variables = parse_dotenv(whole.view());
    if (!variables) {
      report_.add(draft.at, fmt::format("{}: {}", path.native(), variables.error().what),
                  "a line is KEY=value, a comment behind '#', or empty");
      return false;
    }
    draft.source.all_values = variables->size();
    for (DotenvVariable& variable : *variables) {
      const std::string_view value = variable.value.view();
      if (known::weakness_of(value) || !known::has_telling_part(value)) continue;
      add(draft, fmt::format("{}{}", kDotenv, variable.name), std::move(variable.value));
    }
    return true;
  }

  void add(Draft& draft, std::string name, known::Clear text) {
    if (const std::string_view shorter = without_newline(text.view());
        shorter.size() < text.view().size()) {
      text = known::Clear(std::string(shorter));
    }
    known::Value value{{.name = std::move(name),
                        .homes = draft.source.homes,
                        .canary = draft.source.canary,
                        .print = secrets::fingerprint(surroundings_.credentials.key, text.view())},
                       std::move(text)};
    if (!draft.source.fields.empty()) value.secret.fields = draft.source.fields;
    draft.values.push_back(std::move(value));
  }

  // A variable is looked for also where another has its value, which counts once.
  static void count(Draft& draft, std::string_view name, bool is_new) {
    if (is_new) ++draft.source.values;
    if (draft.bulk) draft.source.names.emplace_back(name.substr(kDotenv.size()));
  }

  // What is named one by one goes before what is found in a .env file.
  BottleSecrets unite(const Item& item, std::vector<Draft> drafts) {
    BottleSecrets secrets;
    std::vector<known::Value> values;
    std::map<std::string, bool> sources;
    std::map<std::uint64_t, std::string> names;  // by print
    for (const bool bulk : {false, true}) {
      for (Draft& draft : drafts) {
        if (draft.bulk != bulk) continue;
        if (!sources.emplace(draft.source.source, true).second) {
          report_.add(draft.at, fmt::format("'{}' is listed twice", draft.source.source),
                      "keep one of the two");
          continue;
        }
        for (known::Value& value : draft.values) {
          const auto [same, is_new] = names.emplace(value.secret.print.value, value.secret.name);
          if (is_new) {
            if (is_weak(draft, value)) continue;
            count(draft, value.secret.name, true);
            values.push_back(std::move(value));
          } else if (bulk) {
            count(draft, value.secret.name, false);
          } else {
            report_.add(
                draft.at,
                fmt::format("'{}' has the same value as '{}'", value.secret.name, same->second),
                "keep one of the two");
          }
        }
      }
    }
    for (Draft& draft : drafts) secrets.sources.push_back(std::move(draft.source));
    if (values.empty()) return secrets;
    auto made = known::KnownValues::make(std::move(values), surroundings_.credentials.key);
    if (made) {
      secrets.known = *std::move(made);
    } else {
      report_.add(item.at, made.error().what, "remove it from `secrets`");
    }
    return secrets;
  }

  bool is_weak(const Draft& draft, const known::Value& value) {
    const auto weakness = known::weakness_of(value.text.view());
    if (!weakness) return false;
    report_.add(draft.at, fmt::format("the value of {} {}", value.secret.name, *weakness),
                "ordinary requests would be refused for it: use a longer one, drawn at random");
    return true;
  }

  const Surroundings& surroundings_;
  Report& report_;
};

}  // namespace

BottleSecrets read_secrets(const Item& item, const Surroundings& surroundings, Report& report) {
  return Reader(surroundings, report).read(item);
}

std::vector<std::filesystem::path> known_value_files(const Config& config) {
  std::vector<std::filesystem::path> files;
  for (const BottleConfig& bottle : config.bottles) {
    for (const SecretSource& source : bottle.secrets) {
      const std::string_view text = source.source;
      if (text.starts_with(kEnv)) continue;
      std::filesystem::path file = text.substr(text.find(':') + 1);
      if (std::ranges::find(files, file) == files.end()) files.push_back(std::move(file));
    }
  }
  return files;
}

}  // namespace cork::config
