// The compiled rules as a file beside the CA, so that only the first start compiles them.
//
// Reads and writes one file; thread-safe as far as the file system is: of several writers, in this
// process or another, the last one's file stays, and a reader sees a whole one. Nothing here is an
// error: without the file, or where it is not to be trusted, the rules are compiled.
//
// Whoever may write the file decides what is found. So it is read only where it belongs to this
// user, or root, and nobody else may write it; and those who may write its folder could as well
// take the CA's key.
//
//   DatabaseFile file(folder / DatabaseFile::kName, DatabaseFile::Use::read_and_write);
//   auto rules = secrets::Ruleset::compile(std::move(written), &file);
#pragma once

#include "rules/secrets/database_store.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace cork::config {

class DatabaseFile final : public secrets::DatabaseStore {
 public:
  static constexpr const char* kName = "rules.hsdb";
  enum class Use : std::uint8_t { read, read_and_write };

  DatabaseFile(std::filesystem::path path, Use use);

  std::optional<std::string> load() override;
  // Makes the folder too, as the CA would.
  void keep(std::string_view image) override;

 private:
  const std::filesystem::path path_;
  const Use use_;
};

}  // namespace cork::config
