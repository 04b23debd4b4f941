// A pattern of git's for paths: '*', '?' and classes within a part, "**" for any number of parts.
//
// Pure values.
//
//   if (const auto glob = GitGlob::parse("src/**/*.o")) glob->matches(parts, steps);
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cork::commands {

class GitGlob {
 public:
  // Without a slash in it, it holds for the last part of a path; one in front only says otherwise.
  // nullopt: it matches nothing, in git neither, as where a '[' is left open.
  [[nodiscard]] static std::optional<GitGlob> parse(std::string_view text);

  // `path`: its parts. About a step a character compared is taken off `steps`; with none left
  // nothing matches.
  [[nodiscard]] bool matches(std::span<const std::string_view> path, std::size_t& steps) const;
  // Kept, beside its characters.
  [[nodiscard]] std::size_t bytes() const noexcept { return parts_.size() * sizeof(std::string); }

 private:
  std::vector<std::string> parts_;
};

}  // namespace cork::commands
