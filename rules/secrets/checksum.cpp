#include "rules/secrets/checksum.h"

#include "base/ascii.h"

#include <openssl/sha.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace cork::secrets {
namespace {

constexpr std::size_t kCrcDigits = 6;
constexpr std::string_view kBase62 =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kBase58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::array<std::pair<std::string_view, Checksum>, 4> kNames{
    {{"crc32", Checksum::crc32},
     {"luhn", Checksum::luhn},
     {"mod97", Checksum::mod97},
     {"base58check", Checksum::base58check}}};

// How many characters the IBAN registry gives each country; blanks keep two apart from a third.
constexpr std::array<std::pair<std::size_t, std::string_view>, 18> kIbanSizes{
    {{15, "no"},
     {16, "be"},
     {18, "dk fi fo gl nl sd"},
     {19, "mk si"},
     {20, "at ba ee kz lt lu mn xk"},
     {21, "ch hr li lv"},
     {22, "bg bh cr de gb ge ie me rs va"},
     {23, "ae gi il iq om so tl"},
     {24, "ad cz es md pk ro sa se sk tn vg"},
     {25, "ly pt st"},
     {26, "is tr"},
     {27, "bi dj fr gr it mc mr sm"},
     {28, "al az by cy do gt hu lb ni pl sv"},
     {29, "br eg ps qa ua"},
     {30, "jo kw mu ye"},
     {31, "mt sc"},
     {32, "lc"},
     {33, "ru"}}};

// The most characters that stand together where there are separators.
constexpr std::size_t kCardGroup = 6, kIbanGroup = 4;

constexpr std::size_t kSumBytes = 4;  // of base58check
using Sum = std::array<unsigned char, kSumBytes>;
// Longer than any that a rule asks for: an extended key takes 82.
constexpr std::size_t kMostBytes = 128;

bool is_separator(char c) noexcept {
  return c == ' ' || c == '-' || c == '+';
}

// In one piece, or in groups of up to `most` characters with the same sign between any two.
bool is_grouped(std::string_view text, std::size_t most) noexcept {
  const auto first = std::ranges::find_if(text, is_separator);
  if (first == text.end()) return !text.empty();
  std::size_t group = 0;
  for (const char c : text) {
    if (!is_separator(c)) {
      if (++group > most) return false;
    } else if (c == *first && group > 0) {
      group = 0;
    } else {
      return false;
    }
  }
  return group > 0;
}

bool ends_in_crc32(std::string_view token) {
  const std::string_view drawn = token.substr(token.rfind('_') + 1);
  if (drawn.size() < kCrcDigits) return false;
  const std::size_t size = drawn.size() - kCrcDigits;
  return drawn.substr(size) == crc32_in_base62(drawn.substr(0, size), kCrcDigits);
}

// The sum of its digits, each second one from the right doubled, beginning `doubled`; nullopt: it
// holds something else.
std::optional<unsigned> luhn_sum(std::string_view number, bool doubled) noexcept {
  unsigned sum = 0;
  for (auto c = number.rbegin(); c != number.rend(); ++c) {
    if (is_separator(*c)) continue;
    if (!is_digit(*c)) return std::nullopt;
    const auto digit = static_cast<unsigned>(*c - '0');
    sum += !doubled ? digit : digit < 5 ? 2 * digit : 2 * digit - 9;
    doubled = !doubled;
  }
  return sum;
}

// How many characters an IBAN of that country has; 0: it has none.
std::size_t iban_size(std::string_view country) noexcept {
  const std::array<char, 2> lower{to_lower(country[0]), to_lower(country[1])};
  if (!is_alpha(lower[0]) || !is_alpha(lower[1])) return 0;
  for (const auto& [size, countries] : kIbanSizes) {
    const std::size_t at = countries.find({lower.data(), lower.size()});
    if (at != countries.npos) return size;
  }
  return 0;
}

struct Mod97 {
  unsigned rest;    // by 97, of the first four characters behind the others
  unsigned digits;  // the check digits, which are the last two of those
  std::size_t size;
};
// nullopt: it is no IBAN at all.
std::optional<Mod97> mod97_of(std::string_view iban) noexcept {
  Mod97 of{};
  std::size_t read = 0;
  for (const bool front : {false, true}) {
    read = 0;
    for (const char c : iban) {
      if (is_separator(c)) continue;
      if (!is_alnum(c)) return std::nullopt;
      if ((++read <= 4) != front) continue;
      const auto value = static_cast<unsigned>(is_digit(c) ? c - '0' : to_lower(c) - 'a' + 10);
      of.rest = (of.rest * (is_digit(c) ? 10 : 100) + value) % 97;
      if (front) of.digits = of.digits * 10 + value;
    }
  }
  if (read <= 4) return std::nullopt;
  of.digits %= 100;
  of.size = read;
  return of;
}

// 00, 01 and 99 are never written: each has the same rest as another one.
bool is_right_iban(std::string_view iban) noexcept {
  const auto of = mod97_of(iban);
  return of && of->rest == 1 && of->digits >= 2 && of->digits <= 98 &&
         of->size == iban_size(iban.substr(0, 2));
}

Sum sum_of(std::string_view bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> once{}, twice{};
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), once.data());
  SHA256(once.data(), once.size(), twice.data());
  Sum sum{};
  std::copy_n(twice.begin(), sum.size(), sum.begin());
  return sum;
}

