// Typed reading of TOML tables that a person wrote, with a diagnostic for all that is not as it
// should be.
//
// Not thread-safe. The table must outlive the calls.
//
//   TomlReader reader("rules.toml");
//   const std::string id = reader.text(table, "id");
#pragma once

#include "base/diagnostic.h"

// toml++ is named here because every caller holds its tables.
#include <toml++/toml.h>

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cork::gitleaks {

class TomlReader {
 public:
  using Names = std::vector<std::string_view>;

  explicit TomlReader(std::string file) : file_(std::move(file)) {}

  // The key in any case, as gitleaks reads it; nullptr: absent.
  [[nodiscard]] static const toml::node* get(const toml::table& table, std::string_view key);

  // What is absent, or of a wrong type and complained about, is empty.
  std::string text(const toml::table& table, std::string_view key);
  // A single string is taken for the parts between its commas, with a warning.
  std::vector<std::string> texts(const toml::table& table, std::string_view key);
  double number(const toml::table& table, std::string_view key);  // from 0 up
  std::optional<int> integer(const toml::table& table, std::string_view key);
  bool flag(const toml::table& table, std::string_view key);
  void each_table(const toml::table& table, std::string_view key,
                  const std::function<void(const toml::table&)>& visit);
  // A table, not a list of tables; nullptr: absent, or complained about.
  const toml::table* only_table(const toml::table& table, std::string_view key);

  void unknown_keys(const toml::table& table, const Names& known);

  void error(const Where& where, std::string what, std::string hint = "");
  void warn(const Where& where, std::string what, std::string hint = "");
  // Of the key's value, or of the table where it has none.
  [[nodiscard]] Where where(const toml::table& table, std::string_view key = "") const;
  [[nodiscard]] Where where(const toml::node& node) const;
  // Item `index` of the list at `key`.
  [[nodiscard]] Where where_item(const toml::table& table, std::string_view key,
                                 std::size_t index) const;

  Diagnostics errors, warnings;

 private:
  std::string file_;
};

}  // namespace cork::gitleaks
