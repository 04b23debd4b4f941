// A YAML text as a small tree in which every value knows its line and column.
//
// Pure. Made from yaml-cpp's events and not from its YAML::Node, which takes duplicate keys,
// ignores a second document and follows aliases. What configuration has no use for (anchors,
// aliases, merge keys, tags, a second document) is an error here, so that readers of the tree need
// not think of it.
//
//   Report report("cork.yaml");
//   std::optional<YamlNode> root = parse_document(text, report);
//   if (!report.empty()) return std::unexpected(report.take());
#pragma once

#include "base/diagnostic.h"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cork::config {

// 1-based; columns in bytes.
struct Position {
  int line = 1;
  int column = 1;
  auto operator<=>(const Position&) const = default;
};

// Collects what is wrong with one file.
class Report {
 public:
  explicit Report(std::string file) : file_(std::move(file)) {}

  // Past kMost only counts.
  void add(Position at, std::string what, std::string hint = {});
  [[nodiscard]] bool empty() const noexcept { return found_.empty(); }
  [[nodiscard]] Where where(Position at) const { return {file_, at.line, at.column}; }
  // In the order of the file.
  [[nodiscard]] Diagnostics take();

  static constexpr std::size_t kMost = 100;

 private:
  std::string file_;
  Diagnostics found_;
  std::size_t more_ = 0;
};

struct Member;

struct YamlNode {
  enum class Kind : std::uint8_t { null, scalar, sequence, mapping };

  Kind kind = Kind::null;
  Position at;
  std::string text;             // of a scalar
  bool quoted = false;          // of a scalar: 'x', "x" or a block; never a number or a boolean
  std::vector<YamlNode> items;  // of a sequence
  std::vector<Member> members;  // of a mapping, in order; keys are distinct

  // The member's value, or nullptr. Of no mapping: nullptr.
  [[nodiscard]] const YamlNode* find(std::string_view key) const noexcept;
};

struct Member {
  std::string key;
  Position at;  // of the key
  YamlNode value;
};

inline constexpr std::size_t kMaxDocumentBytes = std::size_t{1} << 20;

// The root, or nullopt where the text is no YAML at all or empty: then `report` says why. With
// errors that leave a tree standing (a duplicate key, an alias) the tree is returned, so that the
// rest of it can be judged too.
std::optional<YamlNode> parse_document(std::string_view text, Report& report);

}  // namespace cork::config
