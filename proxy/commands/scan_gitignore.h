// Which paths git leaves out: the patterns of .gitignore files, each for its folder and below.
//
// Pure values.
//
//   GitIgnore ignore;
//   if (!ignore.add("src", "build/\n*.o\n")) ignore.add_nothing("src");
//   ignore.ignores("src/build", true);
#pragma once

#include "proxy/commands/scan_glob.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cork::commands {

class GitIgnore {
 public:
  // Of all lists together, and what their patterns take in bytes.
  static constexpr std::size_t kMostPatterns = 10'000;
  static constexpr std::size_t kMostBytes = std::size_t{4} << 20;

  // `folder` is where the file stands, relative to where paths begin; "" for there itself. A list
  // that is added later counts for more. false: with it there are too many; it is not heeded.
  [[nodiscard]] bool add(std::string_view folder, std::string_view text);
  // In place of a list that is not heeded: what earlier ones say of that folder is void, since it
  // might be what takes something out of them again.
  void add_nothing(std::string_view folder);
  // What was added after the first `count` lists is forgotten: the walk has left that folder.
  void forget_beyond(std::size_t count);
  [[nodiscard]] std::size_t size() const noexcept { return lists_.size(); }

  // The last pattern that matches decides. A path in an ignored folder is not asked for: the walk
  // does not go there. nullopt: to tell takes too long.
  [[nodiscard]] std::optional<bool> ignores(std::string_view path, bool is_folder) const;

 private:
  struct Pattern {
    GitGlob glob;
    bool negated = false, folders_only = false;
  };
  struct List {
    std::string folder;
    std::vector<Pattern> patterns;
    std::size_t bytes = 0;
  };
  static void add_line(std::string_view line, List& list);
  void push(List list);

  std::vector<List> lists_;
  std::size_t patterns_ = 0, bytes_ = 0;
};

}  // namespace cork::commands
