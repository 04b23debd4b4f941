// What can be known of a regex without running it, to tell which engine may look for it.
//
// Pure.
//
//   const auto traits = traits_of("key_[a-z]{20}");
//   traits->literal;        // 4
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace cork::gitleaks {

struct RegexTraits {
  // Read byte by byte it matches wherever it does read by characters: no bounded number of bytes
  // stands for what may be characters of several bytes each.
  bool bytes_suffice = false;
  // Every match holds a literal (either case) of at least this many bytes.
  std::size_t literal = 0;
};

// nullopt: it is written in a way that is not read here.
[[nodiscard]] std::optional<RegexTraits> traits_of(std::string_view regex);

}  // namespace cork::gitleaks
