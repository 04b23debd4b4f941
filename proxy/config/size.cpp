#include "proxy/config/size.h"

#include "base/ascii.h"
#include "base/size_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace cork::config {
namespace {

struct Unit {
  std::string_view name;
  unsigned shift;
};
constexpr std::array kUnits{Unit{"TiB", 40}, Unit{"GiB", 30}, Unit{"MiB", 20}, Unit{"KiB", 10},
                            Unit{"B", 0}};
constexpr std::size_t kMostDigits = 9;  // shifted by a unit it still fits

std::optional<std::uint64_t> parse(std::string_view text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits == 0 || digits > kMostDigits || (text.front() == '0' && digits > 1)) {
    return std::nullopt;
  }
  std::uint64_t value = 0;
  for (const char c : text.substr(0, digits)) value = value * 10 + static_cast<unsigned>(c - '0');
  std::string_view unit = text.substr(digits);
  if (unit.starts_with(' ')) unit.remove_prefix(1);
  const auto known = std::ranges::find(kUnits, unit, &Unit::name);
  if (known == kUnits.end()) return std::nullopt;
  return value << known->shift;
}

std::string hint_for(std::string_view text, Range range) {
  text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::string unit = to_lower(text.substr(std::min(digits, text.size())));
  const std::string_view bare = std::string_view(unit).substr(unit.starts_with(' ') ? 1 : 0);
  for (const Unit& known : kUnits) {
    // "10g", "10GB", "10gib"
    const std::string letter = to_lower(known.name.substr(0, 1));
    if (digits == 0 || digits > kMostDigits || bare.empty() || !bare.starts_with(letter)) continue;
    return fmt::format("did you mean '{}{}'?", text.substr(0, digits), known.name);
  }
  return fmt::format("write a whole number and its unit, from {} to {}, as in 512MiB or 10GiB",
                     size_text(range.least), size_text(range.most));
}

}  // namespace

std::optional<std::uint64_t> read_size(const Item& item, Range range, Report& report) {
  const auto text = read_text(item, report);
  if (!text) return std::nullopt;
  const auto bytes = parse(*text);
  if (bytes && *bytes >= range.least && *bytes <= range.most) return bytes;
  if (bytes) {
    report.add(
        item.at, fmt::format("'{}' may not be {}", item.name, *text),
        fmt::format("write a size from {} to {}", size_text(range.least), size_text(range.most)));
  } else {
    report.add(item.at, fmt::format("'{}' is a size, here is '{}'", item.name, *text),
               hint_for(*text, range));
  }
  return std::nullopt;
}

}  // namespace cork::config
