#include "rules/known/plainness.h"

#include "base/ascii.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <cmath>
#include <cstdint>
#include <cstdlib>

namespace cork::known {
namespace {

// Pairs of letters that follow one another in words, the most frequent ones: about one in six of
// all that there are, and most of those that are written.
constexpr std::string_view kPairs =
    "th he in er an re nd at on nt ha es st en ed to it ou ea hi is or ti as te et ng of al de se "
    "le sa si ar ve ra ld ur ro ri io ic ne ch co me li ll us ma be ta di ce ee el pe tr ac la ca "
    "ec om em ns no ho wa ot tt so ut il ai ow ge un rs pr ss ad wh ul ol ct lo ir po wi mo ts na "
    "fo su ke ag ie am ap ab im id up pl ay ey cl op pa wo rd mi ni ev ck";

constexpr auto kCommon = [] {
  std::array<bool, std::size_t{26} * 26> common{};
  for (std::size_t i = 0; i + 1 < kPairs.size(); ++i) {
    if (kPairs[i] == ' ' || kPairs[i + 1] == ' ') continue;
    common[static_cast<std::size_t>(kPairs[i] - 'a') * 26 +
           static_cast<std::size_t>(kPairs[i + 1] - 'a')] = true;
  }
  return common;
}();

// The beginnings of private keys, of session tokens and of JWT headers in base64.
constexpr std::array<std::string_view, 12> kPublicHeaders{
    "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAAB",
    "AAAAC3NzaC1lZDI1NTE5AAAAI",
    "AAAAB3NzaC1yc2EAAAADAQABAAAB",
    "BADANBgkqhkiG9w0BAQEFAASCB",
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg",
    "MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBD",
    "MC4CAQAwBQYDK2VwBCIEI",
    "oAoGCCqGSM49AwEHoUQDQgAE",
    "IQoJb3JpZ2luX2VjE",
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
    "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9",
    "eyJ0eXAiOiJKV1QiLCJhbGciOi"};

std::size_t different_bytes(std::string_view text) noexcept {
  std::bitset<256> seen;
  for (const char c : text) seen.set(static_cast<unsigned char>(c));
  return seen.count();
}

// Each next to the one before, or the same: "12345", "abcdef", "aaaa".
bool is_row(std::string_view text) noexcept {
  std::size_t steps = 0;
  for (std::size_t i = 1; i < text.size(); ++i) steps += std::abs(text[i] - text[i - 1]) <= 1;
  return text.size() > 1 && 2 * steps > text.size() - 1;
}

bool is_wordlike(std::string_view text) noexcept {
  std::size_t changes = 0, pairs = 0, common = 0;
  for (std::size_t i = 1; i < text.size(); ++i) {
    const char a = to_lower(text[i - 1]), b = to_lower(text[i]);
    changes += is_digit(a) != is_digit(b);
    if (!is_alpha(a) || !is_alpha(b)) continue;
    ++pairs;
    common += kCommon[static_cast<std::size_t>(a - 'a') * 26 + static_cast<std::size_t>(b - 'a')];
  }
  return changes <= 2 && pairs >= 3 && 2 * common >= pairs;
}

// At most, of a text whose characters are drawn from the classes that it has.
double bits_of(std::string_view text) noexcept {
  bool lower = false, upper = false, digit = false, other = false, hex = true;
  for (const char c : text) {
    (is_digit(c) ? digit : !is_alpha(c) ? other : to_lower(c) == c ? lower : upper) = true;
    hex = hex && hex_value(c) >= 0;
  }
  double alphabet = (lower ? 26 : 0) + (upper ? 26 : 0) + (digit ? 10 : 0) + (other ? 33 : 0);
  if (hex && digit && (lower != upper)) alphabet = 16;
  return std::log2(std::max(alphabet, 1.0)) * static_cast<double>(text.size());
}

// More of a window than this being structure, it is no secret.
constexpr std::ptrdiff_t kMostStructure = 8;
constexpr double kFewestBits = 36;
constexpr std::size_t kFewestDifferent = 5;
constexpr std::size_t kFewestDifferentInWindow = 6;

void mark(std::string& marks, std::size_t begin, std::size_t end) {
  end = std::min(end, marks.size());
  if (begin < end)
    std::fill(marks.begin() + static_cast<std::ptrdiff_t>(begin),
              marks.begin() + static_cast<std::ptrdiff_t>(end), 's');
}

// RFC 3986: scheme://user:password@host:port/path?query#fragment.
void mark_url(std::string_view value, std::string& marks) {
  const std::size_t slashes = value.find("://");
  if (slashes == value.npos || slashes > 32 || value.find_first_of(" \n") < slashes) return;
  const std::size_t authority = slashes + 3;
  const std::size_t end = std::min(value.find_first_of("/?#", authority), value.size());
  const std::size_t at = value.substr(0, end).rfind('@');
  if (at == value.npos || at < authority) return mark(marks, 0, end);
  // A token may stand alone there.
  const std::size_t colon = value.substr(0, at).find(':', authority);
  mark(marks, 0, colon == value.npos ? authority : colon + 1);
  mark(marks, at, end);
}

// RFC 7519: what is signed may be public; the signature is the credential.
void mark_jwt(std::string_view value, std::string& marks) {
  if (!value.starts_with("eyJ")) return;
  const std::size_t first = value.find('.');
  const std::size_t second = value.find('.', std::min(first, value.size() - 1) + 1);
  if (first != value.npos && second != value.npos) mark(marks, 0, second);
}

// RFC 7468. The first line holds what kind of key it is.
void mark_pem(std::string_view value, std::string& marks) {
  constexpr std::string_view dashes = "-----";
  std::size_t at = value.find(dashes);
  while (at != value.npos) {
    const bool begins = value.substr(at).starts_with("-----BEGIN ");
    const std::size_t close = value.find(dashes, at + dashes.size());
    if (close == value.npos) return;
    std::size_t end = close + dashes.size();
    mark(marks, at, end);
    at = value.find(dashes, end);
    if (!begins) continue;
    const std::size_t line = value.find_first_not_of("\r\n", end);
    if (line == value.npos) return;
    end = std::min(value.find_first_of("\r\n", line), value.size());
    // A key in one line has nothing else.
    if (end - line <= 76) mark(marks, line, end);
  }
}

}  // namespace

std::string_view password_in(std::string_view url) noexcept {
  const std::size_t slashes = url.find("://");
  if (slashes == url.npos) return {};
  const std::size_t authority = slashes + 3;
  const std::string_view before = url.substr(0, url.find_first_of("/?#", authority));
  const std::size_t at = before.rfind('@');
  const std::size_t colon = before.find(':', authority);
  if (at == before.npos || colon == before.npos || colon > at) return {};
  return before.substr(colon + 1, at - colon - 1);
}

bool is_plain(std::string_view text) noexcept {
  const std::size_t fewest = text.size() < kWindow ? kFewestDifferent : kFewestDifferentInWindow;
  return different_bytes(text) < fewest || is_row(text) || is_wordlike(text);
}

bool is_telling(std::string_view window, std::string_view structure) noexcept {
  if (std::ranges::count(structure, 's') > kMostStructure || is_plain(window)) return false;
  return std::ranges::none_of(kPublicHeaders, [&](std::string_view header) {
    return header.find(window) != std::string_view::npos;
  });
}

std::optional<std::string_view> weakness_of(std::string_view value) noexcept {
  if (value.size() < kShortest) return "has fewer than 8 bytes";
  if (value.find('\0') != value.npos) return "holds a NUL byte";
  if (different_bytes(value) < kFewestDifferent) return "has too few different characters";
  if (bits_of(value) < kFewestBits) return "is too easily guessed";
  if (is_row(value)) return "is a row of keys";
  if (value.size() < kWindow && is_plain(value)) return "reads like ordinary text";
  return std::nullopt;
}

std::string structure_of(std::string_view value) {
  std::string marks(value.size(), '.');
  mark_url(value, marks);
  mark_jwt(value, marks);
  mark_pem(value, marks);
  return marks;
}

}  // namespace cork::known
