// Which files git has under its care: the names in its index, a file of a repository that may be
// anybody's. git itself is not asked, as a repository's configuration may name commands for it to
// run.
//
// Pure values.
//
//   auto index = GitIndex::parse(bytes, kMost);
//   if (index && index->holds("src/.env")) look_into("src/.env");
#pragma once

#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cork::commands {

class GitIndex {
 public:
  // Holds nothing, as that of a repository to which nothing was added.
  GitIndex() = default;

  // Versions 2, 3 and 4, with object names of either hash. Refused: what git would not read, a part
  // that has to be understood and is not (a split or a sparse index), and names of more than `most`
  // bytes together.
  static Result<GitIndex> parse(std::string_view bytes, std::size_t most);

  [[nodiscard]] bool holds(std::string_view path) const;
  // Or anything in that folder; itself where it is a submodule.
  [[nodiscard]] bool holds_in(std::string_view folder) const;
  // About what it takes, in bytes.
  [[nodiscard]] std::size_t size() const noexcept;

 private:
  struct Name {
    std::uint32_t begin, length;
  };
  static Result<GitIndex> parse_hashed(std::string_view bytes, std::size_t most, std::size_t hash);
  Result<void> add(std::string_view name, std::size_t most);
  [[nodiscard]] std::string_view text_of(const Name& name) const;
  // The first name that is not before `path`; "" behind the last.
  [[nodiscard]] std::string_view first_from(std::string_view path) const;

  std::string text_;         // one name behind another
  std::vector<Name> names_;  // in the order of their bytes
};

}  // namespace cork::commands
