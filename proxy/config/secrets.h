// The `secrets` of a bottle: values that it is known to have, wherever they are read from.
//
// Pure but for the environment and the files it names. No message repeats a value.
//
//   BottleSecrets secrets = read_secrets(item_of(member), surroundings, report);
#pragma once

#include "proxy/config/config.h"
#include "proxy/config/values.h"
#include "rules/known/known_values.h"

#include <filesystem>
#include <memory>
#include <vector>

namespace cork::config {

struct BottleSecrets {
  std::vector<SecretSource> sources;
  std::shared_ptr<const known::KnownValues> known;  // nullptr: none, or none was read
};

// Entries `from: env:NAME`, `file:PATH` or `dotenv:PATH`, with `for`, `in` and `canary`. Reports a
// source that has nothing, a value that ordinary traffic may hold too, one that is there twice. Of
// a .env file what reads like ordinary text is left out.
BottleSecrets read_secrets(const Item& item, const Surroundings& surroundings, Report& report);

// Files that values are read from.
[[nodiscard]] std::vector<std::filesystem::path> known_value_files(const Config& config);

}  // namespace cork::config
