// Text as Go's regular expressions read it: UTF-8, and each byte that belongs to no character read
// as U+FFFD. Searching the raw bytes instead would find other things in a file that is not UTF-8.
//
// Immutable; borrows the raw text, which must outlive it.
//
//   const Text text(raw);
//   const auto at = text.searched().find("key");
//   raw.substr(text.to_raw(at));
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cork::gitleaks {

class Text {
 public:
  explicit Text(std::string_view raw);

  Text(const Text&) = delete;
  Text& operator=(const Text&) = delete;

  [[nodiscard]] std::string_view raw() const noexcept { return raw_; }
  // Always UTF-8: `raw` itself wherever that is UTF-8.
  [[nodiscard]] std::string_view searched() const noexcept {
    return replaced_.empty() ? raw_ : std::string_view(mended_);
  }
  // An offset in searched() as one in raw().
  [[nodiscard]] std::size_t to_raw(std::size_t searched) const noexcept;

  [[nodiscard]] bool ascii() const noexcept { return ascii_; }
  // It holds one of the few characters that Hyperscan reads differently from RE2: a vertical tab
  // (which only Hyperscan takes for white space), or a letter beyond ASCII that Unicode folds into
  // it (U+0130, U+017F, U+212A).
  [[nodiscard]] bool odd() const noexcept { return odd_; }

 private:
  std::string_view raw_;
  std::string mended_;
  std::vector<std::size_t> replaced_;  // where in mended_ a U+FFFD stands for one byte
  bool ascii_ = true, odd_ = false;
};

// Unicode's simple lower case as far as ASCII is concerned: A to Z, and the two letters beyond it
// whose lower case lies in it.
[[nodiscard]] std::string lower_case(std::string_view text);

// Shannon's entropy as gitleaks counts it: characters, divided by the number of bytes.
[[nodiscard]] double character_entropy(std::string_view text);

}  // namespace cork::gitleaks
