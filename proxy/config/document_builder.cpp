#include "proxy/config/document_builder.h"

#include "proxy/config/document_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cork::config {
namespace {

constexpr std::size_t kMostNodes = 50'000;
constexpr std::size_t kDeepest = 32;
constexpr std::size_t kMostMembers = 1000;  // of one mapping: looking for duplicates is quadratic

Position position(const YAML::Mark& mark) {
  return {std::max(mark.line, 0) + 1, std::max(mark.column, 0) + 1};
}

}  // namespace

std::optional<YamlNode> DocumentBuilder::take() {
  return std::exchange(root_, std::nullopt);
}

void DocumentBuilder::OnDocumentStart(const YAML::Mark& mark) {
  started_ = position(mark);
}

void DocumentBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  refuse_extras(position(mark), {}, anchor);
  YamlNode node;
  node.at = position(mark);
  add(std::move(node));
}

void DocumentBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t) {
  report_.add(position(mark), "an alias (`*name`)",
              "aliases are not supported: write the value where it is used, or in quotes if it "
              "begins with '*'");
  YamlNode node;
  node.at = position(mark);
  node.kind = YamlNode::Kind::scalar;
  node.quoted = true;
  add(std::move(node));
}

void DocumentBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag,
                               YAML::anchor_t anchor, const std::string& value) {
  refuse_extras(position(mark), tag, anchor);
  YamlNode node;
  node.kind = YamlNode::Kind::scalar;
  node.at = position(mark);
  node.text = value;
  node.quoted = tag == "!";  // yaml-cpp's word for "not plain"
  if (anchor == 0 && (node.quoted || tag == "?")) check_spelling(node);
  add(std::move(node));
}

void DocumentBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                                      YAML::anchor_t anchor, YAML::EmitterStyle::value) {
  begin(YamlNode::Kind::sequence, mark, tag, anchor);
}

void DocumentBuilder::OnSequenceEnd() {
  end();
}

void DocumentBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag,
                                 YAML::anchor_t anchor, YAML::EmitterStyle::value) {
  begin(YamlNode::Kind::mapping, mark, tag, anchor);
}

void DocumentBuilder::OnMapEnd() {
  end();
}

void DocumentBuilder::begin(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag,
                            YAML::anchor_t anchor) {
  const Position at = position(mark);
  refuse_extras(at, tag, anchor);
  if (open_.size() >= kDeepest) throw DocumentTooBig(at, "values are nested too deeply");
  Open opened;
  opened.node.kind = kind;
  opened.node.at = at;
  open_.push_back(std::move(opened));
}

void DocumentBuilder::end() {
  YamlNode node = std::move(open_.back().node);
  open_.pop_back();
  add(std::move(node));
}

void DocumentBuilder::add(YamlNode node) {
  count(node.at);
  if (open_.empty()) {
    root_ = std::move(node);
  } else if (open_.back().node.kind == YamlNode::Kind::sequence) {
    open_.back().node.items.push_back(std::move(node));
  } else {
    add_to_mapping(open_.back(), std::move(node));
  }
}

void DocumentBuilder::add_to_mapping(Open& mapping, YamlNode node) {
  std::vector<Member>& members = mapping.node.members;
  if (mapping.wants_value) {
    mapping.wants_value = false;
    if (!mapping.key) return;
    mapping.key->value = std::move(node);
    members.push_back(std::move(*mapping.key));
    mapping.key.reset();
    return;
  }
  mapping.wants_value = true;
  if (node.kind != YamlNode::Kind::scalar) {
    report_.add(node.at, "a key that is not a word",
                "a key is a plain word followed by a colon and a space");
    return;
  }
  if (members.size() >= kMostMembers) throw DocumentTooBig(node.at, "a mapping has too many keys");
  if (node.text == "<<" && !node.quoted) {
    report_.add(node.at, "a merge key (`<<`)",
                "merging is not supported: write the keys where they are used");
    return;
  }
  const auto same = std::ranges::find(members, node.text, &Member::key);
  if (same != members.end()) {
    report_.add(node.at, fmt::format("duplicate key '{}'", node.text),
                fmt::format("it was given in line {} already: keep one of the two", same->at.line));
    return;
  }
  mapping.key = Member{std::move(node.text), node.at, {}};
}

void DocumentBuilder::refuse_extras(Position at, const std::string& tag, YAML::anchor_t anchor) {
  if (anchor != 0) {
    report_.add(at, "an anchor (`&name`)",
                "anchors are not supported: write the value where it is used, or in quotes if it "
                "begins with '&'");
  }
  if (!tag.empty() && tag != "?" && tag != "!") {
    report_.add(
        at, fmt::format("a tag ('{}')", tag),
        "tags are not supported: write the value alone, or in quotes if it begins with '!'");
  }
}

void DocumentBuilder::check_spelling(const YamlNode& scalar) {
  const auto index = static_cast<std::size_t>(scalar.at.line - 1);
  if (index >= lines_.size()) return;
  const auto column = static_cast<std::size_t>(scalar.at.column - 1);
  const std::string_view line = lines_[index].substr(std::min(column, lines_[index].size()));
  auto complaint = check_one_line(line, scalar.text, scalar.quoted);
  if (complaint) report_.add(scalar.at, std::move(complaint->what), std::move(complaint->hint));
}

void DocumentBuilder::count(Position at) {
  if (++nodes_ > kMostNodes) throw DocumentTooBig(at, "the configuration has too many values");
}

}  // namespace cork::config
