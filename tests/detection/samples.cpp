#include "tests/detection/samples.h"

#include "rules/secrets/rule_examples.h"

#include <boost/json.hpp>

#include <algorithm>
#include <istream>

namespace cork::secrets::detection {

std::vector<Sample> samples_of(const Ruleset& rules, Confidence confidence, std::size_t each,
                               Random& random) {
  std::vector<Sample> samples;
  for (const Rule& rule : rules.rules()) {
    if (rule.confidence != confidence || rule.examples.empty()) continue;
    for (std::size_t i = 0; i < each; ++i) {
      const auto text = expand_example(rule.examples[i % rule.examples.size()], random);
      if (text) samples.push_back({rule.id, *text});
    }
  }
  std::ranges::shuffle(samples, random);
  return samples;
}

Result<std::vector<Sample>> read_samples(std::istream& in) {
  std::vector<Sample> samples;
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    boost::system::error_code error;
    const boost::json::value value = boost::json::parse(line, error);
    const auto* object = value.if_object();
    const auto* rule = object == nullptr ? nullptr : object->if_contains("rule");
    const auto* text = object == nullptr ? nullptr : object->if_contains("sample");
    if (rule == nullptr || text == nullptr || !rule->is_string() || !text->is_string()) {
      return fail("line " + std::to_string(number) + " is not {\"rule\": ..., \"sample\": ...}");
    }
    samples.push_back({std::string(rule->as_string()), std::string(text->as_string())});
  }
  return samples;
}

}  // namespace cork::secrets::detection
