// Compiled databases kept in memory, and how often they were asked for and kept.
//
//   MemoryStore store;
//   Ruleset::compile(rules, &store);
//   EXPECT_EQ(store.kept, 1);
#pragma once

#include "rules/secrets/database_store.h"

#include <optional>
#include <string>
#include <string_view>

namespace cork::secrets::test {

class MemoryStore final : public DatabaseStore {
 public:
  std::optional<std::string> load() override {
    ++loaded;
    return image;
  }
  void keep(std::string_view bytes) override {
    ++kept;
    image = bytes;
  }

  std::optional<std::string> image;
  int loaded = 0, kept = 0;
};

}  // namespace cork::secrets::test
