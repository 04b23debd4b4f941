// Builds the tree of a document from yaml-cpp's events.
//
// Only document.cpp uses it. Throws DocumentTooBig, the one way to stop yaml-cpp's parser.
#pragma once

#include "proxy/config/document.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace cork::config {

class DocumentTooBig : public std::runtime_error {
 public:
  DocumentTooBig(Position where, const char* what) : std::runtime_error(what), at(where) {}
  Position at;
};

class DocumentBuilder final : public YAML::EventHandler {
 public:
  // Both outlive the builder. `lines` are the text's.
  DocumentBuilder(const std::vector<std::string_view>& lines, Report& report)
      : lines_(lines), report_(report) {}

  // nullopt: the document was empty.
  [[nodiscard]] std::optional<YamlNode> take();
  [[nodiscard]] Position started() const noexcept { return started_; }

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override;
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override;

 private:
  // A collection that is not complete, and in a mapping the key that waits for its value.
  struct Open {
    YamlNode node;
    std::optional<Member> key;
    bool wants_value = false;
  };

  void begin(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag,
             YAML::anchor_t anchor);
  void end();
  void add(YamlNode node);
  void add_to_mapping(Open& mapping, YamlNode node);
  void refuse_extras(Position at, const std::string& tag, YAML::anchor_t anchor);
  void check_spelling(const YamlNode& scalar);
  void count(Position at);

  const std::vector<std::string_view>& lines_;
  Report& report_;
  Position started_;
  std::vector<Open> open_;
  std::optional<YamlNode> root_;
  std::size_t nodes_ = 0;
};

}  // namespace cork::config
