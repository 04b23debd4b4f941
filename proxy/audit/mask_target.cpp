#include "base/ascii.h"
#include "proxy/audit/mask.h"
#include "proxy/audit/record.h"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace cork::audit {
namespace {

std::vector<Range> ranges_of(std::span<const secrets::Finding> findings, secrets::Part part) {
  std::vector<Range> ranges;
  for (const secrets::Finding& finding : findings) {
    if (finding.place.part == part) ranges.push_back({finding.place.begin, finding.place.end});
  }
  return ranges;
}

// An element without '=' may be a flag ("?wsdl") or a value all by itself: short words stay.
bool is_flag(std::string_view element) noexcept {
  return element.size() <= 20 && std::ranges::all_of(element, [](char c) {
           return is_alpha(c) || c == '-' || c == '_' || static_cast<unsigned char>(c) >= 0x80;
         });
}

void append_element(std::string& out, std::string_view element) {
  const std::size_t equals = element.find('=');
  if (equals == std::string_view::npos) {
    out += is_flag(element) ? element : kMask;
    return;
  }
  const std::string_view name = element.substr(0, equals);
  out += looks_random(name) ? kMask : name;
  out += '=';
  out += kMask;
}

std::string masked_query(std::string_view query, std::span<const secrets::Finding> findings) {
  const std::string text = mask_ranges(query, ranges_of(findings, secrets::Part::query));
  std::string_view rest = text;
  std::string out;
  out.reserve(rest.size());
  while (true) {
    const std::size_t ampersand = rest.find('&');
    append_element(out, rest.substr(0, ampersand));
    if (ampersand == std::string_view::npos) return out;
    out += '&';
    rest.remove_prefix(ampersand + 1);
  }
}

// The hash is of the masked text: a hash of the original would let anyone test guesses of a secret.
std::string shortened(const std::string& masked) {
  constexpr std::string_view label = "sha256:";
  constexpr std::size_t shown = 8;
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(masked.data()), masked.size(), digest.data());
  std::string out(utf8_prefix(masked, kMaxTargetBytes - kMask.size() - label.size() - 2 * shown));
  out += kMask;
  out += label;
  for (const unsigned char byte : std::span(digest).first(shown)) {
    fmt::format_to(std::back_inserter(out), "{:02x}", byte);
  }
  return out;
}

}  // namespace

std::string mask_target(const Target& target, std::span<const secrets::Finding> findings) {
  const std::vector<Range> in_path = ranges_of(findings, secrets::Part::path);
  std::string out = in_path.empty() ? mask_segments(target.path())
                                    : mask_segments(mask_ranges(target.path(), in_path));
  if (!target.query().empty()) {
    out += '?';
    out += masked_query(target.query(), findings);
  }
  return out.size() > kMaxTargetBytes ? shortened(out) : out;
}

}  // namespace cork::audit
