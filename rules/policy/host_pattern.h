// Which hosts a route names. Three forms and no other:
//   example.com       that name (or address) alone
//   *.example.com     every name exactly one label below it, not example.com itself
//   **.example.com    every name below it, at any depth, not example.com itself
//
// Pure value.
#pragma once

#include "base/host.h"
#include "base/result.h"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace cork::policy {

class HostPattern {
 public:
  // Refuses every other form; the message says what to write instead. A wildcard needs at least two
  // labels below it ("*.com" is refused), and may not stand directly under a public suffix
  // ("*.co.uk", "*.github.io": publicsuffix.org, as libpsl has it built in).
  static Result<HostPattern> parse(std::string_view text);

  [[nodiscard]] bool matches(const Host& host) const noexcept;
  // Whether there is a host that both match.
  [[nodiscard]] bool overlaps(const HostPattern& other) const;
  // Larger is more specific: exact, then one label, then any depth; longer suffixes first.
  [[nodiscard]] std::uint32_t specificity() const noexcept;
  // As canonically written: "*.example.com".
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

  bool operator==(const HostPattern&) const = default;

 private:
  enum class Kind : std::uint8_t { any_depth, one_label, exact };

  HostPattern(Kind kind, std::string text, std::string base) noexcept
      : kind_(kind), text_(std::move(text)), base_(std::move(base)) {}

  Kind kind_;
  std::string text_;
  std::string base_;  // without "*." or "**."
};

}  // namespace cork::policy
