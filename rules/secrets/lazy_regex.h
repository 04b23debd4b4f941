// An RE2 regex that is made when it is first needed: there are hundreds of rules, and traffic comes
// near few of them.
//
// Thread-safe: whichever thread comes first makes it, others wait.
//
//   const LazyRegex regex("tok_[a-z]{20}", LazyRegex::Case::exact);
//   if (!regex.get().ok()) ...
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace re2 {
class RE2;
}

namespace cork::secrets {

class LazyRegex {
 public:
  enum class Case : std::uint8_t { exact, ignored };

  LazyRegex(std::string text, Case letters);
  ~LazyRegex();
  LazyRegex(LazyRegex&&) noexcept;
  LazyRegex& operator=(LazyRegex&&) = delete;

  // Bytes are Latin-1 characters. Not ok() where RE2 does not take the text; says why. Lives as
  // long as this.
  [[nodiscard]] const re2::RE2& get() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cork::secrets
