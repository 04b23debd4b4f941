// Small rules and one known value, the same on every run.
#pragma once

#include "tests/unit/rules/known/made_values.h"
#include "tests/unit/rules/secrets/test_rules.h"

#include <memory>
#include <string>

namespace cork::fuzz {

struct KnownFixture {
  std::shared_ptr<const secrets::Ruleset> rules = secrets::test::small_rules();
  secrets::WorkerScratch scratch{*rules};
  std::string value;
  std::shared_ptr<const known::KnownValues> known;

  KnownFixture() {
    known::test::Random random(16);
    value = known::test::made_up(40, random);
    known = known::test::known({value});
  }
};

}  // namespace cork::fuzz