// The number that `text` is in base 58, highest byte first; empty: it is none, 0, or too large.
std::string from_base58(std::string_view text) {
  constexpr std::size_t limb_bytes = 4;
  std::array<std::uint32_t, kMostBytes / limb_bytes> limbs{};  // lowest first
  std::size_t used = 0;
  while (!text.empty()) {
    std::uint64_t factor = 1, carry = 0;
    // As many digits at once as a limb holds.
    for (const char c : text.substr(0, 5)) {
      const std::size_t digit = kBase58.find(c);
      if (digit == kBase58.npos) return {};
      carry = carry * 58 + digit;
      factor *= 58;
    }
    text.remove_prefix(std::min<std::size_t>(text.size(), 5));
    for (std::size_t i = 0; i < used; ++i) {
      carry += limbs[i] * factor;
      limbs[i] = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
    if (carry == 0) continue;
    if (used == limbs.size()) return {};
    limbs[used++] = static_cast<std::uint32_t>(carry);
  }
  std::string bytes;
  for (std::size_t i = used * limb_bytes; i-- > 0;) {
    const auto byte = static_cast<char>(limbs[i / limb_bytes] >> (8 * (i % limb_bytes)));
    if (byte != '\0' || !bytes.empty()) bytes.push_back(byte);
  }
  return bytes;
}

bool ends_in_base58check(std::string_view text) {
  std::string bytes;
  bytes.assign(std::min(text.find_first_not_of('1'), text.size()), '\0');
  bytes += from_base58(text.substr(bytes.size()));
  if (bytes.size() <= kSumBytes) return false;
  const std::size_t size = bytes.size() - kSumBytes;
  const Sum sum = sum_of(std::string_view(bytes).substr(0, size));
  return std::equal(sum.begin(), sum.end(), bytes.begin() + static_cast<std::ptrdiff_t>(size),
                    [](unsigned char a, char b) { return a == static_cast<unsigned char>(b); });
}

}  // namespace

std::optional<Checksum> checksum_named(std::string_view word) noexcept {
  const auto found = std::ranges::find(kNames, word, &decltype(kNames)::value_type::first);
  return found == kNames.end() ? std::nullopt : std::optional(found->second);
}

std::string_view to_string(Checksum kind) noexcept {
  const auto found = std::ranges::find(kNames, kind, &decltype(kNames)::value_type::second);
  return found == kNames.end() ? std::string_view() : found->first;
}

bool is_right(Checksum kind, std::string_view token) {
  switch (kind) {
    case Checksum::none:
      return true;
    case Checksum::crc32:
      return ends_in_crc32(token);
    case Checksum::luhn:
      return is_grouped(token, kCardGroup) && luhn_sum(token, false).value_or(1) % 10 == 0;
    case Checksum::mod97:
      return is_grouped(token, kIbanGroup) && is_right_iban(token);
    case Checksum::base58check:
      return ends_in_base58check(token);
  }
  return false;
}

std::string crc32_in_base62(std::string_view text, std::size_t digits) {
  auto value = static_cast<std::uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(text.data()), text.size()));
  std::string spelled(digits, '0');
  for (auto digit = spelled.rbegin(); digit != spelled.rend(); ++digit, value /= 62) {
    *digit = kBase62[value % 62];
  }
  return spelled;
}

char luhn_digit(std::string_view number) {
  return static_cast<char>('0' + (10 - luhn_sum(number, true).value_or(0) % 10) % 10);
}

std::string mod97_digits(std::string_view iban) {
  const auto of = mod97_of(iban);
  const unsigned digits = 98 - (of ? of->rest : 0);
  return {static_cast<char>('0' + digits / 10), static_cast<char>('0' + digits % 10)};
}

std::string in_base58check(std::string_view bytes) {
  const Sum sum = sum_of(bytes);
  std::vector<unsigned char> number(bytes.begin(), bytes.end());
  number.insert(number.end(), sum.begin(), sum.end());
  const auto zeros = std::ranges::find_if(number, [](auto byte) { return byte != 0; });
  std::string text;
  for (auto first = zeros; first != number.end();) {
    unsigned rest = 0;
    for (auto byte = first; byte != number.end(); ++byte) {
      rest = rest * 256 + *byte;
      *byte = static_cast<unsigned char>(rest / 58);
      rest %= 58;
    }
    text.push_back(kBase58[rest]);
    while (first != number.end() && *first == 0) ++first;
  }
  text.append(static_cast<std::size_t>(zeros - number.begin()), '1');
  std::ranges::reverse(text);
  return text;
}

}  // namespace cork::secrets
