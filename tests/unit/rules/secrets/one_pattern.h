// One regex as Hyperscan alone searches for it.
//
//   const OnePattern pattern("a+b");
//   if (pattern.refusal().empty()) use(pattern.ends("aab"));   // {3}
#pragma once

#include <hs/hs.h>

#include <cstddef>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>

namespace cork::secrets {

class OnePattern {
 public:
  explicit OnePattern(const std::string& regex) {
    hs_compile_error_t* error = nullptr;
    if (hs_compile(regex.c_str(), 0, HS_MODE_BLOCK, nullptr, &database_, &error) != HS_SUCCESS) {
      refusal_ = error->message;
      hs_free_compile_error(error);
    } else if (hs_alloc_scratch(database_, &scratch_) != HS_SUCCESS) {
      throw std::runtime_error("no memory to scan with");
    }
  }
  ~OnePattern() {
    hs_free_scratch(scratch_);
    hs_free_database(database_);
  }
  OnePattern(const OnePattern&) = delete;
  OnePattern& operator=(const OnePattern&) = delete;

  // Hyperscan's own; "": it takes the regex.
  [[nodiscard]] const std::string& refusal() const noexcept { return refusal_; }
  // Where matches end. Not of one that is refused.
  [[nodiscard]] std::set<std::size_t> ends(std::string_view text) const {
    std::set<std::size_t> ends;
    const auto add = [](unsigned, unsigned long long, unsigned long long to, unsigned, void* into) {
      static_cast<std::set<std::size_t>*>(into)->insert(to);
      return 0;
    };
    hs_scan(database_, text.data(), static_cast<unsigned>(text.size()), 0, scratch_, add, &ends);
    return ends;
  }

 private:
  hs_database_t* database_ = nullptr;
  hs_scratch_t* scratch_ = nullptr;
  std::string refusal_;
};

}  // namespace cork::secrets
