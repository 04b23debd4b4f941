// `cork plan`: what `cork run` would do with this configuration, resolved: which door is whose,
// what each bottle may reach and by which line, the CA, the rules, the limits, and what to be
// warned of. Makes no file and looks no name up.
#pragma once

#include "proxy/commands/command.h"
#include "proxy/commands/settings.h"
#include "proxy/commands/warnings.h"
#include "rules/secrets/ruleset.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace cork::commands {

enum class PlanFormat : std::uint8_t { text, json };

struct PlanOptions {
  ConfigFlag config;
  PlanFormat format = PlanFormat::text;
};

int plan(const PlanOptions& options, const Context& context);

struct CaState {
  enum class Kind : std::uint8_t { absent, ready, unusable };
  Kind kind = Kind::absent;
  std::filesystem::path certificate;
  std::string fingerprint, valid_until;  // where it is ready; "2036-01-02"
  std::string problem;                   // where it is unusable
};

struct Plan {
  config::Config config;
  CaState ca;
  std::shared_ptr<const secrets::Ruleset> rules;
  std::vector<std::vector<Warning>> warnings;  // by bottle
  Diagnostics rule_warnings;                   // see config::LoadedRules

  [[nodiscard]] std::size_t blocking_rules() const;
};

// For people, at most `context.columns` wide where the words allow it.
[[nodiscard]] std::string plan_text(const Plan& plan, const Context& context);
// docs/plan.schema.json
[[nodiscard]] std::string plan_json(const Plan& plan);

}  // namespace cork::commands
