// Which paths git leaves out: the patterns of .gitignore files, each for its folder and below.
//
// Pure values.
//
//   GitIgnore ignore;
//   ignore.add("src", "build/\n*.o\n");
//   ignore.ignores("src/build", true);
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cork::commands {

class GitIgnore {
 public:
  // `folder` is where the file stands, relative to where paths begin; "" for there itself. A file
  // that is added later counts for more.
  void add(std::string_view folder, std::string_view text);
  // What was added after the first `count` patterns is forgotten: the walk has left that folder.
  void forget_beyond(std::size_t count) { patterns_.resize(count); }
  [[nodiscard]] std::size_t size() const noexcept { return patterns_.size(); }

  // The last pattern that matches decides. A path in an ignored folder is not asked for: the walk
  // does not go there.
  [[nodiscard]] bool ignores(std::string_view path, bool is_folder) const;

 private:
  struct Pattern {
    std::string folder;
    std::vector<std::string> parts;  // between the slashes
    bool negated = false, folders_only = false;
  };

  std::vector<Pattern> patterns_;
};

// One part of a path against one of a pattern: '*', '?' and '[...]' with '!' or '^', '\' before
// what is meant literally.
[[nodiscard]] bool matches_part(std::string_view pattern, std::string_view part);

}  // namespace cork::commands
