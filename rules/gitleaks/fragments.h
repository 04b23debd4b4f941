// A file in the pieces that gitleaks searches one by one: 100,000 bytes, and up to 25,000 more
// until two newlines follow one another. What lies across a border is not found by gitleaks, and so
// not here; what `Line` and columns say depends on the borders too.
//
// Not thread-safe; holds no more than a piece and 4 KiB.
//
//   FragmentReader reader(read);
//   while (const auto fragment = reader.next()) detect(fragment->text, fragment->first_line);
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>

namespace cork::gitleaks {

struct Fragment {
  std::string text;
  std::size_t first_line = 1;
};

// Fills as much as there is, at most the span; 0 at the end, or on an error that the caller keeps.
using ReadBytes = std::function<std::size_t(std::span<char>)>;

class FragmentReader {
 public:
  explicit FragmentReader(ReadBytes read) : read_(std::move(read)) {}

  // nullopt: no more, or the file is a binary one (is_binary()).
  std::optional<Fragment> next();
  [[nodiscard]] bool is_binary() const noexcept { return binary_; }

 private:
  void first_bytes(std::string& text);
  bool one_more(std::string& text);
  void until_blank_line(std::string& text);

  ReadBytes read_;
  std::string ahead_;  // read, and not yet part of a piece
  std::size_t taken_ = 0;
  std::size_t lines_ = 0;
  bool binary_ = false;
};

}  // namespace cork::gitleaks
