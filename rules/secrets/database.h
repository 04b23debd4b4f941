// The Hyperscan databases of a set of patterns, each made for one way of scanning.
//
// Immutable once made; shared between threads.
//
//   auto databases = compile_databases(patterns);
//   if (!databases) return report(databases.error().what);
//   hs_scan(databases->block.get(), ...);
#pragma once

#include "base/result.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>

struct hs_database;

namespace cork::secrets {

struct FreeDatabase {
  void operator()(hs_database* database) const noexcept;
};
using Database = std::unique_ptr<hs_database, FreeDatabase>;

// Every pattern is in `block`, without start-of-match and without UTF-8 mode.
struct Databases {
  Database block;
  Database folded;   // ignoring case, for host names: those that a host name can hold
  Database spelled;  // those to which an escape as it is spelled may matter; nullptr: none
};

struct Pattern {
  std::string text;
  // Host names are searched for it. A match's id is the pattern's number, in `folded` too.
  bool in_host_name = true;
  // It may match a text with escapes and not what that stands for; in `spelled` too.
  bool spells = true;
  // The most bytes a match takes. Nothing but the time to compile depends on it.
  std::size_t width = 0;
};

struct PatternProblem {
  std::string what;
  std::optional<std::size_t> pattern;  // the one at fault, where it is one alone
};

// Uses up to two threads while it lasts, since this is nearly all the time that cork needs to
// start. Not empty.
Result<Databases, PatternProblem> compile_databases(std::span<const Pattern> patterns);

}  // namespace cork::secrets
