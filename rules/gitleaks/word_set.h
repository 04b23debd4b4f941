// Which of many words a text contains, found in one walk over it.
//
// Immutable, shared between threads. Words and text are compared byte by byte: bring both to lower
// case first.
//
//   const WordSet words({"token", "secret"});
//   words.any_in(lower_case(text));
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cork::gitleaks {

class WordSet {
 public:
  WordSet() : WordSet(std::vector<std::string>()) {}
  // An empty word is contained in nothing.
  explicit WordSet(const std::vector<std::string>& words);

  [[nodiscard]] bool any_in(std::string_view text) const;
  // By the index a word had in the constructor's list.
  [[nodiscard]] std::vector<bool> all_in(std::string_view text) const;

 private:
  struct Word {
    std::string text;
    std::size_t index;
  };
  template <class Found>
  void walk(std::string_view text, Found found) const;

  std::size_t count_ = 0;
  std::vector<Word> words_;                    // sorted by their first byte
  std::array<std::uint32_t, 257> by_first_{};  // words_ that begin with byte b: [b] to [b+1]
  std::vector<bool> pairs_;                    // which two bytes begin a word
};

}  // namespace cork::gitleaks
