#include "rules/gitleaks/toml_reader.h"

#include "base/ascii.h"
#include "rules/secrets/toml_problems.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace cork::gitleaks {
namespace {

// What people write that gitleaks never read, and what they mean.
std::string_view meant_instead(std::string_view key) {
  static const std::map<std::string_view, std::string_view> known{
      {"matchcondition", "the key is 'condition'"},
      {"allow", "write [[rules.allowlists]]"},
      {"why",
       "that is a key of cork's own rule files, which know no 'extend', 'path' or 'required'"},
      {"examples", "that is a key of cork's own rule files, which know no 'extend' or 'path'"},
      {"confidence", "that is a key of cork's own rule files, which know no 'extend' or 'path'"},
      {"file", "the key is 'path'"},
      {"global", "write [[allowlists]]"},
  };
  const auto found = known.find(key);
  return found == known.end() ? std::string_view() : found->second;
}

std::string quoted(std::string_view key) {
  return "'" + std::string(key) + "'";
}

std::vector<std::string> split_at_commas(std::string_view text) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    parts.emplace_back(text.substr(at, comma - at));
    at = comma + 1;
  }
  return parts;
}

}  // namespace

const toml::node* TomlReader::get(const toml::table& table, std::string_view key) {
  if (const toml::node* exact = table.get(key)) return exact;
  for (const auto& [name, value] : table) {
    if (equals_ignoring_case(name.str(), key)) return &value;
  }
  return nullptr;
}

std::string TomlReader::text(const toml::table& table, std::string_view key) {
  const toml::node* node = get(table, key);
  if (node == nullptr) return {};
  if (const auto* value = node->as_string()) return value->get();
  error(where(*node), quoted(key) + " is not a string", secrets::text_instead(key));
  return {};
}

std::vector<std::string> TomlReader::texts(const toml::table& table, std::string_view key) {
  std::vector<std::string> list;
  const toml::node* node = get(table, key);
  if (node == nullptr) return list;
  if (const auto* alone = node->as_string()) {
    warn(where(*node), quoted(key) + " is one string, read as a list of what its commas divide",
         "write a list of strings");
    return split_at_commas(alone->get());
  }
  const toml::array* array = node->as_array();
  if (array == nullptr) {
    error(where(*node), quoted(key) + " is not a list of strings", secrets::list_instead(key));
    return list;
  }
  for (const toml::node& item : *array) {
    if (const auto* value = item.as_string())
      list.push_back(value->get());
    else
      error(where(item), quoted(key) + " holds something that is not a string");
  }
  return list;
}

double TomlReader::number(const toml::table& table, std::string_view key) {
  const toml::node* node = get(table, key);
  if (node == nullptr) return 0;
  const std::optional<double> given = node->is_number() ? node->value<double>() : std::nullopt;
  if (given && std::isfinite(*given) && *given >= 0) return *given;
  error(where(*node), quoted(key) + " is not a number from 0 up",
        secrets::number_instead(*node, key));
  return 0;
}

std::optional<int> TomlReader::integer(const toml::table& table, std::string_view key) {
  const toml::node* node = get(table, key);
  if (node == nullptr) return std::nullopt;
  const auto* value = node->as_integer();
  if (value != nullptr && value->get() >= 0 && value->get() <= std::numeric_limits<int>::max()) {
    return static_cast<int>(value->get());
  }
  error(where(*node), quoted(key) + " is not a whole number from 0 up",
        secrets::number_instead(*node, key));
  return std::nullopt;
}

bool TomlReader::flag(const toml::table& table, std::string_view key) {
  const toml::node* node = get(table, key);
  if (node == nullptr) return false;
  if (const auto* value = node->as_boolean()) return value->get();
  error(where(*node), quoted(key) + " is neither true nor false", secrets::flag_instead(key));
  return false;
}

void TomlReader::each_table(const toml::table& table, std::string_view key,
                            const std::function<void(const toml::table&)>& visit) {
  const toml::node* node = get(table, key);
  if (node == nullptr) return;
  const toml::array* array = node->as_array();
  if (array == nullptr) {
    return error(where(*node), quoted(key) + " is not a list of tables",
                 "write it in double brackets, as [[rules]] is");
  }
  for (const toml::node& item : *array) {
    if (const toml::table* entry = item.as_table())
      visit(*entry);
    else
      error(where(item), quoted(key) + " holds something that is not a table");
  }
}

const toml::table* TomlReader::only_table(const toml::table& table, std::string_view key) {
  const toml::node* node = get(table, key);
  if (node == nullptr) return nullptr;
  if (const toml::table* entry = node->as_table()) return entry;
  error(where(*node), quoted(key) + " is not a table", "write it in single brackets");
  return nullptr;
}

void TomlReader::unknown_keys(const toml::table& table, const Names& known) {
  for (const auto& [key, value] : table) {
    const std::string_view name = key.str();
    const auto same = [name](std::string_view one) { return equals_ignoring_case(one, name); };
    if (std::ranges::any_of(known, same)) continue;
    std::string hint(meant_instead(to_lower(name)));
    if (const std::string_view meant = nearest(name, known); hint.empty() && !meant.empty()) {
      hint = "did you mean " + quoted(meant) + "?";
    }
    const toml::source_position at = key.source().begin;
    error({file_, static_cast<int>(at.line), static_cast<int>(at.column)},
          "unknown key " + quoted(name), hint);
  }
}

void TomlReader::error(const Where& where, std::string what, std::string hint) {
  errors.push_back({std::move(what), where, std::move(hint)});
}

void TomlReader::warn(const Where& where, std::string what, std::string hint) {
  warnings.push_back({std::move(what), where, std::move(hint)});
}

Where TomlReader::where(const toml::node& node) const {
  const toml::source_position at = node.source().begin;
  return {file_, static_cast<int>(at.line), static_cast<int>(at.column)};
}

Where TomlReader::where(const toml::table& table, std::string_view key) const {
  const toml::node* node = key.empty() ? nullptr : get(table, key);
  return node == nullptr ? where(static_cast<const toml::node&>(table)) : where(*node);
}

Where TomlReader::where_item(const toml::table& table, std::string_view key,
                             std::size_t index) const {
  const toml::node* node = get(table, key);
  const toml::array* array = node == nullptr ? nullptr : node->as_array();
  if (array == nullptr || index >= array->size()) return where(table, key);
  return where(*array->get(index));
}

}  // namespace cork::gitleaks
