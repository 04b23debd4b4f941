// What the name says that a secret is assigned to: whose it is, or that it is none.
//
// Immutable once made; safe to share between threads.
//
//   NameWords words({"datadog"}, {"keyid"});
//   words.admit("DATADOG_API_KEY=9fj...", 12, 16);  // the match begins at "KEY", the secret at "9"
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cork::secrets {

class NameWords {
 public:
  // What may stand between the letters of a name, and says nothing.
  static constexpr std::string_view kJoiners = "_-.";
  // A name must hold one of `named`, where there are any, and none of `not_named`; all in lower
  // case, without '_', '-' and '.', and of two letters at least. A word may say where: "^okta"
  // begins a word of the name, as in my_okta and MyOkta; ".rs" ends it, with the dot, since what
  // files are named is no variable's; "checksum/" stands in front of it. And a name inside an ARN
  // (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html) is none.
  NameWords(const std::vector<std::string>& named, const std::vector<std::string>& not_named);

  // Whether it can be a word of either kind; whether it says where, in front of a name or at its
  // end: then it is one of `not_named` alone.
  [[nodiscard]] static bool is_word(std::string_view word) noexcept;
  [[nodiscard]] static bool tells_place(std::string_view word) noexcept;

  // How far before a match the name may have begun; 0: no name is asked for.
  [[nodiscard]] std::size_t reach() const noexcept;

  // The name is what stands before `secret` in `text`, from the word on that `match` is in.
  [[nodiscard]] bool admit(std::string_view text, std::size_t match, std::size_t secret) const;
  // False: no name stands in `text` that `secret` is assigned to by {assign} alone (see rule.h), or
  // one that is not admitted, wherever in it a match begins. Cheap, beside finding the match.
  [[nodiscard]] bool may_name(std::string_view text, std::size_t secret) const;
  // False: none of the names that end in `text` is admitted. Cheap, beside finding the match.
  [[nodiscard]] bool may_admit(std::string_view text) const;

 private:
  // A name without what joins its words, in lower case, and where they begin.
  struct Letters;
  class Words {
   public:
    explicit Words(const std::vector<std::string>& words);
    [[nodiscard]] bool empty() const noexcept { return words_.empty(); }
    // From its letter `from` on.
    [[nodiscard]] bool any_in(const Letters& name, std::size_t from = 0) const noexcept;
    // Of those that end a name, or stand in front of it.
    [[nodiscard]] bool any_ends(std::string_view name) const noexcept;
    [[nodiscard]] bool any_before(std::string_view text) const noexcept;

   private:
    struct Word {
      std::string letters;  // two at least
      bool begins = false;
      [[nodiscard]] std::size_t beginning() const noexcept;
    };

    // In the order of how they begin: the low five bits of two letters.
    std::vector<Word> words_;
    std::array<std::uint16_t, 1024> first_{};  // of those that begin so, one more; 0: none does
    std::vector<std::string> endings_, directories_;
  };

  // Of a name in `text`, and what stands in front of it: what it is part of says that it is none.
  [[nodiscard]] bool is_elsewhere(std::string_view before, std::string_view name) const noexcept;

  Words named_, not_named_;
  bool asked_;
};

}  // namespace cork::secrets
